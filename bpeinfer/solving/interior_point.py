"""A primal-dual interior-point method made for the shape of the mixture program.

Thresholds are a chain and categories are few, so each Newton system is a tridiagonal matrix (one row a merge)
bordered by m dense columns: its cost is linear in merges and rivals. Every iterate is feasible in
the primal and, after a small repair, in the dual, so that each carries an upper and a lower bound. Rivals far
below the thresholds are left out and taken in when the path comes near them.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.linalg import lapack

from bpeinfer.solving.isotonic import fit_thresholds
from bpeinfer.solving.objective import NEAR, evaluate
from bpeinfer.solving.problem import MixtureProblem

__all__ = ["InteriorPoint", "Path", "minimise"]

Floats = NDArray[np.float64]

# The path looks for rivals that have come near when μ has fallen to this, and to each third of it.
FIRST_LOOK = 10.0
LOOK_EVERY = 3.0
# More new rivals than this fraction: start anew from the present mixture instead of squeezing them in. (At 0.01,
# GPT-2 with 87 categories and 10,000 merges takes 108 steps, at this 47.)
MANY = 0.3
CORRECTORS = 2
# Newton steps towards a neighbouring program at most.
MOST_STEPS = 100
# Rows of a dense block at a time, to stay in cache.
BLOCK = 16_384


@dataclass(frozen=True, eq=False)
class InteriorPoint:
    """A point inside the feasible region, and what it proves about the rivals that took part.

    Attributes:
        weights: float64[m], β > 0, sums to one.
        threshold: float64[R], strictly decreasing.
        merge_multiplier: float64[R], feasible for the dual together with the next (see `Thresholds`).
        rival: int64[k], the rivals that took part.
        rival_multiplier: float64[k].
        upper, lower: bounds of the optimum over the rivals that took part; `lower` holds for all rivals.
        iterations: Newton steps taken.
    """

    weights: Floats
    threshold: Floats
    merge_multiplier: Floats
    rival: NDArray[np.int64]
    rival_multiplier: Floats
    upper: float
    lower: float
    iterations: int


@dataclass(eq=False)
class _Point:
    """Primal and dual variables; `slack` v and `room` p = v − r belong to all hinges, merges first."""

    beta: Floats
    theta: Floats
    slack: Floats
    room: Floats
    fall: Floats
    y: Floats  # multipliers of room; those of slack are weight − y
    w: Floats  # multipliers of fall
    z: Floats  # multipliers of beta

    def moved(self, step: _Point, primal: float, dual: float) -> _Point:
        return _Point(
            self.beta + primal * step.beta,
            self.theta + primal * step.theta,
            self.slack + primal * step.slack,
            self.room + primal * step.room,
            self.fall + primal * step.fall,
            self.y + dual * step.y,
            self.w + dual * step.w,
            self.z + dual * step.z,
        )


@dataclass(frozen=True, eq=False)
class _Scales:
    """What each kind of product is aimed at, per unit of μ.

    Late rows are orders of magnitude smaller than early ones, so every product is aimed at μ times
    the scale of its own row: all rows settle together.
    """

    hinge: Floats
    fall: Floats
    bound: Floats

    @property
    def total(self) -> float:
        return float(2 * self.hinge.sum() + self.fall.sum() + self.bound.sum())


class _Rows:
    """The hinges that take part: their residuals r = G·(θ, β), the transpose, and the Newton matrix."""

    def __init__(self, problem: MixtureProblem, chosen: NDArray[np.bool_]) -> None:
        rival = np.flatnonzero(chosen)
        # In order of their rows, so that sums over a row's rivals are sums over slices.
        rival = rival[np.argsort(problem.rival_last[rival], kind="stable")]
        self.rival = rival
        self.place = problem.rival_last[rival].astype(np.intp)
        self.shares = problem.rival_shares[rival]
        self.dense = self.shares.toarray()
        self.transposed = self.shares.T.tocsr()
        self.merges = problem.merge_shares
        self.rows, self.columns = self.merges.shape
        self.weight = np.concatenate((problem.merge_weight, problem.rival_weight[rival]))
        self.slices = np.searchsorted(self.place, np.arange(self.rows + 1))

    def residuals(self, theta: Floats, beta: Floats) -> Floats:
        """Merges θₜ − sₜ(β), then rivals xⱼ(β) − θ[eⱼ]."""
        return np.concatenate((theta - self.merges @ beta, self.shares @ beta - theta[self.place]))

    def sums(self, rival_values: Floats) -> Floats:
        """Sum a value of each rival over the rivals of each row."""
        return np.bincount(self.place, rival_values, self.rows).astype(np.float64, copy=False)

    def toward_theta(self, hinge_values: Floats) -> Floats:
        return hinge_values[: self.rows] - self.sums(hinge_values[self.rows :])

    def toward_beta(self, hinge_values: Floats) -> Floats:
        rivals = self.transposed @ hinge_values[self.rows :]
        return np.asarray(rivals - self.merges.T @ hinge_values[: self.rows])

    def factor(self, curvature: Floats, chain: Floats, bound: Floats) -> None:
        """Factor the Newton matrix for curvatures of hinges, of the chain's falls (R) and of β ≥ 0 (m)."""
        merge, rival = curvature[: self.rows], curvature[self.rows :]
        excess = merge + self.sums(rival)
        excess[-1] += chain[-1]
        self.pivot, self.below = _factor_chain(excess, chain[:-1])
        by_row = sparse.csr_array((rival, np.arange(len(rival)), self.slices), shape=(self.rows, len(rival)))
        border = -(by_row @ self.dense)
        border -= merge[:, None] * self.merges
        corner = _gram(self.merges, merge) + _gram(self.dense, rival)
        corner[np.diag_indices(self.columns)] += bound
        self.border = border
        self.solved_border = self._chain_solve(border)
        system = np.zeros((self.columns + 1, self.columns + 1))
        system[:-1, :-1] = corner - border.T @ self.solved_border
        system[-1, :-1] = system[:-1, -1] = 1.0
        scale = 1.0 / np.sqrt(np.maximum(np.diag(system)[:-1], 1e-300))
        self.scale = np.append(scale, 1.0 / np.linalg.norm(scale))
        self.lu, self.pivots, _ = lapack.dgetrf(system * self.scale * self.scale[:, None])

    def solve(self, right_theta: Floats, right_beta: Floats) -> tuple[Floats, Floats]:
        """Return (Δθ, Δβ) with ΣΔβ = 0."""
        inner = self._chain_solve(right_theta)
        right = np.append(right_beta - self.border.T @ inner, 0.0)
        solution, _ = lapack.dgetrs(self.lu, self.pivots, right * self.scale)
        change = (solution * self.scale)[:-1]
        return inner - self.solved_border @ change, change

    def _chain_solve(self, right: Floats) -> Floats:
        if self.rows == 1:  # LAPACK's wrapper wants a subdiagonal
            return np.asarray(right / self.pivot[0])
        solution, _ = lapack.dpttrs(self.pivot, self.below, right)
        return np.asarray(solution).reshape(right.shape)


