"""The merges and rivals that pin a share down: where the estimate comes from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bpeinfer.diagnostics.fitted import Fitted
from bpeinfer.solving import MixtureProblem
from bpeinfer.token_text import token_text
from bpeinfer.trajectory import PairTrajectories

__all__ = ["Comparison", "evidence"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """One comparison that pulls a category's share up or down.

    Attributes:
        kind: "merge" if a merge fell short of the threshold, "rival" if a pair exceeded it.
        rank: step of the merge, or the last step at which the rival was passed over.
        token: what the pair joins into.
        pair: the two symbols.
        count: the pair's count in the category's sample.
        others: its count in all other samples.
        effect: change of the objective for each unit of weight moved to the category from the mixture as it
            is, through this comparison alone: negative pulls the share up, positive holds it down.
    """

    kind: str
    rank: int
    token: bytes
    pair: tuple[bytes, bytes]
    count: int
    others: int
    effect: float

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for JSON."""
        return {
            "kind": self.kind,
            "rank": self.rank,
            "token": token_text(self.token),
            "pair": list(map(token_text, self.pair)),
            "count": self.count,
            "others": self.others,
            "effect": self.effect,
        }


def evidence(fitted: Fitted, category: int, limit: int = 20) -> tuple[Comparison, ...]:
    """Return the comparisons with the largest effect on a category's share, both directions, strongest first.

    At the optimum the effects of all comparisons on a category with a share sum to zero: those that pull it
    up balance those that pull it down. A comparison's effect is its multiplier times the difference
    between the category's and the mixture's amount of the pair (both per unit of weight; multipliers are
    zero for comparisons that come out right with room to spare).

    Args:
        fitted: the estimate.
        category: number of the category among all n.
        limit: the most comparisons to return.

    Returns an empty tuple for a category that contains none of the merges used.
    """
    trajectories, problem, solution = fitted.trajectories, fitted.problem, fitted.solution
    columns = np.flatnonzero(problem.category == category)
    if len(columns) == 0:
        return ()
    column = int(columns[0])
    held, rivals = fitted.held, fitted.pulling_rivals
    merges, rows = problem.merge_shares[:, column], slice(*rivals.indptr[column : column + 2])
    own = np.zeros(len(solution.rival))
    own[rivals.indices[rows]] = rivals.data[rows]
    of_merges = -solution.merge_multiplier * (merges - held[: problem.rows])
    of_rivals = solution.rival_multiplier * (own - held[problem.rows :])

    effects = np.concatenate((of_merges, of_rivals))
    strongest = np.argsort(-np.abs(effects), kind="stable")[:limit]
    return tuple(
        _merge(trajectories, int(problem.step[k]), category, float(effects[k]))
        if k < problem.rows
        else _rival(trajectories, problem, int(solution.rival[k - problem.rows]), category, float(effects[k]))
        for k in strongest.tolist()
        if effects[k] != 0.0
    )


def _merge(trajectories: PairTrajectories, rank: int, category: int, effect: float) -> Comparison:
    merges = trajectories.merges
    counts = trajectories.merge_counts[rank]
    return Comparison(
        kind="merge",
        rank=rank,
        token=merges.symbols[merges.product[rank]],
        pair=merges.pair(rank),
        count=int(counts[category]),
        others=int(counts.sum() - counts[category]),
        effect=effect,
    )


def _rival(
    trajectories: PairTrajectories, problem: MixtureProblem, rival: int, category: int, effect: float
) -> Comparison:
    symbols = trajectories.merges.symbols
    interval = int(problem.rival_interval[rival])
    number = int(trajectories.interval_pair[interval])
    left = symbols[trajectories.pair_left[number]]
    right = symbols[trajectories.pair_right[number]]
    held = trajectories.sums.kept(np.array([interval])).counts()
    own = int(held.data[held.indices == category].sum())
    return Comparison(
        kind="rival",
        rank=int(problem.step[problem.rival_last[rival]]),
        token=left + right,
        pair=(left, right),
        count=own,
        others=int(held.data.sum()) - own,
        effect=effect,
    )
