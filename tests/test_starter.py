"""The starter pack inside the package: what the manifest says is what the files hold."""

from __future__ import annotations

import hashlib
import json
import lzma
import re
import tomllib
from fnmatch import fnmatch
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
import regex

ROOT = Path(__file__).parents[1]
PACK = files("bpeinfer") / "starter"
CONTROL = regex.compile(r"[\p{Cc}--\t\n]", regex.V1)
GROUPS = ("English", "other languages", "code", "neutral", "notations")
REGISTRIES = {"apt", "apt-source", "crates", "maven", "npm", "pypi"}


@cache
def manifest() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((PACK / "manifest.json").read_text(encoding="utf-8"))
    return loaded


@cache
def packed(name: str) -> bytes:
    return (PACK / f"{name}.jsonl.xz").read_bytes()


@cache
def documents(name: str) -> tuple[str, ...]:
    lines = lzma.decompress(packed(name)).decode("utf-8").split("\n")
    assert lines.pop() == "", "every line ends in a newline"
    return tuple(row["text"] for row in rows_of(lines))


def rows_of(lines: list[str]) -> list[dict[str, str]]:
    rows = [json.loads(line) for line in lines]
    assert all(list(row) == ["text", "source"] for row in rows)
    return rows


@cache
def sources(name: str) -> tuple[str, ...]:
    """The source of each document of a category."""
    lines = lzma.decompress(packed(name)).decode("utf-8").split("\n")[:-1]
    return tuple(row["source"] for row in rows_of(lines))


SMALLEST = 15_000
"""Bytes of the smallest category: a language of which packages have little."""

FIELDS = {
    "name", "register", "registry", "package", "version", "licence", "attribution", "documents", "bytes",
}  # fmt: skip

NAMES = [category["name"] for category in manifest()["categories"]]


def test_the_folder_holds_the_manifests_files_and_no_others() -> None:
    """A category file that the manifest does not know would be read as a corpus all the same."""
    expected = {f"{name}.jsonl.xz" for name in NAMES} | {"manifest.json", "ATTRIBUTION.md"}
    present = {entry.name for entry in PACK.iterdir()} - {"__init__.py", "__pycache__"}
    assert present == expected
    assert manifest()["version"] == 2


def test_the_pack_is_at_most_twenty_five_megabytes() -> None:
    """What the wheel may hold of it."""
    assert sum(len(packed(name)) for name in NAMES) <= 25_000_000


def test_there_are_enough_categories_of_each_group() -> None:
    """The languages and kinds of code that users have tokenizers for, and the genres of English."""
    counts = {group: sum(c["group"] == group for c in manifest()["categories"]) for group in GROUPS}
    assert counts["English"] >= 12
    assert counts["other languages"] >= 90
    assert counts["code"] >= 30
    assert counts["neutral"] >= 1
    assert counts["notations"] >= 3
    assert sum(counts.values()) == len(NAMES) == len(set(NAMES))


@pytest.mark.parametrize("row", manifest()["categories"], ids=lambda row: row["name"])
def test_a_category_is_what_the_manifest_says(row: dict[str, Any]) -> None:
    """Hash, number of documents and bytes; enough text; no document that hides the others."""
    texts = documents(row["name"])
    sizes = [len(text.encode("utf-8")) for text in texts]
    assert row["file"] == f"{row['name']}.jsonl.xz"
    assert hashlib.sha256(packed(row["name"])).hexdigest() == row["sha256"]
    assert len(texts) == row["documents"] >= 8
    assert sum(sizes) == row["bytes"] >= SMALLEST
    assert max(sizes) <= 102_400


MANY_PROJECTS = (
    *("c", "cmake", "cpp", "csharp", "css", "go", "java", "kotlin", "latex", "lua", "objective-c", "python"),
    *("restructuredtext", "rust", "shell", "sql", "swift", "tcl", "vimscript", "xml", "yaml"),
)