@dataclass(frozen=True, eq=False)
class Path:
    """A point part of the way to the optimum, from which neighbouring programs are reached in half the steps.

    Nearer the optimum than a few per cent a point is of little use: the path of another program passes far from it.
    All rivals of the problem take part, so that it should hold only those that may come near their thresholds.
    """

    _rows: _Rows
    _point: _Point
    _scales: _Scales

    @classmethod
    def begin(cls, problem: MixtureProblem, start: Floats, gap: float) -> Path:
        """Follow the path of `problem`, all rivals taking part, until upper − lower ≤ gap."""
        everyone = np.ones(problem.rivals, dtype=bool)
        rows, point, scales = _start(problem, 0.9 * start / start.sum() + 0.1 / problem.columns, everyone)
        with np.errstate(all="ignore"):
            for _ in range(MOST_STEPS):
                moved = _newton_step(rows, point, scales)
                if moved is None:
                    break
                point = moved
                if _objective(rows, point) - float(np.min(rows.toward_beta(_repair(rows, point.y)))) <= gap:
                    break
        return cls(rows, point, scales)

    def onto(self, problem: MixtureProblem) -> Path:
        """Carry the point over to a problem with the same rows, columns and rivals but other shares and weights."""
        rows = _Rows(problem, np.ones(problem.rivals, dtype=bool))
        point, scales = self._point, self._scales
        mu = _products(self._rows, point) / scales.total
        product = mu * scales.hinge
        y = _central_multiplier(rows.residuals(point.theta, point.beta), rows.weight, product)
        # Feasible multipliers of β ≥ 0: the old ones can be so far from it that most steps go into coming back.
        slope = rows.toward_beta(y)
        z = slope - slope.min() + float(np.min(mu * scales.bound / point.beta))
        carried = _Point(
            point.beta, point.theta, product / (rows.weight - y), product / y, point.fall, y, point.w, z
        )
        return Path(rows, carried, scales)

    def lean(
        self, price: Floats | float, tolerance: float, deadline: float = np.inf
    ) -> tuple[Floats, Floats, NDArray[np.int64], Floats]:
        """Minimise the objective plus price·β until upper − lower ≤ tolerance (or rounding, or time, ends it).

        Returns:
            β, then merge multipliers, rivals and their multipliers. These are feasible for the dual: the plane
            that they make (`MixtureProblem.costs`) lies below the objective everywhere.
        """
        rows, point, scales = self._rows, self._point, self._scales
        with np.errstate(all="ignore"):
            for _ in range(MOST_STEPS):
                moved = _newton_step(rows, point, scales, price)
                if moved is None or time.perf_counter() > deadline:
                    break
                point = moved
                lower = float(np.min(rows.toward_beta(_repair(rows, point.y)) + price))
                if _objective(rows, point) + float(np.sum(price * point.beta)) - lower <= tolerance:
                    break
        multipliers = _repair(rows, point.y)
        return point.beta, multipliers[: rows.rows], rows.rival, multipliers[rows.rows :]


