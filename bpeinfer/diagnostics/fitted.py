"""The input of every diagnosis: one fitted mixture, with everything that it was made from."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_array

from bpeinfer.counting.spilled_counts import AnyCounts
from bpeinfer.pair_counts import PairCounts
from bpeinfer.solving import MixtureProblem, Solution
from bpeinfer.trajectory import PairTrajectories

__all__ = ["Fitted"]


@dataclass(frozen=True, eq=False, kw_only=True)
class Fitted:
    """A solved mixture problem and the counts behind it.

    Attributes:
        counts: pretokens by block.
        pairs: the counts of pairs in each block.
        trajectories: each category's pair counts over the steps.
        problem: the linear program.
        solution: its answer.
    """

    counts: AnyCounts
    pairs: PairCounts
    trajectories: PairTrajectories
    problem: MixtureProblem
    solution: Solution

    @cached_property
    def pulling_rivals(self) -> csc_array:
        """Csc float64 (k × m), the shares of the rivals that pull (`Solution.rival`), by category."""
        return csc_array(self.problem.rival_shares[self.solution.rival])

    @cached_property
    def held(self) -> NDArray[np.float64]:
        """float64[R + k], the mixture's amount of each merge used, then of each rival that pulls."""
        weights = self.problem.weights(self.solution.alpha)
        return np.concatenate((self.problem.merge_shares @ weights, self.pulling_rivals @ weights))
