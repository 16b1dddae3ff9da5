"""The lifetimes of the pairs in each part of spilled counts, kept on disk beside them."""

from __future__ import annotations

from collections.abc import Iterator

from scipy.sparse import csr_array

from bpeinfer.counting.counts import PretokenCounts
from bpeinfer.counting.spill_folder import Spilled
from bpeinfer.counting.spilled_counts import SpilledCounts
from bpeinfer.merges import MergeList
from bpeinfer.pair_history import PairHistory

__all__ = ["StoredHistories"]

_MATRICES = ("tokens", "parts", "finals", "changes")
_ARRAYS = ("change_pair", "change_step", "pair_left", "pair_right")


class StoredHistories:
    """The lifetimes of the pairs in each part of `counts`, in the same order; they go with the counts' folder."""

    def __init__(self, merges: MergeList, counts: SpilledCounts) -> None:
        self._merges = merges
        self._counts = counts
        self._stored: list[tuple[Spilled, dict[str, tuple[int, int]]]] = []

    def add(self, history: PairHistory) -> None:
        """Keep the lifetimes of the next part.

        Raises:
            OutputError: the disk is full.
        """
        arrays = {name: getattr(history, name) for name in _ARRAYS}
        shapes = {}
        for name in _MATRICES:
            matrix = getattr(history, name)
            shapes[name] = matrix.shape
            for piece in ("data", "indices", "indptr"):
                arrays[f"{name}.{piece}"] = getattr(matrix, piece)
        self._stored.append((self._counts.folder.write(arrays), shapes))

    def __iter__(self) -> Iterator[tuple[PairHistory, PretokenCounts]]:
        """Yield the lifetimes of each part and its counts."""
        for (stored, shapes), part in zip(self._stored, self._counts.parts(), strict=True):
            arrays = stored.read()
            matrices = {
                name: csr_array(
                    tuple(arrays[f"{name}.{piece}"] for piece in ("data", "indices", "indptr")),
                    shape=shapes[name],
                )
                for name in _MATRICES
            }
            own = {name: arrays[name] for name in _ARRAYS}
            yield PairHistory(merges=self._merges, **own, **matrices), part