def minimise(
    problem: MixtureProblem,
    *,
    tolerance: float,
    floor: float,
    start: Floats | None = None,
    chosen: NDArray[np.bool_] | None = None,
    max_iterations: int = 200,
    deadline: float = np.inf,
) -> InteriorPoint:
    """Minimise the interval form over the rivals that matter.

    Each hinge b·(r)₊ is written v ≥ 0, p = v − r ≥ 0 with multipliers b − y of v and y of p. Steps are
    Mehrotra's with Gondzio's centrality correctors. Ends when upper − lower ≤ tolerance · max(upper,
    floor), after `max_iterations`, at `deadline` (of `time.perf_counter`), or when rounding leaves nothing
    to gain.

    Arguments: start: β to begin near; chosen: bool[L], rivals that take part from the start.
    """
    columns = problem.columns
    beta = np.full(columns, 1.0 / columns)
    if start is not None:
        beta = 0.9 * start / start.sum() + 0.1 * beta
    none = np.zeros(problem.rivals, dtype=bool)
    rows, point, scales = _start(problem, beta, none if chosen is None else chosen)
    next_look = FIRST_LOOK
    upper, lower = np.inf, -np.inf
    best = point
    iterations = 0
    with np.errstate(all="ignore"):
        while iterations < max_iterations and time.perf_counter() < deadline:
            iterations += 1
            moved = _newton_step(rows, point, scales)
            if moved is None:
                break
            point = moved
            value = _objective(rows, point)
            lower = max(lower, float(np.min(rows.toward_beta(_repair(rows, point.y)))))
            if value < upper:
                upper, best = value, point
            if upper - lower <= tolerance * max(upper, floor):
                break
            mu = _products(rows, point) / scales.total
            if mu > next_look:
                continue
            next_look = mu / LOOK_EVERY
            near = problem.rivals_above(NEAR, point.beta, point.theta)
            new = int(np.count_nonzero(near)) - int(np.count_nonzero(near[rows.rival]))
            if new > MANY * len(rows.rival):
                rows, point, scales = _start(problem, 0.9 * point.beta + 0.1 / columns, near)
            elif new:
                near[rows.rival] = True
                rows, point, scales = _grown(problem, near, rows, point, scales, mu)
            if new:
                upper, best = np.inf, point
    multipliers = _repair(rows, best.y)
    return InteriorPoint(
        best.beta,
        best.theta,
        multipliers[: problem.rows],
        rows.rival,
        multipliers[problem.rows :],
        upper,
        lower,
        iterations,
    )


def _start(problem: MixtureProblem, beta: Floats, chosen: NDArray[np.bool_]) -> tuple[_Rows, _Point, _Scales]:
    """Return a point well inside, feasible for primal and dual, and the scales of its products."""
    rows = _Rows(problem, evaluate(problem, beta).near | chosen)
    fit = fit_thresholds(
        problem.merge_shares @ beta,
        rows.shares @ beta,
        rows.place,
        problem.merge_weight,
        problem.rival_weight[rows.rival],
    )
    theta = np.maximum(fit.threshold, 1e-3 * float(fit.threshold.mean()))
    scale_fall = 30.0 * theta / problem.rows
    flow = np.cumsum(rows.toward_theta(np.concatenate((fit.merge_multiplier, fit.rival_multiplier))))
    fall = np.append(theta[:-1] - theta[1:], theta[-1]) + scale_fall / np.maximum(flow, 1.0)
    theta = np.cumsum(fall[::-1])[::-1].copy()
    hinge = 0.1 * np.concatenate((theta, theta[rows.place]))
    bound = np.full(problem.columns, float(rows.weight @ hinge) / problem.rows / problem.columns)
    y = _central_multiplier(rows.residuals(theta, beta), rows.weight, hinge)
    slack = hinge / (rows.weight - y)
    room = hinge / y
    y = _repair(rows, y, margin=0.1)
    flow = np.maximum(np.cumsum(rows.toward_theta(y)), 0.1)
    slope = rows.toward_beta(y)
    z = slope - slope.min() + bound * problem.columns
    return rows, _Point(beta, theta, slack, room, fall, y, flow, z), _Scales(hinge, scale_fall, bound)


