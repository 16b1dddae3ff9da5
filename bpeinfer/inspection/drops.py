"""Where ties become fewer along a list: within one training run they only become more."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["find_drops"]

Floats = NDArray[np.float64]


def find_drops(neighbours: Floats, ascending: Floats, cost: float) -> list[int]:
    """Return the blocks before which the share of ascending neighbours drops, as at the start of another training run.

    Counts fall ever more slowly along the list of one training run, so its share of ascending neighbours only rises.
    Where two rising stretches are more likely than one by `cost` nats, the list is cut, and each side examined again.

    Args:
        neighbours: float64[B], neighbours compared in each block.
        ascending: float64[B], how many of them ascend.
        cost: nats that a cut must gain.
    """
    if len(neighbours) < 2:
        return []
    whole = _log_likelihood(neighbours, ascending)
    gains = [
        _log_likelihood(neighbours[:cut], ascending[:cut])
        + _log_likelihood(neighbours[cut:], ascending[cut:])
        for cut in range(1, len(neighbours))
    ]
    cut = int(np.argmax(gains)) + 1
    if gains[cut - 1] - whole < cost:
        return []
    before = find_drops(neighbours[:cut], ascending[:cut], cost)
    after = find_drops(neighbours[cut:], ascending[cut:], cost)
    return [*before, cut, *(cut + place for place in after)]


def _log_likelihood(neighbours: Floats, ascending: Floats) -> float:
    """Return the log-likelihood of the best shares that never fall and are at least a half."""
    # Importing it takes a fifth of a second, which lists without ties do not need.
    from scipy.optimize import isotonic_regression

    weights = np.maximum(neighbours, 1e-9)
    shares = np.clip(isotonic_regression(ascending / weights, weights=weights).x, 0.5, 1 - 1e-9)
    return float(ascending @ np.log(shares) + (neighbours - ascending) @ np.log1p(-shares))
