"""The small quadratic program of a bundle method: the maximum of a few planes plus half a squared distance."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import lapack

__all__ = ["proximal_point"]

Floats = NDArray[np.float64]

MOST_STEPS = 30
# Part of the largest slope by which conditions may be violated at the end.
ROUNDING = 1e-6


def proximal_point(metric: Floats, centre: Floats, slopes: Floats, tolerance: float) -> tuple[Floats, float]:
    """Minimise maxₖ gₖ·x + ½ (x − c)·H·(x − c) over x ≥ 0, Σx = 1.

    A primal-dual interior point with Mehrotra's corrector (see `newton.py`); ends when the products sum to less than
    `tolerance`.

    Args:
        metric: H, float64[m, m], positive definite.
        centre: c, float64[m].
        slopes: g, float64[k, m].
        tolerance: of the value.

    Returns:
        x and the value there.
    """
    planes, columns = slopes.shape
    scale = float(np.abs(slopes).max()) or 1.0
    x = 0.9 * centre + 0.1 / columns
    level = float((slopes @ x).max()) + 0.1 * scale
    at = _Point(
        x,
        np.full(planes, 1.0 / planes),
        level - slopes @ x,
        np.full(columns, 0.1 * scale),
        np.array([level, 0.0]),
    )
    for _ in range(MOST_STEPS):
        newton = _Newton(metric, centre, slopes, at)
        if at.gap <= tolerance and float(np.abs(newton.lack).max()) <= ROUNDING * scale:
            break
        at = newton.after()
    x = at.x / at.x.sum()
    away = x - centre
    return x, float((slopes @ x).max() + 0.5 * away @ metric @ away)


class _Point(NamedTuple):
    """Primal and dual variables."""

    x: Floats
    pull: Floats  # multipliers of the planes
    room: Floats  # of each plane below the level
    bound: Floats  # multipliers of x ≥ 0
    free: Floats  # the level, and the multiplier of Σx = 1

    @property
    def gap(self) -> float:
        """Sum of all complementarity products."""
        return float(self.room @ self.pull + self.x @ self.bound)

    def moved(self, step: _Point, length: float) -> _Point:
        """Return the point `length` of the way along a step."""
        return _Point(*(value + length * change for value, change in zip(self, step, strict=True)))

    def longest(self, step: _Point) -> float:
        """Return the largest length, up to 1, that keeps all but the free variables at or above zero."""
        falls = [float(np.max(-change / value)) for value, change in zip(self[:4], step[:4], strict=True)]
        return 1.0 / max(1.0, *falls)


class _Newton:
    """One predictor-corrector step.

    Attributes:
        lack: float64[m + k + 2], by how much the conditions are violated: slope along x, room, Σ pull = 1, Σx = 1.
    """

    def __init__(self, metric: Floats, centre: Floats, slopes: Floats, at: _Point) -> None:
        """Factor the Newton matrix at the point."""
        planes, columns = slopes.shape
        self.at, self.columns = at, columns
        level, price = at.free
        self.lack = np.concatenate(
            (
                metric @ (at.x - centre) + slopes.T @ at.pull - at.bound + price,
                slopes @ at.x + at.room - level,
                [1.0 - at.pull.sum(), at.x.sum() - 1.0],
            )
        )
        matrix = np.zeros((columns + planes + 2, columns + planes + 2))
        matrix[:columns, :columns] = metric
        matrix[:columns, columns:-2] = slopes.T
        matrix[columns:-2, :columns] = slopes
        matrix[columns:-2, -2] = matrix[-2, columns:-2] = -1.0
        matrix[:columns, -1] = matrix[-1, :columns] = 1.0
        diagonal = np.arange(columns + planes)
        matrix[diagonal, diagonal] += np.concatenate((at.bound / at.x, -at.room / at.pull))
        self.lu, self.pivots, _ = lapack.dgetrf(matrix)

    def direction(self, of_room: Floats, of_x: Floats) -> _Point:
        """Return the step that changes the products by these amounts and repairs the violations."""
        at, columns = self.at, self.columns
        right = -self.lack
        right[:columns] += of_x / at.x
        right[columns:-2] -= of_room / at.pull
        change, _ = lapack.dgetrs(self.lu, self.pivots, right)
        x, pull, free = change[:columns], change[columns:-2], change[-2:]
        return _Point(x, pull, (of_room - at.room * pull) / at.pull, (of_x - at.bound * x) / at.x, free)

    def after(self) -> _Point:
        """Return the point after the step."""
        at = self.at
        ahead = self.direction(-at.room * at.pull, -at.x * at.bound)
        left = at.moved(ahead, at.longest(ahead)).gap / at.gap
        aim = at.gap / (len(at.x) + len(at.pull)) * left**3
        step = self.direction(
            aim - at.room * at.pull - ahead.room * ahead.pull, aim - at.x * at.bound - ahead.x * ahead.bound
        )
        return at.moved(step, 0.99 * at.longest(step))
