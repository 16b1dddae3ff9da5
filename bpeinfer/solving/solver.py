"""The entry point to all solvers: a `MixtureProblem` goes in, a certified `Solution` comes out."""

from __future__ import annotations

import enum
import time
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from bpeinfer.errors import InferenceError
from bpeinfer.ragged import run_starts
from bpeinfer.solving import interior_point
from bpeinfer.solving.objective import evaluate
from bpeinfer.solving.problem import NO_CATEGORY, MixtureProblem
from bpeinfer.solving.referees import row_generation
from bpeinfer.workers import one_blas_thread

__all__ = ["METHODS", "Method", "Solution", "SolveStatus", "solve"]

Floats = NDArray[np.float64]
Longs = NDArray[np.int64]

# Method → the forms it can solve.
Method = Literal["interior-point", "row-generation", "whole-lp"]
METHODS: dict[str, tuple[str, ...]] = {
    "interior-point": ("last", "interval"),
    "row-generation": ("last", "interval", "pair", "paper"),
    "whole-lp": ("last", "interval", "pair", "paper"),
}
# Restarts of the interior point before it is called stalled.
ROUNDS = 4


class SolveStatus(enum.Enum):
    """How a solve ended; the value is the message that users see."""

    OPTIMAL = "optimal: the bounds agree within the tolerance"
    TIME_LIMIT = "not optimal: the time limit was reached; this is the best mixture found, with its gap"
    STALLED = "not optimal: rounding stopped progress; this is the best mixture found, with its gap"


@dataclass(frozen=True, eq=False, kw_only=True)
class Solution:
    """A mixture, and the proof of how good it is.

    Attributes:
        alpha: float64[n], pair shares of all categories, not negative, sum 1.
        objective: the form's objective at `alpha`, exact over all rows and rivals (see `MixtureProblem`): an
            upper bound of the optimum.
        lower_bound: no mixture has a smaller objective than this (never less than 0).
        gap: (objective − lower_bound) / max(objective, 10⁻⁹ · scale), where scale is the merged mass of the
            uniform mixture: 1 under the "mass" normalization. Below 10⁻¹⁵ · scale all differences are rounding.
        status: how the solve ended.
        iterations: Newton steps, evaluations or relaxations, whichever the method counts.
        seconds: wall time.
        method: the engine.
        threshold: float64[R], the fitted largest pair count before each merge used (θ; sₜ + vₜ in the paper's form).
        merge_multiplier: float64[R], zₜ in [0, aₜ]: how hard merge t pulls.
        rival: int64[k], the rivals (rows of `MixtureProblem.rival_shares`) that pull at all.
        rival_multiplier: float64[k], yⱼ in (0, bⱼ]. From the interior point, Σ yⱼ xⱼ(β) − Σ zₜ sₜ(β) is at least
            `lower_bound` for every β; from the other methods (z, y) is a subgradient at `alpha`, and in the
            forms "pair" and "paper" yⱼ = bⱼ where the pair exceeds most.
    """

    alpha: Floats
    objective: float
    lower_bound: float
    gap: float
    status: SolveStatus
    iterations: int
    seconds: float
    method: str
    threshold: Floats
    merge_multiplier: Floats
    rival: NDArray[np.int64]
    rival_multiplier: Floats


class _Answer(NamedTuple):
    """What every engine returns, in one form."""

    weights: Floats
    upper: float
    lower: float
    iterations: int
    threshold: Floats
    merge_multiplier: Floats
    rival: Longs
    rival_multiplier: Floats


def solve(
    problem: MixtureProblem,
    method: str = "interior-point",
    tolerance: float = 1e-6,
    time_limit: float | None = None,
    start: Floats | None = None,
) -> Solution:
    """Find the mixture of least disagreement with the merge list, to a relative gap of `tolerance`.

    `start` are pair shares to begin near (n); the row methods ignore them. At `time_limit` (seconds) the best mixture
    so far is returned with its true gap and a status that says so; "whole-lp" ignores the limit.

    Raises:
        InferenceError: unknown method, or one that cannot solve the problem's form; no category contains a merge.
        SolverError: the LP engine failed.
    """
    if problem.form not in METHODS.get(method, ()):
        able = [name for name, forms in METHODS.items() if problem.form in forms]
        raise InferenceError(
            f"method {method!r} cannot solve form {problem.form!r}: choose {' or '.join(able)}"
        )
    if problem.columns == 0 or problem.rows == 0:
        raise InferenceError(NO_CATEGORY)
    found = _solve(problem.over_counts(), method, tolerance, time_limit, start)
    if problem.known_counts is None:
        return found
    unit = problem.count_unit
    return replace(
        found,
        threshold=found.threshold[-1] * unit,
        merge_multiplier=found.merge_multiplier / unit,
        rival_multiplier=found.rival_multiplier / unit[problem.rival_last[found.rival]],
    )


