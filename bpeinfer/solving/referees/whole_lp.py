"""The mixture program written out in full through PuLP: for small cases only, to read and to referee the others."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pulp
from numpy.typing import NDArray

from bpeinfer.errors import SolverError
from bpeinfer.solving.highs import silenced
from bpeinfer.solving.problem import MixtureProblem
from bpeinfer.solving.referees.row_generation import cost_at

__all__ = ["WholeLP", "minimise"]

Floats = NDArray[np.float64]

# The engine's default is 1e-7, absolute: too coarse for objectives of 1e-3 and less.
TOLERANCES = {"primal_feasibility_tolerance": 1e-10, "dual_feasibility_tolerance": 1e-10}


@dataclass(frozen=True, eq=False)
class WholeLP:
    """The optimum: weights β (m), levels (R; θ, or sₜ + vₜ in the paper's form).

    `upper` is the form's objective at these, term by term; `lower` is the optimum that the engine reports. They
    differ by what the engine's tolerances let through.
    """

    weights: Floats
    level: Floats
    upper: float
    lower: float


def minimise(problem: MixtureProblem) -> WholeLP:
    """Solve the problem's form by one linear program.

    Columns: β; θₜ for the monotone forms; vₜ, by how much merge t falls short; vₚ (or vⱼ), by how much a pair (or an
    interval) exceeds. The paper's form has a row for every step at which a pair is a rival, the monotone forms one
    for every interval.

    Raises:
        SolverError: the LP engine did not reach an optimum.
    """
    whole = _Whole(problem)
    if problem.form == "paper":
        whole.add_a_row_for_every_step()
    else:
        whole.add_a_row_for_every_interval()
    with silenced():
        whole.program.solve(pulp.HiGHS(msg=False, **TOLERANCES))
    status = pulp.LpStatus[whole.program.status]
    if status != "Optimal":
        raise SolverError(f"PuLP's engine ended with status {status!r}; try --method interior-point")
    return whole.answer()


class _Whole:
    """The program as PuLP's expressions, in rows of size about one."""

    def __init__(self, problem: MixtureProblem) -> None:
        self.problem = problem
        self.unit = problem.typical_value
        self.merges = problem.merge_shares / self.unit
        self.rivals = (problem.rival_shares / self.unit).toarray()
        self.program = program = pulp.LpProblem("mixture", pulp.LpMinimize)
        self.beta = [program.add_variable(f"beta_{i}", 0) for i in range(problem.columns)]
        self.short = [program.add_variable(f"short_{t}", 0) for t in range(problem.rows)]
        self.theta: list[pulp.LpVariable] = []
        shared = problem.form in ("paper", "pair")
        self.owner = problem.rival_pair if shared else np.arange(problem.rivals)
        self.over = {int(p): program.add_variable(f"over_{p}", 0) for p in np.unique(self.owner)}
        cost = {int(p): float(w) for p, w in zip(self.owner, problem.rival_weight, strict=True)}
        shortfalls = pulp.lpDot(problem.merge_weight.tolist(), self.short)
        program += shortfalls + pulp.lpSum(cost[p] * self.over[p] for p in self.over)
        program += pulp.lpSum(self.beta) == 1

    def add_a_row_for_every_step(self) -> None:
        """The paper's form: xⱼ − sₜ ≤ vₜ + vₚ."""
        problem = self.problem
        for j in range(problem.rivals):
            for t in range(problem.rival_first[j], problem.rival_last[j] + 1):
                margin = self._mixture(self.rivals[j]) - self._mixture(self.merges[t])
                self.program += margin <= self.short[t] + self.over[int(self.owner[j])]

    def add_a_row_for_every_interval(self) -> None:
        """The monotone forms: θₜ − sₜ ≤ vₜ, θₜ ≤ θₜ₋₁, xⱼ − θ[eⱼ] ≤ vₚ."""
        problem = self.problem
        self.theta = [self.program.add_variable(f"theta_{t}", 0) for t in range(problem.rows)]
        for t in range(problem.rows):
            self.program += self.theta[t] - self._mixture(self.merges[t]) <= self.short[t]
            if t:
                self.program += self.theta[t] <= self.theta[t - 1]
        for j in range(problem.rivals):
            excess = self._mixture(self.rivals[j]) - self.theta[problem.rival_last[j]]
            self.program += excess <= self.over[int(self.owner[j])]

    def answer(self) -> WholeLP:
        """Return the optimum, in the problem's own units."""
        weights = np.array([max(b.value() or 0.0, 0.0) for b in self.beta])
        weights /= weights.sum()
        if self.theta:
            level = np.minimum.accumulate([max(level.value() or 0.0, 0.0) for level in self.theta])
        else:
            level = self.merges @ weights + np.array([v.value() or 0.0 for v in self.short])
        level = level * self.unit
        claimed = float(pulp.value(self.program.objective)) * self.unit
        return WholeLP(weights, level, cost_at(self.problem, weights, level), claimed)

    def _mixture(self, shares: Floats) -> pulp.LpAffineExpression:
        return pulp.lpSum(float(share) * b for share, b in zip(shares, self.beta, strict=True) if share)
