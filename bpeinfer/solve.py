"""One door to the solvers: a `MixtureProblem` goes in, a certified `Solution` comes out."""

from __future__ import annotations

import enum
import time
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bpeinfer import interior_point
from bpeinfer.errors import InferenceError
from bpeinfer.oracle import evaluate
from bpeinfer.problem import MixtureProblem

__all__ = ["Solution", "SolveStatus", "solve"]

Floats = NDArray[np.float64]

# Fresh starts of the interior point before it is called stalled.
ROUNDS = 4


class SolveStatus(enum.Enum):
    """How a solve ended; the value is the message for the user."""

    OPTIMAL = "optimal: the bounds agree within the tolerance"
    TIME_LIMIT = "not optimal: the time limit was reached; this is the best mixture found, with its gap"
    STALLED = "not optimal: rounding stopped progress; this is the best mixture found, with its gap"


@dataclass(frozen=True, eq=False)
class Solution:
    """A mixture, and the proof of how good it is.

    Attributes:
        alpha: float64[n], pair shares of all categories, not negative, sum 1.
        objective: the program's objective at `alpha` over all rows and rivals, an upper bound of the
            optimum; its form and unit are those of `MixtureProblem`.
        lower_bound: no mixture has a smaller objective than this (from the multipliers).
        gap: (objective − lower_bound) / max(objective, 10⁻⁹ · scale), scale being the merged mass of the
            uniform mixture (1 under the "mass" normalization).
        status: how the solve ended.
        iterations: Newton steps, cuts or rounds, whichever the method counts.
        seconds: wall time.
        method: the engine.
        threshold: float64[R], θ, the fitted largest pair count before each merge used.
        merge_multiplier: float64[R], zₜ in [0, aₜ]: how hard merge t pulls.
        rival: int64[k], the rivals (rows of `MixtureProblem.rival_shares`) that pull at all.
        rival_multiplier: float64[k], yⱼ in (0, bⱼ]. For every β, objective ≥ Σ yⱼ xⱼ(β) − Σ zₜ sₜ(β).
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


def solve(
    problem: MixtureProblem,
    method: str = "interior-point",
    tolerance: float = 1e-6,
    time_limit: float | None = None,
    start: Floats | None = None,
) -> Solution:
    """Find the mixture of least disagreement with the merge list, to a relative gap of `tolerance`.

    `start` are pair shares to begin near (n). With `time_limit` (seconds) the best mixture so far is
    returned with its true gap and the status that says so.

    Raises:
        InferenceError: unknown method.
        SolverError: the LP engine failed.
    """
    if method != "interior-point":
        raise InferenceError(f"method is {method!r}, expected one of: interior-point")
    begin = time.perf_counter()
    deadline = np.inf if time_limit is None else begin + time_limit
    scale = float(problem.merge_shares.sum()) / problem.columns
    floor = 1e-9 * scale

    weights = None if start is None else problem.weights(start)
    chosen = None
    upper, lower, iterations = np.inf, 0.0, 0
    status = SolveStatus.STALLED
    for _ in range(ROUNDS):
        point = interior_point.minimise(
            problem, tolerance=0.5 * tolerance, floor=floor, start=weights, chosen=chosen, deadline=deadline
        )
        iterations += point.iterations
        lower = max(lower, point.lower)
        at = evaluate(problem, point.weights)
        if at.objective < upper:
            upper, best, best_point = at.objective, at, point
        gap = (upper - lower) / max(upper, floor)
        if gap <= tolerance:
            status = SolveStatus.OPTIMAL
            break
        if time.perf_counter() > deadline:
            status = SolveStatus.TIME_LIMIT
            break
        weights, chosen = point.weights, at.near
    pulls = best_point.rival_multiplier > 0
    return Solution(
        alpha=problem.pair_shares(best_point.weights),
        objective=upper,
        lower_bound=lower,
        gap=gap,
        status=status,
        iterations=iterations,
        seconds=time.perf_counter() - begin,
        method=method,
        threshold=best.fit.threshold,
        merge_multiplier=best_point.merge_multiplier,
        rival=best_point.rival[pulls],
        rival_multiplier=best_point.rival_multiplier[pulls],
    )
