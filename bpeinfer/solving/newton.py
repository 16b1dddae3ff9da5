"""One Newton step of the interior-point method: its variables, its direction and its length."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bpeinfer.solving.newton_system import Rows

__all__ = ["Newton", "Point", "Scales", "central_multiplier", "complementarity", "objective_at"]

Floats = NDArray[np.float64]

CORRECTORS = 2


@dataclass(eq=False, kw_only=True)
class Point:
    """Primal and dual variables; `slack` v and `room` p = v − r belong to all hinges, merges first."""

    beta: Floats
    theta: Floats
    slack: Floats
    room: Floats
    fall: Floats
    y: Floats  # multipliers of room; those of slack are weight − y
    w: Floats  # multipliers of fall
    z: Floats  # multipliers of beta

    def moved(self, step: Point, primal: float, dual: float) -> Point:
        """Return the point `primal` and `dual` step lengths further on."""
        return Point(
            beta=self.beta + primal * step.beta,
            theta=self.theta + primal * step.theta,
            slack=self.slack + primal * step.slack,
            room=self.room + primal * step.room,
            fall=self.fall + primal * step.fall,
            y=self.y + dual * step.y,
            w=self.w + dual * step.w,
            z=self.z + dual * step.z,
        )


@dataclass(frozen=True, eq=False)
class Scales:
    """The target of each kind of product, per unit of μ.

    Late rows are orders of magnitude smaller than early ones, so the target of every product is μ times the
    scale of its own row: all rows settle together.
    """

    hinge: Floats
    fall: Floats
    bound: Floats

    @property
    def total(self) -> float:
        """Return the sum of all scales; times μ it is the sum of all products."""
        return float(2 * self.hinge.sum() + self.fall.sum() + self.bound.sum())


class Newton:
    """One predictor-corrector step from a point, for the objective plus `linear_term`·β.

    Mehrotra's predictor and second-order corrector (1992, SIAM J. Optim. 2, doi:10.1137/0802028), then Gondzio's
    multiple centrality correctors (1996, Comput. Optim. Appl. 6, doi:10.1007/BF00249643).
    """

    def __init__(self, rows: Rows, at: Point, scales: Scales, linear_term: Floats | float = 0.0) -> None:
        """Factor the Newton matrix at the point."""
        self.rows, self.at, self.scales = rows, at, scales
        self.rest = rows.weight - at.y
        self.dual_theta = rows.toward_theta(at.y) - at.w
        self.dual_theta[1:] += at.w[:-1]
        slope = rows.toward_beta(at.y) + linear_term - at.z
        self.dual_beta = slope - slope.mean()
        self.gap = complementarity(rows, at)
        self.mu = self.gap / scales.total
        self.curvature = 1.0 / (at.slack / self.rest + at.room / at.y)
        rows.factor(self.curvature, at.w / at.fall, at.z / at.beta)

    def step(self) -> Point | None:
        """Return the point after the step; None if it is not finite, or there is no progress left to make."""
        if not self.gap > 0:
            return None
        at = self.at
        predicted = self.direction(*(-product for product in self._products(at)))
        primal, dual = self.lengths(predicted)
        aim = (
            self.mu * max(complementarity(self.rows, at.moved(predicted, primal, dual)) / self.gap, 0.0) ** 3
        )
        second_order = (
            predicted.y * predicted.room,
            -predicted.y * predicted.slack,
            predicted.w * predicted.fall,
            predicted.z * predicted.beta,
        )
        changes = [
            aim * scale - product - cross
            for scale, product, cross in zip(self._aims, self._products(at), second_order, strict=True)
        ]
        step, primal, dual = self._centred(changes, aim)
        if not all(np.isfinite(values).all() for values in (step.theta, step.y, step.room)):
            return None
        after = at.moved(step, min(1.0, 0.995 * primal), min(1.0, 0.995 * dual))
        after.beta /= after.beta.sum()
        return after

    def direction(self, room: Floats, slack: Floats, fall: Floats, bound: Floats) -> Point:
        """Return the Newton step that changes the products by these amounts and makes the dual feasible."""
        rows, at, rest, curvature = self.rows, self.at, self.rest, self.curvature
        offset = slack / rest - room / at.y  # Δr = Δy / curvature + offset
        known = curvature * offset
        pull = fall / at.fall
        right_theta = rows.toward_theta(known) - self.dual_theta + pull
        right_theta[1:] -= pull[:-1]
        right_beta = rows.toward_beta(known) - self.dual_beta + bound / at.beta
        d_theta, d_beta = rows.solve(right_theta, right_beta)
        d_residual = rows.residuals(d_theta, d_beta)
        d_y = curvature * d_residual - known
        d_slack = (slack + at.slack * d_y) / rest
        d_fall = np.append(d_theta[:-1] - d_theta[1:], d_theta[-1])
        return Point(
            beta=d_beta,
            theta=d_theta,
            slack=d_slack,
            room=d_slack - d_residual,
            fall=d_fall,
            y=d_y,
            w=(fall - at.w * d_fall) / at.fall,
            z=(bound - at.z * d_beta) / at.beta,
        )

    def lengths(self, step: Point) -> tuple[float, float]:
        """Return the longest primal and dual steps that keep every variable positive."""
        at = self.at
        primal = _longest(
            (at.slack, step.slack), (at.room, step.room), (at.fall, step.fall), (at.beta, step.beta)
        )
        dual = _longest((at.y, step.y), (self.rest, -step.y), (at.w, step.w), (at.z, step.z))
        return primal, dual

    def _centred(self, changes: list[Floats], aim: float) -> tuple[Point, float, float]:
        """Apply Gondzio's correctors: steer products that a longer step would leave far from μ into [μ/10, 10 μ]."""
        step = self.direction(*changes)
        primal, dual = self.lengths(step)
        for _ in range(CORRECTORS):
            longer = self.at.moved(step, min(1.0, 1.1 * primal + 0.1), min(1.0, 1.1 * dual + 0.1))
            for place, (scale, product) in enumerate(zip(self._aims, self._products(longer), strict=True)):
                wanted = np.clip(product, 0.1 * aim * scale, 10 * aim * scale) - product
                changes[place] = changes[place] + np.maximum(wanted, -10 * aim * scale)
            corrected = self.direction(*changes)
            new_primal, new_dual = self.lengths(corrected)
            if new_primal + new_dual < primal + dual + 0.02:
                break
            step, primal, dual = corrected, new_primal, new_dual
        return step, primal, dual

    @property
    def _aims(self) -> tuple[Floats, Floats, Floats, Floats]:
        return self.scales.hinge, self.scales.hinge, self.scales.fall, self.scales.bound

    def _products(self, point: Point) -> tuple[Floats, Floats, Floats, Floats]:
        rest = self.rows.weight - point.y
        return point.y * point.room, rest * point.slack, point.w * point.fall, point.z * point.beta