@one_blas_thread
def _solve(
    problem: MixtureProblem, method: str, tolerance: float, time_limit: float | None, start: Floats | None
) -> Solution:
    begin = time.perf_counter()
    deadline = np.inf if time_limit is None else begin + time_limit
    scale = float(problem.merge_shares.sum()) / problem.columns
    floor = 1e-9 * scale
    # A gap of `tolerance` in an objective near zero may be less than rounding can show.
    engine_floor = max(floor, 1e-15 * scale / tolerance)
    weights = None if start is None else problem.weights(start)
    if method == "interior-point":
        answer = _by_interior_point(problem, tolerance, engine_floor, weights, deadline)
    elif method == "row-generation":
        rows = row_generation.minimise(problem, tolerance=tolerance, floor=engine_floor, deadline=deadline)
        answer = _with_levels(problem, rows.weights, rows.level, rows.upper, rows.lower, rows.rounds)
    else:
        from bpeinfer.solving.referees import whole_lp  # loads PuLP, which nothing else needs

        whole = whole_lp.minimise(problem)
        answer = _with_levels(problem, whole.weights, whole.level, whole.upper, whole.lower, 1)
    answer = answer._replace(lower=min(answer.lower, answer.upper))  # rounding may make them cross
    gap = (answer.upper - answer.lower) / max(answer.upper, floor)
    if answer.upper - answer.lower <= tolerance * max(answer.upper, engine_floor):
        status = SolveStatus.OPTIMAL
    elif time.perf_counter() > deadline:
        status = SolveStatus.TIME_LIMIT
    else:
        status = SolveStatus.STALLED
    return Solution(
        alpha=problem.pair_shares(answer.weights),
        objective=answer.upper,
        lower_bound=answer.lower,
        gap=gap,
        status=status,
        iterations=answer.iterations,
        seconds=time.perf_counter() - begin,
        method=method,
        threshold=answer.threshold,
        merge_multiplier=answer.merge_multiplier,
        rival=answer.rival,
        rival_multiplier=answer.rival_multiplier,
    )


def _by_interior_point(
    problem: MixtureProblem, tolerance: float, floor: float, weights: Floats | None, deadline: float
) -> _Answer:
    """Run the path, check its end against all rivals, and run again from there if one was missed."""
    chosen = None
    best: _Answer | None = None
    lower, iterations = 0.0, 0
    for _ in range(ROUNDS):
        point = interior_point.minimise(
            problem, tolerance=0.5 * tolerance, floor=floor, start=weights, chosen=chosen, deadline=deadline
        )
        iterations += point.iterations
        lower = max(lower, point.lower)
        at = evaluate(problem, point.weights)
        if best is None or at.objective < best.upper:
            pulls = point.rival_multiplier > 0
            best = _Answer(
                point.weights,
                at.objective,
                lower,
                iterations,
                at.fit.threshold,
                point.merge_multiplier,
                point.rival[pulls],
                point.rival_multiplier[pulls],
            )
        best = best._replace(lower=lower, iterations=iterations)
        if best.upper - lower <= tolerance * max(best.upper, floor) or time.perf_counter() > deadline:
            break
        weights, chosen = point.weights, at.near
    assert best is not None
    return best


def _with_subgradient(problem: MixtureProblem, weights: Floats, lower: float, iterations: int) -> _Answer:
    at = evaluate(problem, weights)
    pulls = at.fit.rival_multiplier > 0
    return _Answer(
        weights,
        at.objective,
        lower,
        iterations,
        at.fit.threshold,
        at.fit.merge_multiplier,
        at.rival[pulls],
        at.fit.rival_multiplier[pulls],
    )


def _with_levels(
    problem: MixtureProblem, weights: Floats, level: Floats, upper: float, lower: float, iterations: int
) -> _Answer:
    if problem.form in ("last", "interval"):
        return _with_subgradient(problem, weights, lower, iterations)
    _, excess = row_generation.excess_over(problem, weights, level)
    rival = np.flatnonzero(excess > 0)
    rival = rival[np.lexsort((-excess[rival], problem.rival_pair[rival]))]
    rival = rival[run_starts(problem.rival_pair[rival])]
    short = level > problem.merge_shares @ weights
    return _Answer(
        weights,
        upper,
        lower,
        iterations,
        level,
        np.where(short, problem.merge_weight, 0.0),
        rival,
        problem.rival_weight[rival],
    )
