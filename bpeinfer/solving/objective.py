"""The exact objective of a given mixture, over all rivals of a problem."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bpeinfer.solving.isotonic import Thresholds, fit_thresholds
from bpeinfer.solving.problem import MixtureProblem

__all__ = ["NEAR", "Evaluation", "evaluate", "rivals_near"]

Floats = NDArray[np.float64]

# Rivals above this fraction of their threshold are examined first, and are carried along while a mixture
# changes.
NEAR = 0.9


@dataclass(frozen=True, eq=False)
class Evaluation:
    """The interval form evaluated at one mixture.

    Attributes:
        fit: the best thresholds; its rival multipliers belong to `rival`.
        rival: int64[k], the rivals in the fit; all others lie at or below the thresholds.
        near: bool[L], rivals above `NEAR` times their threshold, and those in the fit.
    """

    fit: Thresholds
    rival: NDArray[np.int64]
    near: NDArray[np.bool_]

    @property
    def objective(self) -> float:
        """The objective, exact over all rows and rivals."""
        return self.fit.objective

    def subgradient(self, problem: MixtureProblem) -> Floats:
        """Return g, float64[m]: for every β the objective is at least g·β, with equality at this mixture."""
        return problem.costs(self.fit.merge_multiplier, self.rival, self.fit.rival_multiplier)


def evaluate(problem: MixtureProblem, weights: Floats, chosen: NDArray[np.bool_] | None = None) -> Evaluation:
    """Return the exact objective at weights β (m) with thresholds and multipliers.

    Only the rivals `chosen`, bool[L] (None: those near a first guess of the thresholds), enter the fit at first. If
    all others stay at or below the fitted thresholds, they add nothing there and can only add elsewhere, so the
    fit is the optimum for all; otherwise those that exceed them are added and the fit is repeated.
    """
    if problem.known_counts is not None:
        unit, last = problem.count_unit, problem.rival_last
        found = evaluate(problem.over_counts(), weights, chosen)
        fit = Thresholds(
            found.objective,
            found.fit.threshold[-1] * unit,
            found.fit.merge_multiplier / unit,
            found.fit.rival_multiplier / unit[last[found.rival]],
        )
        return Evaluation(fit, found.rival, found.near)
    merge_values = problem.merge_shares @ weights
    rival_values = problem.rival_shares @ weights
    if chosen is None:
        from scipy.optimize import isotonic_regression  # takes as long to load as everything else together

        guess = isotonic_regression(merge_values, increasing=False).x
        chosen = rival_values > NEAR * guess[problem.rival_last]
    while True:
        rival = np.flatnonzero(chosen)
        fit = fit_thresholds(
            merge_values,
            rival_values[rival],
            problem.rival_last[rival],
            problem.merge_weight,
            problem.rival_weight[rival],
        )
        level = fit.threshold[problem.rival_last]
        missed = (rival_values > level) & ~chosen
        if not missed.any():
            return Evaluation(fit, rival, chosen | (rival_values > NEAR * level))
        chosen = chosen | missed


def rivals_near(problem: MixtureProblem, weights: Floats, part: float) -> NDArray[np.int64]:
    """Return int64[k], the rivals that are above `part` of their best threshold in the mixture of weights β."""
    return np.flatnonzero(problem.rivals_above(part, weights, evaluate(problem, weights).fit.threshold))
