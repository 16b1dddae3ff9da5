"""Where ties become fewer along a list: within one training run they only become more."""

from __future__ import annotations

import math

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
    ahead = _log_likelihoods(neighbours, ascending, 1)
    behind = _log_likelihoods(neighbours[::-1], ascending[::-1], -1)[::-1]
    gains = ahead[:-1] + behind[1:]
    cut = int(np.argmax(gains)) + 1
    if gains[cut - 1] - ahead[-1] < cost:
        return []
    before = find_drops(neighbours[:cut], ascending[:cut], cost)
    after = find_drops(neighbours[cut:], ascending[cut:], cost)
    return [*before, cut, *(cut + place for place in after)]


def _log_likelihoods(neighbours: Floats, ascending: Floats, direction: int) -> Floats:
    """Return the log-likelihood of the first 1, 2, … blocks under the best shares that never fall (-1: never rise).

    Shares are at least a half. Neighbouring blocks whose shares go the wrong way are pooled (pool adjacent violators;
    Barlow et al. 1972), and after each block the pools are those of the blocks so far: float64[B].
    """
    pools: list[
        tuple[float, float, float]
    ] = []  # neighbours, ascending, log-likelihood with all pools before
    found = []
    for compared, up in zip(np.maximum(neighbours, 1e-9).tolist(), ascending.tolist(), strict=True):
        while pools and direction * (pools[-1][1] * compared - up * pools[-1][0]) > 0:
            more, more_up, _ = pools.pop()
            compared, up = compared + more, up + more_up
        share = min(max(up / compared, 0.5), 1 - 1e-9)
        own = up * math.log(share) + (compared - up) * math.log1p(-share)
        pools.append((compared, up, own + (pools[-1][2] if pools else 0.0)))
        found.append(pools[-1][2])
    return np.array(found)
