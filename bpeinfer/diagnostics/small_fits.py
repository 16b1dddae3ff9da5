"""Fits of some columns of a mixture problem, quick enough to be made by the dozen."""

from __future__ import annotations

import time

import numpy as np
from numpy.typing import NDArray

from bpeinfer.diagnostics.fitted import Fitted
from bpeinfer.diagnostics.misfit import deviations
from bpeinfer.solving import curvature, evaluate, minimise_nearby, objective_scale, rivals_near, solve

__all__ = ["NEGLIGIBLE", "OutOfTimeError", "SmallFits", "time_left"]

Floats = NDArray[np.float64]
Longs = NDArray[np.int64]

# Pair share below which a column plays no part.
NEGLIGIBLE = 1e-4
# Rivals below this fraction of their threshold are omitted.
NEAR_THRESHOLD_FRACTION = 0.85
# A fit near the solution ends when it is promised to fall by no more than this part of itself; one that does not come
# so far is left to the solver, which stops at this relative gap.
TOLERANCE, RELATIVE_GAP = 1e-5, 3e-4


class OutOfTimeError(Exception):
    """The deadline came before the last of the fits was made; what the others say is incomplete."""


def time_left(deadline: float) -> float | None:
    """Return the seconds to a deadline on the clock of `time.perf_counter`, as `solve` takes them: None for ever."""
    return None if deadline == np.inf else max(deadline - time.perf_counter(), 0.0)


class SmallFits:
    """A mixture problem without the rivals that are far below their thresholds at its solution.

    Its fits begin at a mixture near the solution and are sought near it, see `minimise_nearby`: a fifth of the time
    that a solve takes.

    Args:
        fitted: the problem and its solution.
        deadline: when no more fits are made, on the clock of `time.perf_counter`.
    """

    def __init__(self, fitted: Fitted, deadline: float = np.inf) -> None:
        self.problem, self.deadline = fitted.problem, deadline
        weights = self.problem.weights(fitted.solution.alpha)
        rivals = rivals_near(self.problem, weights, NEAR_THRESHOLD_FRACTION)
        self._small = self.problem.restricted(rivals)
        of_merges, of_rivals = deviations(fitted)
        at = evaluate(self._small, weights)
        self._near, self._metric = at.near, curvature(self._small, weights, at, of_merges, of_rivals[rivals])

    def fit(self, columns: Longs, start: Floats) -> tuple[Floats, float]:
        """Return pair shares, float64[n], by the columns int64[k] alone, and their objective over all rivals.

        Args:
            columns: of the problem.
            start: float64[n], pair shares to begin with; what other columns have of them does not count.

        Raises:
            OutOfTimeError: the deadline has come.
        """
        inside = np.zeros(len(start), dtype=bool)
        inside[self._small.category[columns]] = True
        # A column without a share to begin with gets a little: from zero, a fit's first step is blind.
        begin = np.where(inside, np.maximum(start, NEGLIGIBLE), 0.0)
        found = self._sought(columns, begin / begin.sum())
        if time.perf_counter() >= self.deadline:
            raise OutOfTimeError
        shares = np.where(found > NEGLIGIBLE / 10, found, 0.0)
        shares /= shares.sum()
        return shares, self.objective(shares)

    def _sought(self, columns: Longs, begin: Floats) -> Floats:
        """Return pair shares, float64[n], by some columns alone; those to begin with sum to one over them."""
        problem = self._small.with_columns(columns)
        start, metric = problem.weights(begin), self._metric[np.ix_(columns, columns)]
        tolerance = TOLERANCE * objective_scale(problem, evaluate(problem, start, self._near).objective)
        found = minimise_nearby(problem, start, metric, tolerance, self._near, distant=True)
        if found.settled:
            return problem.pair_shares(found.weights)
        return solve(problem, tolerance=RELATIVE_GAP, time_limit=time_left(self.deadline), start=begin).alpha

    def objective(self, shares: Floats) -> float:
        """Return the objective of pair shares, float64[n], over all rivals."""
        return float(evaluate(self.problem, self.problem.weights(shares)).objective)
