"""Bootstrap over blocks of documents: how far the estimate would move with other samples of the same kind."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import islice

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_array
from scipy.special import stdtrit

from bpeinfer.diagnostics.fitted import Fitted
from bpeinfer.diagnostics.misfit import deviations
from bpeinfer.diagnostics.resample_draws import Resample, Resampling
from bpeinfer.errors import InferenceError
from bpeinfer.progress import SILENT, Progress
from bpeinfer.solving import (
    METHODS,
    MixtureProblem,
    Solution,
    curvature,
    evaluate,
    minimise_nearby,
    objective_scale,
    solve,
)
from bpeinfer.workers import one_blas_thread

__all__ = ["Bootstrap", "NearbySearch", "bootstrap", "byte_shares", "within_reach"]

Floats = NDArray[np.float64]
Longs = NDArray[np.int64]

WIDENING = 1.26
"""The tokenizer's own training text was a sample too, which resampling ours does not show; and replacing the largest
distance by the second largest takes 5 % off a normal spread. Calibrated on known mixtures (`bpeinfer experiment run`
scores coverage; the measured figures are in benchmarks/RESULTS.md)."""

# A rival takes part in the resamples when its value plus this many such deviations reaches 0.9 of its threshold.
DEVIATIONS = 4.0
# So does one that a category would lift that far by itself, if it had this share of the pairs.
LIFTING = 0.01
# Gap, relative to the objective, at which the search for a resample's mixture may stop.
TOLERANCE = 1e-5
# Resamples whose programs are held at once.
AT_ONCE = 5
# Estimates with random weights on the comparisons.
REWEIGHTED = 20


@dataclass(frozen=True, eq=False)
class Bootstrap:
    """Estimates from resampled samples.

    Attributes:
        pair_shares, byte_shares: float64[B, n], one row per resample; each row sums to one.
        empty: number of resamples left out of B because they contain none of the merges used.
        reweighted_pair_shares, reweighted_byte_shares: float64[R, n], estimates from the whole samples with random
            weights on the comparisons (Rubin 1981, doi:10.1214/aos/1176345338): how much they contradict each other.
    """

    pair_shares: Floats
    byte_shares: Floats
    reweighted_pair_shares: Floats
    reweighted_byte_shares: Floats
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

        The largest distance counts as the second largest, so that a single wild resample cannot set the width.
        """
        distance = np.sort(np.abs(resampled - estimate), axis=0)
        if len(distance) > 2:
            distance[-1] = distance[-2]
        spread: Floats = np.sqrt(np.mean(distance**2, axis=0))
        return spread


def byte_shares(pair_shares: Floats, category_bytes: Longs, initial_pairs: Longs) -> Floats:
    """Turn shares of initial pairs into shares of bytes: each category has its own bytes per initial pair.

    Args:
        pair_shares: float64[…, n], shares that sum to one along the last axis, as do the returned ones.
        category_bytes, initial_pairs: int64[n].
    """
    in_bytes = pair_shares * category_bytes / np.maximum(initial_pairs, 1)
    shares: Floats = in_bytes / in_bytes.sum(axis=-1, keepdims=True)
    return shares


@one_blas_thread
def bootstrap(
    fitted: Fitted,
    resamples: int,
    seed: int = 0,
    workers: int = 1,
    progress: Progress = SILENT,
) -> Bootstrap:
    """Draw each category's blocks anew with replacement and infer again, `resamples` times; reweight comparisons.

    Only merges, the rivals near their thresholds and the categories within reach are followed, as sums over
    blocks. The mixture of a resample is sought from the estimate, see `minimise_nearby`. An interrupt (Ctrl-C) ends
    the drawing; what is done is returned.

    Args:
        fitted: the estimate from the whole samples.
        resamples: B.
        seed: of the draws.
        workers: threads; the result is the same with any number of them.
        progress: receives a callback for each resample.

    Raises:
        InferenceError: the form is not one of the interior point's ("pair", "paper").
    """
    problem = fitted.problem
    if problem.form not in METHODS["interior-point"]:
        raise InferenceError(f"form {problem.form!r} has no bootstrap: set resamples=0")
    progress.start("bootstrap", total=float(resamples))
    search = NearbySearch.of(fitted)
    generator = np.random.default_rng(seed)
    in_pairs, in_bytes, empty = [], [], 0
    generators = np.random.default_rng([seed, 1]).spawn(REWEIGHTED)
    with ThreadPoolExecutor(workers) as pool:
        try:
            weighed = list(pool.map(search.reweighted, generators))
            resampling = search.resampling
            drawn = resampling.drawn([resampling.draw(generator) for _ in range(resamples)])
            while some := list(islice(drawn, AT_ONCE)):
                for found in pool.map(search.shares_of, some):
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
    shape, whole = (len(in_pairs), problem.categories), fitted.trajectories
    reweighted = np.reshape(weighed, (len(weighed), problem.categories))
    return Bootstrap(
        pair_shares=np.reshape(in_pairs, shape),
        byte_shares=np.reshape(in_bytes, shape),
        reweighted_pair_shares=reweighted,
        reweighted_byte_shares=byte_shares(reweighted, whole.category_bytes, whole.initial_pairs),
        empty=empty,
    )


