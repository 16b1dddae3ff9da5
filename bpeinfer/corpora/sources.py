"""Where a category's documents come from: files, memory, or a random choice; or counts instead of text."""

from __future__ import annotations

import hashlib
import heapq
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, runtime_checkable

from bpeinfer.corpora.cutting import LONGEST, cut_long
from bpeinfer.corpora.text_files import TextFile
from bpeinfer.errors import TallyError
from bpeinfer.files import reading
from bpeinfer.limits import DEFAULT_LIMITS, Limits

__all__ = ["TALLY", "ChosenTally", "FromFiles", "Memory", "Sampled", "Source", "TallyFile"]

TALLY = ".tally"
"""Suffix of a file of counts (`bpeinfer.counting.tally_files`), which may replace text."""


@runtime_checkable
class FromFiles(Protocol):
    """Documents that depend on files and on a choice among them, so that their counts can be kept."""

    @property
    def files(self) -> tuple[TextFile, ...]:
        """The files."""

    @property
    def choice(self) -> list[object]:
        """Whatever else determines the documents, as plain data."""

    @property
    def size(self) -> int:
        """Bytes of the files that are read for their text; measures the work."""

    def documents(self) -> Iterator[str]:
        """Yield the documents, always in the same order."""


@dataclass(frozen=True)
class Memory:
    """The documents of a category given as strings."""

    texts: tuple[str, ...] = field(repr=False)
    size: int = 0

    def documents(self) -> Iterator[str]:
        """Yield the documents in the order given."""
        for text in self.texts:
            if len(text) > LONGEST:
                yield from cut_long([text])
            elif text:
                yield text


@dataclass(frozen=True)
class TallyFile:
    """A file of counts in place of text."""

    path: Path
    size: int = 0
    modified: int = 0
    limits: Limits = field(default=DEFAULT_LIMITS, repr=False)

    @classmethod
    def find(cls, path: Path, limits: Limits = DEFAULT_LIMITS) -> TallyFile:
        """Return the file, with its current size and modification time.

        Raises:
            TallyError: the file does not exist, or may not be examined.
        """
        with reading(path, TallyError):
            found = path.stat()
        return cls(path, found.st_size, found.st_mtime_ns, limits)


@dataclass(frozen=True)
class Sampled:
    """A random choice among the documents of some sources, of at most `limit` bytes.

    Documents are taken in the order of a hash of their number, so that the choice depends on `seed` alone and
    a larger limit keeps what a smaller one chose. At most `limit` bytes (and one document) are held in memory.
    """

    sources: tuple[FromFiles, ...]
    limit: int
    seed: int

    @property
    def files(self) -> tuple[TextFile, ...]:
        """The files of all sources."""
        return tuple(file for source in self.sources for file in source.files)

    @property
    def choice(self) -> list[object]:
        """The limit, the seed, and the sources' choices."""
        return [self.limit, self.seed, *(source.choice for source in self.sources)]

    @property
    def size(self) -> int:
        """Bytes of the files."""
        return sum(source.size for source in self.sources)

    def documents(self) -> Iterator[str]:
        """Yield the chosen documents in file order."""
        heap: list[tuple[int, int, int, str]] = []
        held = 0
        for number, text in enumerate(text for source in self.sources for text in source.documents()):
            digest = hashlib.blake2b(f"{self.seed} {number}".encode(), digest_size=8).digest()
            size = len(text.encode())
            heapq.heappush(heap, (-int.from_bytes(digest), number, size, text))
            held += size
            while held > self.limit and len(heap) > 1:
                held -= heapq.heappop(heap)[2]
        for _, _, _, text in sorted(heap, key=lambda item: item[1]):
            yield text


@dataclass(frozen=True)
class ChosenTally:
    """Counts of which one file is chosen when it is known how text is split.

    Attributes:
        name: where they are, for messages.
        choose: takes the fingerprint of a pre-tokenizer and its description; returns the file, or raises CorpusError.
        size: 0, for there is no text to read.
    """

    name: str
    choose: Callable[[str, str], TallyFile] = field(repr=False)
    size: int = 0


Source = FromFiles | Memory | TallyFile | ChosenTally
