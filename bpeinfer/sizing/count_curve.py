"""How fast the counts fall along a merge list, estimated from samples: each merge's share, smoothed over the ranks."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

__all__ = ["CountCurve", "count_curve"]

Floats = NDArray[np.float64]

BINS = 80
"""Bins of equal width in the logarithm of the rank, whose means are smoothed."""
KNOTS, FEWER_KNOTS = 6, 4
SPAN = 3.0
"""Least logarithm of the last rank over the first for which there are `KNOTS` knots."""
FIRST_RANKS = 20
"""Ranks at the front that are left out of the curve: their counts fall in steps."""
SHORTFALL, SCATTER = 0.097, 0.25
"""Merges are the pairs that were frequent in the training text, so other text has fewer of them: most, by `SHORTFALL`
(in logarithms), where the scatter of the shares about the curve is `SCATTER`. Where it is larger, the samples are the
narrow text, and lack of merges and abundance of others balance. Fitted on lists with known counts; see
docs/explanation/ties.md."""
LEAST_SLOPE = 0.2


@dataclass(frozen=True, eq=False)
class CountCurve:
    """Each merge's share of the initial pairs in the training text, smoothed, and its fall from rank to rank.

    Attributes:
        share: float64[k], count of the merge's pair when it was merged, as a share of the initial pairs.
        fall: float64[k], by how much the share falls to the next merge.
    """

    share: Floats
    fall: Floats


def count_curve(shares: Floats) -> CountCurve:
    """Smooth the shares of neighbouring merges, and correct for the merges having been chosen on another text.

    A natural cubic spline in the logarithm of the rank is fitted to the logarithm of the mean share by
    quasi-likelihood (variance proportional to the squared mean), so merges that the samples lack count as zeros
    instead of being left out.

    Args:
        shares: float64[k], share of each merge's pair in the mixture of samples, in the order of the list.
    """
    rank = np.arange(1.0, len(shares) + 1)
    log_rank = np.log(rank)
    start = min(FIRST_RANKS, len(shares) // 10)
    edges = np.unique(np.geomspace(start + 1, len(shares) + 1, BINS).round().astype(np.int64)) - 1
    merges = np.diff(edges).astype(np.float64)
    mean = np.add.reduceat(shares, edges[:-1]) / merges
    at = np.array([log_rank[first:stop].mean() for first, stop in pairwise(edges)])
    basis = _natural_spline(
        log_rank, np.linspace(at[0], at[-1], KNOTS if at[-1] - at[0] > SPAN else FEWER_KNOTS)
    )
    of_bins = np.array([basis[first:stop].mean(axis=0) for first, stop in pairwise(edges)])
    # The fit of a list that the samples hardly contain may run off to where its exponential overflows.
    smooth = np.exp(np.clip(basis @ _log_means(of_bins, mean, merges), -100, 100))
    squares = (shares / smooth - 1) ** 2
    scatter = np.log1p([squares[first:stop].mean() for first, stop in pairwise(edges)])
    trend = np.polynomial.Polynomial.fit(at, scatter, 2, w=np.sqrt(merges))
    along = np.maximum(trend(np.clip(log_rank, at[0], at[-1])), 0)
    scattered = along / SCATTER
    share = smooth * np.exp(SHORTFALL * scattered * np.exp(1 - scattered))
    slope = np.maximum(-np.gradient(np.log(share), log_rank), LEAST_SLOPE)
    return CountCurve(share, share * slope / rank)


def _log_means(basis: Floats, mean: Floats, weight: Floats) -> Floats:
    """Return the coefficients of a log-linear model of the means, by iterated weighted least squares."""
    fitted = np.maximum(mean, mean.max(initial=0.0) * 1e-6)
    root = np.sqrt(weight)[:, None]
    coefficients: Floats = np.zeros(basis.shape[1])
    for _ in range(100):
        target = np.log(fitted) + (mean - fitted) / fitted
        new = np.linalg.lstsq(basis * root, target * root[:, 0])[0]
        moved = float(np.abs(new - coefficients).max())
        coefficients, fitted = new, np.exp(np.clip(basis @ new, -700, 700))
        if moved < 1e-9:
            break
    return coefficients


def _natural_spline(x: Floats, knots: Floats) -> Floats:
    """Return float64[len(x), len(knots)]: the natural cubic splines with these knots (Hastie et al. 2009, 5.2.1)."""
    last = knots[-1]

    def bend(knot: float) -> Floats:
        bent: Floats = (np.maximum(x - knot, 0) ** 3 - np.maximum(x - last, 0) ** 3) / (last - knot)
        return bent

    base = bend(float(knots[-2]))
    splines: Floats = np.column_stack(
        [np.ones_like(x), x, *(bend(float(knot)) - base for knot in knots[:-2])]
    )
    return splines
