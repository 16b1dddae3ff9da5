"""Source code from as many packages as practical, for the experiments with programming languages.

    apt-get update                               # once: the script reads the client's own list of packages
    python benchmarks/code_corpora.py DIR        # needs the packages that tools/build_starter.py names

tools/build_starter.py takes much text from few projects a language; here a language has a little text from
hundreds of Debian packages, one a source package, chosen by a seeded hash of their names, and at most
`PACKAGE_BYTES` from each. Packages are only unpacked, never run. It writes

    DIR/train, DIR/sample               halves split by document
    DIR/apart/train, DIR/apart/sample   halves split by package
    DIR/packages-N                      300 kB of the sample half from N packages of a language
    DIR/manifest.json                   for each language the packages used, with version and bytes

A build that was stopped goes on where it stopped; languages that are built already are passed over.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatch
from pathlib import Path

import regex

sys.path.insert(0, str(Path(__file__).parents[1] / "tools"))
from build_starter import jsonl, write_atomically
from catalogue import Category, Source
from choosing import choose
from markup import line_key
from packages import Package, PackageError, default_cache, fetch, fetch_ahead
from readers import Document, Reader, source_files
from texts import Read, read_sources

SEED = 0
PACKAGE_BYTES = 500_000
DOCUMENT_BYTES = 100_000
HALF_BYTES = 60_000_000
# A smaller archive has next to no source; a larger one takes long to fetch for the little that is used.
SMALLEST_ARCHIVE, LARGEST_ARCHIVE, LARGEST_INSTALLED = 8_000, 1_500_000, 20_000_000

# The same bytes from fewer packages, each of them with enough for the smallest number.
FEW_PACKAGES = (5, 15, 45)
FEW_BYTES = 300_000


@dataclass(frozen=True, slots=True)
class Language:
    """A language, the suffixes of its files and a regular expression for the packages that may have some.

    At most `packages` are fetched. Documents in which `without` is found, or `only` is not, are passed over.
    `also` names languages whose packages are read, too.
    """

    name: str
    title: str
    suffixes: str
    pattern: str
    packages: int
    only: str = ""
    without: str = ""
    also: tuple[str, ...] = ()


_DEV = r"lib(?!ghc-|rust-|golang-).*(?<!ocaml|dlang)-dev"
_CPP = r"(?m)^\s*(?:class|namespace|template|public:|private:|using)\b|\bstd::|\bconstexpr\b"

LANGUAGES = (
    Language("c", "C headers", ".h .c", _DEV, 900, without=_CPP),
    Language("cpp", "C++ headers", ".hpp .hh .hxx .ipp .h", _DEV, 900, only=_CPP),
    Language("css", "CSS, Sass and Less", ".css .scss .sass .less", r"libjs-.*|node-.*css.*|.*-themes?(-.*)?", 450,
             also=("javascript", "php", "python", "ruby")),
    Language("go", "Go", ".go", r"golang-.*-dev", 600),
    Language("javascript", "JavaScript", ".js .mjs .jsx .cjs", r"node-.*", 750),
    Language("lisp", "Emacs Lisp, Common Lisp", ".el .lisp", r"elpa-.*|cl-.*", 520),
    Language("ocaml", "OCaml", ".ml .mli", r"lib.*-ocaml(-dev)?", 260),
    Language("octave", "Octave", ".m", r"octave-.*", 100),
    Language("perl", "Perl", ".pm .pl", r"lib.*-perl", 1200),
    Language("php", "PHP", ".php", r"php-.*", 320),
    Language("python", "Python", ".py", r"python3-.*", 600),
    Language("ruby", "Ruby", ".rb", r"ruby-.*", 800),
    Language("rust", "Rust", ".rs", r"librust-[^+]*-dev", 800),
    Language("typescript", "TypeScript", ".ts .tsx .mts .cts", r"node-.*", 900),
)  # fmt: skip


def listed_packages() -> list[dict[str, str]]:
    """The packages that the apt client knows, from its own list: their fields by name."""
    command = ["apt-cache", "dumpavail"]
    listing = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    packages = []
    for stanza in listing.split("\n\n"):
        lines = (line.partition(": ") for line in stanza.splitlines() if not line.startswith(" "))
        fields = {name: value for name, _, value in lines}
        if "Package" in fields and "Size" in fields:
            packages.append(fields)
    return packages


def chosen_names(language: Language, listed: Sequence[dict[str, str]]) -> list[str]:
    """A language's packages in the order of a seeded hash: one of each source package, of fitting size."""
    of_source: dict[str, str] = {}
    matching = (fields for fields in listed if regex.fullmatch(language.pattern, fields["Package"]))
    for fields in sorted(matching, key=lambda fields: line_key(f"{SEED}/{fields['Package']}")):
        name = fields["Package"]
        if not SMALLEST_ARCHIVE <= int(fields["Size"]) <= LARGEST_ARCHIVE:
            continue
        if int(fields.get("Installed-Size", "0")) * 1024 <= LARGEST_INSTALLED:
            of_source.setdefault(fields.get("Source", name).split()[0], name)
    return list(of_source.values())[: language.packages]


