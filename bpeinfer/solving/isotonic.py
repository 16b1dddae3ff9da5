"""The exact objective of one mixture: L1 isotonic regression of thresholds by bisection over their levels."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bpeinfer.ragged import run_starts

__all__ = ["Thresholds", "fit_thresholds"]


@dataclass(frozen=True, eq=False)
class Thresholds:
    """The best non-increasing thresholds for fixed merge and rival values, with their multipliers.

    Attributes:
        objective: Σₜ aₜ (θₜ − sₜ)₊ + Σⱼ bⱼ (xⱼ − θ[eⱼ])₊ at the best θ.
        threshold: float64[R], θ.
        merge_multiplier: float64[R], zₜ in [0, aₜ].
        rival_multiplier: float64[L], yⱼ in [0, bⱼ].

    For every t, Σ_{u ≤ t} z_u ≥ Σ_{j: eⱼ ≤ t} yⱼ: for *any* other values s′, x′ the optimum is at least
    Σ yⱼ x′ⱼ − Σ zₜ s′ₜ, with equality here. That makes (z, y) a subgradient.
    """

    objective: float
    threshold: NDArray[np.float64]
    merge_multiplier: NDArray[np.float64]
    rival_multiplier: NDArray[np.float64]


def fit_thresholds(
    merge_values: NDArray[np.float64],
    rival_values: NDArray[np.float64],
    rival_last: NDArray[np.integer],
    merge_weight: NDArray[np.float64],
    rival_weight: NDArray[np.float64],
) -> Thresholds:
    """Minimise Σₜ aₜ (θₜ − sₜ)₊ + Σⱼ bⱼ (xⱼ − θ[eⱼ])₊ over θ₀ ≥ θ₁ ≥ … ≥ 0, exactly.

    The thresholds above a level form a prefix of every segment of rows that is still undecided: the prefix
    with the smallest sum of slopes at that level. Halving the range of levels of all segments at once takes
    log₂(distinct values) passes, and a rival is considered only while its value lies inside its row's range.

    Example:
        One merge of value 1 that two rivals of values 3 and 4 exceed: the threshold rises to 3, where
        one rival pays 1 and the merge 2.

        >>> one = np.ones
        >>> fit = fit_thresholds(np.array([1.0]), np.array([3.0, 4.0]), np.array([0, 0]), one(1), one(2))
        >>> fit.objective, fit.threshold.tolist()
        (3.0, [3.0])

    Arguments are s[R], x[L], e[L], a[R], b[L]: values not negative, weights positive.
    """
    rows = len(merge_values)
    levels, rank = np.unique(np.concatenate((merge_values, rival_values, [0.0])), return_inverse=True)
    merge_rank, rival_rank = rank[:rows], rank[rows:-1]
    threshold_rank = _threshold_ranks(
        merge_rank, rival_rank, np.asarray(rival_last), merge_weight, rival_weight, len(levels)
    )
    threshold = levels[threshold_rank]

    # Slopes just right (r) and just left (l) of each threshold. A run of equal thresholds needs multipliers
    # that sum to zero with non-negative prefixes: start from r and lower from the right end of the run,
    # down to l.
    at_rival = threshold_rank[rival_last]
    below = rival_rank < at_rival
    tied = rival_rank == at_rival
    merge_multiplier = np.where(merge_rank <= threshold_rank, merge_weight, 0.0)
    rival_multiplier = np.where(below | tied, 0.0, rival_weight)
    merge_tied = merge_rank == threshold_rank
    slope = merge_multiplier - np.bincount(rival_last, rival_multiplier, rows)
    room = np.bincount(rival_last, np.where(tied, rival_weight, 0.0), rows) + np.where(
        merge_tied, merge_weight, 0.0
    )
    start = np.flatnonzero(run_starts(threshold_rank))
    run = np.repeat(np.arange(len(start)), np.diff(np.append(start, rows)))
    excess = np.add.reduceat(slope, start)
    excess[levels[threshold_rank[start]] <= 0.0] = 0.0  # θ ≥ 0 carries the rest
    room_through = np.cumsum(room)
    room_after = room_through[np.append(start[1:], rows) - 1][run] - room_through
    lowered = np.clip(excess[run] - room_after, 0.0, room)
    fraction = np.divide(lowered, room, out=np.zeros(rows), where=room > 0)
    merge_multiplier = np.where(merge_tied, (1.0 - fraction) * merge_weight, merge_multiplier)
    rival_multiplier = np.where(tied, fraction[rival_last] * rival_weight, rival_multiplier)

    short = np.maximum(threshold - merge_values, 0.0)
    over = np.maximum(rival_values - threshold[rival_last], 0.0)
    objective = float(merge_weight @ short + rival_weight @ over)
    return Thresholds(objective, threshold, merge_multiplier, rival_multiplier)


def _threshold_ranks(
    merge_rank: NDArray[np.intp],
    rival_rank: NDArray[np.intp],
    rival_last: NDArray[np.integer],
    merge_weight: NDArray[np.float64],
    rival_weight: NDArray[np.float64],
    level_count: int,
) -> NDArray[np.intp]:
    """Return the level number of each row's best threshold."""
    rows = len(merge_rank)
    answer = np.zeros(rows, dtype=np.intp)
    # Undecided rows, in order: their own number, range of levels (both ends included), first-of-segment flag.
    row = np.arange(rows)
    low = np.zeros(rows, dtype=np.intp)
    high = np.full(rows, level_count - 1, dtype=np.intp)
    first = np.zeros(rows, dtype=bool)
    first[0] = True
    always = np.zeros(rows)  # slope from rivals that lie above the whole range
    place, height, weight = np.asarray(rival_last, dtype=np.intp), rival_rank, rival_weight
    while True:
        done = low == high
        if done.any():
            answer[row[done]] = low[done]
            if done.all():
                return answer
            open_ = ~done
            new_place = np.cumsum(open_) - 1
            kept = open_[place]
            place, height, weight = new_place[place[kept]], height[kept], weight[kept]
            row, low, high, first, always = row[open_], low[open_], high[open_], first[open_], always[open_]
        middle = (low + high) >> 1
        above = height > middle[place]
        slope = np.where(merge_rank[row] <= middle, merge_weight[row], 0.0)
        slope -= always + np.bincount(place, weight * above, len(row))
        total = np.cumsum(slope)
        start = np.flatnonzero(first)
        segment = np.cumsum(first) - 1
        before = total[start] - slope[start]
        lowest = np.minimum.reduceat(total, start)
        position = np.arange(len(row))
        where_lowest = np.where(total == lowest[segment], position, -1)
        cut = np.where(lowest < before, np.maximum.reduceat(where_lowest, start) + 1, start)
        upper = position < cut[segment]
        low = np.where(upper, middle + 1, low)
        high = np.where(upper, high, middle)
        first[cut[cut < len(row)]] = True
        # A rival outside its row's new range never changes its slope again.
        over = height >= high[place]
        always += np.bincount(place[over], weight[over], len(row))
        inside = ~over & (height > low[place])
        place, height, weight = place[inside], height[inside], weight[inside]
