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


class PairCounts:
    """The counts of all pairs at all steps, in K blocks of text.

    Args:
        pairs: all pairs, and the steps at which their counts change.
        parts: called for each pass over the pretokens; yields for each part of them the lifetimes of its pairs and
            csc int64 (P × K), how often each of its pretokens occurs in each block.
        blocks: K.
    """

    def __init__(
        self, pairs: PairSteps, parts: Callable[[], Iterator[tuple[PairHistory, csc_array]]], blocks: int
    ) -> None:
        self._pairs = pairs
        self._parts = parts
        self._blocks = blocks

    @classmethod
    def of(cls, history: PairHistory, counts: csc_array) -> PairCounts:
        """Wrap the lifetimes of all pretokens' pairs and the pretokens' counts in blocks, csc int64 (P × K)."""
        return cls(history, lambda: iter([(history, counts)]), counts.shape[1])

    def pairs_of_merges(self) -> Longs:
        """Return int64[T]: the index of each merge's own pair, -1 where no pretoken ever contains it."""
        return self._pairs.pairs_of_merges()

    def counts_at(self, pairs: Longs, steps: Longs, blocks: Longs) -> csr_array:
        """Return csr int64[k, b]: the count of each pair before the merge of its step, in some blocks.

        Args:
            pairs: int64[k], index of the pair; -1 gives an empty row.
            steps: int64[k].
            blocks: int64[b], numbers of the blocks.
        """
        keys = self._pairs.keys[pairs] if len(self._pairs.pair_left) else np.zeros(len(pairs), dtype=np.int64)
        keys[pairs < 0] = -1
        sums = [csr_array((len(pairs), len(blocks)), dtype=np.int64)]
        for history, counts in self._parts():
            sums.append(history.counts_at(history.numbers_of(keys), steps, csr_array(counts[:, blocks])))
            # Sums of like size are added to one another: an entry is copied when these double, not with each part.
            while len(sums) > 1 and sums[-2].nnz <= 2 * sums[-1].nnz:
                sums[-2:] = [sums[-2] + sums[-1]]
        return csr_array(reduce(add, reversed(sums)))

    def initial_pairs(self) -> Longs:
        """Return int64[K]: the number of adjacent pairs in each block before the first merge."""
        found = np.zeros(self._blocks, dtype=np.int64)
        for history, counts in self._parts():
            found += history.initial_pairs @ counts
        return found
