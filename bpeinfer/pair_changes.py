"""When the counts of pairs change, and by how much in each category: sums over pretokens, so parts of them add up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from bpeinfer.interval_sums import IntervalSums
from bpeinfer.merges import MergeList
from bpeinfer.ragged import run_starts, sorted_unique
from bpeinfer.trajectory import PairTrajectories

__all__ = ["ChangeSums", "PairChanges", "PairSteps", "add_changes"]

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]


@dataclass(frozen=True, eq=False, kw_only=True)
class PairSteps:
    """The pairs that ever occurred, and the steps at which their counts change.

    Attributes:
        merges: the merge list, length T.
        change_pair: int32[E], index of the symbol pair, ascending.
        change_step: int32[E], first step at which the changed count holds, ascending within a pair.
        pair_left, pair_right: int32[R], symbol ids of the symbol pairs, ascending.
    """

    merges: MergeList
    change_pair: Ints
    change_step: Ints
    pair_left: Ints
    pair_right: Ints

    @property
    def _base(self) -> np.int64:
        return np.int64(len(self.merges.symbols) + 1)

    @property
    def keys(self) -> Longs:
        """int64[R], ascending: a number for each pair, the same wherever the merge list is."""
        keys: Longs = self._base * self.pair_left + self.pair_right
        return keys

    def numbers_of(self, keys: Longs) -> Longs:
        """Return for each key its index in `pair_left`, or -1 where no pretoken ever contains the pair."""
        own = self.keys
        if not len(own):
            return np.full(len(keys), -1)
        at = np.minimum(np.searchsorted(own, keys), len(own) - 1)
        return np.where(own[at] == keys, at, -1)

    def pairs_of_merges(self) -> Longs:
        """Return int64[T]: the index of each merge's own pair, -1 where no pretoken ever contains it."""
        return self.numbers_of(self._base * self.merges.left + self.merges.right)

    def changes_at(self, pairs: Longs, steps: Longs) -> Longs:
        """Return for each pair and step the row of the last change up to that step, -1 where there is none."""
        length = np.int64(len(self.merges))
        changes = self.change_pair * length + self.change_step
        at = np.searchsorted(changes, pairs * length + steps, side="right") - 1
        there = (pairs >= 0) & (at >= 0)
        there[there] = self.change_pair[at[there]] == pairs[there]
        return np.where(there, at, -1)


@dataclass(frozen=True, eq=False, kw_only=True)
class PairChanges(PairSteps):
    """By how much the counts of pairs change in n categories.

    Attributes (besides those of `PairSteps`):
        changes: csr int64[E, n].
        initial_pairs: int64[n], number of adjacent pairs in each category before merge 0.
    """

    changes: csr_array
    initial_pairs: Longs

    def trajectories(self, category_bytes: Longs) -> PairTrajectories:
        """Add the changes up over the steps.

        Args:
            category_bytes: int64[n], UTF-8 bytes of each category's sample.
        """
        change_pair, start = self.change_pair, self.change_step
        stop = np.full(len(start), len(self.merges), dtype=np.int32)
        same = change_pair[1:] == change_pair[:-1]
        stop[:-1][same] = start[1:][same]
        pair_start = np.flatnonzero(run_starts(change_pair))
        first = np.repeat(pair_start, np.diff(pair_start, append=len(start)))
        change = np.asarray(self.changes.sum(axis=1))
        amount = np.cumsum(change)
        amount -= (amount - change)[first]
        sums = IntervalSums(changes=self.changes, first=first, last=np.arange(len(start)))

        at = self.changes_at(self.pairs_of_merges(), np.arange(len(self.merges)))
        merge_counts = np.zeros((len(self.merges), self.changes.shape[1]), dtype=np.int64)
        found = np.flatnonzero(at >= 0)
        merge_counts[found] = sums.kept(at[found]).counts().toarray()
        stop[at[found]] = found
        kept = np.flatnonzero((stop > start) & (amount > 0))
        return PairTrajectories(
            merges=self.merges,
            merge_counts=merge_counts,
            pair_left=self.pair_left,
            pair_right=self.pair_right,
            interval_pair=change_pair[kept],
            interval_start=start[kept],
            interval_stop=stop[kept],
            sums=sums.kept(kept),
            initial_pairs=self.initial_pairs,
            category_bytes=np.asarray(category_bytes, dtype=np.int64),
        )


class ChangeSums:
    """Adds up changes that arrive one by one; sums of similar size are added, so that each is copied a few times."""

    def __init__(self) -> None:
        self._sums: list[PairChanges] = []

    def add(self, part: PairChanges) -> None:
        """Take the changes of another part of the pretokens."""
        self._sums.append(part)
        while len(self._sums) > 1 and self._sums[-2].changes.nnz <= 2 * self._sums[-1].changes.nnz:
            last = self._sums.pop()
            self._sums[-1] = add_changes([self._sums[-1], last])

    def total(self) -> PairChanges:
        """Return the sum; at least one part must have been added."""
        while len(self._sums) > 1:
            last = self._sums.pop()
            self._sums[-1] = add_changes([self._sums[-1], last])
        return self._sums[0]


def add_changes(parts: Sequence[PairChanges]) -> PairChanges:
    """Add up the changes in several parts of the pretokens; they must be of the same merges and categories."""
    if len(parts) == 1:
        return parts[0]
    merges, width = parts[0].merges, parts[0].changes.shape[1]
    length = np.int64(max(len(merges), 1))
    keys = sorted_unique(np.concatenate([part.keys for part in parts]))
    of_parts = [
        np.searchsorted(keys, part.keys)[part.change_pair] * length + part.change_step for part in parts
    ]
    events = sorted_unique(np.concatenate(of_parts))
    changes = csr_array((len(events), width), dtype=np.int64)
    for part, own in zip(parts, of_parts, strict=True):
        entries = np.zeros(len(events) + 1, dtype=np.int64)
        entries[np.searchsorted(events, own) + 1] = np.diff(part.changes.indptr)
        placed = csr_array(
            (part.changes.data, part.changes.indices, np.cumsum(entries)), shape=(len(events), width)
        )
        placed.has_sorted_indices = part.changes.has_sorted_indices
        changes = changes + placed
    base = np.int64(len(merges.symbols) + 1)
    return PairChanges(
        merges=merges,
        change_pair=(events // length).astype(np.int32),
        change_step=(events % length).astype(np.int32),
        pair_left=(keys // base).astype(np.int32),
        pair_right=(keys % base).astype(np.int32),
        changes=csr_array(changes),
        initial_pairs=np.sum([part.initial_pairs for part in parts], axis=0),
    )
