"""The lifetimes of the pairs in each part of spilled counts, kept on disk beside them."""

from __future__ import annotations

from collections.abc import Iterator

from scipy.sparse import csc_array, csr_array

from bpeinfer.counting.spill_folder import Spilled
from bpeinfer.counting.spilled_counts import SpilledCounts
from bpeinfer.merges import MergeList
from bpeinfer.pair_history import PairHistory

__all__ = ["StoredHistories"]

_MATRICES = ("tokens", "parts", "finals", "changes")
_COUNTS = "counts"
_PIECES = ("data", "indices", "indptr")
_ARRAYS = ("change_pair", "change_step", "pair_left", "pair_right")


class StoredHistories:
    """The lifetimes of the pairs in each part of `counts`, in the same order; they go with the counts' folder."""

    def __init__(self, merges: MergeList, counts: SpilledCounts) -> None:
        self._merges = merges
        self._counts = counts
        self._stored: list[tuple[Spilled, dict[str, tuple[int, int]]]] = []

    def add(self, history: PairHistory, by_category: csr_array) -> None:
        """Keep the lifetimes of the next part, and how often its pretokens occur in each category.

        Raises:
            OutputError: the disk is full.
        """
        arrays = {name: getattr(history, name) for name in _ARRAYS}
        shapes = {}
        for name, matrix in [*((name, getattr(history, name)) for name in _MATRICES), (_COUNTS, by_category)]:
            shapes[name] = matrix.shape
            for piece in _PIECES:
                arrays[f"{name}.{piece}"] = getattr(matrix, piece)
        self._stored.append((self._counts.folder.write(arrays), shapes))

    def __iter__(self) -> Iterator[tuple[PairHistory, csc_array]]:
        """Yield the lifetimes of each part and its counts in blocks, csc int64 (P × K)."""
        for number, part in enumerate(self._counts.parts()):
            yield self._history(number), part.counts

    def by_category(self) -> Iterator[tuple[PairHistory, csr_array]]:
        """Yield the lifetimes of each part and its counts in categories, csr int64 (P × n)."""
        for number in range(len(self._stored)):
            yield self._history(number), self._matrix(number, _COUNTS)

    def _history(self, number: int) -> PairHistory:
        stored = self._stored[number][0]
        return PairHistory(
            merges=self._merges,
            **{name: stored.read_array(name) for name in _ARRAYS},
            **{name: self._matrix(number, name) for name in _MATRICES},
        )

    def _matrix(self, number: int, name: str) -> csr_array:
        stored, shapes = self._stored[number]
        pieces = tuple(stored.read_array(f"{name}.{piece}") for piece in _PIECES)
        return csr_array(pieces, shape=shapes[name])
