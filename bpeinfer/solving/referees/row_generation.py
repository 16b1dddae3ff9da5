"""All four forms of the mixture program through HiGHS, with rows added as they turn out to be violated.

Slower than the interior point by orders of magnitude; kept because it shares nothing with it, and because it can
solve the forms in which the intervals of a pair share one slack.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from bpeinfer.solving.highs import Model
from bpeinfer.solving.problem import MixtureProblem

__all__ = ["RowGeneration", "excess_over", "minimise"]

Floats = NDArray[np.float64]
Longs = NDArray[np.int64]

# At most this many rows a round, the most violated first: more make each LP slower, fewer make more rounds.
ROWS_A_ROUND = 20_000
INFINITE = np.inf


@dataclass(frozen=True, eq=False)
class RowGeneration:
    """A mixture with its bounds.

    Attributes:
        weights: float64[m], β.
        level: float64[R], θ of the monotone forms, sₜ + vₜ of the paper's.
        upper: objective of the form at these, over all rows; lower: optimum of the last relaxation.
        rounds: relaxations solved.
        finished: False if the deadline came first.
    """

    weights: Floats
    level: Floats
    upper: float
    lower: float
    rounds: int
    finished: bool


def minimise(
    problem: MixtureProblem, *, tolerance: float, floor: float, deadline: float = INFINITE
) -> RowGeneration:
    """Minimise the problem's form until upper − lower ≤ tolerance · max(upper, floor), or until `deadline`.

    The relaxation has β, the levels, and a slack for each merge and each rival (pair or interval) that was ever
    violated. The true objective at its answer is its own optimum plus what the missing rows are violated by.

    Raises:
        SolverError: HiGHS failed.
    """
    rows, columns = problem.rows, problem.columns
    unit = float(np.median(problem.merge_shares.sum(axis=1)))
    merges = problem.merge_shares / unit
    rivals = sparse.csr_array(problem.rival_shares / unit)
    monotone = problem.form != "paper"
    shared = problem.form in ("pair", "paper")
    owner = problem.rival_pair.astype(np.int64) if shared else np.arange(problem.rivals)
    owners = int(owner.max(initial=-1)) + 1
    cost = np.zeros(owners)
    cost[owner] = problem.rival_weight

    # β, levels θ, merge slacks. The paper's form has no levels of its own: they are sₜ + vₜ.
    model = Model()
    model.add_columns(np.zeros(columns), np.zeros(columns), np.ones(columns))
    model.add_columns(np.zeros(rows), np.zeros(rows), np.full(rows, INFINITE))
    model.add_columns(problem.merge_weight, np.zeros(rows), np.full(rows, INFINITE))
    eye = sparse.eye_array(rows, format="csr")
    model.add_rows(
        sparse.csr_array(np.concatenate((np.ones(columns), np.zeros(2 * rows)))[None, :]),
        np.ones(1),
        np.ones(1),
    )
    # sₜ + vₜ − θₜ ≥ 0, with equality in the paper's form.
    model.add_rows(
        sparse.hstack([sparse.csr_array(merges), -eye, eye], format="csr"),
        np.zeros(rows),
        np.full(rows, INFINITE if monotone else 0.0),
    )
    if monotone and rows > 1:
        chain = sparse.hstack(
            [sparse.csr_array((rows - 1, columns)), (eye[:-1] - eye[1:]), sparse.csr_array((rows - 1, rows))],
            format="csr",
        )
        model.add_rows(chain, np.zeros(rows - 1), np.full(rows - 1, INFINITE))

    slack_column = np.full(owners, -1)
    there: Longs = np.zeros(0, dtype=np.int64)  # row keys present: interval · rows + row
    best: tuple[Floats, Floats] | None = None
    upper, lower, rounds = np.inf, 0.0, 0
    while model.minimise(deadline):
        rounds += 1
        solution = model.solution
        weights = np.maximum(solution[:columns], 0.0)
        weights /= weights.sum()
        level = merges @ weights
        if monotone:
            level = np.minimum.accumulate(np.maximum(solution[columns : columns + rows], 0.0))
        else:
            level = level + np.maximum(solution[columns + rows : columns + 2 * rows], 0.0)
        short = problem.merge_weight @ np.maximum(level - merges @ weights, 0.0)
        at, excess = excess_over(problem, weights, level * unit)
        excess = excess / unit
        over = np.zeros(owners)
        np.maximum.at(over, owner, excess)
        value = unit * float(short + cost @ over)
        lower = max(lower, unit * model.objective)
        if value < upper:
            upper, best = value, (weights, level * unit)
        if upper - lower <= tolerance * max(upper, floor):
            break
        slack = np.where(slack_column >= 0, solution[slack_column], 0.0)
        violation = excess - slack[owner]
        violated = np.flatnonzero(violation > 1e-9)
        key = violated * rows + at[violated]
        new = ~np.isin(key, there)
        violated, key = violated[new], key[new]
        if len(violated) == 0:
            break
        if len(violated) > ROWS_A_ROUND:
            most = np.argpartition(-violation[violated], ROWS_A_ROUND)[:ROWS_A_ROUND]
            violated, key = violated[np.sort(most)], key[np.sort(most)]
        there = np.concatenate((there, key))
        fresh = np.unique(owner[violated])
        fresh = fresh[slack_column[fresh] < 0]
        slack_column[fresh] = model.add_columns(
            cost[fresh], np.zeros(len(fresh)), np.full(len(fresh), INFINITE)
        )
        count = np.arange(len(violated))
        ones = np.ones(len(violated))
        width = model.columns
        matrix = (
            sparse.csr_array((ones, (count, columns + at[violated])), shape=(len(count), width))
            + sparse.csr_array((ones, (count, slack_column[owner[violated]])), shape=(len(count), width))
            - sparse.hstack([rivals[violated], sparse.csr_array((len(count), width - columns))], format="csr")
        )
        model.add_rows(matrix, np.zeros(len(count)), np.full(len(count), INFINITE))
    if best is None:
        uniform = np.full(columns, 1.0 / columns)
        best, upper = (uniform, np.zeros(rows)), INFINITE
    finished = upper - lower <= tolerance * max(upper, floor)
    return RowGeneration(best[0], best[1], upper, lower, rounds, finished)


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