@pytest.mark.parametrize("name", MANY_PROJECTS)
def test_a_kind_of_code_is_of_many_projects(name: str) -> None:
    """No project's own names and layout may stand for the kind: sixty projects, none with a twentieth of the text."""
    row = next(category for category in manifest()["categories"] if category["name"] == name)
    sizes = [source["bytes"] for source in row["sources"]]
    assert len({source["name"] for source in row["sources"]}) >= 60
    assert max(sizes) <= row["bytes"] / 20


@pytest.mark.parametrize("row", manifest()["categories"], ids=lambda row: row["name"])
def test_every_document_names_a_source_that_the_manifest_lists(row: dict[str, Any]) -> None:
    """Documents and bytes of each source, its register and where it comes from."""
    listed = {source["name"]: [0, 0] for source in row["sources"]}
    for text, source in zip(documents(row["name"]), sources(row["name"]), strict=True):
        listed[source][0] += 1
        listed[source][1] += len(text.encode("utf-8"))
    said: dict[str, list[int]] = {}
    for source in row["sources"]:
        entry = said.setdefault(source["name"], [0, 0])
        entry[0] += source["documents"]
        entry[1] += source["bytes"]
    assert listed == said


@pytest.mark.parametrize("name", NAMES)
def test_texts_are_clean_unicode(name: str) -> None:
    """No control characters but tab and newline, no replacement characters; carriage returns end lines only."""
    for text in documents(name):
        found = CONTROL.search(text.replace("\r\n", "\n"))
        assert found is None, f"{name}: {found!r} in {text[:60]!r}"
        assert "\N{REPLACEMENT CHARACTER}" not in text
        assert text.strip(), f"{name}: an empty document"


def test_no_document_is_in_two_categories() -> None:
    """A document in two categories would make their proportions exchangeable."""
    owner: dict[str, str] = {}
    for name in NAMES:
        for text in documents(name):
            assert owner.setdefault(text, name) == name, f"{name} and {owner[text]} share {text[:60]!r}"


def test_every_source_names_its_licence_and_authors() -> None:
    """Attribution is a condition of most of the licences."""
    attribution = (PACK / "ATTRIBUTION.md").read_text(encoding="utf-8")
    for row in manifest()["categories"]:
        assert row["sources"], row["name"]
        assert f"## {row['name']}: {row['title']}" in attribution
        for source in row["sources"]:
            assert set(source) == FIELDS
            assert all(source.values()), source
            assert source["registry"] in REGISTRIES
            assert f"`{source['package']}` {source['version']}: {source['attribution']}" in attribution


def locked() -> dict[tuple[str, str], str]:
    """Version of each package that the pack is built from, by registry and name."""
    lines = (ROOT / "tools" / "starter.lock").read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if not line.startswith("#")]
    assert all(re.fullmatch("[0-9a-f]{64}", row[3]) for row in rows)
    return {(registry, name): version for registry, name, version, _ in rows}


def test_every_source_is_a_locked_package() -> None:
    """A pack from other versions than the lock names could not be built again."""
    lock = locked()
    for row in manifest()["categories"]:
        for source in row["sources"]:
            assert lock[source["registry"], source["package"]] == source["version"], source["package"]


def test_no_held_out_package_is_in_the_pack() -> None:
    """Benchmarks judge the pack by packages that neither it nor any calibration has seen."""
    held_out = tomllib.loads((ROOT / "benchmarks" / "held_out.toml").read_text(encoding="utf-8"))
    names = [name for part in held_out.values() for names in part.values() for name in names]
    assert len(names) > 60
    for _, package in locked():
        assert not any(fnmatch(package, name.replace("{}", "*")) for name in names), package


