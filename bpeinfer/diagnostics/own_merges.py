"""A category's own merges: those that its share alone brings into a list, and what finding or missing them says.

How much each of them tells depends on how much of it the other categories have, too: a name that only the category has
is in no other list, a word that a related language has half as often may be.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from bpeinfer.diagnostics.fitted import Fitted
from bpeinfer.solving import evaluate

__all__ = ["MOSTLY", "Own", "OwnMerges", "log_odds"]

Floats = NDArray[np.float64]
Longs = NDArray[np.int64]

MOSTLY = 0.5
"""Part of a merge's occurrences that must come from the category for the merge to be its own."""
IF_THERE = 0.6
"""Chance that the list has an own merge if the category has its share of the training text, which is other text
than the samples; chosen, as the next two, on the calibration sources of benchmarks/promised.py."""
IF_ABSENT, SHARED = 0.02, 0.6
"""That chance if the category has no share: IF_ABSENT + SHARED times the part that comes from other categories."""

EXAMPLES = 12


def log_odds(part: Floats, there: bool | NDArray[np.bool_]) -> Floats:
    """Return how much each own merge speaks for the category, as a logarithm of odds, float64[k].

    Args:
        part: float64[k], how much of the merge comes from the category.
        there: whether the list has it, bool[k] or one for all.
    """
    absent = IF_ABSENT + SHARED * (1 - part)
    odds: Floats = np.where(there, np.log(IF_THERE / absent), np.log((1 - IF_THERE) / (1 - absent)))
    return odds


@dataclass(frozen=True, kw_only=True)
class Own:
    """The own merges of a set of categories, at the share that it has in a mixture.

    Attributes:
        members: the set.
        share: its pair share.
        found, missing: how many of its own merges the list has and lacks.
        evidence: the sum of their `log_odds`.
        examples: some of those missing, as tokens, most frequent first.
    """

    members: int
    share: float
    found: int
    missing: int
    evidence: float
    examples: tuple[bytes, ...]


class OwnMerges:
    """Counts the own merges of sets of categories in mixtures of one problem.

    Args:
        fitted: the problem, in the form "last".
        sets: int64[n], the set of each category.
    """

    def __init__(self, fitted: Fitted, sets: Longs) -> None:
        problem = fitted.problem
        self.fitted, self.sets = fitted, sets
        self._passed_over = np.flatnonzero(problem.rival_last == problem.rows - 1)
        self._rival_shares = csr_array(problem.rival_shares[self._passed_over])

    def of(self, shares: Floats, gone: Floats) -> Iterator[Own]:
        """Yield the own merges of each set with a share.

        A set's own are the merges of the list, and the pairs never merged, of which it has the greater part, and that
        the mixture holds often enough to be merged, but would not without it.

        Args:
            shares: float64[n], the mixture's pair shares.
            gone: float64[n], the shares that categories had and have no longer: those left out, or those whose place
                others have taken. What these have of a merge as well is not counted as the set's: who takes the place
                of others is not credited with what they would have brought.
        """
        problem = self.fitted.problem
        weights = problem.weights(shares)
        # Those left out beside those that stay, on the same scale: the mixture's own weights sum to one.
        both = shares + gone
        everybody = problem.weights(both)
        everybody /= (
            everybody @ np.divide(shares, both, out=np.zeros_like(both), where=both > 0)[problem.category]
        )
        last = evaluate(problem, weights).fit.threshold[-1]
        values = self._rival_shares @ weights
        frequent = np.flatnonzero(values >= last)
        passed = self._rival_shares[frequent].toarray() * weights
        merged = problem.merge_shares * weights
        held, beside = merged.sum(axis=1), problem.merge_shares @ everybody
        members = self.sets[problem.category]
        for number in np.unique(members[weights > 0]).tolist():
            inside = members == number
            amount, lacking = merged[:, inside].sum(axis=1), passed[:, inside].sum(axis=1)
            there = (amount >= MOSTLY * beside) & (held >= last) & (held - amount < last)
            absent = (lacking >= MOSTLY * values[frequent]) & (values[frequent] - lacking < last)
            yield Own(
                members=number,
                share=float(shares[self.sets == number].sum()),
                found=int(there.sum()),
                missing=int(absent.sum()),
                evidence=float(
                    log_odds(amount[there] / beside[there], True).sum()
                    + log_odds(lacking[absent] / values[frequent[absent]], False).sum()
                ),
                examples=self._tokens(frequent[absent], lacking[absent]),
            )

    def _tokens(self, rivals: Longs, amounts: Floats) -> tuple[bytes, ...]:
        trajectories, pairs = self.fitted.trajectories, self.fitted.problem.rival_pair
        symbols = trajectories.merges.symbols
        order = rivals[np.argsort(-amounts, kind="stable")][:EXAMPLES]
        return tuple(
            symbols[trajectories.pair_left[pair]] + symbols[trajectories.pair_right[pair]]
            for pair in pairs[self._passed_over[order]].tolist()
        )
