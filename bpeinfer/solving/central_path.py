"""The central path: its starting point, and how the ends of shares are reached from a point on it."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bpeinfer.solving.isotonic import fit_thresholds
from bpeinfer.solving.newton import Newton, Point, Scales, central_multiplier, objective_at
from bpeinfer.solving.newton_system import Rows, repaired
from bpeinfer.solving.objective import evaluate
from bpeinfer.solving.problem import MixtureProblem

__all__ = ["CentralPath", "grown", "starting_point"]

Floats = NDArray[np.float64]

# Most Newton steps from there to an end.
MOST_STEPS = 100


@dataclass(frozen=True, eq=False)
class CentralPath:
    """A point on the central path, from which programs with an extra linear term are solved in half the steps.

    A point closer to the optimum than a few per cent is of little use: the path of another program passes far from it.
    All rivals of the problem take part, so it should contain only those that may come near their thresholds.
    """

    _rows: Rows
    _point: Point
    _scales: Scales

    @classmethod
    def begin(cls, problem: MixtureProblem, start: Floats, gap: float) -> CentralPath:
        """Follow the path of `problem`, all rivals taking part, until upper − lower ≤ gap."""
        everyone = np.ones(problem.rivals, dtype=bool)
        rows, point, scales = starting_point(
            problem, 0.9 * start / start.sum() + 0.1 / problem.columns, everyone
        )
        with np.errstate(all="ignore"):
            for _ in range(MOST_STEPS):
                moved = Newton(rows, point, scales).step()
                if moved is None:
                    break
                point = moved
                if (
                    objective_at(rows, point) - float(np.min(rows.toward_beta(repaired(rows, point.y))))
                    <= gap
                ):
                    break
        return cls(rows, point, scales)

    def minimise(
        self, linear_term: Floats | float, tolerance: float, deadline: float = np.inf
    ) -> tuple[Floats, Floats, NDArray[np.int64], Floats]:
        """Minimise the objective plus linear_term·β until upper − lower ≤ tolerance (or rounding, or time, ends it).

        Returns:
            β, then merge multipliers, rivals and their multipliers. These are feasible for the dual: the plane
            that they make (`MixtureProblem.costs`) lies below the objective everywhere.
        """
        rows, point, scales = self._rows, self._point, self._scales
        with np.errstate(all="ignore"):
            for _ in range(MOST_STEPS):
                moved = Newton(rows, point, scales, linear_term).step()
                if moved is None or time.perf_counter() > deadline:
                    break
                point = moved
                lower = float(np.min(rows.toward_beta(repaired(rows, point.y)) + linear_term))
                if objective_at(rows, point) + float(np.sum(linear_term * point.beta)) - lower <= tolerance:
                    break
        multipliers = repaired(rows, point.y)
        return point.beta, multipliers[: rows.rows], rows.rival, multipliers[rows.rows :]


def starting_point(
    problem: MixtureProblem, beta: Floats, chosen: NDArray[np.bool_]
) -> tuple[Rows, Point, Scales]:
    """Return a point well inside the region, feasible for primal and dual, and the scales of its products."""
    rows = Rows(problem, evaluate(problem, beta).near | chosen)
    fit = fit_thresholds(
        problem.merge_shares @ beta,
        rows.shares @ beta,
        rows.place,
        problem.merge_weight,
        problem.rival_weight[rows.rival],
    )
    # If hardly anything exceeds the thresholds, zero is their optimum; the path must still begin above it.
    typical = float(fit.threshold.mean()) or problem.typical_value / problem.columns
    theta = np.maximum(fit.threshold, 1e-3 * typical)
    scale_fall = 30.0 * theta / problem.rows
    flow = np.cumsum(rows.toward_theta(np.concatenate((fit.merge_multiplier, fit.rival_multiplier))))
    fall = np.append(theta[:-1] - theta[1:], theta[-1]) + scale_fall / np.maximum(flow, 1.0)
    theta = np.cumsum(fall[::-1])[::-1].copy()
    hinge = 0.1 * np.concatenate((theta, theta[rows.place]))
    bound = np.full(problem.columns, float(rows.weight @ hinge) / problem.rows / problem.columns)
    y = central_multiplier(rows.residuals(theta, beta), rows.weight, hinge)
    slack = hinge / (rows.weight - y)
    room = hinge / y
    y = repaired(rows, y, margin=0.1)
    flow = np.maximum(np.cumsum(rows.toward_theta(y)), 0.1)
    slope = rows.toward_beta(y)
    z = slope - slope.min() + bound * problem.columns
    point = Point(beta=beta, theta=theta, slack=slack, room=room, fall=fall, y=y, w=flow, z=z)
    return rows, point, Scales(hinge, scale_fall, bound)


def grown(
    problem: MixtureProblem, chosen: NDArray[np.bool_], old: Rows, point: Point, scales: Scales, mu: float
) -> tuple[Rows, Point, Scales]:
    """Add more rivals, each at the central value of its hinge."""
    rows = Rows(problem, chosen)
    merges = problem.rows
    hinge = np.concatenate((scales.hinge[:merges], 0.1 * point.theta[rows.place]))
    y = central_multiplier(rows.residuals(point.theta, point.beta), rows.weight, mu * hinge)
    slack = mu * hinge / (rows.weight - y)
    room = mu * hinge / y
    position = np.empty(problem.rivals, dtype=np.intp)
    position[rows.rival] = np.arange(len(rows.rival))
    kept = np.concatenate((np.arange(merges), merges + position[old.rival]))
    for new, before in ((hinge, scales.hinge), (y, point.y), (slack, point.slack), (room, point.room)):
        new[kept] = before
    larger = Point(
        beta=point.beta,
        theta=point.theta,
        slack=slack,
        room=room,
        fall=point.fall,
        y=y,
        w=point.w,
        z=point.z,
    )
    return rows, larger, Scales(hinge, scales.fall, scales.bound)
