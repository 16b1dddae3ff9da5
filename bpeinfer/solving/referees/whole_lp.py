"""The mixture program written out whole through PuLP: small cases only, to be read and to referee the others."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pulp
from numpy.typing import NDArray

from bpeinfer.errors import SolverError
from bpeinfer.solving.highs import silenced
from bpeinfer.solving.problem import MixtureProblem

__all__ = ["WholeLP", "minimise"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class WholeLP:
    """The optimum: weights β (m), levels (R; θ, or sₜ + vₜ in the paper's form) and the objective."""

    weights: Floats
    level: Floats
    objective: float


def minimise(problem: MixtureProblem) -> WholeLP:
    """Solve the problem's form by one linear program.

    Columns: β; θₜ for the monotone forms; vₜ, what merge t falls short; vₚ (or vⱼ), what a pair (or an interval)
    exceeds. The paper's form has a row for every step at which a pair is a rival, the monotone forms one for
    every interval.

    Raises:
        SolverError: the LP engine did not reach an optimum.
    """
    program = pulp.LpProblem("mixture", pulp.LpMinimize)
    unit = float(np.median(problem.merge_shares.sum(axis=1)))  # rows of size about one, for the LP engine
    merges = problem.merge_shares / unit
    rivals = (problem.rival_shares / unit).toarray()
    beta = [program.add_variable(f"beta_{i}", 0) for i in range(problem.columns)]
    short = [program.add_variable(f"short_{t}", 0) for t in range(problem.rows)]
    owner = problem.rival_pair if problem.form in ("paper", "pair") else np.arange(problem.rivals)
    over = {int(p): program.add_variable(f"over_{p}", 0) for p in np.unique(owner)}
    cost = {int(p): float(w) for p, w in zip(owner, problem.rival_weight, strict=True)}
    program += pulp.lpDot(problem.merge_weight.tolist(), short) + pulp.lpSum(cost[p] * over[p] for p in over)
    program += pulp.lpSum(beta) == 1

    def mixture(shares: Floats) -> pulp.LpAffineExpression:
        return pulp.lpSum(float(share) * b for share, b in zip(shares, beta, strict=True) if share)

    theta = []
    if problem.form == "paper":
        for j in range(problem.rivals):
            for t in range(problem.rival_first[j], problem.rival_last[j] + 1):
                program += mixture(rivals[j]) - mixture(merges[t]) <= short[t] + over[int(owner[j])]
    else:
        theta = [program.add_variable(f"theta_{t}", 0) for t in range(problem.rows)]
        for t in range(problem.rows):
            program += theta[t] - mixture(merges[t]) <= short[t]
            if t:
                program += theta[t] <= theta[t - 1]
        for j in range(problem.rivals):
            program += mixture(rivals[j]) - theta[problem.rival_last[j]] <= over[int(owner[j])]

    with silenced():
        program.solve(pulp.HiGHS(msg=False))
    status = pulp.LpStatus[program.status]
    if status != "Optimal":
        raise SolverError(f"PuLP's engine ended with status {status!r}; try --method interior-point")
    weights = np.array([max(b.value() or 0.0, 0.0) for b in beta])
    weights /= weights.sum()
    if problem.form == "paper":
        level = merges @ weights + np.array([v.value() or 0.0 for v in short])
    else:
        level = np.array([level.value() or 0.0 for level in theta])
    return WholeLP(weights, level * unit, float(pulp.value(program.objective)) * unit)
