"""The simplest mixture that fits about as well: which of the categories with a share are needed at all.

Samples are not the tokenizer's training text, so many mixtures explain its merges nearly as well as the best
one. The best one uses every category that happens to help a little: a tokenizer trained on Swedish manuals
gets a few percent of many others. Among the mixtures that cost hardly more than the best, this looks for one
with few categories, as the one-standard-error rule does for regressions (Breiman et al. 1984, Classification
and Regression Trees, section 3.4.3).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bpeinfer.progress import SILENT, Progress
from bpeinfer.solving import MixtureProblem, Solution, evaluate, rivals_near, solve

__all__ = ["SLACK", "Simplest", "simplest_mixture"]

Floats = NDArray[np.float64]
Longs = NDArray[np.int64]

SLACK = 0.05
"""Rise of the objective allowed, as a fraction of its minimum (chosen by `benchmarks/simplest.py`)."""

SMALLEST = 1e-4
"""Pair share below which a category is dropped before the search begins."""

# Each solve omits rivals below this fraction of their threshold and stops at this relative gap; its result is
# judged by the exact objective.
NEAR_THRESHOLD_FRACTION = 0.7
RELATIVE_GAP = 1e-4


@dataclass(frozen=True, eq=False)
class Simplest:
    """A mixture of few categories that fits about as well as the best one.

    Attributes:
        pair_shares: float64[n], sums to one; zero for the categories that are not needed.
        rise: the objective's rise over its minimum, as a fraction of that.
    """

    pair_shares: Floats
    rise: float


def simplest_mixture(
    problem: MixtureProblem, solution: Solution, slack: float = SLACK, progress: Progress = SILENT
) -> Simplest:
    """Drop categories while the objective stays within (1 + slack) times its minimum.

    Backward elimination: of the categories that could each be dropped within this limit, the cheaper half is
    dropped and the rest is fitted again, until even the cheapest one is needed.

    Args:
        problem, solution: of the estimate from all categories.
        slack: the rise allowed, as a fraction of the minimum (0 or more).
        progress: receives a callback for each category dropped.
    """
    allowed = (1 + slack) * solution.objective
    shares = _without(solution.alpha, np.flatnonzero(solution.alpha <= SMALLEST))
    objective = _objective(problem, shares)
    if objective > allowed:  # an exact fit: even the smallest shares are needed
        return Simplest(solution.alpha, 0.0)
    progress.start("looking for a simpler mixture")
    rivals = rivals_near(problem, problem.weights(solution.alpha), NEAR_THRESHOLD_FRACTION)
    while (present := np.flatnonzero(shares)).size > 1:
        costs = np.array([_objective(problem, _without(shares, np.array([number]))) for number in present])
        order = np.argsort(costs, kind="stable")
        cheap = present[order[: (np.count_nonzero(costs <= allowed) + 1) // 2]]
        for dropped in (cheap, present[order[:1]]):
            if dropped.size and (found := _fit_without(problem, shares, dropped, rivals)) is not None:
                tried = _objective(problem, found)
                if tried <= allowed:
                    break
        else:
            break
        shares, objective = found, tried
        progress.advance(dropped.size)
    return Simplest(shares, max(objective / solution.objective - 1, 0.0) if solution.objective > 0 else 0.0)


def _without(shares: Floats, dropped: Longs) -> Floats:
    """Return the shares without some categories, the others in proportion."""
    rest = shares.copy()
    rest[dropped] = 0.0
    total = rest.sum()
    return rest / total if total > 0 else rest


def _objective(problem: MixtureProblem, shares: Floats) -> float:
    """Return the exact objective; infinite if no category with a share contains any merge."""
    if not shares[problem.category].any():
        return float("inf")
    return evaluate(problem, problem.weights(shares)).objective


def _fit_without(problem: MixtureProblem, shares: Floats, dropped: Longs, rivals: Longs) -> Floats | None:
    """Return the best pair shares of the present categories except those dropped, None if nothing is left."""
    rest = _without(shares, dropped)
    columns = np.flatnonzero(rest[problem.category] > 0)
    if not columns.size:
        return None
    kept = problem.with_columns(columns).restricted(rivals)
    found = solve(kept, tolerance=RELATIVE_GAP, start=rest).alpha
    return _without(found, np.flatnonzero(found <= SMALLEST))
