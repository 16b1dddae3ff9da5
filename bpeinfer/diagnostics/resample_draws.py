"""Blocks of documents drawn anew with replacement: the counts of merges and rivals in samples so drawn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from bpeinfer.diagnostics.fitted import Fitted
from bpeinfer.ragged import run_starts
from bpeinfer.solving import MixtureProblem

__all__ = ["CountsByBlock", "Resample"]

Longs = NDArray[np.int64]


class Resample(NamedTuple):
    """A resample: its program, and each category's bytes and pairs before the first merge, int64[n]."""

    problem: MixtureProblem
    bytes: Longs
    initial_pairs: Longs


@dataclass(frozen=True, eq=False, kw_only=True)
class CountsByBlock:
    """A program's counts, split by the blocks of its categories.

    Attributes:
        problem: the program of the whole samples: R merges, L rivals, m categories.
        counts: csr int64[G, k], counts in the k blocks of these categories: one row for each merge and each category
            that contains it, then one for each rival and each category that contains it.
        row: int64[G], the merge, or R plus the rival.
        column: int64[G], the category's column.
        block: int64[k], numbers of the blocks among all K.
        category: int32[K], the category of every block.
        bytes, initial_pairs: int64[K], each block's.
    """

    problem: MixtureProblem
    counts: csr_array
    row: Longs
    column: Longs
    block: Longs
    category: NDArray[np.int32]
    bytes: Longs
    initial_pairs: Longs

    @classmethod
    def of(cls, fitted: Fitted, problem: MixtureProblem) -> CountsByBlock:
        """Count the merges and rivals of `problem` in each block."""
        counts, pairs, trajectories = fitted.counts, fitted.pairs, fitted.trajectories
        merge_step, rival = problem.step.astype(np.int64), problem.rival_interval
        rival_pair, rival_step = trajectories.interval_pair[rival], trajectories.interval_start[rival]
        pair = np.concatenate((pairs.pairs_of_merges()[merge_step], rival_pair.astype(np.int64)))
        step = np.concatenate((merge_step, rival_step.astype(np.int64)))
        column_of = np.full(problem.categories, -1)
        column_of[problem.category] = np.arange(problem.columns)
        block = np.flatnonzero(column_of[counts.block_category] >= 0)
        in_blocks = pairs.counts_at(pair, step, block)
        in_blocks.sort_indices()
        # Blocks are ordered by category, and so are the entries of each row: its part in each category is a slice.
        row = np.repeat(np.arange(in_blocks.shape[0]), np.diff(in_blocks.indptr))
        column = column_of[counts.block_category[block]][in_blocks.indices]
        first = np.flatnonzero(run_starts(row) | run_starts(column))
        return cls(
            problem=problem,
            counts=csr_array(
                (in_blocks.data, in_blocks.indices, np.append(first, len(row))),
                shape=(len(first), len(block)),
            ),
            row=row[first],
            column=column[first],
            block=block,
            category=counts.block_category,
            bytes=counts.block_bytes(),
            initial_pairs=pairs.initial_pairs(),
        )

    def draw(self, generator: np.random.Generator) -> Longs:
        """Return int64[K]: how often each block is drawn for its category."""
        times = np.empty(len(self.category), dtype=np.int64)
        for category in range(self.problem.categories):
            blocks = np.flatnonzero(self.category == category)
            times[blocks] = generator.multinomial(len(blocks), np.full(len(blocks), 1 / len(blocks)))
        return times

    def drawn(self, draws: list[Longs]) -> list[Resample]:
        """Return the resamples in which each block occurs as often as drawn."""
        problem, shape = self.problem, (self.problem.rows, self.problem.columns)
        sums = self.counts @ np.column_stack(draws)[self.block]
        merges = int(np.searchsorted(self.row, problem.rows))
        starts = np.searchsorted(self.row[merges:], problem.rows + np.arange(problem.rivals + 1))
        found = []
        for times, summed in zip(draws, sums.T, strict=True):
            of_bytes, initial = (
                np.bincount(self.category, times * amount, problem.categories).astype(np.int64)
                for amount in (self.bytes, self.initial_pairs)
            )
            of_merges = np.zeros(shape, dtype=np.int64)
            of_merges[self.row[:merges], self.column[:merges]] = summed[:merges]
            of_rivals = csr_array(
                (summed[merges:], self.column[merges:], starts), shape=(problem.rivals, problem.columns)
            )
            again = problem.with_counts(of_merges, of_rivals, initial[problem.category])
            found.append(Resample(again, of_bytes, initial))
        return found
