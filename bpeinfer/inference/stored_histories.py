"""The lifetimes of the pairs in each part of spilled counts, kept on disk beside them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from scipy.sparse import csc_array, csr_array

from bpeinfer.counting.spill_folder import Spilled, SpillFolder
from bpeinfer.counting.spilled_counts import SpilledCounts
from bpeinfer.merges import MergeList
from bpeinfer.pair_history import PairHistory

__all__ = ["StoredHistories", "StoredHistory"]

_MATRICES = ("tokens", "parts", "finals", "changes")
_COUNTS = "counts"
_PIECES = ("data", "indices", "indptr")
_ARRAYS = ("change_pair", "change_step", "pair_left", "pair_right")


class StoredHistory(NamedTuple):
    """The lifetimes of the pairs in a part, and how often its pretokens occur in each category, in a file.

    Attributes:
        stored: the arrays.
        shapes: matrix → its shape.
    """

    stored: Spilled
    shapes: dict[str, tuple[int, int]]

    @classmethod
    def write(cls, folder: SpillFolder, history: PairHistory, by_category: csr_array) -> StoredHistory:
        """Write them to a new file.

        Raises:
            OutputError: the disk is full.
        """
        arrays = {name: getattr(history, name) for name in _ARRAYS}
        shapes = {}
        for name, matrix in [*((name, getattr(history, name)) for name in _MATRICES), (_COUNTS, by_category)]:
            shapes[name] = matrix.shape
            for piece in _PIECES:
                arrays[f"{name}.{piece}"] = getattr(matrix, piece)
        return cls(folder.write(arrays, narrow=True), shapes)

    def read(self, merges: MergeList) -> PairHistory:
        """Return the lifetimes, in memory."""
        return PairHistory(
            merges=merges,
            **{name: self.stored.read_array(name) for name in _ARRAYS},
            **{name: self._matrix(name) for name in _MATRICES},
        )

    def read_counts(self) -> csr_array:
        """Return csr int64 (P × n), how often the pretokens occur in each category."""
        return self._matrix(_COUNTS)

    def _matrix(self, name: str) -> csr_array:
        pieces = tuple(self.stored.read_array(f"{name}.{piece}") for piece in _PIECES)
        return csr_array(pieces, shape=self.shapes[name])


class StoredHistories:
    """The lifetimes of the pairs in each part of `counts`, in the same order; they go with the counts' folder."""

    def __init__(self, merges: MergeList, counts: SpilledCounts) -> None:
        self._merges = merges
        self._counts = counts
        self._stored: list[StoredHistory] = []

    def add(self, part: StoredHistory) -> None:
        """Take those of the next part."""
        self._stored.append(part)

    def __iter__(self) -> Iterator[tuple[PairHistory, csc_array]]:
        """Yield the lifetimes of each part and its counts in blocks, csc int64 (P × K)."""
        for part, stored in zip(self._counts.parts(), self._stored, strict=True):
            yield stored.read(self._merges), part.counts

    def by_category(self) -> Iterator[tuple[PairHistory, csr_array]]:
        """Yield the lifetimes of each part and its counts in categories, csr int64 (P × n)."""
        for stored in self._stored:
            yield stored.read(self._merges), stored.read_counts()
