"""Choose many small projects for the code categories and write `code_projects.tsv`, one project a line.

    python tools/choose_projects.py

Debian's packages of one kind (Python modules, Go libraries, …) are taken in the order of a hash of their names,
so that no project is preferred. A project is kept when its copyright file is machine-readable and it has files
of the kind. Packages that benchmarks hold out (`benchmarks/held_out.toml`) are passed over.
"""

from __future__ import annotations

import argparse
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path

import regex
from markup import line_key
from packages import Package, PackageError, default_cache, fetch, fetch_ahead, source_packages
from projects import TABLE
from readers import source_files

HELD_OUT = Path(__file__).parents[1] / "benchmarks/held_out.toml"
LARGEST_KB = 2500
SMALLEST_BYTES = 1500
TRIED_PER_KEPT = 2

# kind: suffixes, pattern of binary packages, projects wanted; a kind that has no binary packages of sources is
# found among source packages by a word in their build dependencies.
BINARY = {
    "python": (".py", r"python3-[a-z].*(?<!-doc|-dev|-dbg|-examples)", 260),
    "javascript": (".js .mjs .cjs .jsx", r"(node|libjs)-.*", 70),
    "typescript": (".ts .tsx", r"node-.*", 66),
    "go": (".go", r"golang-(github|gitlab|gopkg|golang|k8s|go).*-dev", 66),
    "rust": (".rs", r"librust-[^+]*-dev", 66),
    "ruby": (".rb", r"ruby-[a-z].*(?<!-doc|-dev)", 66),
    "php": (".php", r"php-[a-z].*(?<!-all|-dev)", 66),
    "perl": (".pm .pl .pod .t", r"lib.*-perl", 70),
    "lisp": (".el .lisp .scm", r"(elpa|cl)-.*", 66),
    "lua": (".lua", r"(lua|vim|neovim|awesome)-.*", 70),
    "octave": (".m", r"octave-[a-z].*(?<!-doc|-dev)", 60),
    "ocaml": (".ml .mli", r"lib.*-ocaml-dev", 62),
    "cpp": (".hpp .hh .hxx .ipp", r"lib.*-dev", 62),
    "c": (".h .c", r"lib.*-dev", 60),
    "tcl": (".tcl", r"(tcl|tk|itcl|tclx).*", 60),
    "vimscript": (".vim", r"(vim|neovim)-.*", 60),
    "css": (".css .scss .less .sass", r"(node|libjs|fonts|wordpress|ruby|python3)-.*", 70),
    "vignettes": (".Rmd .Rnw .rmd", r"r-(cran|bioc)-.*", 66),
    "html": (".html .htm", r".*-doc", 62),
    "restructuredtext": (".rst .rst.txt", r"python3?-.*-doc", 66),
    "xml": (".xml .xsl .xslt .ui", r".*-(data|common)", 62),
}
SOURCE = {
    "pascal": (".pas .pp .inc .lpr .dpr", r"\b(fpc|fp-compiler|lazarus|lcl)\b", 60),
    "c-source": (".c .h", r"\b(autoconf|automake|dh-autoreconf|libtool|libncurses-dev|libglib2.0-dev)\b", 50),
    "cpp-source": (".cpp .cc .cxx .hpp .h", r"\b(qtbase5-dev|libboost\S*-dev|cmake)\b", 50),
    "java": (".java", r"\b(maven-debian-helper|ant|default-jdk|javahelper)\b", 45),
    "haskell": (".hs .lhs", r"\bhaskell-devscripts\b", 40),
    "csharp": (".cs", r"\b(cli-common-dev|mono-devel|mono-mcs)\b", 40),
    "ada": (".ads .adb", r"\bgnat(-\d+)?\b", 40),
    "r": (".R .r", r"\bdh-r\b", 40),
    "fortran": (".f .f90 .f95 .for .f03", r"\bgfortran\b", 40),
    "scala-kotlin": (".kt .scala", r"\b(kotlin|scala|gradle-debian-helper)\b", 30),
}