@dataclass(frozen=True, eq=False)
class NearbySearch:
    """Finds the mixture of a resample, starting from the estimate's.

    Attributes:
        resampling: draws resamples of the program below.
        solution: the estimate's.
        metric: float64[m, m], the program's smoothed curvature there.
        near: bool[L], its rivals near their thresholds there.
    """

    resampling: Resampling
    solution: Solution
    metric: Floats
    near: NDArray[np.bool_]

    @classmethod
    def of(cls, fitted: Fitted) -> NearbySearch:
        """Keep what a resample might change, and take the curvature on the scale of counts' deviations."""
        problem, solution = fitted.problem, fitted.solution
        of_merges, of_rivals = deviations(fitted)
        columns = np.flatnonzero(np.isin(problem.category, within_reach(problem, solution)))
        near = _near_threshold(problem, solution, of_rivals) | _lifted_by_one(problem, solution, columns)
        rivals = np.flatnonzero(near)
        reachable = problem.restricted(rivals, columns)
        weights = reachable.weights(solution.alpha)
        at = evaluate(reachable, weights)
        metric = curvature(reachable, weights, at, of_merges, of_rivals[rivals])
        return cls(Resampling.of(fitted, reachable), solution, metric, at.near)

    def shares_of(self, drawn: Resample) -> tuple[Floats, Floats] | None:
        """Return the pair shares and byte shares that a resample gives; None where it holds no merge."""
        again, solution = drawn.problem, self.solution
        if again.columns == 0:
            return None
        if solution.alpha[again.category].any():
            shares = self._from_estimate(again)
        else:  # the estimate's categories drew blocks without merges
            shares = solve(again, tolerance=TOLERANCE).alpha
        return shares, byte_shares(shares, drawn.bytes, drawn.initial_pairs)

    def reweighted(self, generator: np.random.Generator) -> Floats:
        """Return the pair shares, float64[n], with a weight on each merge and each rival pair drawn at random."""
        problem = self.resampling.problem
        of_pairs = generator.exponential(size=int(problem.rival_pair.max(initial=0)) + 1)
        return self._from_estimate(
            replace(
                problem,
                merge_weight=problem.merge_weight * generator.exponential(size=problem.rows),
                rival_weight=problem.rival_weight * of_pairs[problem.rival_pair],
            )
        )

    def _from_estimate(self, again: MixtureProblem) -> Floats:
        """Return the pair shares, float64[n], of a program that differs a little from the estimate's."""
        kept = np.isin(self.resampling.problem.category, again.category)
        tolerance = TOLERANCE * objective_scale(again, self.solution.objective)
        start, metric = again.weights(self.solution.alpha), self.metric[np.ix_(kept, kept)]
        return again.pair_shares(minimise_nearby(again, start, metric, tolerance, self.near).weights)


def within_reach(problem: MixtureProblem, solution: Solution) -> Longs:
    """Return the categories to which a resample, or a part of the list, might give weight; others cost too much.

    A category's cost is the subgradient of the objective; at the optimum it equals the objective for
    categories that carry weight.
    """
    cost = problem.costs(solution.merge_multiplier, solution.rival, solution.rival_multiplier)
    weights = problem.weights(solution.alpha)
    merged = float((problem.merge_shares @ weights).sum())
    reach = cost <= solution.objective + 0.3 * max(solution.objective, 0.1 * merged)
    columns: Longs = problem.category[reach | (weights > 0.001)]
    return columns


def _near_threshold(problem: MixtureProblem, solution: Solution, deviation: Floats) -> NDArray[np.bool_]:
    """Return which rivals a resample might lift over their thresholds, given the standard `deviation`, float64[L]."""
    values = problem.rival_shares @ problem.weights(solution.alpha)
    reach: NDArray[np.bool_] = values + DEVIATIONS * deviation >= 0.9 * solution.threshold[problem.rival_last]
    return reach


def _lifted_by_one(problem: MixtureProblem, solution: Solution, columns: Longs) -> NDArray[np.bool_]:
    """Return which rivals some column, int64[k], alone lifts over their thresholds with a share of `LIFTING`, bool[L].

    A category without a share in the estimate has its rivals at nothing there. Without them, nothing would keep a
    resample from giving it any share.
    """
    whole = float((solution.alpha[problem.category] / problem.pairs_per_weight).sum())
    weights = LIFTING / problem.pairs_per_weight[columns] / whole
    scaled = csc_array(problem.rival_shares)[:, columns] * weights
    lifted: NDArray[np.bool_] = (
        scaled.max(axis=1).toarray().ravel() >= 0.9 * solution.threshold[problem.rival_last]
    )
    return lifted