def reader_of(language: Language) -> Reader:
    """The reader of a language's files in a package."""
    read = source_files(language.suffixes)

    def wanted(root: Path, tag: str) -> Iterator[Document]:
        for document in read(root, tag):
            if len(document.text) > DOCUMENT_BYTES:
                continue
            if language.without and regex.search(language.without, document.text):
                continue
            if not language.only or regex.search(language.only, document.text):
                yield document

    return wanted


def read_language(language: Language, names: Sequence[str], cache: Path) -> tuple[list[Read], list[str]]:
    """The cleaned documents of each package that has some, and the packages that could not be fetched."""
    sources, gone = [], []
    for name in names:
        package = Package("apt", name)
        try:
            fetch(package, cache)
        except PackageError as error:
            print(f"passed over: {error}", file=sys.stderr, flush=True)
            gone.append(name)
            continue
        licence = f"see usr/share/doc/{name}/copyright in the package"
        source = Source(
            name=name, register=name, package=package, reader=reader_of(language), licence=licence,
            attribution=licence,
        )  # fmt: skip
        sources.append(source)
    category = _category(language.name, language.title, sources)
    read = read_sources(category, cache, frozenset(), PACKAGE_BYTES)
    return [one for one in read if one.texts], gone


def _category(name: str, title: str, sources: Sequence[Source]) -> Category:
    return Category(name=name, title=title, group="code", bytes_wanted=HALF_BYTES, sources=tuple(sources))


def half_of_package(source: Source) -> int:
    """The half (0 train, 1 sample) of all documents of a package, where halves are split by package."""
    return line_key(f"half/{SEED}/{source.package.name}") & 1


def write_halves(
    read: list[Read], folder: Path, category: Category, cache: Path, apart: bool = False
) -> list[dict[str, int]]:
    """Write both halves of a language; for each half the bytes taken of each package by its name."""
    taken: list[dict[str, int]] = []
    for half, part in enumerate(("train", "sample")):
        mine = [
            replace(
                one,
                texts=[t for t in one.texts if (half_of_package(one.source) if apart else t.half) == half],
            )
            for one in read
        ]
        chosen = choose(category, mine, HALF_BYTES, cache)
        path = folder / part / f"{category.name}.jsonl"
        write_atomically(path, jsonl(text for texts in chosen for text in texts))
        taken.append(
            {
                one.source.package.name: sum(text.size for text in texts)
                for one, texts in zip(mine, chosen, strict=True)
                if texts
            }
        )
    return taken