# Kinds whose projects Debian puts many to a package: suffixes, packages, folders of projects, projects wanted, what a
# folder's files must say of their licence, and its name.
INSIDE = {
    "latex": (
        ".tex .sty .cls .dtx",
        "texlive-latex-extra texlive-science texlive-publishers texlive-humanities texlive-pictures",
        "usr/share/texlive/texmf-dist/tex/latex/*",
        66,
        r"(?is)\b(?:LPPL|LaTeX Project Public Licen[cs]e)\b.{0,300}?\b(?:1\.3[abc]?\b|later\b)",
        "LPPL-1.3c",
    ),
    "pascal-inside": (
        ".pas .pp .inc .lpr",
        "fpc-source-3.2.2 lazarus-src-2.2",
        "usr/share/fpcsrc/*/packages/* usr/share/lazarus/*/components/* usr/lib/lazarus/*/components/*",
        20,
        r"(?is)\A(?!.*(?:Mozilla Public|Microsoft|Apple Inc))"
        r".*(?:COPYING\.(?:modified)?LGPL|COPYING\.FPC|GNU (?:Library|Lesser) General)",
        "LGPL-2.0-or-later WITH linking exception",
    ),
}

_HOLDER = regex.compile(
    r"(?im)^[%\s(*{/-]*(?:\\?copyright|\(c\)|©)(?:\s|\(c\)|©|:|[\d,–-])*(?:by\s+)?"
    r"((?-i:\p{Lu})[\p{L}.'’ -]{4,60}?)\s*(?:[<(,;%*\d].*|\..{0,2})?$"
)


_SPDX = {
    "expat": "MIT", "mit": "MIT", "x11": "X11", "isc": "ISC", "zlib": "Zlib", "asl-2.0": "Apache-2.0",
    "apache-2": "Apache-2.0", "apache-2.0": "Apache-2.0", "apache": "Apache-2.0", "bsd-3-clause": "BSD-3-Clause",
    "bsd-3-clauses": "BSD-3-Clause", "bsd": "BSD-3-Clause", "bsd-2-clause": "BSD-2-Clause",
    "bsd-2-clauses": "BSD-2-Clause", "gpl-1+": "GPL-1.0-or-later", "gpl-2": "GPL-2.0-only",
    "gpl-2+": "GPL-2.0-or-later", "gpl-3": "GPL-3.0-only", "gpl-3+": "GPL-3.0-or-later",
    "lgpl-2": "LGPL-2.0-only", "lgpl-2+": "LGPL-2.0-or-later", "lgpl-2.1": "LGPL-2.1-only",
    "lgpl-2.1+": "LGPL-2.1-or-later", "lgpl-3": "LGPL-3.0-only", "lgpl-3+": "LGPL-3.0-or-later",
    "agpl-3": "AGPL-3.0-only", "agpl-3+": "AGPL-3.0-or-later", "mpl-2.0": "MPL-2.0", "mpl-1.1": "MPL-1.1",
    "artistic": "Artistic-1.0-Perl", "artistic-2.0": "Artistic-2.0", "cc0-1.0": "CC0-1.0", "cc0": "CC0-1.0",
    "bsl-1.0": "BSL-1.0", "postgresql": "PostgreSQL", "psf-2": "PSF-2.0", "epl-1.0": "EPL-1.0", "epl-2.0": "EPL-2.0",
    "public-domain": "public domain", "ruby": "Ruby", "wtfpl": "WTFPL", "unlicense": "Unlicense",
    "lgpl-2+-with-ocaml-exception": "LGPL-2.0-or-later WITH OCaml-LGPL-linking-exception",
    "artistic or gpl-1+": "Artistic-1.0-Perl OR GPL-1.0-or-later",
}  # fmt: skip


