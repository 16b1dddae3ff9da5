"""`PairRanks`: the rank of the merge of each pair of symbols, looked up for many pairs at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bpeinfer.merges import MergeList

__all__ = ["NEVER", "PairRanks"]

Ints = NDArray[np.int32]

NEVER = np.iinfo(np.int32).max


class PairRanks:
    """Vectorised look-up of a symbol pair's merge rank: an open-addressing hash table in two arrays."""

    def __init__(self, merges: MergeList) -> None:
        """Build the table; a pair that is listed more than once keeps a chain of its ranks."""
        self._base = np.int64(len(merges.symbols) + 1)
        keys = merges.left.astype(np.int64) * self._base + merges.right
        # `_later[t]` is the next rank of the same pair; there is almost never one.
        self._later = np.full(len(merges), NEVER, dtype=np.int32)
        unique, first = np.unique(keys, return_index=True)
        self._repeats = len(unique) < len(keys)
        if self._repeats:
            order = np.lexsort((np.arange(len(keys)), keys))
            same = keys[order][1:] == keys[order][:-1]
            self._later[order[:-1][same]] = order[1:][same]
        bits = max(4, len(keys).bit_length() + 2)
        self._shift = np.uint64(64 - bits)
        self._mask = np.int64((1 << bits) - 1)
        self._keys = np.full(1 << bits, -1, dtype=np.int64)
        self._ranks = np.full(1 << bits, NEVER, dtype=np.int32)
        waiting, slot = first.astype(np.int32), self._slot(keys[first])
        while len(waiting):
            free = self._keys[slot] < 0
            self._ranks[slot[free]] = waiting[free]  # where several want one slot, the last one stays
            placed = free & (self._ranks[slot] == waiting)
            self._keys[slot[placed]] = keys[waiting[placed]]
            waiting, slot = waiting[~placed], (slot[~placed] + 1) & self._mask

    def _slot(self, keys: NDArray[np.int64]) -> NDArray[np.int64]:
        mixed = keys.view(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
        slot: NDArray[np.int64] = (mixed >> self._shift).view(np.int64)
        return slot

    def find(self, left: Ints, right: Ints, birth: Ints) -> Ints:
        """Return each pair's first rank above `birth`, the merge that brought its symbols together.

        Args:
            left, right: int32[K] symbol ids.
            birth: int32[K], the step of the merge that created the pair (-1: present from the start).

        Returns:
            int32[K], `NEVER` where the pair is not merged again.
        """
        keys = left.astype(np.int64) * self._base + right
        slot = self._slot(keys)
        held = self._keys[slot]
        ranks: Ints = self._ranks[slot]
        other = np.flatnonzero((held != keys) & (held >= 0))
        ranks[held != keys] = NEVER
        slot = slot[other]
        while len(other):  # another pair occupies the slot: look one further
            slot = (slot + 1) & self._mask
            held = self._keys[slot]
            found = held == keys[other]
            ranks[other[found]] = self._ranks[slot[found]]
            going = ~found & (held >= 0)
            other, slot = other[going], slot[going]
        ranks[ranks <= birth] = self._after(ranks, birth) if self._repeats else NEVER
        return ranks

    def _after(self, ranks: Ints, birth: Ints) -> Ints:
        late = ranks <= birth
        rank, bound = ranks[late], birth[late]
        while (again := rank <= bound).any():
            rank[again] = self._later[rank[again]]
        return rank
