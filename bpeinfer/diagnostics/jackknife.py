"""Jackknife along the merge list: how far each share would move if a run of merges were left out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bpeinfer.diagnostics.bootstrap import within_reach
from bpeinfer.errors import InferenceError
from bpeinfer.progress import SILENT, Progress
from bpeinfer.ragged import starts_of
from bpeinfer.solving import MixtureProblem, Solution, evaluate, rivals_near, solve

__all__ = ["Jackknife", "error_of_share", "leave_out_runs", "solve_again"]

Floats = NDArray[np.float64]

# Rivals below this fraction of their threshold, and categories out of reach, are left out at first.
NEAR_THRESHOLD_FRACTION = 0.7
# Relative gap of each estimate: moves are a thousand times larger.
RELATIVE_GAP = 1e-4


# Runs left out in turn for the error of a share: neighbours in the list are not independent.
RUNS = 40


@dataclass(frozen=True, eq=False)
class Jackknife:
    """Estimates without one run of merges each.

    Attributes:
        runs: (first, last) rank of the merges left out, both included.
        pair_shares: float64[runs, n], each row sums to one.
    """

    runs: tuple[tuple[int, int], ...]
    pair_shares: Floats


def leave_out_runs(
    problem: MixtureProblem, solution: Solution, runs: int, progress: Progress = SILENT
) -> Jackknife:
    """Leave out each of `runs` runs of neighbouring merges and infer again.

    What is left out is the evidence, not the merges: a merge of the run gives no row, like one that no sample contains,
    and a rival is compared with the last remaining row before its end.

    Args:
        problem, solution: of the estimate from all merges.
        runs: how many, of equal numbers of merges that have a row.
        progress: receives a callback for each run.

    Raises:
        InferenceError: fewer than two runs, or more runs than merges that have a row.
    """
    if not 2 <= runs <= problem.rows:
        raise InferenceError(
            f"cannot leave out {runs} runs of {problem.rows} merges in turn: choose 2 to {problem.rows}"
            if problem.rows > 1
            else "only one merge is used: there is none to leave out; use more merges or no jackknife"
        )
    progress.start("leaving out merges", total=float(runs))
    reachable = within_reach(problem, solution)
    edges = np.linspace(0, problem.rows, runs + 1).round().astype(int)
    left_out, shares = [], []
    for first, stop in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True):
        left_out.append((int(problem.step[first]), int(problem.step[stop - 1])))
        shares.append(solve_again(problem.without_rows(first, stop), reachable, solution.alpha))
        progress.advance()
    return Jackknife(tuple(left_out), np.array(shares))


def error_of_share(part: Floats, whole: Floats) -> float:
    """Return the standard error of Σ part / Σ whole from leaving out each of `RUNS` runs of neighbouring merges.

    Runs have equal parts of the whole: a few early merges weigh as much as all late ones.

    Args:
        part, whole: float64[T], an amount of each merge; the whole is not all zero.
    """
    before = starts_of(whole)
    run = np.minimum((before * (RUNS / whole.sum())).astype(np.int64), RUNS - 1)
    sums = np.column_stack((np.bincount(run, part, RUNS), np.bincount(run, whole, RUNS)))
    sums = sums[sums[:, 1] > 0]
    rest = sums.sum(axis=0) - sums
    without = rest[:, 0] / np.maximum(rest[:, 1], np.finfo(float).tiny)
    return float(np.sqrt((len(sums) - 1) * np.var(without)))


def solve_again(without: MixtureProblem, reachable: NDArray[np.int64], start: Floats) -> Floats:
    """Return the pair shares of a program, float64[n], found from some of its rivals and columns if those suffice.

    Args:
        without: a program made of a solved one by leaving out rows or columns.
        reachable: the categories to begin with; the others take part where their costs show that they must.
        start: float64[n], pair shares to begin near.
    """
    columns = np.flatnonzero(np.isin(without.category, reachable))
    if not start[without.category[columns]].any():
        # The run contained all merges of the categories that have a share.
        return solve(without, tolerance=RELATIVE_GAP).alpha
    rivals = rivals_near(without, without.weights(start), NEAR_THRESHOLD_FRACTION)
    found = solve(without.restricted(rivals, columns), tolerance=RELATIVE_GAP, start=start)
    objective = evaluate(without, without.weights(found.alpha)).objective
    costs = without.costs(found.merge_multiplier, rivals[found.rival], found.rival_multiplier)
    if objective - float(costs.min()) > 2 * RELATIVE_GAP * objective:
        found = solve(without, tolerance=RELATIVE_GAP, start=found.alpha)
    return found.alpha