def build(language: Language, names: Sequence[str], cache: Path, folder: Path) -> dict[str, object]:
    """Write all folders' text of a language and return its row of the manifest."""
    read, gone = read_language(language, names, cache)
    category = _category(language.name, language.title, [one.source for one in read])
    train, sample = write_halves(read, folder, category, cache)
    apart = write_halves(read, folder / "apart", category, cache, apart=True)
    files = [folder / part / f"{language.name}.jsonl" for part in ("train", "sample")]
    of_sample = [replace(one, texts=[text for text in one.texts if text.half == 1]) for one in read]
    enough = FEW_BYTES / min(FEW_PACKAGES)
    rich = [one for one in of_sample if sum(text.size for text in one.texts) >= enough]
    for number in FEW_PACKAGES:
        path = folder / f"packages-{number}" / f"{language.name}.jsonl"
        path.unlink(missing_ok=True)
        if len(rich) >= max(FEW_PACKAGES):
            few = choose(category, rich[:number], FEW_BYTES, cache)
            write_atomically(path, jsonl(text for texts in few for text in texts))
    versions = {one.source.package.name: one.version for one in read}
    used = sorted(train.keys() | sample.keys())
    return {
        "name": language.name,
        "train_bytes": sum(train.values()),
        "sample_bytes": sum(sample.values()),
        "apart_train_bytes": sum(apart[0].values()),
        "apart_sample_bytes": sum(apart[1].values()),
        "sha256": [hashlib.sha256(path.read_bytes()).hexdigest() for path in files],
        "tried": len(names),
        "gone": gone,
        "rich": len(rich),
        "packages": [[name, versions[name], train.get(name, 0), sample.get(name, 0)] for name in used],
    }


def settings(language: Language, names: Sequence[str]) -> str:
    """A digest of everything that decides a language's text but the packages' contents."""
    parts = (
        SEED, PACKAGE_BYTES, DOCUMENT_BYTES, HALF_BYTES, FEW_PACKAGES, FEW_BYTES, language, tuple(names),
    )  # fmt: skip
    return hashlib.sha256(repr(parts).encode()).hexdigest()


def main() -> int:
    """Choose, fetch, read and write, a language after the other."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument(
        "--cache", type=Path, default=default_cache(), help="where packages are kept unpacked"
    )
    parser.add_argument("--only", default="*", help="languages to build: a glob, or several with commas")
    given = parser.parse_args()
    if shutil.which("apt-cache") is None:
        parser.error(
            "apt-cache is not there: this script takes its packages from a Debian system's own client"
        )
    listed = listed_packages()
    by_name = {language.name: language for language in LANGUAGES}
    path = given.folder / "manifest.json"
    rows = {row["name"]: row for row in json.loads(path.read_text())["languages"]} if path.is_file() else {}
    for language in LANGUAGES:
        if not any(fnmatch(language.name, pattern) for pattern in given.only.split(",")):
            continue
        own = chosen_names(language, listed)
        names = list(
            dict.fromkeys(
                [*own, *(name for other in language.also for name in chosen_names(by_name[other], listed))]
            )
        )
        if not own:
            print(f"{language.name}: apt lists no package; run `apt-get update` once", file=sys.stderr)
            return 2
        digest = settings(language, names)
        if rows.get(language.name, {}).get("settings") != digest:
            fetch_ahead(names, given.cache)
            rows[language.name] = {**build(language, names, given.cache, given.folder), "settings": digest}
            ordered = [rows[name] for name in sorted(rows)]
            manifest = {"version": 1, "seed": SEED, "registry": "apt", "languages": ordered}
            write_atomically(path, (json.dumps(manifest, indent=1) + "\n").encode())
        row = rows[language.name]
        print(
            f"{language.name:12} {len(row['packages']):4} packages of {row['tried']:4} ({len(row['gone'])} gone)"
            f"  train {row['train_bytes'] / 1e6:6.2f}  sample {row['sample_bytes'] / 1e6:6.2f}"
            f"  apart {row['apart_train_bytes'] / 1e6:6.2f} {row['apart_sample_bytes'] / 1e6:6.2f} MB"
            f"  rich {row['rich']:3}",
            flush=True,
        )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
