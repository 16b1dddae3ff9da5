"""The identified set: how far each share can go before the objective rises by a given tolerance."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from bpeinfer.errors import InferenceError, SolverError
from bpeinfer.solving.central_path import CentralPath
from bpeinfer.solving.highs import Model
from bpeinfer.solving.objective import evaluate
from bpeinfer.solving.problem import MixtureProblem
from bpeinfer.solving.solver import METHODS, Solution
from bpeinfer.workers import one_blas_thread

__all__ = ["Identified", "identify"]

Floats = NDArray[np.float64]

# While ends are sought, rivals below this fraction of their threshold at the solution are left out, and categories that
# could have no more weight than this are fixed at zero: this can only widen the ranges.
NEAR_THRESHOLD_FRACTION = 0.8
LEAST_POSSIBLE_WEIGHT = 1e-3
# The path to all ends is shared until its gap is this part of the objective (near zero: of a tenth of all mass).
SHARED_PATH_GAP = 0.05
# First guess of how far a share of one can move.
FIRST_GUESS_OF_EXTENT = 0.03
# The search for an end stops at a gap of this part of the allowed rise in the objective, and is repeated with another
# price if the rise there is this many times too large or too small (at three, the end is up to 15 % too far out).
CLOSE_TO_END = 0.1
FAR_FROM_END = 3.0
TRIES_PER_END = 3


@dataclass(frozen=True, eq=False)
class Identified:
    """Ranges of shares over all mixtures whose objective is close to the best.

    Not a confidence interval: it is what the comparisons would leave open if the samples were perfect.

    Attributes:
        outer: float64[u, q, 2]; no mixture within the level has a share outside, in each of u units for each of q sets
            of categories.
        inner: float64[u, q, 2], reached by known mixtures within the level. The ends of the true range lie between
            inner and outer.
    """

    outer: Floats
    inner: Floats


@one_blas_thread
def identify(
    problem: MixtureProblem,
    solution: Solution,
    sets: NDArray[np.bool_] | None = None,
    units: Floats | None = None,
    tolerance: float = 1e-4,
    smallest: float = 0.01,
    time_limit: float = np.inf,
) -> Identified:
    """Find each share's range at objective ≤ (1 + tolerance) · best (or best + 10⁻⁹ of all mass where best is zero).

    Both ends of a set of categories come from the interior point, which minimises the objective plus a price on the
    set's share. Its multipliers define a plane below the objective, which proves an outer end however far from
    optimal they are. All planes together then bound all shares, in all units, by small linear programs.

    Args:
        problem, solution: of one estimate.
        sets: bool[q, n], sets of categories whose sums are wanted (None: each category).
        units: float64[u, n], the amount of each unit in a pair of each category, e.g. ones for pair shares and bytes
            per initial pair for byte shares (None: pair shares).
        tolerance: relative, of the objective.
        smallest: least pair share for which a set's own ends are sought. Smaller ones are bounded by the planes of
            the others, with ranges that may be several times too wide, never too narrow.
        time_limit: seconds after which no more ends are sought; the remaining ranges come out wider.

    Raises:
        InferenceError: the form is not one of the interior point's ("pair", "paper").
        SolverError: the LP engine failed.
    """
    if problem.form not in METHODS["interior-point"]:
        raise InferenceError(f"identified ranges need form 'last' or 'interval', not {problem.form!r}")
    sets = np.eye(problem.categories, dtype=bool) if sets is None else sets
    units = np.ones((1, problem.categories)) if units is None else units
    return _identify(
        _LevelSet(problem, solution, tolerance),
        sets[:, problem.category],
        units[:, problem.category] * problem.pairs_per_weight,
        smallest,
        time.perf_counter() + time_limit,
    )


def _identify(
    level_set: _LevelSet, sets: NDArray[np.bool_], units: Floats, smallest: float, deadline: float
) -> Identified:
    for members in sets:
        share = level_set.share(members)
        if not smallest <= share <= 1 - smallest * 1e-6:
            continue
        # change·β is the change in the share, up to a factor.
        change = (members - share) * level_set.pairs
        for sign in (1.0, -1.0):
            level_set.seek_end(sign * change, share, deadline)
    mixtures = np.array(level_set.mixtures)
    inner = np.array([_ends_of(mixtures, members, unit) for unit in units for members in sets])
    outer = _bounds(np.array(level_set.planes) - level_set.level, sets, units)
    inner = inner.reshape(outer.shape)
    outer[..., 0] = np.minimum(outer[..., 0], inner[..., 0])  # rounding may make them cross
    outer[..., 1] = np.maximum(outer[..., 1], inner[..., 1])
    return Identified(np.clip(outer, 0.0, 1.0), inner)


class _LevelSet:
    """The mixtures whose objective is at most `level`, bounded from outside by planes and from inside by points.

    Attributes:
        level: the best objective plus the allowed rise.
        pairs: float64[m], what a unit of weight of each column adds to pair shares.
        planes: float64[m] each; the objective is nowhere below plane·β.
        mixtures: float64[m] each, weights within the level.
    """

    def __init__(self, problem: MixtureProblem, solution: Solution, tolerance: float) -> None:
        self._problem = problem
        self._weights = weights = problem.weights(solution.alpha)
        scale = float(problem.merge_shares.sum()) / problem.columns
        self._best = solution.objective
        self._rise = max(tolerance * self._best, 1e-9 * scale)
        self.level = self._best + self._rise
        start = evaluate(problem, weights)
        near = problem.rivals_above(NEAR_THRESHOLD_FRACTION, weights, start.fit.threshold)
        self._near = problem.restricted(np.flatnonzero(near)).over_counts()
        self.planes = [start.subgradient(problem), _proof(problem, solution, start.subgradient(problem))]
        above = np.maximum(self.planes[-1] - solution.lower_bound, 1e-300)
        possible = (self.level - solution.lower_bound) / above
        self._live = np.flatnonzero((possible > LEAST_POSSIBLE_WEIGHT) | (weights > LEAST_POSSIBLE_WEIGHT))
        self._path = CentralPath.begin(
            self._near.restricted(np.arange(self._near.rivals), self._live),
            weights[self._live],
            SHARED_PATH_GAP * max(self._best, 0.1 * scale),
        )
        self.mixtures = [weights]
        self.pairs = problem.pairs_per_weight / (problem.pairs_per_weight @ weights)

    def share(self, members: NDArray[np.bool_]) -> float:
        """Return the pair share of a set of columns in the estimate."""
        return float(self._weights[members] @ self.pairs[members])

    def seek_end(self, direction: Floats, share: float, deadline: float) -> None:
        """Go as far against `direction` as the level allows, and keep the plane and the mixtures found there."""
        # Exact if the objective rises with the square of the change.
        price = 2 * self._rise / (FIRST_GUESS_OF_EXTENT * np.sqrt(max(share, LEAST_POSSIBLE_WEIGHT)))
        for _ in range(TRIES_PER_END):
            if time.perf_counter() > deadline:
                break
            found = self._path.minimise(price * direction[self._live], CLOSE_TO_END * self._rise, deadline)
            self.planes.append(self._near.costs(*found[1:]))
            over = self._keep(found[0])
            price *= float(np.sqrt(self._rise / over))
            if 1 / FAR_FROM_END <= over / self._rise <= FAR_FROM_END:
                break

    def _keep(self, live_weights: Floats) -> float:
        """Keep two mixtures within the level on the way to this one, and return how far this one is above the best."""
        weights, problem = self._weights, self._problem
        mixture = np.zeros(problem.columns)
        mixture[self._live] = live_weights
        over = max(evaluate(problem, mixture).objective - self._best, 0.01 * self._rise)
        # The end of the level set in this direction if the objective rises with the square of the distance.
        further = np.maximum(weights + np.sqrt(self._rise / over) * (mixture - weights), 0.0)
        for reached in (mixture, further / further.sum()):
            above = max(evaluate(problem, reached).objective - self._best, 1e-300)
            # Within the level, by convexity.
            self.mixtures.append(weights + min(1.0, self._rise / above) * (reached - weights))
        return over


def _proof(problem: MixtureProblem, solution: Solution, otherwise: Floats) -> Floats:
    """Return the plane that proves the solution's lower bound, where its method gives one."""
    if solution.method != "interior-point":
        return otherwise
    return problem.costs(solution.merge_multiplier, solution.rival, solution.rival_multiplier)


