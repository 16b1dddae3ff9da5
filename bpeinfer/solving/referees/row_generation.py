"""All four forms of the mixture program through HiGHS, with rows added as they turn out to be violated.

It is orders of magnitude slower than the interior point, but shares nothing with it, and it can solve the forms in
which the intervals of a pair share one slack.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from bpeinfer.solving.highs import Model
from bpeinfer.solving.problem import MixtureProblem

__all__ = ["RowGeneration", "cost_at", "excess_over", "minimise"]

Floats = NDArray[np.float64]
Longs = NDArray[np.int64]

# At most this many rows per round, the most violated first: more make each LP slower, fewer make more rounds.
ROWS_A_ROUND = 20_000
INFINITE = np.inf


@dataclass(frozen=True, eq=False, kw_only=True)
class RowGeneration:
    """A mixture with its bounds.

    Attributes:
        weights: float64[m], β.
        level: float64[R], θ of the monotone forms, sₜ + vₜ of the paper's.
        upper: objective of the form at these, over all rows; lower: optimum of the last relaxation.
        rounds: relaxations solved.
    """

    weights: Floats
    level: Floats
    upper: float
    lower: float
    rounds: int


def minimise(
    problem: MixtureProblem, *, tolerance: float, floor: float, deadline: float = INFINITE
) -> RowGeneration:
    """Minimise the problem's form until upper − lower ≤ tolerance · max(upper, floor), or until `deadline`.

    The relaxation has β, the levels, and a slack for each merge and each rival (pair or interval) that was ever
    violated. The true objective at its answer is its own optimum plus the violations of the missing rows.

    Raises:
        SolverError: HiGHS failed.
    """
    relaxation = _Relaxation(problem)
    best = (np.full(problem.columns, 1.0 / problem.columns), np.zeros(problem.rows))
    upper, lower, rounds = INFINITE, 0.0, 0
    while relaxation.model.minimise(deadline):
        rounds += 1
        weights, level = relaxation.mixture()
        at, excess = excess_over(problem, weights, level)
        value = cost_at(problem, weights, level)
        lower = max(lower, relaxation.optimum)
        if value < upper:
            upper, best = value, (weights, level)
        if upper - lower <= tolerance * max(upper, floor):
            break
        violated = relaxation.violated(at, excess)
        if len(violated) == 0:
            break
        relaxation.add(violated, at[violated])
    return RowGeneration(weights=best[0], level=best[1], upper=upper, lower=lower, rounds=rounds)


class _Relaxation:
    """The program with some of its rows: columns β, levels θ, slacks of merges, then slacks of rivals as they come.

    The paper's form has no levels of its own: they are sₜ + vₜ.
    """

    def __init__(self, problem: MixtureProblem) -> None:
        self.problem = problem
        self.monotone = problem.form != "paper"
        self.unit = problem.typical_value  # rows of size about one
        self.merges = problem.merge_shares / self.unit
        self.rivals = sparse.csr_array(problem.rival_shares / self.unit)
        shared = problem.form in ("pair", "paper")
        self.owner = problem.rival_pair.astype(np.int64) if shared else np.arange(problem.rivals)
        owners = int(self.owner.max(initial=-1)) + 1
        self.cost = np.zeros(owners)
        self.cost[self.owner] = problem.rival_weight
        self.slack_column = np.full(owners, -1)
        self.present: Longs = np.zeros(0, dtype=np.int64)  # keys of the rivals' rows: interval · rows + row
        self.model = Model()
        self._build()

    def _build(self) -> None:
        rows, columns, model = self.problem.rows, self.problem.columns, self.model
        model.add_columns(np.zeros(columns), np.zeros(columns), np.ones(columns))
        model.add_columns(np.zeros(rows), np.zeros(rows), np.full(rows, INFINITE))
        model.add_columns(self.problem.merge_weight, np.zeros(rows), np.full(rows, INFINITE))
        weights_sum = np.concatenate((np.ones(columns), np.zeros(2 * rows)))[None, :]
        model.add_rows(sparse.csr_array(weights_sum), np.ones(1), np.ones(1))
        # sₜ + vₜ − θₜ ≥ 0, with equality in the paper's form.
        eye = sparse.eye_array(rows, format="csr")
        model.add_rows(
            sparse.hstack([sparse.csr_array(self.merges), -eye, eye], format="csr"),
            np.zeros(rows),
            np.full(rows, INFINITE if self.monotone else 0.0),
        )
        if self.monotone and rows > 1:
            falls = eye[:-1] - eye[1:]
            none = sparse.csr_array((rows - 1, columns)), sparse.csr_array((rows - 1, rows))
            chain = sparse.hstack([none[0], falls, none[1]], format="csr")
            model.add_rows(chain, np.zeros(rows - 1), np.full(rows - 1, INFINITE))

    @property
    def optimum(self) -> float:
        """Objective of the relaxation: a lower bound."""
        return self.unit * self.model.objective

    def mixture(self) -> tuple[Floats, Floats]:
        """Return the relaxation's weights (m) and levels (R), made feasible for all merges' rows."""
        rows, columns, solution = self.problem.rows, self.problem.columns, self.model.solution
        weights = np.maximum(solution[:columns], 0.0)
        weights /= weights.sum()
        if self.monotone:
            level = np.minimum.accumulate(np.maximum(solution[columns : columns + rows], 0.0))
        else:
            level = self.merges @ weights + np.maximum(solution[columns + rows : columns + 2 * rows], 0.0)
        return weights, level * self.unit

    def violated(self, at: Longs, excess: Floats) -> Longs:
        """Return the rivals whose missing rows are violated most, and mark these rows as present."""
        slack = np.where(self.slack_column >= 0, self.model.solution[self.slack_column], 0.0)
        violation = excess / self.unit - slack[self.owner]
        violated = np.flatnonzero(violation > 1e-9)
        key = violated * self.problem.rows + at[violated]
        new = ~np.isin(key, self.present)
        violated, key = violated[new], key[new]
        if len(violated) > ROWS_A_ROUND:
            most = np.sort(np.argpartition(-violation[violated], ROWS_A_ROUND)[:ROWS_A_ROUND])
            violated, key = violated[most], key[most]
        self.present = np.concatenate((self.present, key))
        return violated

    def add(self, rivals: Longs, at: Longs) -> None:
        """Add the rows level[at] + slack ≥ xⱼ(β) of these rivals, and any missing slacks."""
        fresh = np.unique(self.owner[rivals])
        fresh = fresh[self.slack_column[fresh] < 0]
        nothing, unbounded = np.zeros(len(fresh)), np.full(len(fresh), INFINITE)
        self.slack_column[fresh] = self.model.add_columns(self.cost[fresh], nothing, unbounded)
        count, ones = np.arange(len(rivals)), np.ones(len(rivals))
        columns, width = self.problem.columns, self.model.columns
        shape = (len(count), width)
        matrix = (
            sparse.csr_array((ones, (count, columns + at)), shape=shape)
            + sparse.csr_array((ones, (count, self.slack_column[self.owner[rivals]])), shape=shape)
            - sparse.hstack(
                [self.rivals[rivals], sparse.csr_array((len(count), width - columns))], format="csr"
            )
        )
        self.model.add_rows(matrix, np.zeros(len(count)), np.full(len(count), INFINITE))


def cost_at(problem: MixtureProblem, weights: Floats, level: Floats) -> float:
    """Return the form's objective at weights β (m) with these levels (R), term by term."""
    short = problem.merge_weight @ np.maximum(level - problem.merge_shares @ weights, 0.0)
    _, excess = excess_over(problem, weights, level)
    if problem.form not in ("pair", "paper"):
        return float(short + problem.rival_weight @ np.maximum(excess, 0.0))
    pairs = int(problem.rival_pair.max(initial=-1)) + 1
    over, cost = np.zeros(pairs), np.zeros(pairs)
    np.maximum.at(over, problem.rival_pair, excess)
    cost[problem.rival_pair] = problem.rival_weight
    return float(short + cost @ over)


def excess_over(problem: MixtureProblem, weights: Floats, level: Floats) -> tuple[Longs, Floats]:
    """Return for each rival the row of its interval with the lowest level, and by how much it exceeds that."""
    if problem.form == "paper":
        at = _lowest_row(level, problem.rival_first, problem.rival_last)
    else:
        at = problem.rival_last.astype(np.int64)
    return at, np.asarray(problem.rival_shares @ weights - level[at])


def _lowest_row(level: Floats, first: NDArray[np.int32], last: NDArray[np.int32]) -> Longs:
    """Return the row of the smallest level within each interval first..last, by a sparse table of minima."""
    best = np.arange(len(level))
    answer = np.zeros(len(first), dtype=np.int64)
    power = np.frexp(last - first + 1)[1] - 1  # the largest power of two that fits
    for exponent in range(int(power.max(initial=-1)) + 1):
        span = 1 << exponent
        if exponent:
            half = span >> 1
            left, right = best[:-half], best[half:]
            best = np.where(level[left] <= level[right], left, right)
        chosen = np.flatnonzero(power == exponent)
        left, right = best[first[chosen]], best[last[chosen] + 1 - span]
        answer[chosen] = np.where(level[left] <= level[right], left, right)
    return answer
