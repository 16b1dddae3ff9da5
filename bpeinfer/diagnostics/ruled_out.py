"""Categories with a share of which the list shows no merges of their own: they fill in for what the samples lack.

Where samples and training text differ in register, many mixtures explain the list nearly as well, and the best one
uses every relative that happens to help: a tokenizer of Spanish text gets some Galician, one of C some Python. The
objective cannot tell this from a true share, since it sums up small differences over all merges. Single merges can.
A category with a true share brings merges of its own. If the list has them, the share stands. If it lacks them, or if
the share would have brought none, the category is left out and the others are fitted again, as long as this costs
little. So this is the simplest mixture that fits about as well (as the one-standard-error rule has it for regressions,
Breiman et al. 1984, Classification and Regression Trees, section 3.4.3), among those that keep whatever the list
itself speaks for.

The constants were chosen on calibration sources and judged on others (`benchmarks/own_merges.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bpeinfer.diagnostics.fitted import Fitted
from bpeinfer.diagnostics.own_merges import EXAMPLES, Own, OwnMerges
from bpeinfer.diagnostics.small_fits import NEGLIGIBLE, OutOfTimeError, SmallFits, time_left
from bpeinfer.progress import SILENT, Progress
from bpeinfer.solving import SolveStatus, solve
from bpeinfer.token_text import token_text

__all__ = ["EVIDENCE", "PRICE", "RuledOut", "RuledOutTogether", "ruled_out_together", "without_ruled_out"]

Floats = NDArray[np.float64]
Longs = NDArray[np.int64]

EVIDENCE = 4.0
"""A set stays if its own merges are so many times as likely with its share as without it (logarithm, see `log_odds`): a
fit that needed a filler found one that has a few of the list's merges by chance."""
PRICE = 0.35
"""The objective may rise by this part of itself for each unit of pair share that is given up …"""
# … and by this part more for each set that is left out, alone or with others: what the gaps of the fits leave open, and
# what next to nothing is worth.
OPEN = 2e-3

# Sets with less than this pair share are left out all at once, at the end, or stay.
SMALLEST = 3e-3
# A set that had to stay is tried again once its share has grown by this factor.
GROWN = 1.25
# Nothing is left out of a broad mixture, of more sets than this in effect (the reciprocal of the sum of squared shares;
# Hill 1973, doi:10.2307/1934352): where all shares are small, the merges of their own are mostly peculiar words of the
# samples, which true categories lack as well.
BROAD = 7.0
# If leaving out several sets costs too much, this part of them is tried.
FEWER = 4
# The search ends when so many sets had to stay because leaving them out cost too much.
REFUSED = 3


@dataclass(frozen=True, kw_only=True)
class RuledOut:
    """Categories that were left out together, because the list does not show the merges that they would have brought.

    Attributes:
        categories: their numbers.
        pair_shares: the pair share that each had in the fit of all categories.
        found, missing: how many of the merges of their own the list has and lacks, with the share that they had last.
        examples: some of those missing, as tokens, most frequent first.
    """

    categories: tuple[int, ...]
    pair_shares: tuple[float, ...]
    found: int
    missing: int
    examples: tuple[bytes, ...]

    @property
    def pair_share(self) -> float:
        """Their pair shares together."""
        return sum(self.pair_shares)

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for JSON, without the categories and shares, which the estimate names."""
        return {
            "found": self.found,
            "missing": self.missing,
            "examples": list(map(token_text, self.examples)),
        }


@dataclass(frozen=True, kw_only=True)
class RuledOutTogether:
    """What the list says of all that was left out, taken together.

    Kinds of code whose lines end in ";" own that merge together, and none of them has the greater part of it. Each by
    itself could be without, since the others stand in for it; not all of them.

    Attributes:
        found, missing: how many merges, of those that they own together and none of them alone, the list has and lacks.
        speaks: whether these merges are so many times as likely if some of them are in the training text, as own ones
            have to be for one: it cannot be said which.
        examples: some of those found, as tokens, earliest first.
    """

    found: int
    missing: int
    speaks: bool
    examples: tuple[bytes, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for JSON."""
        return {
            "found": self.found,
            "missing": self.missing,
            "speaks": self.speaks,
            "examples": list(map(token_text, self.examples)),
        }


def ruled_out_together(fitted: Fitted, sets: Longs, ruled_out: Sequence[RuledOut]) -> RuledOutTogether | None:
    """Count the merges that categories left out own together in the estimate from all; None if there are none.

    Args:
        fitted: the estimate from all categories, in the form "last".
        sets: int64[n], the set of each category.
        ruled_out: what was left out of it.
    """
    if not ruled_out:
        return None
    together = OwnMerges(fitted, sets).together(fitted.solution.alpha)
    for entry in ruled_out:
        together = together.with_columns(np.isin(fitted.problem.category, entry.categories))
    merges = fitted.trajectories.merges
    first = fitted.problem.step[np.flatnonzero(together.there)[:EXAMPLES]]
    return RuledOutTogether(
        found=int(together.there.sum()),
        missing=int(together.absent.sum()),
        speaks=together.evidence >= EVIDENCE,
        examples=tuple(merges.symbols[product] for product in merges.product[first].tolist()),
    )


@dataclass(frozen=True, eq=False, kw_only=True)
class _Mixture:
    """A stage of the search: pair shares float64[n], their columns, the exact objective.

    `gone` is float64[n], the pair share that each of those left out had when it was.
    """

    shares: Floats
    columns: Longs
    objective: float
    gone: Floats