def licence_of(copyright_text: str) -> tuple[str, str]:
    """The licence (SPDX) and holders of a package's main files by its copyright file; empty when unreadable.

    >>> licence_of("Format: x\\n\\nFiles: *\\nCopyright: 2001 A. Writer\\nLicense: Expat\\n")
    ('MIT', 'A. Writer')
    """
    for stanza in regex.split(r"\n\s*\n", copyright_text):
        fields = {
            found[1].lower(): found[2].strip()
            for found in regex.finditer(r"(?ms)^(\S+):(.*?)(?=^\S+:|\Z)", stanza)
        }
        if fields.get("files", "").split()[:1] != ["*"] or "license" not in fields:
            continue
        named = fields["license"].splitlines()[0].strip().lower().replace(" and/or ", " or ")
        parts = regex.split(r"( or | and |, )", named)
        known = [_SPDX.get(part.strip(), "") for part in parts[::2]]
        if named in _SPDX:
            known, parts = [_SPDX[named]], [named]
        if not all(known):
            return "", ""
        licence = known[0] + "".join(
            (" AND " if joint == ", " else joint.upper()) + name
            for joint, name in zip(parts[1::2], known[1:], strict=True)
        )
        holders = []
        for line in fields.get("copyright", "").splitlines():
            holder = regex.sub(r"<[^>]*>|\([Cc]\)|©|[Cc]opyright|\b\d{4}\b|\.\.\.", "", line)
            holder = regex.sub(r"\s+", " ", holder).strip(" ,-–;:.")
            if len(holder) > 2 and holder not in holders:
                holders.append(holder)
        return licence, "; ".join(holders[:4]) + (" and others" if len(holders) > 4 else "")
    return "", ""


def _copyright(root: Path) -> str:
    places = [*root.glob("debian/copyright"), *root.glob("usr/share/doc/*/copyright")]
    return places[0].read_text(errors="replace") if places else ""


def _held_out() -> frozenset[str]:
    if not HELD_OUT.is_file():
        return frozenset()
    names: list[str] = []

    def walk(node: object) -> None:
        if isinstance(node, str):
            names.append(node.rpartition(":")[2])
        elif isinstance(node, dict | list):
            for value in node.values() if isinstance(node, dict) else node:
                walk(value)

    walk(tomllib.loads(HELD_OUT.read_text()))
    return frozenset(names)


def _binary_names() -> dict[str, int]:
    """Debian's binary packages with their installed sizes in kB."""
    listed = subprocess.run(["apt-cache", "dumpavail"], capture_output=True, text=True, check=True).stdout
    sizes = {}
    for stanza in listed.split("\n\n"):
        fields = dict(line.split(": ", 1) for line in stanza.splitlines() if ": " in line and line[0] != " ")
        if fields.get("Section", "").split("/")[0] not in {"non-free", "contrib"} and "Package" in fields:
            sizes[fields["Package"]] = int(fields.get("Installed-Size", "0"))
    return sizes


def _size(package: Package, suffixes: str, cache: Path) -> tuple[int, str, str]:
    """Bytes of the kind in a package, with its licence and holders."""
    try:
        root = fetch(package, cache).root
    except PackageError:
        return 0, "", ""
    about = _copyright(root)
    if package.registry == "apt-source" and not about:
        # Debian's part of the source is not everywhere: the program of the same name says the same.
        try:
            about = _copyright(fetch(Package("apt", package.name), cache).root)
        except PackageError:
            return 0, "", ""
    licence, holders = licence_of(about)
    if not licence or not holders:
        return 0, "", ""
    total = 0
    for document in source_files(suffixes)(root, ""):
        total += len(document.text)
        if total > SMALLEST_BYTES:
            break
    return total, licence, holders


