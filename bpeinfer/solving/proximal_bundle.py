"""A proximal bundle method: solves a program close to a solved one in about ten evaluations of its objective.

The objective is the maximum of many planes, and each evaluation gives one of them. The next mixture minimises the
maximum of the known ones, plus half the squared distance from the best mixture so far (Lemaréchal 1978; Kiwiel 1990,
Math. Program. 46, doi:10.1007/BF01585731). With plain distances that takes hundreds of evaluations. The metric used
here is the curvature of the objective on the scale on which neighbouring programs differ, taken once from the solved
one.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from bpeinfer.ragged import run_starts
from bpeinfer.solving.objective import Evaluation, evaluate
from bpeinfer.solving.problem import MixtureProblem
from bpeinfer.solving.proximal_point import proximal_point

__all__ = ["Nearby", "curvature", "minimise_nearby", "objective_scale"]

Floats = NDArray[np.float64]

# Most evaluations: near the solution, and further away.
MOST_EVALUATIONS, MOST_DISTANT = 40, 100
# The search ends when the known planes promise less than this part of its gain so far: weights are then off by a few
# hundredths of how far they have moved.
LEFT = 0.005
# A hinge further from its kink than this many deviations has no curvature.
FAR = 5.0
# A deviation is at least this part of the threshold.
LEAST_DEVIATION = 1e-3
# Further away: where a step gains at least the first part of what the planes promised, the metric becomes so many times
# smaller, and the next steps longer; where it gains less than the second part, it grows again, up to what it was.
TRUSTED, DOUBTED, SMALLER, LARGER, LEAST_SCALE = 0.5, 0.1, 0.25, 1.5, 1e-4
# Curvature in every direction, as a part of the objective, so that shares that nothing holds in place stay put.
RIDGE = 0.1


class Nearby(NamedTuple):
    """What a search found: β, float64[m], and whether it ended before it ran out of evaluations."""

    weights: Floats
    settled: bool


def curvature(
    problem: MixtureProblem, weights: Floats, at: Evaluation, merge_deviation: Floats, rival_deviation: Floats
) -> Floats:
    """Return float64[m, m], the smoothed second derivative of the objective at its minimum.

    Averaged over normal errors of its residual, a hinge of cost a has the curvature a·φ(r/σ)/σ at residual r ("induced
    smoothing": Brown and Wang 2005, Biometrika 92, doi:10.1093/biomet/92.1.149). Equal thresholds move together, and
    always to where they cost least, so a run of them has the curvature of its hinges around their mean.

    Args:
        problem: the solved program.
        weights: β, float64[m].
        at: the evaluation there.
        merge_deviation: float64[R], σ of each merge's residual between programs.
        rival_deviation: float64[L], of each rival's.
    """
    if problem.known_counts is not None:
        unit, over = problem.count_unit, problem.over_counts()
        of_rivals = rival_deviation / unit[problem.rival_last]
        return curvature(over, weights, evaluate(over, weights), merge_deviation / unit, of_rivals)
    threshold, last = at.fit.threshold, problem.rival_last
    merges = _bend(
        threshold - problem.merge_shares @ weights, merge_deviation, threshold, problem.merge_weight
    )
    rivals = _bend(
        problem.rival_shares @ weights - threshold[last],
        rival_deviation,
        threshold[last],
        problem.rival_weight,
    )
    bent = np.flatnonzero(rivals)
    rivals, last = rivals[bent], last[bent]
    shares = problem.rival_shares[bent].toarray()

    start = run_starts(threshold)
    run = np.cumsum(start) - 1
    total = np.bincount(run, merges) + np.bincount(run[last], rivals, int(run[-1]) + 1)
    of_runs = np.add.reduceat(merges[:, None] * problem.merge_shares, np.flatnonzero(start))
    of_runs += csr_array((rivals, (run[last], np.arange(len(bent)))), shape=(len(total), len(bent))) @ shares
    roots = (
        np.sqrt(merges)[:, None] * problem.merge_shares,
        np.sqrt(rivals)[:, None] * shares,
    )
    means = of_runs / np.sqrt(np.maximum(total, np.finfo(float).tiny))[:, None]
    matrix: Floats = sum(root.T @ root for root in roots) - means.T @ means
    return matrix + RIDGE * objective_scale(problem, at.objective) * np.eye(problem.columns)


def objective_scale(problem: MixtureProblem, objective: float) -> float:
    """Return the objective, or a thousandth of all mass if the objective is nearly zero."""
    return max(objective, 1e-3 * float(problem.merge_shares.sum()) / problem.columns)


def minimise_nearby(
    problem: MixtureProblem,
    start: Floats,
    metric: Floats,
    tolerance: float,
    near: NDArray[np.bool_],
    distant: bool = False,
) -> Nearby:
    """Return β at which the objective is about as small as it can be.

    Ends when the known planes promise less than `LEFT` of the gain from the start, or than `tolerance`, or after
    `MOST_EVALUATIONS`.

    Args:
        problem: the program.
        start: β to begin at, the optimum of the solved program or a mixture near it.
        metric: float64[m, m], positive definite, from `curvature` of that program.
        tolerance: of the objective.
        near: bool[L], the rivals to examine first.
        distant: whether the optimum may be further away than the scale of the metric. Then only `tolerance` ends the
            search, or `MOST_DISTANT` evaluations, and the metric follows what steps gain (Kiwiel 1990).
    """
    problem = problem.over_counts()
    best, least = start, np.inf
    slopes = np.empty((0, problem.columns))
    weights, scale, promise = start, 1.0, 0.0
    for evaluation in range(MOST_DISTANT if distant else MOST_EVALUATIONS):
        at = evaluate(problem, weights, near)
        near = at.near
        slopes = np.vstack((slopes, at.subgradient(problem)))
        if evaluation == 0:
            at_start = at.objective
        elif distant:
            scale = _scaled(scale, (least - at.objective) / promise)
        if at.objective < least:
            best, least = weights, at.objective
        enough = tolerance if distant else max(tolerance, LEFT * (at_start - least))
        weights, value = proximal_point(scale * metric, best, slopes, 0.1 * enough)
        promise = least - value
        if promise <= enough:
            return Nearby(best, True)
    return Nearby(best, False)


def _scaled(scale: float, kept: float) -> float:
    """Return the next factor of the metric after a step that kept a part of what it promised."""
    if kept >= TRUSTED:
        return max(SMALLER * scale, LEAST_SCALE)
    return min(LARGER * scale, 1.0) if kept < DOUBTED else scale


def _bend(residual: Floats, deviation: Floats, threshold: Floats, weight: Floats) -> Floats:
    """Return the curvature of hinges."""
    least = LEAST_DEVIATION * np.maximum(threshold, LEAST_DEVIATION * threshold.mean())
    sigma = np.maximum(deviation, np.maximum(least, np.finfo(float).tiny))
    scaled = residual / sigma
    bend = weight * np.exp(-0.5 * scaled**2) / (sigma * np.sqrt(2 * np.pi))
    return np.where(np.abs(scaled) < FAR, bend, 0.0)
