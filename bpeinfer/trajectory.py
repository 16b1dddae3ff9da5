"""`PairTrajectories`: how often each pair occurred in each category, over the steps of training."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from bpeinfer.interval_sums import IntervalSums
from bpeinfer.loading.trainer_limits import TrainerLimits
from bpeinfer.merges import MergeList

__all__ = ["PairTrajectories"]

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]


@dataclass(frozen=True, eq=False, kw_only=True, repr=False)
class PairTrajectories:
    """Each category's pair counts over the steps of training, as intervals on which they are constant.

    Attributes:
        merges: the merge list, length T.
        merge_counts: int64[T, n], the count of pair m_t in each category before merge t.
        pair_left, pair_right: int32[P], symbol ids of the rival pairs.
        interval_pair: int32[J], the pair (index into `pair_left`) of each interval, in order.
        interval_start, interval_stop: int32[J]; on steps start..stop-1 the pair could have been merged, was
            not, and had the counts `interval_counts`. The step at which it is itself merged is excluded.
        sums: the counts of the intervals, not added up.
        initial_pairs: int64[n], number of adjacent pairs in each category before merge 0; counts divided by
            it are pair shares (the paper's normalisation, section 3).
        category_bytes: int64[n], UTF-8 bytes of each category's sample.
        left_out: pairs may be missing that occur less often than this, counted in each category for a byte of its
            sample and added up over the categories; 0 if there are all.
    """

    merges: MergeList
    merge_counts: Longs
    pair_left: Ints
    pair_right: Ints
    interval_pair: Ints
    interval_start: Ints
    interval_stop: Ints
    sums: IntervalSums
    initial_pairs: Longs
    category_bytes: Longs
    left_out: float = 0.0

    def __repr__(self) -> str:
        return (
            f"PairTrajectories({len(self.merge_counts):,} merges, {len(self.pair_left):,} rival pairs, "
            f"{len(self.interval_pair):,} intervals, {len(self.initial_pairs)} categories)"
        )

    @cached_property
    def interval_counts(self) -> csr_array:
        """Csr int64[J, n], the counts on each interval."""
        return self.sums.counts()

    def head(self, steps: int) -> PairTrajectories:
        """Return the trajectories of the first `steps` merges."""
        kept = np.flatnonzero(self.interval_start < steps)
        return replace(
            self,
            merges=self.merges.head(steps),
            merge_counts=self.merge_counts[:steps],
            interval_pair=self.interval_pair[kept],
            interval_start=self.interval_start[kept],
            interval_stop=np.minimum(self.interval_stop[kept], steps),
            sums=self.sums.kept(kept),
        )

    def allowed_by(self, limits: TrainerLimits) -> PairTrajectories:
        """Drop rivals that the trainer was not allowed to merge, at all or once their token existed."""
        symbols = [symbol.decode("utf-8", "replace") for symbol in self.merges.symbols]
        allowed = limits.allowed_pairs(symbols, self.pair_left, self.pair_right)
        stop = self.interval_stop
        if limits.each_once:
            made = {
                symbols[product]: step for step, product in reversed(list(enumerate(self.merges.product)))
            }
            last = np.full(len(allowed), np.iinfo(np.int32).max, dtype=np.int32)
            for pair in np.flatnonzero(allowed).tolist():
                step = made.get(symbols[self.pair_left[pair]] + symbols[self.pair_right[pair]])
                if step is not None:
                    last[pair] = step + 1
            stop = np.minimum(stop, last[self.interval_pair])
        kept = np.flatnonzero(allowed[self.interval_pair] & (self.interval_start < stop))
        return replace(
            self,
            interval_pair=self.interval_pair[kept],
            interval_start=self.interval_start[kept],
            interval_stop=stop[kept],
            sums=self.sums.kept(kept),
        )
