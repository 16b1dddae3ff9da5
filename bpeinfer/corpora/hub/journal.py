"""`Journal`: how much of one category's sample is written, so that an interrupted run resumes where it stopped."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bpeinfer.errors import CorpusError
from bpeinfer.files import reading, write_file, zstd

__all__ = ["Journal"]

SAVED_EVERY = 2.0
"""Seconds between two writes of a journal."""


@dataclass
class Journal:
    """The part of a category written so far.

    Attributes:
        part, path: the file of text and the journal itself.
        fingerprint: the fingerprint of what is wanted; a journal with another one is discarded.
        commit: the data set's commit, "" before the hub has named it.
        counts: path → number of its parts.
        taken: path → part → documents read, whether these are all, and the last pass over the part.
        rows, bytes, size: documents written, their bytes, and the size of the text file.
        files: path → documents written.
        saved: when the journal was last written, by the monotonic clock.
    """

    part: Path
    path: Path
    fingerprint: str
    commit: str = ""
    counts: dict[str, int] = field(default_factory=dict)
    taken: dict[str, dict[str, list[int]]] = field(default_factory=dict)
    rows: int = 0
    bytes: int = 0
    size: int = 0
    files: dict[str, int] = field(default_factory=dict)
    saved: float = field(default_factory=time.monotonic)

    @classmethod
    def open(cls, folder: Path, name: str, fingerprint: str) -> Journal:
        """Read an earlier run's journal and cut the text where it ends, or make a new journal if none fits."""
        new = cls(folder / f".{name}.part", folder / f".{name}.part.json", fingerprint)
        try:
            with reading(new.path, CorpusError):
                found = json.loads(new.path.read_bytes())
            if found.pop("fingerprint") != fingerprint or new.part.stat().st_size < found["size"]:
                raise ValueError
            journal = cls(new.part, new.path, fingerprint, **found)
            with new.part.open("rb+") as file:
                file.truncate(journal.size)
            return journal
        except (CorpusError, OSError, ValueError, KeyError, TypeError):
            new.part.unlink(missing_ok=True)
            return new

    def add(self, texts: Sequence[str], path: str) -> None:
        """Write documents as a frame."""
        if texts:
            lines = "".join(json.dumps({"text": text}, ensure_ascii=False) + "\n" for text in texts)
            frame = zstd.compress(lines.encode(), options={zstd.CompressionParameter.checksum_flag: 1})
            with self.part.open("ab") as file:
                file.write(frame)
            self.size += len(frame)
            self.rows += len(texts)
            self.files[path] = self.files.get(path, 0) + len(texts)
            self.bytes += sum(len(text.encode()) for text in texts)
        if time.monotonic() - self.saved > SAVED_EVERY:
            self.save()

    def save(self) -> None:
        """Record what the text file contains; the next run cuts off anything written after that."""
        kept = {key: value for key, value in vars(self).items() if key not in ("part", "path", "saved")}
        write_file(self.path, json.dumps(kept).encode())
        self.saved = time.monotonic()
