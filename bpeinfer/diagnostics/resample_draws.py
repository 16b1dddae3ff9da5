"""Blocks of documents drawn anew with replacement: the counts of merges and rivals in samples so drawn."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from bpeinfer.diagnostics.fitted import Fitted
from bpeinfer.pair_counts import PairCounts
from bpeinfer.ragged import run_starts
from bpeinfer.solving import MixtureProblem

__all__ = ["Resample", "Resampling"]

Longs = NDArray[np.int64]

SUMS = 1 << 26
"""Sums that are held at once where memory is not bounded: as many resamples as they make are drawn in one pass."""


class Resample(NamedTuple):
    """A resample: its program, and each category's bytes and pairs before the first merge, int64[n]."""

    problem: MixtureProblem
    bytes: Longs
    initial_pairs: Longs


@dataclass(frozen=True, eq=False, kw_only=True)
class Resampling:
    """Draws the blocks of a program's categories and sums up the counts of its merges and rivals.

    The draws are made first and the sums over pretokens are kept, not the counts in each block: with large samples,
    every merge occurs in every block.

    Attributes:
        problem: the program of the whole samples: R merges, L rivals, m categories.
        pairs: the counts of pairs in blocks.
        pair, step: int64[R + L], the pair of each merge and rival and the merge before which it is counted.
        row: int32[G], for each merge and each category that contains it the merge, then for each rival and each
            category that contains it R plus the rival.
        column: int32[G], the category's column, ascending within a row.
        block: int64[k], numbers of these categories' blocks among all K.
        category: int32[K], the category of every block.
        bytes, initial_pairs: int64[K], each block's.
    """

    problem: MixtureProblem
    pairs: PairCounts
    pair: Longs
    step: Longs
    row: NDArray[np.int32]
    column: NDArray[np.int32]
    block: Longs
    category: NDArray[np.int32]
    bytes: Longs
    initial_pairs: Longs

    @classmethod
    def of(cls, fitted: Fitted, problem: MixtureProblem) -> Resampling:
        """Prepare to count the merges and rivals of `problem`."""
        counts, pairs, trajectories = fitted.counts, fitted.pairs, fitted.trajectories
        merge_step, rival = problem.step.astype(np.int64), problem.rival_interval
        rival_pair, rival_step = trajectories.interval_pair[rival], trajectories.interval_start[rival]
        merge_row, merge_column = np.nonzero(problem.merge_shares)
        rivals = problem.rival_shares.sorted_indices()
        rival_row = problem.rows + np.repeat(np.arange(problem.rivals), np.diff(rivals.indptr))
        return cls(
            problem=problem,
            pairs=pairs,
            pair=np.concatenate((pairs.pairs_of_merges()[merge_step], rival_pair.astype(np.int64))),
            step=np.concatenate((merge_step, rival_step.astype(np.int64))),
            row=np.concatenate((merge_row, rival_row), dtype=np.int32, casting="same_kind"),
            column=np.concatenate((merge_column, rivals.indices), dtype=np.int32, casting="same_kind"),
            block=np.flatnonzero(np.isin(counts.block_category, problem.category)),
            category=counts.block_category,
            bytes=counts.block_bytes(),
            initial_pairs=pairs.initial_pairs,
        )

    def draw(self, generator: np.random.Generator) -> Longs:
        """Return int64[K]: how often each block is drawn for its category."""
        times = np.empty(len(self.category), dtype=np.int64)
        for category in range(self.problem.categories):
            blocks = np.flatnonzero(self.category == category)
            times[blocks] = generator.multinomial(len(blocks), np.full(len(blocks), 1 / len(blocks)))
        return times

    def drawn(self, draws: Sequence[Longs]) -> Iterator[Resample]:
        """Yield the resamples in which each block occurs as often as drawn (int64[K] each)."""
        most = SUMS if self.pairs.most is None else self.pairs.most
        at_once = max(most // max(len(self.row), 1), 1)
        for start in range(0, len(draws), at_once):
            some = draws[start : start + at_once]
            sums = self._sums(np.column_stack(some)[self.block])
            for times, summed in zip(some, sums.T, strict=True):
                yield self._resample(times, np.ascontiguousarray(summed))

    def _sums(self, draws: Longs) -> Longs:
        """Return int64[G, B]: the count of each merge or rival in each category, in each of B draws, int64[k, B]."""
        columns = self.problem.columns
        column = np.searchsorted(self.problem.category, self.category[self.block])
        held = self.row.astype(np.int64) * columns + self.column
        sums = np.zeros((len(held), draws.shape[1]), dtype=np.int64)
        for places, counts in self.pairs.in_parts(self.pair, self.step, self.block):
            counts.eliminate_zeros()
            counts.sort_indices()
            # Blocks are ordered by category, and so are the entries of each row: its part in each category is a slice.
            own = np.repeat(np.arange(counts.shape[0]) * columns, np.diff(counts.indptr))
            own += column[places][counts.indices]
            first = np.flatnonzero(run_starts(own))
            by_category = csr_array(
                (counts.data, counts.indices, np.append(first, len(own))), shape=(len(first), len(places))
            )
            sums[np.searchsorted(held, own[first])] += by_category @ draws[places]
        return sums

    def _resample(self, times: Longs, summed: Longs) -> Resample:
        """Return a resample from how often each block occurs, int64[K], and the counts, int64[G]."""
        problem = self.problem
        merges = int(np.searchsorted(self.row, problem.rows))
        starts = np.searchsorted(self.row[merges:], problem.rows + np.arange(problem.rivals + 1))
        of_bytes, initial = (
            np.bincount(self.category, times * amount, problem.categories).astype(np.int64)
            for amount in (self.bytes, self.initial_pairs)
        )
        of_merges = np.zeros((problem.rows, problem.columns), dtype=np.int64)
        of_merges[self.row[:merges], self.column[:merges]] = summed[:merges]
        of_rivals = csr_array(
            (summed[merges:], self.column[merges:], starts), shape=(problem.rivals, problem.columns)
        )
        again = problem.with_counts(of_merges, of_rivals, initial[problem.category])
        return Resample(again, of_bytes, initial)
