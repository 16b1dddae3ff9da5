"""A level bundle: cutting planes of the exact objective, stabilised by projection onto a level set.

The objective of a mixture costs milliseconds and has only m variables. Each evaluation gives a plane below it; the
lower bound is the lowest point of all planes, and the next mixture is the point nearest to the best one that the
planes allow to be clearly better. A referee for the interior point, with which it shares only the oracle.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from bpeinfer.errors import SolverError
from bpeinfer.solving.highs import Model
from bpeinfer.solving.oracle import evaluate
from bpeinfer.solving.problem import MixtureProblem

__all__ = ["Bundle", "minimise"]

Floats = NDArray[np.float64]

# The level lies this far up from the lower bound to the upper one.
LEVEL = 0.3
# How often planes that have not been tight lately are thrown away, and after how many rounds without being so.
FORGET = 20
IDLE = 40
# Rounds without progress of either bound after which rounding has won.
PATIENCE = 100


@dataclass(frozen=True, eq=False)
class Bundle:
    """A mixture with its bounds.

    Attributes:
        weights: float64[m], β, the best found.
        upper: exact objective there; lower: a bound below all mixtures.
        iterations: evaluations of the objective.
        finished: False if the deadline or the limit of evaluations came first, or rounding stopped progress.
    """

    weights: Floats
    upper: float
    lower: float
    iterations: int
    finished: bool


def minimise(
    problem: MixtureProblem,
    *,
    tolerance: float,
    floor: float,
    start: Floats | None = None,
    deadline: float = np.inf,
    max_iterations: int = 5_000,
) -> Bundle:
    """Minimise the interval form until upper − lower ≤ tolerance · max(upper, floor).

    Raises:
        SolverError: HiGHS failed.
    """
    columns = problem.columns
    point = np.full(columns, 1.0 / columns) if start is None else start / start.sum()
    best, upper, lower = point, np.inf, 0.0
    planes = np.zeros((0, columns))
    idle = np.zeros(0, dtype=np.int64)
    iterations = 0
    unit = 0.0
    progress = 0
    while iterations < max_iterations and iterations < progress + PATIENCE and time.perf_counter() < deadline:
        iterations += 1
        before = upper - lower
        at = evaluate(problem, point)
        gradient = at.subgradient(problem)
        unit = unit or max(at.objective, floor)
        if at.objective < upper:
            best, upper = point, at.objective
        planes = np.vstack((planes, gradient / unit))
        idle = np.append(idle, 0)
        # Planes pass through the origin (the objective is homogeneous): plane k says objective ≥ plane_k·β.
        lower = max(lower, _lowest_height(planes) * unit)
        if upper - lower <= tolerance * max(upper, floor):
            break
        if upper - lower < before:
            progress = iterations
        level = (lower + LEVEL * (upper - lower)) / unit
        point = _project(planes, level, best)
        idle = np.where(planes @ point > level - 1e-9, 0, idle + 1)
        if iterations % FORGET == 0:
            kept = idle < IDLE
            planes, idle = planes[kept], idle[kept]
    return Bundle(best, upper, lower, iterations, upper - lower <= tolerance * max(upper, floor))


def _lowest_height(planes: Floats) -> float:
    """Return how low the upper envelope of the planes gets on the simplex."""
    count, columns = planes.shape
    model = Model()
    model.add_columns(
        np.append(np.zeros(columns), 1.0), np.append(np.zeros(columns), -np.inf), np.full(columns + 1, np.inf)
    )
    simplex = np.append(np.ones(columns), 0.0)[None, :]
    model.add_rows(sparse.csr_array(simplex), np.ones(1), np.ones(1))
    below = sparse.csr_array(np.column_stack((planes, -np.ones(count))))
    model.add_rows(below, np.full(count, -np.inf), np.zeros(count))
    if not model.minimise():
        raise SolverError("HiGHS reached a time limit that nobody set; try --method interior-point")
    return _safe_height(planes, model.row_duals[1:])


def _safe_height(planes: Floats, duals: Floats) -> float:
    """Return a height below the envelope that rounding cannot lift: the best corner of a mean of planes."""
    mean = np.abs(duals)
    if not mean.sum() > 0:
        return 0.0
    return float(np.min(mean @ planes) / mean.sum())


def _project(planes: Floats, level: float, centre: Floats) -> Floats:
    """Return a point of the simplex with all planes at or below `level` that is nearest to `centre`.

    Nearest in the largest coordinate, which is a linear program: HiGHS's quadratic solver (1.15) fails or
    does not return on some of the Euclidean projections.
    """
    count, columns = planes.shape
    model = Model()
    model.add_columns(np.append(np.zeros(columns), 1.0), np.zeros(columns + 1), np.ones(columns + 1))
    model.add_rows(sparse.csr_array(np.append(np.ones(columns), 0.0)[None, :]), np.ones(1), np.ones(1))
    flat = sparse.csr_array(np.column_stack((planes, np.zeros(count))))
    model.add_rows(flat, np.full(count, -np.inf), np.full(count, level))
    eye, radius = np.eye(columns), np.ones((columns, 1))
    infinite = np.full(columns, np.inf)
    model.add_rows(sparse.csr_array(np.hstack((eye, -radius))), -infinite, centre)
    model.add_rows(sparse.csr_array(np.hstack((eye, radius))), centre, infinite)
    if not model.minimise():
        raise SolverError("HiGHS reached a time limit that nobody set; try --method interior-point")
    weights = np.maximum(model.solution[:columns], 0.0)
    return np.asarray(weights / weights.sum())
