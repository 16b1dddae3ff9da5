"""A primal-dual interior-point method made for the shape of the mixture program.

Thresholds are a chain and categories are few, so each Newton system is a tridiagonal matrix (one row a merge)
bordered by m dense columns: its cost is linear in merges and rivals. Every iterate is feasible in the primal and,
after a small repair, in the dual, so that each carries an upper and a lower bound.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.linalg import lapack

from bpeinfer.isotonic import fit_thresholds

__all__ = ["InteriorPoint", "minimise"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class InteriorPoint:
    """A point inside the feasible region, and what it proves.

    Attributes:
        weights: float64[m], β > 0, sums to one.
        threshold: float64[R], strictly decreasing.
        merge_multiplier, rival_multiplier: float64[R] and [L], feasible for the dual (see `Thresholds`).
        upper, lower: bounds of the optimum that the point and its multipliers prove.
        iterations: Newton steps taken.
        converged: whether the bounds met the tolerance.
    """

    weights: Floats
    threshold: Floats
    merge_multiplier: Floats
    rival_multiplier: Floats
    upper: float
    lower: float
    iterations: int
    converged: bool


class _Newton:
    """Forms and factors the Newton matrix over (θ, β) for given curvatures."""

    def __init__(self, merges: Floats, rivals: sparse.csr_array, last: NDArray[np.intp]) -> None:
        self.merges, self.rivals, self.last = merges, rivals, last
        self.rows, self.columns = merges.shape
        entry_row = np.repeat(np.arange(rivals.shape[0]), np.diff(rivals.indptr))
        self.entry_row = entry_row
        self.border_place = last[entry_row] * self.columns + rivals.indices
        self.rivals_transposed = rivals.T.tocsr()

    def factor(self, merge: Floats, rival: Floats, chain: Floats, bound: Floats) -> None:
        """Set curvatures: of merge hinges (R), rival hinges (L), chain steps θₜ − θₜ₊₁ (R, last: θ ≥ 0), β ≥ 0 (m)."""
        excess = merge + np.bincount(self.last, rival, self.rows)
        excess[-1] += chain[-1]
        self.diagonal, self.off = _factor_chain(excess, chain[:-1])
        scaled = self.rivals.data * rival[self.entry_row]
        border = -np.bincount(self.border_place, scaled, self.rows * self.columns).reshape(self.rows, self.columns)
        border -= merge[:, None] * self.merges
        weighted = sparse.csr_array((scaled, self.rivals.indices, self.rivals.indptr), shape=self.rivals.shape)
        corner = (self.rivals_transposed @ weighted).toarray()
        corner += self.merges.T @ (merge[:, None] * self.merges)
        corner[np.diag_indices(self.columns)] += bound
        self.border = border
        self.solved_border = self._chain_solve(border)
        schur = corner - border.T @ self.solved_border
        full = np.zeros((self.columns + 1, self.columns + 1))
        full[:-1, :-1] = schur
        full[-1, :-1] = full[:-1, -1] = 1.0
        self.scale = 1.0 / np.sqrt(np.maximum(np.abs(np.diag(schur)), 1e-300))
        self.scale = np.append(self.scale, 1.0 / np.linalg.norm(self.scale))
        self.lu, self.pivots, info = lapack.dgetrf(full * self.scale * self.scale[:, None])
        if info != 0:
            raise np.linalg.LinAlgError("reduced system is singular")

    def solve(self, right_thresholds: Floats, right_weights: Floats) -> tuple[Floats, Floats]:
        """Return (Δθ, Δβ) with ΣΔβ = 0."""
        inner = self._chain_solve(right_thresholds)
        right = np.append(right_weights - self.border.T @ inner, 0.0)
        solution, info = lapack.dgetrs(self.lu, self.pivots, right * self.scale)
        change = (solution * self.scale)[:-1]
        return inner - self.solved_border @ change, change

    def _chain_solve(self, right: Floats) -> Floats:
        solution, info = lapack.dpttrs(self.diagonal, self.off, right)
        return solution.reshape(right.shape)


def minimise(
    merges: Floats,
    rivals: sparse.csr_array,
    last: NDArray[np.integer],
    merge_weight: Floats,
    rival_weight: Floats,
    *,
    tolerance: float,
    floor: float,
    start: Floats | None = None,
    max_iterations: int = 150,
    stop: Callable[[], bool] = lambda: False,
) -> InteriorPoint:
    """Minimise Σ aₜ(θₜ − sₜ)₊ + Σ bⱼ(xⱼ − θ[eⱼ])₊ over β on the simplex and θ₀ ≥ θ₁ ≥ … ≥ 0.

    Each hinge b·(r)₊ is written v ≥ 0, p = v − r ≥ 0 with multipliers b − y of v and y of p. Ends when
    upper − lower ≤ tolerance · max(upper, floor), after `max_iterations`, or when `stop()` turns true.

    Arguments: merges (R × m), rivals csr (L × m), last[L], weights a[R] and b[L] positive, start: β to begin near.
    """
    rows, columns = merges.shape
    place = np.asarray(last, dtype=np.intp)
    newton = _Newton(merges, rivals, place)
    weight = np.concatenate((merge_weight, rival_weight))

    def residuals(beta: Floats, theta: Floats) -> Floats:
        return np.concatenate((theta - merges @ beta, rivals @ beta - theta[place]))

    def toward_thresholds(multiplier: Floats) -> Floats:
        """Transpose of `residuals` in θ."""
        return multiplier[:rows] - np.bincount(place, multiplier[rows:], rows)

    def toward_weights(multiplier: Floats) -> Floats:
        """Transpose of `residuals` in β."""
        return newton.rivals_transposed @ multiplier[rows:] - merges.T @ multiplier[:rows]

    def chain(theta: Floats) -> Floats:
        return np.append(theta[:-1] - theta[1:], theta[-1])

    def chain_transposed(multiplier: Floats) -> Floats:
        result = multiplier.copy()
        result[1:] -= multiplier[:-1]
        return result

    # Start: a mixture well inside and its best thresholds, smoothed. Late rows are orders of magnitude smaller than
    # early ones, so every product is aimed at μ times the scale of its own row: all rows settle together.
    beta = np.full(columns, 1.0 / columns)
    if start is not None:
        beta = 0.9 * start / start.sum() + 0.1 * beta
    fit = fit_thresholds(merges @ beta, rivals @ beta, place, merge_weight, rival_weight)
    least = 1e-3 * float(fit.threshold.mean())
    theta = np.maximum(fit.threshold, least)
    mu = 1.0
    scale_fall = 3.0 * theta / rows
    flow = np.cumsum(toward_thresholds(np.concatenate((fit.merge_multiplier, fit.rival_multiplier))))
    fall = chain(theta) + mu * scale_fall / np.maximum(flow, 1.0)
    theta = np.cumsum(fall[::-1])[::-1]
    scale_hinge = 0.1 * np.concatenate((theta, theta[place]))
    scale_beta = np.full(columns, float(weight @ scale_hinge) / rows / columns)
    r = residuals(beta, theta)
    y = _central_multiplier(r, weight, mu * scale_hinge)
    v = mu * scale_hinge / (weight - y)
    p = mu * scale_hinge / y
    w = mu * scale_fall / fall
    z = mu * scale_beta / beta
    lam = float(np.mean(toward_weights(y) - z))

    pairs = float(2 * scale_hinge.sum() + scale_fall.sum() + scale_beta.sum())
    upper, lower, best = np.inf, -np.inf, None
    iterations = 0
    while iterations < max_iterations:
        iterations += 1
        complement = weight - y
        # Residuals of the dual equations; the primal ones hold throughout.
        dual_theta = toward_thresholds(y) - chain_transposed(w)
        dual_beta = toward_weights(y) - z - lam
        gap = float(y @ p + complement @ v + w @ fall + z @ beta)
        mu = gap / pairs

        curvature = 1.0 / (v / complement + p / y)
        newton.factor(curvature[:rows], curvature[rows:], w / fall, z / beta)

        def direction(
            target_p: Floats, target_v: Floats, target_w: Floats, target_z: Floats
        ) -> tuple[Floats, ...]:
            """Newton step towards y·p = target_p, and so on (each target is given minus the present product)."""
            offset = target_v / complement - target_p / y  # Δr = Δy / curvature + offset
            known = -curvature * offset
            right_theta = -dual_theta - toward_thresholds(known) + chain_transposed(target_w / fall)
            right_beta = -dual_beta - toward_weights(known) + target_z / beta
            d_theta, d_beta = newton.solve(right_theta, right_beta)
            d_r = residuals(d_beta, d_theta)
            d_y = curvature * (d_r - offset)
            d_v = (target_v + v * d_y) / complement
            d_p = d_v - d_r
            d_fall = chain(d_theta)
            d_w = (target_w - w * d_fall) / fall
            d_z = (target_z - z * d_beta) / beta
            return d_theta, d_beta, d_y, d_v, d_p, d_fall, d_w, d_z

        d_theta, d_beta, d_y, d_v, d_p, d_fall, d_w, d_z = direction(
            -y * p, -complement * v, -w * fall, -z * beta
        )
        primal = _step(((v, d_v), (p, d_p), (fall, d_fall), (beta, d_beta)))
        dual = _step(((y, d_y), (complement, -d_y), (w, d_w), (z, d_z)))
        after = float(
            (y + dual * d_y) @ (p + primal * d_p)
            + (complement - dual * d_y) @ (v + primal * d_v)
            + (w + dual * d_w) @ (fall + primal * d_fall)
            + (z + dual * d_z) @ (beta + primal * d_beta)
        )
        aim = mu * max(after / gap, 0.0) ** 3
        d_theta, d_beta, d_y, d_v, d_p, d_fall, d_w, d_z = direction(
            aim * scale_hinge - y * p - d_y * d_p,
            aim * scale_hinge - complement * v + d_y * d_v,
            aim * scale_fall - w * fall - d_w * d_fall,
            aim * scale_beta - z * beta - d_z * d_beta,
        )
        if not (np.isfinite(d_theta).all() and np.isfinite(d_y).all()):
            break  # products at rounding level: nothing more to gain
        primal = 0.995 * _step(((v, d_v), (p, d_p), (fall, d_fall), (beta, d_beta)), 1 / 0.995)
        dual = 0.995 * _step(((y, d_y), (complement, -d_y), (w, d_w), (z, d_z)), 1 / 0.995)
        theta, beta, v, p, fall = (
            theta + primal * d_theta,
            beta + primal * d_beta,
            v + primal * d_v,
            p + primal * d_p,
            fall + primal * d_fall,
        )
        y, w, z = y + dual * d_y, w + dual * d_w, z + dual * d_z
        beta = beta / beta.sum()
        lam = float(np.mean(toward_weights(y) - z))

        r = residuals(beta, theta)
        this_upper = float(weight @ np.maximum(r, 0.0))
        feasible = _repair(y, place, rows)
        this_lower = float(np.min(toward_weights(feasible)))
        lower = max(lower, this_lower)
        if this_upper <= upper or best is None:
            upper, best = this_upper, (beta, theta, feasible)
        if upper - lower <= tolerance * max(upper, floor) or stop():
            break
    assert best is not None
    beta, theta, feasible = best
    return InteriorPoint(
        beta,
        theta,
        feasible[:rows],
        feasible[rows:],
        upper,
        lower,
        iterations,
        upper - lower <= tolerance * max(upper, floor),
    )


def _factor_chain(excess: Floats, link: Floats) -> tuple[Floats, Floats]:
    """Factor L·D·Lᵀ the tridiagonal matrix with row sums `excess` and off-diagonal −`link`; return D and L's subdiagonal.

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


