"""What every diagnosis looks at: one fitted mixture, with all that it was made from."""

from __future__ import annotations

from dataclasses import dataclass

from bpeinfer.counting.counts import PretokenCounts
from bpeinfer.pair_history import PairHistory
from bpeinfer.solving import MixtureProblem, Solution
from bpeinfer.trajectory import PairTrajectories

__all__ = ["Fitted"]


@dataclass(frozen=True, eq=False, kw_only=True)
class Fitted:
    """A solved mixture problem and the counts behind it.

    Attributes:
        counts: pretokens by block.
        history: the lifetimes of the pairs, from which counts in each block follow.
        trajectories: each category's pair counts over the steps.
        problem: the linear program.
        solution: its answer.
    """

    counts: PretokenCounts
    history: PairHistory
    trajectories: PairTrajectories
    problem: MixtureProblem
    solution: Solution
