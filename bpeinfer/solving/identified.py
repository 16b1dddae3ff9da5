"""Identified intervals: how far each share can go before the objective notices."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from threadpoolctl import threadpool_limits

from bpeinfer.errors import InferenceError, SolverError
from bpeinfer.solving.highs import Model
from bpeinfer.solving.oracle import evaluate
from bpeinfer.solving.problem import MixtureProblem
from bpeinfer.solving.solve import METHODS, Solution

__all__ = ["Identified", "identify"]

Floats = NDArray[np.float64]

# Rivals below this fraction of their threshold at the solution are left out: the range may only come out
# wider.
REACH = 0.7


@dataclass(frozen=True, eq=False)
class Identified:
    """Range of each pair share over all mixtures whose objective is close to the best.

    Not a confidence interval: it says what the comparisons leave open, were the samples perfect.

    Attributes:
        low, high: float64[n]; no mixture within the level has a share outside these.
        low_mixture, high_mixture: float64[n, n], row i the pair shares at which share i is lowest, or
            highest.
        reached: bool[2, n], whether the mixture at that end was found to be within the level; where not, the
            true range may be narrower.
    """

    low: Floats
    high: Floats
    low_mixture: Floats
    high_mixture: Floats
    reached: NDArray[np.bool_]


def identify(
    problem: MixtureProblem,
    solution: Solution,
    tolerance: float = 1e-4,
    evaluations: int = 20,
    time_limit: float = np.inf,
) -> Identified:
    """Find each share's range at objective ≤ (1 + tolerance) · best, plus what rounding hides.

    For each end a small linear program over cutting planes of the objective, with planes added where its
    answer breaks the level, at most `evaluations` times; planes serve all ends. Stopping early, by
    `time_limit` (seconds) too, leaves ranges too wide, never too narrow.

    Raises:
        InferenceError: the form has no exact oracle ("pair", "paper").
    """
    if problem.form not in METHODS["interior-point"]:
        raise InferenceError(f"identified intervals need form 'last' or 'interval', not {problem.form!r}")
    deadline = time.perf_counter() + time_limit
    with threadpool_limits(1, user_api="blas"):
        return _identify(problem, solution, tolerance, evaluations, deadline)


def _identify(
    problem: MixtureProblem, solution: Solution, tolerance: float, evaluations: int, deadline: float
) -> Identified:
    weights = problem.weights(solution.alpha)
    at_best = evaluate(problem, weights)
    threshold = at_best.fit.threshold[problem.rival_last]
    near = _restricted(problem, problem.rival_shares @ weights > REACH * threshold)
    scale = float(problem.merge_shares.sum()) / problem.columns
    level = solution.objective * (1 + tolerance) + 1e-12 * scale
    # In pair shares α = β·π the level set is a cone: g·(α/π) ≤ level · Σ α/π for every plane g.
    per_share = 1.0 / problem.pairs_per_weight
    per_share = per_share / per_share.max()
    planes = [(at_best.subgradient(problem) - level) * per_share]
    if solution.method == "interior-point" and solution.lower_bound > 0:
        proof = problem.costs(solution.merge_multiplier, solution.rival, solution.rival_multiplier)
        planes.append((proof - level) * per_share)

    count, columns = problem.categories, problem.columns
    ends = np.zeros((2, count))
    mixtures = np.tile(solution.alpha, (2, count, 1))
    reached = np.ones((2, count), dtype=bool)
    model = Model()
    model.add_columns(np.zeros(columns), np.zeros(columns), np.ones(columns))
    model.add_rows(sparse.csr_array(np.ones((1, columns))), np.ones(1), np.ones(1))
    for plane in planes:
        _add(model, plane)
    for column, category in enumerate(problem.category.tolist()):
        for side, sign in enumerate((1.0, -1.0)):
            cost = np.zeros(columns)
            cost[column] = sign
            model.set_cost(cost)
            reached[side, category] = False
            for _ in range(evaluations):
                try:
                    solved = model.minimise()
                except SolverError:
                    solved = False  # rounding has closed the level set: the estimate itself is all there is
                if not solved:
                    ends[side, category] = solution.alpha[category]
                    reached[side, category] = True
                    break
                shares = np.maximum(model.solution, 0.0)
                shares /= shares.sum()
                ends[side, category] = shares[column]
                mixtures[side, category, problem.category] = shares
                beta = shares * per_share
                beta /= beta.sum()
                if time.perf_counter() > deadline:
                    break
                at = evaluate(near, beta)
                if at.objective <= level + 0.1 * (level - solution.objective):
                    reached[side, category] = True
                    break
                _add(model, (at.subgradient(near) - level) * per_share)
                # Planes that touch near the level's edge cut deepest: go back towards the solution until inside.
                step = 1.0
                value = at.objective
                while value > level:
                    step *= np.clip((level - solution.objective) / (value - solution.objective), 0.05, 0.7)
                    at = evaluate(near, weights + step * (beta - weights))
                    value = at.objective
                    _add(model, (at.subgradient(near) - level) * per_share)
                    if step < 1e-6 or time.perf_counter() > deadline:
                        break
    ends[0] = np.minimum(ends[0], solution.alpha)
    ends[1] = np.maximum(ends[1], solution.alpha)
    return Identified(ends[0], ends[1], mixtures[0], mixtures[1], reached)


def _add(model: Model, plane: Floats) -> None:
    """Add plane·α ≤ 0, scaled to entries of at most one."""
    scaled = plane / np.abs(plane).max()
    model.add_rows(sparse.csr_array(scaled[None, :]), np.array([-np.inf]), np.zeros(1))


def _restricted(problem: MixtureProblem, kept: NDArray[np.bool_]) -> MixtureProblem:
    rivals = np.flatnonzero(kept)
    return replace(
        problem,
        rival_shares=problem.rival_shares[rivals],
        rival_first=problem.rival_first[rivals],
        rival_last=problem.rival_last[rivals],
        rival_pair=problem.rival_pair[rivals],
        rival_interval=problem.rival_interval[rivals],
        rival_weight=problem.rival_weight[rivals],
    )
