"""Bootstrap over blocks of documents: how far the estimate would move with other samples of the same kind."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.special import stdtrit
from threadpoolctl import threadpool_limits

from bpeinfer.diagnostics.fitted import Fitted
from bpeinfer.errors import InferenceError
from bpeinfer.progress import SILENT, Progress
from bpeinfer.solving import METHODS, CentralPath, MixtureProblem, Solution, solve
from bpeinfer.trajectory import PairTrajectories

__all__ = ["Bootstrap", "bootstrap", "byte_shares", "within_reach"]

Floats = NDArray[np.float64]
Longs = NDArray[np.int64]

WIDENING = 1.26
"""The tokenizer's own training text was a sample too, which resampling ours does not show; and counting the largest
distance like the second largest takes 5 % off a normal spread. Calibrated on known mixtures (`bpeinfer experiment run`
scores coverage; the measured figures are in benchmarks/RESULTS.md)."""

FEWEST = 10
"""Resamples, and blocks of each category, below which there are no intervals: they do not tell the spread."""

# A rival takes part in the resamples when its value plus this many standard deviations (twice Poisson's: text comes
# in bursts) reaches 0.9 of its threshold.
DEVIATIONS = 8.0
# Gap, as a part of the objective, at which the way to a resample's mixture leaves the way to the estimate, and at which
# it ends: shares are then off by a thirtieth of what they move.
SHARED = 0.5
TOLERANCE = 1e-3


@dataclass(frozen=True, eq=False)
class Bootstrap:
    """Estimates from resampled samples.

    Attributes:
        pair_shares, byte_shares: float64[B, n], one row a resample; each row sums to one.
        empty: resamples left out of B, since what they drew holds none of the merges used.
    """

    pair_shares: Floats
    byte_shares: Floats
    empty: int = 0

    def __len__(self) -> int:
        return len(self.pair_shares)

    @staticmethod
    def interval(estimate: Floats, resampled: Floats, level: float = 0.95) -> Floats:
        """Return float64[2, …], the ends of the interval around `estimate`, within 0 and 1.

        Resampled estimates scatter around a point that is itself pulled off the estimate (resampling adds the
        noise once more), so the spread is taken around the estimate: `spread`, times Student's t, times
        `WIDENING`.

        Args:
            estimate: float64[…], the shares inferred from the whole samples.
            resampled: float64[B, …], the same from the resamples.
            level: nominal coverage.
        """
        half = Bootstrap.half_width(estimate, resampled, level)
        ends: Floats = np.clip([estimate - half, estimate + half], 0.0, 1.0)
        return ends

    @staticmethod
    def half_width(estimate: Floats, resampled: Floats, level: float = 0.95) -> Floats:
        """Return float64[…], half the width of each interval before it is cut off at 0 and 1."""
        student = stdtrit(max(len(resampled) - 1, 1), (1 + level) / 2)
        half: Floats = WIDENING * student * Bootstrap.spread(estimate, resampled)
        return half

    @staticmethod
    def spread(estimate: Floats, resampled: Floats) -> Floats:
        """Return float64[…], the root mean square distance of the resamples from the estimate.

        The largest distance counts like the second largest, so that one wild resample alone sets no width.
        """
        distance = np.sort(np.abs(resampled - estimate), axis=0)
        if len(distance) > 2:
            distance[-1] = distance[-2]
        spread: Floats = np.sqrt(np.mean(distance**2, axis=0))
        return spread


def byte_shares(pair_shares: Floats, category_bytes: Longs, initial_pairs: Longs) -> Floats:
    """Turn shares of initial pairs into shares of bytes: each category has its own bytes per initial pair.

    Args:
        pair_shares: float64[…, n], shares that sum to one along the last axis, as those returned do.
        category_bytes, initial_pairs: int64[n].
    """
    in_bytes = pair_shares * category_bytes / np.maximum(initial_pairs, 1)
    shares: Floats = in_bytes / in_bytes.sum(axis=-1, keepdims=True)
    return shares


def bootstrap(
    fitted: Fitted,
    resamples: int,
    seed: int = 0,
    workers: int = 1,
    progress: Progress = SILENT,
) -> Bootstrap:
    """Draw each category's blocks anew with replacement and infer again, `resamples` times.

    Only merges, the rivals near their thresholds and the categories within reach are followed, as sums over
    blocks, so that a resample is one sparse product and a small solve. An interrupt (Ctrl-C) ends the drawing;
    what is done is returned.

    Args:
        fitted: the estimate from the whole samples.
        resamples: B.
        seed: of the draws.
        workers: threads; the result is the same with any number of them.
        progress: receives a callback for each resample.

    Raises:
        InferenceError: the form is not one of the interior point's ("pair", "paper").
    """
    counts, history, trajectories = fitted.counts, fitted.history, fitted.trajectories
    problem, solution = fitted.problem, fitted.solution
    if problem.form not in METHODS["interior-point"]:
        raise InferenceError(f"form {problem.form!r} has no bootstrap: ask for 0 resamples")
    progress.start("bootstrap", total=float(resamples))
    columns = within_reach(problem, solution)
    reachable = problem.restricted(
        np.flatnonzero(_near_threshold(problem, solution, trajectories)),
        np.flatnonzero(np.isin(problem.category, columns)),
    )
    near = reachable.rival_interval
    pair, start = trajectories.interval_pair[near], trajectories.interval_start[near]
    in_blocks = history.boundary_counts(csr_array(counts.counts))
    step = reachable.step.astype(np.int64)
    merges = history.rows_at(history.pairs_of_merges()[step], step) @ in_blocks
    rivals = history.rows_at(pair.astype(np.int64), start.astype(np.int64)) @ in_blocks
    initial = np.asarray(in_blocks.sum(axis=0), dtype=np.int64)
    sizes = np.diff(counts.offsets) @ counts.counts

    generator = np.random.default_rng(seed)
    draws = (_draw(counts.block_category, len(counts.categories), generator) for _ in range(resamples))

    def resampled(drawn: csr_array) -> tuple[Floats, Floats] | None:
        drawn_initial = initial @ drawn
        again = reachable.with_counts(
            (merges @ drawn[:, columns]).toarray(), rivals @ drawn[:, columns], drawn_initial[columns]
        )
        if again.columns == 0:
            return None
        shares = _infer_again(path, reachable, again, solution)
        return shares, byte_shares(shares, sizes @ drawn, drawn_initial)

    in_pairs, in_bytes, empty = [], [], 0
    with threadpool_limits(1, user_api="blas"), ThreadPoolExecutor(workers) as pool:
        path = CentralPath.begin(
            reachable, reachable.weights(solution.alpha), SHARED * _height(reachable, solution)
        )
        try:
            for found in pool.map(resampled, draws):
                if found is None:
                    empty += 1
                else:
                    in_pairs.append(found[0])
                    in_bytes.append(found[1])
                progress.advance()
        except KeyboardInterrupt:
            pool.shutdown(cancel_futures=True)
            if not in_pairs:
                raise
    shape = (len(in_pairs), problem.categories)
    return Bootstrap(np.reshape(in_pairs, shape), np.reshape(in_bytes, shape), empty)


def _infer_again(
    path: CentralPath, reachable: MixtureProblem, again: MixtureProblem, solution: Solution
) -> Floats:
    """Return the pair shares that a resample gives, from the nearest start."""
    if again.columns < reachable.columns:  # a category drew nothing but blocks without merges
        known = bool(solution.alpha[again.category].any())
        return solve(again, tolerance=TOLERANCE, start=solution.alpha if known else None).alpha
    return again.pair_shares(path.warm_started(again).minimise(0.0, TOLERANCE * _height(again, solution))[0])


def _height(problem: MixtureProblem, solution: Solution) -> float:
    """Return the objective, or a thousandth of all mass where there is hardly any."""
    return max(solution.objective, 1e-3 * float(problem.merge_shares.sum()) / problem.columns)


def _draw(block_category: NDArray[np.int32], categories: int, generator: np.random.Generator) -> csr_array:
    """Return csr int64[K, n]: how often each block is drawn for its category."""
    times = np.empty(len(block_category), dtype=np.int64)
    for category in range(categories):
        blocks = np.flatnonzero(block_category == category)
        times[blocks] = generator.multinomial(len(blocks), np.full(len(blocks), 1 / len(blocks)))
    drawn = np.flatnonzero(times)
    return csr_array((times[drawn], (drawn, block_category[drawn])), shape=(len(times), categories))


def within_reach(problem: MixtureProblem, solution: Solution) -> Longs:
    """Return the categories that a resample, or a part of the list, might give weight; others cost too much.

    A category's cost is the subgradient of the objective; at the optimum it equals the objective for
    categories that carry weight.
    """
    cost = problem.costs(solution.merge_multiplier, solution.rival, solution.rival_multiplier)
    weights = problem.weights(solution.alpha)
    merged = float((problem.merge_shares @ weights).sum())
    reach = cost <= solution.objective + 0.3 * max(solution.objective, 0.1 * merged)
    columns: Longs = problem.category[reach | (weights > 0.001)]
    return columns


def _near_threshold(
    problem: MixtureProblem, solution: Solution, trajectories: PairTrajectories
) -> NDArray[np.bool_]:
    """Say which rivals a resample might lift over their thresholds."""
    weights = problem.weights(solution.alpha)
    divisor = trajectories.initial_pairs[problem.category] / problem.pairs_per_weight
    values = problem.rival_shares @ weights
    variance = problem.rival_shares @ (weights**2 / divisor)
    reach: NDArray[np.bool_] = (
        values + DEVIATIONS * np.sqrt(variance) >= 0.9 * solution.threshold[problem.rival_last]
    )
    return reach