def without_ruled_out(
    fitted: Fitted,
    sets: Longs,
    exempt: NDArray[np.bool_],
    *,
    method: str = "interior-point",
    tolerance: float = 1e-6,
    deadline: float = np.inf,
    progress: Progress = SILENT,
) -> tuple[Fitted, tuple[RuledOut, ...]]:
    """Leave out the categories of which the list shows no merges of their own, and fit the others again.

    Backward elimination: the sets of categories for which the list does not speak are left out and the rest is fitted
    again; if that costs too much, the quarter against which it speaks most, and so on down to one. The largest set
    stays.

    Args:
        fitted: the estimate from all categories, in the form "last".
        sets: int64[n], the set of each category; categories of a set are judged together (`languages.relatives`).
        exempt: bool[n], categories that stay whatever the list has.
        method, tolerance: of the last fit, see `solve`.
        deadline: when the last fit has to be there, on the clock of `time.perf_counter`.
        progress: receives a callback for each set left out.

    Returns:
        The estimate from the others, and what was left out, in order.

    Raises:
        OutOfTimeError: the deadline came first.
    """
    columns, found = _eliminate(fitted, sets, exempt, deadline, progress)
    if not found:
        return fitted, ()
    # Columns without a share stay out: otherwise other relatives would take the place of those left out.
    problem = fitted.problem.with_columns(columns)
    gone = ~np.isin(np.arange(problem.categories), problem.category)
    start = np.where(gone, 0.0, fitted.solution.alpha)
    solution = solve(problem, method=method, tolerance=tolerance, time_limit=time_left(deadline), start=start)
    if solution.status is SolveStatus.TIME_LIMIT:
        raise OutOfTimeError
    return replace(fitted, problem=problem, solution=solution), found


def _eliminate(
    fitted: Fitted, sets: Longs, exempt: NDArray[np.bool_], deadline: float, progress: Progress
) -> tuple[Longs, tuple[RuledOut, ...]]:
    """Return the columns that stay, and what was left out, in order."""
    now = _Mixture(
        shares=fitted.solution.alpha,
        columns=np.flatnonzero(fitted.solution.alpha[fitted.problem.category] > NEGLIGIBLE),
        objective=fitted.solution.objective,
        gone=np.zeros_like(fitted.solution.alpha),
    )
    of_sets = np.bincount(sets, weights=now.shares)
    if np.square(of_sets).sum() * BROAD < 1:
        return now.columns, ()
    stays = np.zeros(len(of_sets))
    refused = 0
    found: list[Own] = []
    search = _Search(fitted, sets, exempt, deadline)
    progress.start("looking for each category's own merges")
    while refused < REFUSED and (doubtful := search.doubtful(now, np.maximum(SMALLEST, GROWN * stays))):
        part = doubtful
        while not (tried := search.without(now, part)) and len(part) > 1:
            part = part[: max(len(part) // FEWER, 1)]
        if tried:
            now = tried
            found += part
            progress.advance(len(part))
        else:
            stays[part[0].members] = part[0].share
            refused += 1
    some = np.full(len(of_sets), NEGLIGIBLE)
    small = [own for own in search.doubtful(now, some) if own.share < SMALLEST]
    if small and (tried := search.without(now, small)):
        now = tried
        found += small
    return now.columns, tuple(search.ruled_out(own, now.gone > 0) for own in found)


class _Search:
    """What stays the same while categories are left out one after another."""

    def __init__(self, fitted: Fitted, sets: Longs, exempt: NDArray[np.bool_], deadline: float) -> None:
        self.problem, self.first, self.sets = fitted.problem, fitted.solution.alpha, sets
        self.stay = np.unique(sets[exempt])
        self.own = OwnMerges(fitted, sets)
        self.small = SmallFits(fitted, deadline)

    def doubtful(self, now: _Mixture, least: Floats) -> list[Own]:
        """Return the sets with at least so much share for which the list does not speak, the clearest case first."""
        sets = [own for own in self.own.of(now.shares, now.gone) if own.members not in self.stay]
        largest = max(sets, key=lambda own: own.share, default=None)
        doubtful = [
            own
            for own in sets
            if own.evidence < EVIDENCE and own.share > least[own.members] and own is not largest
        ]
        return sorted(doubtful, key=lambda own: own.evidence)

    def without(self, now: _Mixture, dropped: Sequence[Own]) -> _Mixture | None:
        """Fit again without some sets; None if that costs too much."""
        gone = np.isin(self.sets, [own.members for own in dropped])
        columns = now.columns[~gone[self.problem.category[now.columns]]]
        shares, objective = self.small.fit(columns, np.where(gone, 0.0, now.shares))
        if objective > now.objective * (1 + sum(OPEN + PRICE * own.share for own in dropped)):
            return None
        return _Mixture(
            shares=shares,
            columns=columns,
            objective=objective,
            gone=now.gone + np.where(gone, now.shares, 0.0),
        )

    def ruled_out(self, own: Own, gone: NDArray[np.bool_]) -> RuledOut:
        """Return what is to be said of a set that was left out; bool[n] `gone` are all categories left out."""
        numbers = np.flatnonzero((self.sets == own.members) & gone)
        return RuledOut(
            categories=tuple(numbers.tolist()),
            pair_shares=tuple(self.first[numbers].tolist()),
            found=own.found,
            missing=own.missing,
            examples=own.examples,
        )