def _central_multiplier(r: Floats, weight: Floats, mu: float) -> Floats:
    """Return y in (0, weight) with μ/(weight − y) − μ/y = r: the hinge's central path."""
    # μ y − μ (w − y) = r y (w − y)  ⇔  r y² + (2μ − r w) y − μ w = 0; take the stable root.
    half = 0.5 * (2 * mu - r * weight)
    root = np.sqrt(half**2 + r * mu * weight)
    return np.where(half > 0, mu * weight / (root + np.abs(half)), np.divide(root - half, r, where=r != 0, out=weight / 2))


def _step(pairs: tuple[tuple[Floats, Floats], ...], most: float = 1.0) -> float:
    """Return the largest step up to `most` that keeps every value positive."""
    for value, change in pairs:
        ratio = float(np.min(change / value))
        if ratio * most < -1.0:
            most = -1.0 / ratio
    return most


def _repair(y: Floats, place: NDArray[np.intp], rows: int) -> Floats:
    """Lower rival multipliers, where a prefix of rows has more of them than of merge multipliers, until none has."""
    rival = np.bincount(place, y[rows:], rows)
    lack = np.maximum.accumulate(np.maximum(np.cumsum(rival - y[:rows]), 0.0))
    lowered = np.diff(lack, prepend=0.0)
    factor = np.maximum(1.0 - np.divide(lowered, rival, out=np.zeros(rows), where=rival > 0), 0.0)
    return np.concatenate((y[:rows], y[rows:] * factor[place]))
