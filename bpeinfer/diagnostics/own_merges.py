"""A category's own merges: those that its share alone brings into a list, and what finding or missing them says.

How much each of them tells depends on how much of it the other categories have, too: a name that only the category has
is in no other list, a word that a related language has half as often may be.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from bpeinfer.diagnostics.fitted import Fitted
from bpeinfer.solving import evaluate

__all__ = ["EXAMPLES", "MOSTLY", "Own", "OwnMerges", "log_odds"]

Floats = NDArray[np.float64]
Longs = NDArray[np.int64]
Bools = NDArray[np.bool_]

MOSTLY = 0.5
"""Part of a merge's occurrences that must come from the category for the merge to be its own."""
IF_THERE = 0.6
"""Chance that the list has an own merge if the category has its share of the training text, which is other text
than the samples; chosen, as the next two, on the calibration sources of benchmarks/promised.py."""
IF_ABSENT, SHARED = 0.02, 0.6
"""That chance if the category has no share: IF_ABSENT + SHARED times the part that comes from other categories."""
TOGETHER_THERE, TOGETHER_ABSENT = 0.85, 0.7
"""Chance that the list has a merge that several sets own together, and none alone, if some of them are in the training
text and if none is: text of another register than the samples has most of such merges as well (calibration sources of
benchmarks/own_merges.py; benchmarks/RESULTS.md, "Own merges")."""

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


@dataclass(frozen=True, eq=False, kw_only=True)
class _Part:
    """What some columns hold of a mixture's merges and of the pairs never merged, and which of these they own.

    Attributes:
        amount, lacking: float64[R], float64[k].
        there, absent: bool[R], bool[k].
    """

    amount: Floats
    lacking: Floats
    there: Bools
    absent: Bools


@dataclass(frozen=True, eq=False, kw_only=True)
class _Mixture:
    """What the columns of a mixture hold of the list's merges and of the frequent pairs that were never merged.

    Attributes:
        weights: float64[n], of the columns.
        last: the last threshold.
        merged, held: float64[R, n], amounts of the merges, and float64[R], their sums.
        beside: float64[R], their amount with what was left out.
        frequent: int64[k], the pairs, by their number among those passed over.
        passed: float64[k, n], their amounts.
        values: float64[k], the sums of these.
    """

    weights: Floats
    last: float
    merged: Floats
    held: Floats
    beside: Floats
    frequent: Longs
    passed: Floats
    values: Floats

    def part(self, inside: Bools) -> _Part:
        """Return what some columns, bool[n], hold and own."""
        return self.owned(self.merged[:, inside].sum(axis=1), self.passed[:, inside].sum(axis=1))

    def owned(self, amount: Floats, lacking: Floats) -> _Part:
        """Return which merges, float64[R], and pairs, float64[k], are the own ones of who holds so much of them."""
        there = (amount >= MOSTLY * self.beside) & (self.held >= self.last) & (self.held - amount < self.last)
        absent = (lacking >= MOSTLY * self.values) & (self.values - lacking < self.last)
        return _Part(amount=amount, lacking=lacking, there=there, absent=absent)

    def evidence(self, part: _Part) -> float:
        """Return what the own merges of a part, found and missing, say for it: the sum of their `log_odds`."""
        found = part.amount[part.there] / self.beside[part.there]
        missing = part.lacking[part.absent] / self.values[part.absent]
        return float(log_odds(found, True).sum() + log_odds(missing, False).sum())


@dataclass(frozen=True, eq=False, kw_only=True)
class Together:
    """Sets of categories as one: what they hold together, and what the list says of it.

    Kinds of code whose lines end in ";" own that merge together, and none of them has the greater part of it: each by
    itself could be without, not all of them.

    Attributes:
        mixture: in which they are counted.
        part: what they hold and own as one.
        alone: what single ones of them own, bool[R] and bool[k].
    """

    mixture: _Mixture
    part: _Part
    alone: tuple[Bools, Bools]

    @property
    def there(self) -> Bools:
        """The merges that they own as one, and none of them by itself, bool[R]."""
        return self.part.there & ~self.alone[0]

    @property
    def absent(self) -> Bools:
        """The pairs, never merged, that they own as one, and none of them by itself, bool[k]."""
        return self.part.absent & ~self.alone[1]

    @property
    def evidence(self) -> float:
        """How many times as likely these are if some of the sets are in the training text, as a logarithm of odds."""
        found, missing = np.count_nonzero(self.there), np.count_nonzero(self.absent)
        lacking = np.log((1 - TOGETHER_THERE) / (1 - TOGETHER_ABSENT))
        return float(found * np.log(TOGETHER_THERE / TOGETHER_ABSENT) + missing * lacking)

    def with_columns(self, inside: Bools) -> Together:
        """Return them and a set more, whose columns are bool[n]."""
        more = self.mixture.part(inside)
        part = self.mixture.owned(self.part.amount + more.amount, self.part.lacking + more.lacking)
        return replace(self, part=part, alone=(self.alone[0] | more.there, self.alone[1] | more.absent))


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
        mixture = self._mixture(shares, gone)
        of_columns = self.sets[self.fitted.problem.category]
        for number in np.unique(of_columns[mixture.weights > 0]).tolist():
            part = mixture.part(of_columns == number)
            yield Own(
                members=number,
                share=float(shares[self.sets == number].sum()),
                found=int(part.there.sum()),
                missing=int(part.absent.sum()),
                evidence=mixture.evidence(part),
                examples=self._tokens(mixture.frequent[part.absent], part.lacking[part.absent]),
            )

    def together(self, shares: Floats) -> Together:
        """Return no sets, to which some can be added, in the mixture of these pair shares, float64[n]."""
        mixture = self._mixture(shares, np.zeros_like(shares))
        nothing = mixture.part(np.zeros(len(mixture.weights), dtype=bool))
        return Together(mixture=mixture, part=nothing, alone=(nothing.there, nothing.absent))

    def _mixture(self, shares: Floats, gone: Floats) -> _Mixture:
        problem = self.fitted.problem
        weights = problem.weights(shares)
        # Those left out beside those that stay, on the same scale: the mixture's own weights sum to one.
        both = shares + gone
        everybody = problem.weights(both)
        everybody /= (
            everybody @ np.divide(shares, both, out=np.zeros_like(both), where=both > 0)[problem.category]
        )
        values = self._rival_shares @ weights
        last = float(evaluate(problem, weights).fit.threshold[-1])
        frequent = np.flatnonzero(values >= last)
        merged = problem.merge_shares * weights
        return _Mixture(
            weights=weights,
            last=last,
            merged=merged,
            held=merged.sum(axis=1),
            beside=problem.merge_shares @ everybody,
            frequent=frequent,
            passed=self._rival_shares[frequent].toarray() * weights,
            values=values[frequent],
        )

    def _tokens(self, rivals: Longs, amounts: Floats) -> tuple[bytes, ...]:
        trajectories, pairs = self.fitted.trajectories, self.fitted.problem.rival_pair
        symbols = trajectories.merges.symbols
        order = rivals[np.argsort(-amounts, kind="stable")][:EXAMPLES]
        return tuple(
            symbols[trajectories.pair_left[pair]] + symbols[trajectories.pair_right[pair]]
            for pair in pairs[self._passed_over[order]].tolist()
        )
