"""Categories with a share whose own merges are not in the list: they only fill in for a register that the samples lack.

Where samples and training text differ in register, many mixtures explain the list nearly as well, and the best one
uses every relative that happens to help: a tokenizer of Spanish text gets some Galician, one of C some Python. The
objective cannot tell this from a true share, since it sums up small differences over all merges. Single merges can.
A category with a true share brings merges of its own: pairs that come almost only from it and that are frequent enough
to be merged. If most of them are in the list, the share stands. If the list lacks most of them, while it has those of
other categories, the category is left out and the others are fitted again, as long as this costs little.

Whoever is left takes the place of those left out, and then alone supplies what they supplied as well. Such merges are
not its own: to a merge's amount those left out still contribute what they did when they had a share.

The constants were chosen on calibration sources and judged on others (`benchmarks/own_merges.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.special import betaincinv

from bpeinfer.diagnostics.fitted import Fitted
from bpeinfer.diagnostics.small_fits import NEGLIGIBLE, OutOfTimeError, SmallFits, time_left
from bpeinfer.diagnostics.supplied import ALONE
from bpeinfer.progress import SILENT, Progress
from bpeinfer.solving import SolveStatus, evaluate, solve
from bpeinfer.token_text import token_text

__all__ = ["PRICE", "RuledOut", "without_ruled_out"]

Floats = NDArray[np.float64]
Longs = NDArray[np.int64]

# Pair share from which a category's own merges are looked at.
SMALLEST = 3e-3
# The part of its own merges that the list has is below this bound with this probability (uniform prior) …
PROBABILITY, MOST_FOUND = 0.8, 0.45
# … and below this part of what the list has of the best supported one, of those with so many own merges.
PART_OF_BEST, ENOUGH = 0.8, 20
PRICE = 0.35
"""The objective may rise by this part of itself for each unit of pair share that is given up."""

# A category that had to stay is tried again once its share has grown by this factor.
GROWN = 1.25
# Nothing is left out of a broad mixture, of more sets than this in effect (the reciprocal of the sum of squared shares;
# Hill 1973, doi:10.2307/1934352): where all shares are small, the merges of their own are mostly peculiar words of the
# samples, which true categories lack as well.
BROAD = 7.0
# The search ends when so many sets had to stay because leaving them out cost too much.
REFUSED = 3
EXAMPLES = 12


@dataclass(frozen=True, kw_only=True)
class RuledOut:
    """Categories that were left out together, because the list lacks the merges that they would have brought.

    Attributes:
        categories: their numbers.
        pair_shares: the pair share that each had in the mixture from which they were left out.
        found, missing: how many of the merges of their own the list has and lacks.
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
    """Leave out the categories whose own merges the list lacks, and fit the others again.

    Backward elimination: of the sets of categories of whose own merges too few are in the list, the clearer half is
    left out and the rest is fitted again; if that costs too much, the clearest one alone.

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
    stays: dict[int, float] = {}
    refused = 0
    found: list[RuledOut] = []
    of_sets = np.bincount(sets, weights=now.shares)
    if np.square(of_sets).sum() * BROAD < 1:
        return now.columns, ()
    search = _Search(fitted, sets, exempt, deadline)
    progress.start("looking for each category's own merges")
    while refused < REFUSED and (doubtful := search.doubtful(now, stays)):
        half = (len(doubtful) + 1) // 2
        for part in (doubtful[:half], doubtful[:1]) if half > 1 else (doubtful[:1],):
            tried = search.without(now, part)
            cost = tried.objective / now.objective - 1 if now.objective > 0 else np.inf
            if cost <= PRICE * sum(entry.pair_share for entry in part):
                now = tried
                found += part
                progress.advance(len(part))
                break
        else:
            stays[int(sets[doubtful[0].categories[0]])] = doubtful[0].pair_share
            refused += 1
    return now.columns, tuple(found)


class _Search:
    """What stays the same while categories are left out one after another."""

    def __init__(self, fitted: Fitted, sets: Longs, exempt: NDArray[np.bool_], deadline: float) -> None:
        problem = fitted.problem
        self.fitted, self.sets, self.exempt = fitted, sets, exempt
        self.passed_over = np.flatnonzero(problem.rival_last == problem.rows - 1)
        self.rival_shares = csr_array(problem.rival_shares[self.passed_over])
        self.small = SmallFits(fitted, deadline)

    def doubtful(self, now: _Mixture, stays: dict[int, float]) -> list[RuledOut]:
        """Return the sets of whose own merges the list lacks too many, the clearest case first; never all sets."""
        problem, members = self.fitted.problem, self.sets[self.fitted.problem.category]
        shares, weights = now.shares, problem.weights(now.shares)
        # Those left out beside those that stay, on the same scale.
        everybody = problem.weights(shares + now.gone)
        everybody /= everybody[weights > 0].sum()
        last = evaluate(problem, weights).fit.threshold[-1]
        values = self.rival_shares @ weights
        frequent = np.flatnonzero(values >= last)
        passed = self.rival_shares[frequent].toarray()
        merged = problem.merge_shares
        amounts = [
            (merged * weights, merged @ weights),
            (merged * weights, merged @ everybody),
            (passed * weights, values[frequent]),
        ]
        judged: list[tuple[float, RuledOut]] = []
        best = 0.0
        for number in np.unique(members[weights > 0]).tolist():
            inside = self.sets == number
            share = float(shares[inside].sum())
            if share < SMALLEST or self.exempt[inside].any():
                continue
            own = [
                (of := parts[:, members == number].sum(axis=1)) >= np.maximum(ALONE * whole, last)
                for parts, whole in amounts
            ]
            in_mixture, there, lacking = (int(np.count_nonzero(mask)) for mask in own)
            if in_mixture + lacking >= ENOUGH:
                best = max(best, in_mixture / (in_mixture + lacking))
            numbers = np.flatnonzero(inside & (shares > 0))
            entry = RuledOut(
                categories=tuple(numbers.tolist()),
                pair_shares=tuple(shares[numbers].tolist()),
                found=there,
                missing=lacking,
                examples=self._tokens(frequent[own[2]], of[own[2]]),
            )
            judged.append((float(betaincinv(1 + there, 1 + lacking, PROBABILITY)), entry))
        bound = min(MOST_FOUND, PART_OF_BEST * (best or 1.0))
        judged.sort(key=lambda pair: pair[0])
        doubtful = [
            entry
            for above, entry in judged
            if above < bound
            and entry.pair_share > GROWN * stays.get(int(self.sets[entry.categories[0]]), 0.0)
        ]
        return doubtful[: len(judged) - 1]

    def _tokens(self, rivals: Longs, amounts: Floats) -> tuple[bytes, ...]:
        trajectories, pairs = self.fitted.trajectories, self.fitted.problem.rival_pair
        symbols = trajectories.merges.symbols
        order = rivals[np.argsort(-amounts, kind="stable")][:EXAMPLES]
        return tuple(
            symbols[trajectories.pair_left[pair]] + symbols[trajectories.pair_right[pair]]
            for pair in pairs[self.passed_over[order]].tolist()
        )

    def without(self, now: _Mixture, dropped: Sequence[RuledOut]) -> _Mixture:
        """Fit again without some categories."""
        gone = np.zeros(len(now.shares), dtype=bool)
        gone[[number for entry in dropped for number in entry.categories]] = True
        columns = now.columns[~gone[self.fitted.problem.category[now.columns]]]
        shares, objective = self.small.fit(columns, np.where(gone, 0.0, now.shares))
        return _Mixture(
            shares=shares,
            columns=columns,
            objective=objective,
            gone=now.gone + np.where(gone, now.shares, 0.0),
        )