# Letters that only running text of the language has in number: (regular expression, least share of all
# letters).
SPELLING = {
    "ar": (r"\p{Arabic}", 0.9),
    "bg": (r"\p{Cyrillic}", 0.9),
    "el": (r"\p{Greek}", 0.8),
    "fa": (r"[پچژگکی]", 0.08),
    "he": (r"\p{Hebrew}", 0.9),
    "hi": (r"\p{Devanagari}", 0.85),
    "ja": (r"[\p{Hiragana}\p{Katakana}]", 0.4),
    "ko": (r"\p{Hangul}", 0.75),
    "ru": (r"[ыэё]", 0.015),
    "th": (r"\p{Thai}", 0.85),
    "uk": (r"[іїєґ]", 0.05),
    "zh-cn": (r"[这为们时]", 0.01),
    "zh-tw": (r"[這為們時]", 0.01),
    "vi": (r"[ăđơưạ-ỹ]", 0.15),
    "de": (r"[äöüß]", 0.012),
    "fr": (r"[éèêàùç]", 0.03),
    "pl": (r"[ąćęłńóśźż]", 0.05),
    "tr": (r"[ıışşğğ]", 0.05),
    "cs": (r"[ěščřžýáíéů]", 0.1),
    "hu": (r"[őűáéíóöüú]", 0.08),
    "sv": (r"[åäö]", 0.04),
    "pt": (r"[ãõçáé]", 0.025),
    "pt-br": (r"[ãõçáé]", 0.025),
    "es": (r"[áéíóúñ]", 0.02),
    "ro": (r"[ăâîșțşţ]", 0.04),
    "fi": (r"[äö]", 0.035),
    "am": (r"\p{Ethiopic}", 0.9),
    "az": (r"ə", 0.06),
    "be": (r"[ўі]", 0.05),
    "hy": (r"\p{Armenian}", 0.9),
    "ka": (r"\p{Georgian}", 0.9),
    "kk": (r"[әғқңөұүһі]", 0.08),
    "kn": (r"\p{Kannada}", 0.9),
    "ky": (r"[өүң]", 0.05),
    "mn": (r"[өү]", 0.05),
    "or": (r"\p{Oriya}", 0.9),
    "ps": (r"[ټډړږښګڼۍې]", 0.04),
    "si": (r"\p{Sinhala}", 0.9),
    "tg": (r"[ғӣқӯҳҷ]", 0.04),
    "ti": (r"\p{Ethiopic}", 0.9),
    "tt": (r"[әөүҗңһ]", 0.08),
    "yo": (r"[ọẹṣàáèéìíòóùú]", 0.12),
}


@pytest.mark.parametrize("name", sorted(SPELLING.keys() & set(NAMES)))
def test_a_language_is_spelled_as_that_language(name: str) -> None:
    """Untranslated English or a mixed-up folder would dilute the letters by which a language is known."""
    pattern, least = SPELLING[name]
    text = "".join(documents(name)).lower()
    letters = len(regex.findall(r"\p{L}", text))
    assert len(regex.findall(pattern, text)) >= least * letters


COMMON_WORDS = "heliport"
WITH_COMMON_WORDS = [
    row["name"]
    for row in manifest()["categories"]
    if any(source["name"] == COMMON_WORDS for source in row["sources"])
]


@pytest.mark.parametrize("name", WITH_COMMON_WORDS)
def test_common_words_are_of_the_language(name: str) -> None:
    """The model that they come from numbers its languages: a wrong number would be words of another language."""
    word = regex.compile(r"\p{L}[\p{L}\p{M}]+")
    texts: dict[bool, list[str]] = {True: [], False: []}
    for text, source in zip(documents(name), sources(name), strict=True):
        texts[source == COMMON_WORDS] += word.findall(text.lower())
    others = set(texts[False])
    assert len(texts[True]) >= 5_000
    assert sum(found in others for found in texts[True]) >= 0.3 * len(texts[True])


@pytest.mark.parametrize(
    ("name", "sign"),
    [
        ("python", "\n    def "),
        ("go", "\nfunc "),
        ("rust", "pub fn "),
        ("java", "public class "),
        ("html", "</"),
        ("c", "\n#include "),
        ("markdown", "\n## "),
        ("latex", "\\begin{"),
        ("json", '": '),
        ("php", "<?php"),
    ],
)
def test_code_is_the_language_it_is_called(name: str, sign: str) -> None:
    """A sign that many pieces of a healthy sample have, indentation and line ends included."""
    texts = [text.replace("\r\n", "\n") for text in documents(name)]
    assert sum(sign in text for text in texts) >= len(texts) / 10