def _grown(
    problem: MixtureProblem, chosen: NDArray[np.bool_], old: _Rows, point: _Point, scales: _Scales, mu: float
) -> tuple[_Rows, _Point, _Scales]:
    """Take more rivals in, each at the central value of its hinge."""
    rows = _Rows(problem, chosen)
    merges = problem.rows
    hinge = np.concatenate((scales.hinge[:merges], 0.1 * point.theta[rows.place]))
    y = _central_multiplier(rows.residuals(point.theta, point.beta), rows.weight, mu * hinge)
    slack = mu * hinge / (rows.weight - y)
    room = mu * hinge / y
    position = np.empty(problem.rivals, dtype=np.intp)
    position[rows.rival] = np.arange(len(rows.rival))
    kept = np.concatenate((np.arange(merges), merges + position[old.rival]))
    for new, before in ((hinge, scales.hinge), (y, point.y), (slack, point.slack), (room, point.room)):
        new[kept] = before
    grown = _Point(point.beta, point.theta, slack, room, point.fall, y, point.w, point.z)
    return rows, grown, _Scales(hinge, scales.fall, scales.bound)


def _objective(rows: _Rows, point: _Point) -> float:
    return float(rows.weight @ np.maximum(rows.residuals(point.theta, point.beta), 0.0))


def _products(rows: _Rows, point: _Point) -> float:
    """Sum of all complementarity products."""
    return float(
        point.y @ point.room
        + (rows.weight - point.y) @ point.slack
        + point.w @ point.fall
        + point.z @ point.beta
    )


def _newton_step(rows: _Rows, at: _Point, scales: _Scales, price: Floats | float = 0.0) -> _Point | None:
    """Take one predictor-corrector step for the objective plus `price`·β; None when it is not finite."""
    rest = rows.weight - at.y
    dual_theta = rows.toward_theta(at.y) - at.w
    dual_theta[1:] += at.w[:-1]
    slope = rows.toward_beta(at.y) + price - at.z
    dual_beta = slope - slope.mean()
    gap = _products(rows, at)
    mu = gap / scales.total

    curvature = 1.0 / (at.slack / rest + at.room / at.y)
    rows.factor(curvature, at.w / at.fall, at.z / at.beta)

    def direction(room: Floats, slack: Floats, fall: Floats, bound: Floats) -> _Point:
        """The Newton step that changes the products by these amounts and makes the dual feasible."""
        offset = slack / rest - room / at.y  # Δr = Δy / curvature + offset
        known = curvature * offset
        pull = fall / at.fall
        right_theta = rows.toward_theta(known) - dual_theta + pull
        right_theta[1:] -= pull[:-1]
        d_theta, d_beta = rows.solve(right_theta, rows.toward_beta(known) - dual_beta + bound / at.beta)
        d_residual = rows.residuals(d_theta, d_beta)
        d_y = curvature * d_residual - known
        d_slack = (slack + at.slack * d_y) / rest
        d_fall = np.append(d_theta[:-1] - d_theta[1:], d_theta[-1])
        return _Point(
            d_beta,
            d_theta,
            d_slack,
            d_slack - d_residual,
            d_fall,
            d_y,
            (fall - at.w * d_fall) / at.fall,
            (bound - at.z * d_beta) / at.beta,
        )

    def lengths(step: _Point) -> tuple[float, float]:
        primal = _longest(
            (at.slack, step.slack), (at.room, step.room), (at.fall, step.fall), (at.beta, step.beta)
        )
        dual = _longest((at.y, step.y), (rest, -step.y), (at.w, step.w), (at.z, step.z))
        return primal, dual

    products = (at.y * at.room, rest * at.slack, at.w * at.fall, at.z * at.beta)
    aims = (scales.hinge, scales.hinge, scales.fall, scales.bound)
    step = direction(*(-product for product in products))
    primal, dual = lengths(step)
    aim = mu * max(_products(rows, at.moved(step, primal, dual)) / gap, 0.0) ** 3
    second = (step.y * step.room, -step.y * step.slack, step.w * step.fall, step.z * step.beta)
    target = [
        aim * scale - product - cross for scale, product, cross in zip(aims, products, second, strict=True)
    ]
    step = direction(*target)
    primal, dual = lengths(step)
    for _ in range(CORRECTORS):
        # Gondzio: aim the products that a longer step would leave far from μ back at [μ/10, 10 μ].
        longer = at.moved(step, min(1.0, 1.1 * primal + 0.1), min(1.0, 1.1 * dual + 0.1))
        ahead = (
            longer.y * longer.room,
            (rows.weight - longer.y) * longer.slack,
            longer.w * longer.fall,
            longer.z * longer.beta,
        )
        for place, (scale, product) in enumerate(zip(aims, ahead, strict=True)):
            wanted = np.clip(product, 0.1 * aim * scale, 10 * aim * scale) - product
            target[place] = target[place] + np.maximum(wanted, -10 * aim * scale)
        corrected = direction(*target)
        new_primal, new_dual = lengths(corrected)
        if new_primal + new_dual < primal + dual + 0.02:
            break
        step, primal, dual = corrected, new_primal, new_dual
    if not (np.isfinite(step.theta).all() and np.isfinite(step.y).all() and np.isfinite(step.room).all()):
        return None
    after = at.moved(step, min(1.0, 0.995 * primal), min(1.0, 0.995 * dual))
    after.beta /= after.beta.sum()
    return after


