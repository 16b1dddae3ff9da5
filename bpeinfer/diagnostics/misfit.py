"""The misfit: how far merges fall short of their thresholds, weighted by how well their counts are known."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_array, csr_array

from bpeinfer.counting.memory import JOINED
from bpeinfer.diagnostics.fitted import Fitted
from bpeinfer.pair_counts import PairCounts
from bpeinfer.pair_history import PairHistory
from bpeinfer.ragged import neighbour_groups, run_starts
from bpeinfer.solving import Form, MixtureProblem, evaluate
from bpeinfer.trajectory import PairTrajectories

__all__ = [
    "Floats",
    "Longs",
    "deviations",
    "misfit_of",
    "misfit_of_one",
    "occurrence_weights",
    "variance_of_merges",
]

Floats = NDArray[np.float64]
Longs = NDArray[np.int64]

# A merge's own scatter between blocks is used if the mixture has at least this part of the expected count.
WELL_HELD = 0.5
# No count is trusted to better than this part of itself, however little it scatters.
COUNT_PRECISION = 0.01
# Counts scatter by this many standard deviations of a Poisson count: text comes in bursts.
BURSTS = 2.0
# Each count is held so often while they are summed up, as data, place and sum.
_COPIES = 4


def occurrence_weights(trajectories: PairTrajectories, problem: MixtureProblem, weights: Floats) -> Floats:
    """Return float64[m]: what one occurrence of a pair in each column's category adds to the mixture's share."""
    initial = np.asarray(trajectories.initial_pairs)[problem.category]
    added: Floats = weights * problem.pairs_per_weight / initial
    return added


def deviations(fitted: Fitted) -> tuple[Floats, Floats]:
    """Return float64[R] and float64[L], the standard deviations of the merges' and rivals' values."""
    problem = fitted.problem
    weights = problem.weights(fitted.solution.alpha)
    spread = weights * occurrence_weights(fitted.trajectories, problem, weights)
    return BURSTS * np.sqrt(problem.merge_shares @ spread), BURSTS * np.sqrt(problem.rival_shares @ spread)


def variance_of_merges(
    pairs: PairCounts,
    block_category: NDArray[np.int32],
    occurrence: Floats,
    steps: Longs,
) -> Floats:
    """Return the variance of the mixture's amount of each merge's pair, from the scatter between blocks.

    Args:
        pairs: their counts in the blocks.
        block_category: int32[K].
        occurrence: float64[n], weight of an occurrence in each category; blocks of weight 0 are passed over.
        steps: the merges to look at.
    """
    weighed = np.flatnonzero(occurrence[block_category])
    category = block_category[weighed]
    merges, weight = pairs.pairs_of_merges()[steps], occurrence[category]
    variance = np.zeros(len(steps))
    for turn, into in _in_turns(category, len(steps), pairs.most):
        counts = pairs.counts_at(merges, steps, weighed[turn], into)
        first = np.flatnonzero(run_starts(into))
        of, own = category[turn][first], weight[turn][first]
        counts.data = counts.data.astype(np.float64)
        shape = (len(first), len(occurrence))
        sums = counts @ csr_array((own, (np.arange(len(first)), of)), shape=shape)
        number = np.maximum(np.bincount(of, minlength=len(occurrence)), 1)
        counts.data **= 2
        variance += counts @ own**2 - sums.power(2) @ (1 / number)
    return np.maximum(variance, 0.0)


def _in_turns(category: NDArray[np.int32], rows: int, most: int | None) -> Iterator[tuple[slice, Longs]]:
    """Divide blocks so that at most `most` counts of `rows` pairs in them are held at once (None: any number).

    If those in all blocks are more, neighbours are joined, into `JOINED` groups for each category at most, and some
    categories are taken after others. The blocks' scatter is that of the joined ones, if they are independent.

    Args:
        category: int32[k], of each block, ascending.
        rows, most: see above.

    Yields:
        the blocks of some categories, and the group of each, int64, ascending from 0.
    """
    if most is None or rows * len(category) * _COPIES <= most:
        yield slice(0, len(category)), np.arange(len(category))
        return
    group = neighbour_groups(category, JOINED)
    turn = (np.cumsum(run_starts(category)) - 1) // max(most // (rows * JOINED * _COPIES), 1)
    for number in range(int(turn[-1]) + 1):
        begin, end = np.searchsorted(turn, [number, number + 1])
        yield slice(begin, end), group[begin:end] - group[begin]


def misfit_of(expected: Floats, held: Floats, variance: Floats) -> float:
    """Return the weighted mean of the squared relative shortfalls; rare and uneven pairs weigh little.

    Where the mixture has little of the pair, its own scatter says nothing; the typical scatter is used instead.
    """
    there = expected > 0
    if not there.any():  # nothing is expected, so that nothing can fall short
        return 0.0
    expected, held, variance = expected[there], held[there], variance[there]
    well = held > WELL_HELD * expected
    scatter = np.divide(variance, held, out=np.zeros(len(held)), where=well)
    scatter[~well] = np.median(scatter[well]) if well.any() else 0.0
    weight = expected / (scatter / expected + COUNT_PRECISION**2)
    return float(weight @ np.clip(1 - held / expected, 0, 1) ** 2 / weight.sum())


def misfit_of_one(
    history: PairHistory,
    trajectories: PairTrajectories,
    blocks: csc_array,
    block_category: NDArray[np.int32],
    times: Floats | Longs,
    first: int,
    form: Form = "last",
) -> float:
    """Return the misfit of one text (n = 1), whose share is certain; 1 if it has none of the merges examined.

    Args:
        history: of the list.
        trajectories: of the text.
        blocks: int64 (P × K), its pretokens by block.
        block_category: int32[K], the part of the text that each block is of.
        times: how often the blocks of each part are counted.
        first: the first merge examined.
        form: see `MixtureProblem`.
    """
    counts = trajectories.merge_counts[first:]
    if not counts.any():
        return 1.0
    problem = MixtureProblem.from_trajectories(trajectories, first, form=form)
    steps = np.arange(first, first + len(counts))
    one = occurrence_weights(trajectories, problem, np.ones(1))
    threshold = np.interp(steps, problem.step, evaluate(problem, np.ones(1)).fit.threshold)
    variance = variance_of_merges(PairCounts.of(history, blocks), block_category, one * times, steps)
    return misfit_of(threshold, counts @ one, variance)
