"""The Newton system of the mixture program: a tridiagonal matrix (one row per merge) bordered by m dense columns."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.linalg import lapack

from bpeinfer.ragged import ranges, within_rows
from bpeinfer.solving.problem import MixtureProblem

__all__ = ["Rows", "ThinRows", "repaired"]

Floats = NDArray[np.float64]

# Rows whose products have all underflowed leave no pivot.
SMALLEST_PIVOT = 1e-300
# Rows of a dense block at a time, to stay in cache.
BLOCK = 16_384
# Rivals contained in at most this part of the columns are summed entry by entry, others as dense rows.
THIN = 1 / 8


class Rows:
    """The hinges that take part: their residuals r = G·(θ, β), the transpose, and the Newton matrix."""

    def __init__(self, problem: MixtureProblem, chosen: NDArray[np.bool_]) -> None:
        rival = np.flatnonzero(chosen)
        # In order of their rows, so that sums over a row's rivals are sums over slices.
        rival = rival[np.argsort(problem.rival_last[rival], kind="stable")]
        self.rival = rival
        self.place = problem.rival_last[rival].astype(np.intp)
        self.shares = problem.rival_shares[rival]
        self.transposed = self.shares.T.tocsr()
        self.merges = problem.merge_shares
        self.rows, self.columns = self.merges.shape
        self.weight = np.concatenate((problem.merge_weight, problem.rival_weight[rival]))
        thin = np.diff(self.shares.indptr) <= THIN * self.columns
        self.thin = ThinRows(self.shares[thin], self.place[thin])
        self.is_thin, self.dense = thin, self.shares[~thin].toarray()
        self.slices = np.searchsorted(self.place[~thin], np.arange(self.rows + 1))

    def residuals(self, theta: Floats, beta: Floats) -> Floats:
        """Merges θₜ − sₜ(β), then rivals xⱼ(β) − θ[eⱼ]."""
        return np.concatenate((theta - self.merges @ beta, self.shares @ beta - theta[self.place]))

    def sums(self, rival_values: Floats) -> Floats:
        """Sum a value of each rival over the rivals of each row."""
        return np.bincount(self.place, rival_values, self.rows).astype(np.float64, copy=False)

    def toward_theta(self, hinge_values: Floats) -> Floats:
        """Apply the transpose of the residuals' matrix: its part for θ."""
        return hinge_values[: self.rows] - self.sums(hinge_values[self.rows :])

    def toward_beta(self, hinge_values: Floats) -> Floats:
        """Apply the transpose of the residuals' matrix: its part for β."""
        rivals = self.transposed @ hinge_values[self.rows :]
        return np.asarray(rivals - self.merges.T @ hinge_values[: self.rows])

    def factor(self, curvature: Floats, chain: Floats, bound: Floats) -> None:
        """Factor the Newton matrix for curvatures of hinges, of the chain's falls (R) and of β ≥ 0 (m)."""
        merge, rival = curvature[: self.rows], curvature[self.rows :]
        excess = merge + self.sums(rival)
        excess[-1] += chain[-1]
        self.pivot, self.below = _factor_chain(excess, chain[:-1])
        thick, thin = rival[~self.is_thin], rival[self.is_thin]
        by_row = sparse.csr_array((thick, np.arange(len(thick)), self.slices), shape=(self.rows, len(thick)))
        border = -(by_row @ self.dense)
        border -= merge[:, None] * self.merges
        self.thin.take_sums(thin, border)
        corner = _gram(self.merges, merge) + _gram(self.dense, thick) + self.thin.gram(thin)
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
        if self.rows == 1:  # LAPACK's wrapper needs a subdiagonal
            return np.asarray(right / self.pivot[0])
        solution, _ = lapack.dpttrs(self.pivot, self.below, right)
        return np.asarray(solution).reshape(right.shape)


class ThinRows:
    """Rivals that few columns contain: sums over their entries and products of entries, laid out once."""

    def __init__(self, shares: sparse.csr_array, place: NDArray[np.intp]) -> None:
        """Take the shares, float64 csr (k × m), and the row of each rival, intp[k]."""
        self.columns = shares.shape[1]
        entries = np.diff(shares.indptr)
        self.rival = np.repeat(np.arange(len(place)), entries)
        self.values = shares.data
        cell = place[self.rival] * self.columns + shares.indices
        self.cells, self.cell = np.unique(cell, return_inverse=True)
        # Each entry with itself and those after it in its row.
        following = np.repeat(entries, entries) - within_rows(entries)
        first = np.repeat(np.arange(len(shares.data)), following)
        second = ranges(np.arange(len(shares.data)), following)
        column = shares.indices.astype(np.int64)
        self.products = sparse.csr_array(
            (
                shares.data[first] * shares.data[second],
                (column[first] * self.columns + column[second], self.rival[first]),
            ),
            shape=(self.columns**2, len(place)),
        )

    def take_sums(self, curvature: Floats, border: Floats) -> None:
        """Subtract each row's sum of curvature times shares from `border`, float64[R, m], C order."""
        sums = np.bincount(self.cell, curvature[self.rival] * self.values, len(self.cells))
        border.reshape(-1)[self.cells] -= sums

    def gram(self, curvature: Floats) -> Floats:
        """Return Mᵀ·diag(curvature)·M of the shares M."""
        half = (self.products @ curvature).reshape(self.columns, self.columns)
        whole: Floats = half + half.T
        whole[np.diag_indices(self.columns)] -= np.diag(half)
        return whole


def repaired(rows: Rows, y: Floats, margin: float = 0.0) -> Floats:
    """Lower rival multipliers until in each prefix of rows their sum is `margin` below that of merge multipliers."""
    rival = rows.sums(y[rows.rows :])
    lack = np.maximum.accumulate(np.maximum(np.cumsum(rival - y[: rows.rows]) + margin, 0.0))
    lowered = np.diff(lack, prepend=0.0)
    factor = 1.0 - np.divide(lowered, rival, out=np.zeros(rows.rows), where=rival > 0)
    least = 1e-3 if margin else 0.0
    return np.concatenate((y[: rows.rows], y[rows.rows :] * np.maximum(factor, least)[rows.place]))


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
    never subtracts, so nothing cancels (LAPACK's pttrf, which works on the diagonal, breaks down).
    """
    pivot = []
    carried = 0.0
    for own, forward in zip(excess.tolist(), [*link.tolist(), 0.0], strict=True):
        rest = own + carried
        pivot.append(max(rest + forward, SMALLEST_PIVOT))
        carried = forward * (rest / pivot[-1])
    diagonal = np.array(pivot)
    return diagonal, -link / diagonal[:-1]
