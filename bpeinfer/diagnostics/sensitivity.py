"""Sensitivity: the shares that other choices of merges, weights, samples and categories would have given.

None of these choices is better founded than the default, and they form no interval: they show what the result
could have been instead. Shares that move little in this table and have a narrow total interval can be quoted
with confidence.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from bpeinfer.diagnostics.bootstrap import NearbySearch, byte_shares, within_reach
from bpeinfer.diagnostics.drift import program_of_range
from bpeinfer.diagnostics.fitted import Fitted
from bpeinfer.diagnostics.jackknife import solve_again
from bpeinfer.progress import SILENT, Progress
from bpeinfer.solving import evaluate, solve

__all__ = ["Sensitivity", "vary"]

Floats = NDArray[np.float64]
Longs = NDArray[np.int64]

# Relative gap of each solve; the estimates differ by far more.
RELATIVE_GAP = 1e-4
# Ranges of merges: the list's first tenth, where registers differ most, from there to three tenths, and the rest.
RANGES = (0.0, 0.1, 0.3, 1.0)
# Powers p of the weights θ^−p: late merges count for more.
POWERS = (0.25, 0.5)
# Every sample is cut into this many runs of neighbouring blocks (so of sources, which follow one another),
# left out in turn.
PARTS = 4
# The largest categories are left out in turn: at most this many, with at least this byte share.
CATEGORIES, SMALLEST = 12, 0.01


@dataclass(frozen=True, eq=False, kw_only=True)
class Sensitivity:
    """Estimates under other choices.

    Attributes:
        kinds: what each choice is about: "merges", "weights", "samples" or "category".
        choices: each in words, or the name of the category left out.
        pair_shares, byte_shares: float64[choices, n], each row sums to one.
    """

    kinds: tuple[str, ...]
    choices: tuple[str, ...]
    pair_shares: Floats
    byte_shares: Floats


def vary(fitted: Fitted, progress: Progress = SILENT) -> Sensitivity:
    """Infer again from ranges of merges, with other weights, without parts of the samples and without categories.

    Choices that leave nothing to infer from (a range none of whose merges occurs in any sample) are skipped.

    Args:
        fitted: the estimate and its counts.
        progress: receives a callback for each choice.
    """
    progress.start("other choices")
    kinds, choices, in_pairs, in_bytes = [], [], [], []
    trajectories = fitted.trajectories
    for kind, choice, shares, of_bytes in _all_choices(fitted):
        kinds.append(kind)
        choices.append(choice)
        in_pairs.append(shares)
        if of_bytes is None:
            of_bytes = byte_shares(shares, trajectories.category_bytes, trajectories.initial_pairs)
        in_bytes.append(of_bytes)
        progress.advance()
    shape = (len(choices), fitted.problem.categories)
    return Sensitivity(
        kinds=tuple(kinds),
        choices=tuple(choices),
        pair_shares=np.reshape(in_pairs, shape),
        byte_shares=np.reshape(in_bytes, shape),
    )


_Choice = tuple[str, str, Floats, Floats | None]


def _all_choices(fitted: Fitted) -> Iterator[_Choice]:
    """Yield kind, choice, pair shares, and byte shares if the samples differ."""
    yield from _other_merges(fitted)
    yield from _other_weights(fitted)
    yield from _other_samples(fitted)
    yield from _other_categories(fitted)


def _other_merges(fitted: Fitted) -> Iterator[_Choice]:
    problem, trajectories = fitted.problem, fitted.trajectories
    first, stop = int(problem.step[0]), len(trajectories.merge_counts)
    edges = [first + round(part * (stop - first)) for part in RANGES]
    for begin, end in pairwise(edges):
        rows = (problem.step >= begin) & (problem.step < end)
        if not problem.merge_shares[rows].any():
            continue
        alone = program_of_range(
            trajectories, begin, end, problem.normalization, problem.form, problem.category
        )
        yield "merges", f"merges {begin:,} to {end - 1:,}", solve(alone, tolerance=RELATIVE_GAP).alpha, None


def _other_weights(fitted: Fitted) -> Iterator[_Choice]:
    problem, alpha = fitted.problem, fitted.solution.alpha
    threshold = evaluate(problem, problem.weights(alpha)).fit.threshold
    threshold = np.maximum(threshold, 1e-9 * threshold.max())
    for power in POWERS:
        weight = threshold**-power
        weight *= threshold.sum() / float(weight @ threshold)
        weighted = replace(
            problem,
            merge_weight=problem.merge_weight * weight,
            rival_weight=problem.rival_weight * weight[problem.rival_last],
        )
        shares = solve(weighted, tolerance=RELATIVE_GAP, start=alpha).alpha
        yield "weights", f"merges weighted by 1/count^{power}", shares, None


def _other_samples(fitted: Fitted) -> Iterator[_Choice]:
    own = fitted.counts.block_category
    place = np.arange(len(own)) - np.searchsorted(own, own)
    size = np.bincount(own)[own]
    part = place * PARTS // size
    part[size < PARTS] = -1  # too few to split: always kept
    if not (part >= 0).any():
        return
    search = NearbySearch.of(fitted)
    draws = [(part != number).astype(np.int64) for number in range(PARTS)]
    for number, drawn in enumerate(search.resampling.drawn(draws)):
        found = search.shares_of(drawn)
        if found is not None:
            yield "samples", f"without part {number + 1} of {PARTS} of every sample", *found


def _other_categories(fitted: Fitted) -> Iterator[_Choice]:
    problem, alpha, trajectories = fitted.problem, fitted.solution.alpha, fitted.trajectories
    in_bytes = byte_shares(alpha, trajectories.category_bytes, trajectories.initial_pairs)
    order = np.argsort(-in_bytes, kind="stable")[:CATEGORIES]
    reachable = within_reach(problem, fitted.solution)
    for category in order[in_bytes[order] >= SMALLEST].tolist():
        others = np.flatnonzero(problem.category != category)
        rest = np.where(np.arange(len(alpha)) == category, 0.0, alpha)
        if not rest[problem.category[others]].any():
            continue
        shares = solve_again(problem.with_columns(others), reachable, rest)
        yield "category", fitted.counts.categories[category], shares, None