def objective_at(rows: Rows, point: Point) -> float:
    """Return the objective over the rivals that take part."""
    return float(rows.weight @ np.maximum(rows.residuals(point.theta, point.beta), 0.0))


def complementarity(rows: Rows, point: Point) -> float:
    """Sum of all complementarity products."""
    return float(
        point.y @ point.room
        + (rows.weight - point.y) @ point.slack
        + point.w @ point.fall
        + point.z @ point.beta
    )


def central_multiplier(residual: Floats, weight: Floats, product: Floats) -> Floats:
    """Return y in (0, weight) with product/(weight − y) − product/y = residual: the hinge's central path."""
    half = product - 0.5 * residual * weight  # residual·y² + 2·half·y − product·weight = 0, its stable root
    root = np.sqrt(half**2 + residual * product * weight)
    low = product * weight / (root + np.abs(half))
    high = np.divide(root - half, residual, out=0.5 * weight, where=residual != 0)
    return np.where(half > 0, low, high)


def _longest(*pairs: tuple[Floats, Floats]) -> float:
    """Return the largest step up to 1/0.995 that keeps every value positive."""
    most = 1 / 0.995
    for value, change in pairs:
        ratio = float(np.min(change / value))
        if ratio * most < -1.0:
            most = -1.0 / ratio
    return most