def _ends_of(mixtures: Floats, members: NDArray[np.bool_], unit: Floats) -> tuple[float, float]:
    shares = (mixtures @ (unit * members)) / (mixtures @ unit)
    return float(shares.min()), float(shares.max())


def _bounds(planes: Floats, sets: NDArray[np.bool_], units: Floats) -> Floats:
    """Return float64[u, q, 2], the least and the greatest share of each set where no plane is above zero.

    The planes pass through the origin, so that β may be scaled to make any unit sum to one: shares are then
    linear in β.
    """
    ends = np.empty((len(units), len(sets), 2))
    columns = planes.shape[1]
    for of_unit, unit in zip(ends, units, strict=True):
        model = Model()
        model.add_columns(np.zeros(columns), np.zeros(columns), np.ones(columns))
        model.add_rows(sparse.csr_array(np.ones((1, columns))), np.ones(1), np.ones(1))
        scaled = planes / unit
        scaled /= np.abs(scaled).max(axis=1, keepdims=True)
        model.add_rows(sparse.csr_array(scaled), np.full(len(planes), -np.inf), np.zeros(len(planes)))
        for of_set, members in zip(of_unit, sets, strict=True):
            for side, sign in enumerate((1.0, -1.0)):
                cost = sign * members
                model.set_cost(cost)
                try:
                    model.minimise()
                    of_set[side] = sign * float(cost @ np.maximum(model.solution, 0.0))
                except SolverError:  # rounding has emptied the level set: only the known mixtures are left
                    of_set[side] = np.nan
    return ends
