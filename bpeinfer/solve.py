"""One door to the solvers: a `MixtureProblem` goes in, a certified `Solution` comes out."""

from __future__ import annotations

import enum
import time
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import isotonic_regression

from bpeinfer import interior_point
from bpeinfer.errors import InferenceError
from bpeinfer.isotonic import Thresholds, fit_thresholds
from bpeinfer.problem import MixtureProblem

__all__ = ["Solution", "SolveStatus", "objective", "solve"]

Floats = NDArray[np.float64]


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
        objective: the program's objective at `alpha` over all rows and rivals, an upper bound of the optimum; its
            form and unit are those of `MixtureProblem`.
        lower_bound: no mixture has a smaller objective than this (from the multipliers).
        gap: (objective − lower_bound) / max(objective, 10⁻⁹ · scale), scale being the merged mass of the uniform
            mixture (1 under the "mass" normalization).
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


def objective(problem: MixtureProblem, alpha: Floats) -> tuple[float, Thresholds, NDArray[np.int64]]:
    """Return the exact objective at pair shares `alpha`, the fitted thresholds, and the rivals these refer to.

    Only rivals near the thresholds enter the fit; all others are then compared with it, and any that
    exceeds it is taken in. The result is exact for the whole problem.
    """
    weights = problem.weights(alpha)
    merge_values = problem.merge_shares @ weights
    rival_values = problem.rival_shares @ weights
    threshold = isotonic_regression(merge_values, increasing=False).x
    chosen = rival_values > 0.9 * threshold[problem.rival_last]
    while True:
        rival = np.flatnonzero(chosen)
        fit = fit_thresholds(
            merge_values,
            rival_values[rival],
            problem.rival_last[rival],
            problem.merge_weight,
            problem.rival_weight[rival],
        )
        missed = (rival_values > fit.threshold[problem.rival_last]) & ~chosen
        if not missed.any():
            return fit.objective, fit, rival
        chosen |= missed


def solve(
    problem: MixtureProblem,
    method: str = "interior-point",
    tolerance: float = 1e-6,
    time_limit: float | None = None,
    start: Floats | None = None,
) -> Solution:
    """Find the mixture of least disagreement with the merge list, to a relative gap of `tolerance`.

    `start` are pair shares to begin near (n). With `time_limit` (seconds) the best mixture so far is returned with
    its true gap and the status that says so.

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

    weights = np.full(problem.columns, 1.0 / problem.columns) if start is None else problem.weights(start)
    merge_values = problem.merge_shares @ weights
    threshold = isotonic_regression(merge_values, increasing=False).x
    chosen = problem.rival_shares @ weights > 0.8 * threshold[problem.rival_last]
    upper, lower, iterations = np.inf, 0.0, 0
    best: tuple[Floats, Floats, Floats, NDArray[np.int64], Floats] | None = None
    aim = max(tolerance, 1e-2)
    status = SolveStatus.STALLED
    for _ in range(60):
        rival = np.flatnonzero(chosen)
        point = interior_point.minimise(
            problem.merge_shares,
            problem.rival_shares[rival],
            problem.rival_last[rival],
            problem.merge_weight,
            problem.rival_weight[rival],
            tolerance=0.5 * aim,
            floor=floor,
            start=weights,
            stop=lambda: time.perf_counter() > deadline,
        )
        iterations += point.iterations
        lower = max(lower, point.lower)
        weights = point.weights
        alpha = problem.pair_shares(weights)
        value, fit, _ = objective(problem, alpha)
        if value < upper or best is None:
            upper = value
            best = (alpha, fit.threshold, point.merge_multiplier, rival, point.rival_multiplier)
        gap = (upper - lower) / max(upper, floor)
        if gap <= tolerance:
            status = SolveStatus.OPTIMAL
            break
        if time.perf_counter() > deadline:
            status = SolveStatus.TIME_LIMIT
            break
        near = problem.rival_shares @ weights > 0.9 * fit.threshold[problem.rival_last]
        if not (near & ~chosen).any() and not point.converged:
            break
        chosen |= near
        aim = max(tolerance, min(aim, gap) * 1e-2)
    assert best is not None
    alpha, threshold, merge_multiplier, rival, rival_multiplier = best
    pulls = rival_multiplier > 0
    return Solution(
        alpha=alpha,
        objective=upper,
        lower_bound=lower,
        gap=(upper - lower) / max(upper, floor),
        status=status,
        iterations=iterations,
        seconds=time.perf_counter() - begin,
        method=method,
        threshold=threshold,
        merge_multiplier=merge_multiplier,
        rival=rival[pulls],
        rival_multiplier=rival_multiplier[pulls],
    )
