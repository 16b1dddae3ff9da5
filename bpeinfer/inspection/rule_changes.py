"""Where along a list the tie-breaking rule changes, or ties become fewer."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from bpeinfer.inspection.drops import find_drops
from bpeinfer.inspection.tie_rules import (
    FAMILIES,
    RULES,
    ascents,
)
from bpeinfer.merges import MergeList

__all__ = ["FAMILY_OF", "Order", "drops_between", "find_changes", "log_likelihood_ratio"]

Floats = NDArray[np.float64]

BLOCKS = 120

LEAST_BLOCK = 250
"""When parts are sought, a list is cut into at most `BLOCKS` blocks of at least this many merges."""

CHANGE_COST = 25.0
"""Nats that a change of rule along the list must gain."""

FAMILY_OF = {rule.name: rule.family for rule in RULES}


class Order:
    """Neighbours compared by one rule, one and two places apart, with running sums for stretches."""

    def __init__(self, merges: MergeList, key: NDArray[np.int64]) -> None:
        self.key = key
        self._sums = {}
        for lag in (1, 2):
            ascending, place = ascents(merges, key, lag)
            there, up = np.zeros(len(merges), dtype=np.int64), np.zeros(len(merges), dtype=np.int64)
            there[place] = 1
            up[place[ascending]] = 1
            if lag == 1:
                self.compared, self.ascends = there.astype(bool), up.astype(bool)
            self._sums[lag] = tuple(np.concatenate(([0], np.cumsum(values))) for values in (there, up))

    def counts(self, first: int, stop: int, lag: int = 1) -> tuple[int, int]:
        """Return (neighbours compared, ascending) among the merges first .. stop-1."""
        end = max(stop - lag, first)
        there, up = self._sums[lag]
        return int(there[end] - there[first]), int(up[end] - up[first])


def log_likelihood_ratio(neighbours: int, ascending: int) -> float:
    """Return the log likelihood of the share of ascents, if above half, against chance."""
    if 2 * ascending <= neighbours:
        return 0.0
    share = ascending / neighbours
    rest = 1 - share
    return neighbours * (share * math.log(2 * share) + (rest * math.log(2 * rest) if rest else 0.0))


def find_changes(orders: dict[str, Order], first: int, stop: int) -> list[int]:
    """Return the ranks at which the rule changes, by the best sequence of rules (or chance, for none) over blocks."""
    blocks = min(BLOCKS, (stop - first) // LEAST_BLOCK)
    if blocks < 2:
        return []
    edges = np.linspace(first, stop, blocks + 1).astype(int).tolist()
    families = list(FAMILIES)
    gain = np.zeros((len(families) + 1, blocks))  # the last row: chance
    for name, order in orders.items():
        row = families.index(FAMILY_OF[name])
        for block, (begin, end) in enumerate(pairwise(edges)):
            gain[row, block] = max(gain[row, block], log_likelihood_ratio(*order.counts(begin, end)))
    # Chance costs what a free share gains from noise in each block.
    gain[:-1] -= 0.5
    state = _best_states(gain)
    named = [int(s) for s in dict.fromkeys(state.tolist()) if s != len(families)]
    if len(named) < 2:
        return []
    cuts, current = [], None
    for block, chosen in enumerate(state.tolist()):
        if chosen == len(families):
            continue
        if current is not None and chosen != current:
            cuts.append(edges[block])
        current = chosen
    return cuts


def _best_states(gain: Floats) -> NDArray[np.int64]:
    """Return the sequence of rows with the largest sum, each change costing `CHANGE_COST` (Viterbi's algorithm)."""
    rows, blocks = gain.shape
    score = gain[:, 0].copy()
    came_from = np.zeros((blocks, rows), dtype=np.int64)
    for block in range(1, blocks):
        leap = int(np.argmax(score))
        stays = score >= score[leap] - CHANGE_COST
        came_from[block] = np.where(stays, np.arange(rows), leap)
        score = np.where(stays, score, score[leap] - CHANGE_COST) + gain[:, block]
    state = np.empty(blocks, dtype=np.int64)
    state[-1] = int(np.argmax(score))
    for block in range(blocks - 1, 0, -1):
        state[block - 1] = came_from[block, state[block]]
    return state


def drops_between(order: Order, first: int, stop: int) -> list[int]:
    """Return the ranks within a stretch with ties at which they become fewer."""
    blocks = min(BLOCKS, (stop - first) // LEAST_BLOCK)
    if blocks < 2:
        return []
    edges = np.linspace(first, stop, blocks + 1).astype(int).tolist()
    counted = np.array([order.counts(begin, end) for begin, end in pairwise(edges)], dtype=np.float64)
    return [edges[block] for block in find_drops(counted[:, 0], counted[:, 1], CHANGE_COST)]