def _gram(matrix: Floats, curvature: Floats) -> Floats:
    """Return Mᵀ·diag(curvature)·M, block by block; numpy's symmetric product lets other threads run, scipy's not."""
    root = np.sqrt(curvature)[:, None]
    total = np.zeros((matrix.shape[1], matrix.shape[1]))
    for top in range(0, len(matrix), BLOCK):
        block = root[top : top + BLOCK] * matrix[top : top + BLOCK]
        total += block.T @ block
    return total


def _factor_chain(excess: Floats, link: Floats) -> tuple[Floats, Floats]:
    """Factor as L·D·Lᵀ the tridiagonal matrix with row sums `excess` and off-diagonal −`link`; return D, L.

    Links exceed row sums by a factor of 10¹² near the optimum. Eliminating with the row sums themselves
    never subtracts, so that nothing cancels (LAPACK's pttrf, on the diagonal, breaks down).
    """
    pivot = []
    carried = 0.0
    for own, forward in zip(excess.tolist(), [*link.tolist(), 0.0], strict=True):
        rest = own + carried
        pivot.append(rest + forward)
        carried = forward * (rest / (rest + forward))
    diagonal = np.array(pivot)
    return diagonal, -link / diagonal[:-1]


def _central_multiplier(residual: Floats, weight: Floats, product: Floats) -> Floats:
    """Return y in (0, weight) with product/(weight − y) − product/y = residual: the hinge's central path."""
    half = product - 0.5 * residual * weight  # residual·y² + 2·half·y − product·weight = 0, its stable root
    root = np.sqrt(half**2 + residual * product * weight)
    low = product * weight / (root + np.abs(half))
    high = np.divide(root - half, residual, out=0.5 * weight, where=residual != 0)
    return np.where(half > 0, low, high)


def _longest(*pairs: tuple[Floats, Floats]) -> float:
    """Return the largest step up to 1/0.995 that keeps every value positive."""
    most = 1 / 0.995
    for value, change in pairs:
        ratio = float(np.min(change / value))
        if ratio * most < -1.0:
            most = -1.0 / ratio
    return most


def _repair(rows: _Rows, y: Floats, margin: float = 0.0) -> Floats:
    """Lower rival multipliers until each prefix of rows has `margin` less of them than merge multipliers."""
    rival = rows.sums(y[rows.rows :])
    lack = np.maximum.accumulate(np.maximum(np.cumsum(rival - y[: rows.rows]) + margin, 0.0))
    lowered = np.diff(lack, prepend=0.0)
    factor = 1.0 - np.divide(lowered, rival, out=np.zeros(rows.rows), where=rival > 0)
    least = 1e-3 if margin else 0.0
    return np.concatenate((y[: rows.rows], y[rows.rows :] * np.maximum(factor, least)[rows.place]))
