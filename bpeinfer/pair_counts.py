"""How often pairs occur in each block of the samples, whether their pretokens are in memory or, in parts, on disk."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import reduce
from operator import add

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_array, csr_array

from bpeinfer.pair_changes import PairSteps
from bpeinfer.pair_history import PairHistory

__all__ = ["PairCounts"]

Longs = NDArray[np.int64]

_AT_ONCE = 3_000_000
"""Counts of a pretoken in a block that are summed up at once: their working arrays take about 200 bytes each."""


class PairCounts:
    """The counts of all pairs at all steps, in K blocks of text.

    Args:
        pairs: all pairs, and the steps at which their counts change.
        parts: called for each pass over the pretokens; yields for each part of them the lifetimes of its pairs and
            csc int64 (P × K), how often each of its pretokens occurs in each block.
        initial_pairs: int64[K], the number of adjacent pairs in each block before the first merge.
        most: counts of pairs that may be held at once, in blocks or in resamples (None: any number).
    """

    def __init__(
        self,
        pairs: PairSteps,
        parts: Callable[[], Iterator[tuple[PairHistory, csc_array]]],
        initial_pairs: Longs,
        most: int | None = None,
    ) -> None:
        self.initial_pairs = initial_pairs
        self.most = most
        self._pairs = pairs
        self._parts = parts

    @classmethod
    def of(cls, history: PairHistory, counts: csc_array) -> PairCounts:
        """Wrap the lifetimes of all pretokens' pairs and the pretokens' counts in blocks, csc int64 (P × K)."""
        return cls(history, lambda: iter([(history, counts)]), history.initial_pairs @ counts)

    def pairs_of_merges(self) -> Longs:
        """Return int64[T]: the index of each merge's own pair, -1 where no pretoken ever contains it."""
        return self._pairs.pairs_of_merges()

    def in_parts(self, pairs: Longs, steps: Longs, blocks: Longs) -> Iterator[tuple[Longs, csr_array]]:
        """Yield counts that add up to those of each pair before the merge of its step, in some blocks.

        Args:
            pairs: int64[k], index of the pair; -1 gives an empty row.
            steps: int64[k].
            blocks: int64[b], numbers of the blocks.

        Yields:
            int64[a], places in `blocks`, and csr int64[k, a], counts in these blocks.
        """
        keys = self._pairs.keys[pairs] if len(self._pairs.pair_left) else np.zeros(len(pairs), dtype=np.int64)
        keys[pairs < 0] = -1
        for history, counts in self._parts():
            rows = history.rows_at(history.numbers_of(keys), steps)
            kinds = np.flatnonzero(np.bincount(rows.indices, minlength=rows.shape[1]))
            rows, held = rows[:, kinds], counts[:, blocks]
            stop = 0
            while stop < len(blocks):
                start = stop
                most = held.indptr[start] + _AT_ONCE
                stop = max(int(np.searchsorted(held.indptr, most, side="right")) - 1, start + 1)
                some = csr_array(held[:, start:stop])
                yield np.arange(start, stop), rows @ history.boundary_counts(some, kinds)

    def counts_at(self, pairs: Longs, steps: Longs, blocks: Longs, into: Longs) -> csr_array:
        """Return csr int64[k, c]: the count of each pair before the merge of its step, in groups of blocks.

        Args:
            pairs, steps, blocks: as for `in_parts`.
            into: int64[b], the group of each block, ascending from 0 to c - 1.
        """
        shape = (len(pairs), int(into[-1]) + 1 if len(into) else 0)
        sums = [csr_array(shape, dtype=np.int64)]
        for places, counts in self.in_parts(pairs, steps, blocks):
            grouped = csr_array((counts.data, into[places][counts.indices], counts.indptr), shape=shape)
            grouped.sum_duplicates()
            sums.append(grouped)
            # Sums of like size are added to one another: an entry is copied when these double, not with each part.
            while len(sums) > 1 and sums[-2].nnz <= 2 * sums[-1].nnz:
                sums[-2:] = [sums[-2] + sums[-1]]
        return csr_array(reduce(add, reversed(sums)))