def _inside(kind: str, cache: Path) -> Iterator[str]:
    """Folders of packages that hold one project each, with the licence that its files name and its holders."""
    suffixes, packages, pattern, wanted, says, licence = INSIDE[kind]
    found = []
    for name in packages.split():
        root = fetch(Package("apt", name), cache).root
        for folders in pattern.split():
            found += [(line_key(path.name), name, root, path) for path in root.glob(folders) if path.is_dir()]
    kept = 0
    for _, name, root, path in sorted(found):
        under = str(path.relative_to(root))
        texts = [document.text for document in source_files(suffixes, under)(root, "")]
        heads = "\n".join(text[:4000] for text in texts)
        names = (
            regex.sub(r"\s+", " ", one[1]).removesuffix("All rights reserved").strip(" .-")
            for one in _HOLDER.finditer(heads)
        )
        holders = list(dict.fromkeys(one for one in names if " " in one))
        if sum(map(len, texts)) >= SMALLEST_BYTES and regex.search(says, heads) and holders:
            kept += 1
            more = " and others" if len(holders) > 4 else ""
            yield "\t".join((kind, "apt", name, licence, "; ".join(holders[:4]) + more, "", under))
        if kept >= wanted:
            break
    print(f"{kind}: {kept} projects", flush=True)


def _rows(cache: Path, only: str) -> Iterator[str]:
    for kind in INSIDE:
        if not only or kind in only.split(","):
            yield from _inside(kind, cache)
    unwanted = _held_out()
    sizes = _binary_names()
    for kind, (suffixes, pattern, wanted) in BINARY.items():
        if only and kind not in only.split(","):
            continue
        names = [n for n, kb in sizes.items() if regex.fullmatch(pattern, n) and 0 < kb <= LARGEST_KB]
        names = sorted((n for n in names if n not in unwanted), key=line_key)[: wanted * TRIED_PER_KEPT]
        kept = 0
        for start in range(0, len(names), 40):
            if kept >= wanted:
                break
            fetch_ahead(names[start : start + 40], cache)
            for name in names[start : start + 40]:
                if kept < wanted:
                    total, licence, holders = _size(Package("apt", name), suffixes, cache)
                    if total >= SMALLEST_BYTES:
                        kept += 1
                        yield "\t".join((kind, "apt", name, licence, holders))
        print(f"{kind}: {kept} projects", flush=True)
    sources = source_packages(cache)
    for kind, (suffixes, pattern, wanted) in SOURCE.items():
        if only and kind not in only.split(","):
            continue
        names = [
            name
            for name, (needs, size) in sources.items()
            if regex.search(pattern, needs)
            and size <= (5_000_000 if kind == "pascal" else 1_200_000)
            and name not in unwanted
        ]
        kept = 0
        names = sorted(names, key=lambda name: line_key(name + kind[:5]))[: wanted * TRIED_PER_KEPT]
        for number, name in enumerate(names):
            if number % 30 == 0 and kept < wanted:
                fetch_ahead(names[number : number + 30], cache, "apt-source")
            if kept < wanted and (cache / Package("apt-source", name).slug).is_dir():
                total, licence, holders = _size(Package("apt-source", name), suffixes, cache)
                if total >= SMALLEST_BYTES:
                    kept += 1
                    yield "\t".join((kind, "apt-source", name, licence, holders))
        print(f"{kind}: {kept} projects", flush=True)


def main() -> None:
    """Write the table."""
    parser = argparse.ArgumentParser(description="Choose small projects for the code categories.")
    parser.add_argument(
        "--cache", type=Path, default=default_cache(), help="where packages are kept unpacked"
    )
    parser.add_argument("--only", default="", help="kinds, with commas; the table's other rows stay")
    options = parser.parse_args()
    old = TABLE.read_text().splitlines() if TABLE.is_file() and options.only else []
    kinds = options.only.split(",")
    rows = {row for row in old if row.split("\t")[0] not in kinds}
    for row in _rows(options.cache, options.only):
        rows.add(row)
        TABLE.write_text("\n".join(sorted(rows)) + "\n")


if __name__ == "__main__":
    main()
