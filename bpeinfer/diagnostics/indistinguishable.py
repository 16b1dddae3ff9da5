"""Categories that cannot be told apart: only the sum of their shares is known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bpeinfer.diagnostics.bootstrap import Bootstrap
from bpeinfer.diagnostics.shown import SAY_LITTLE
from bpeinfer.diagnostics.total import NAMED_FROM, PART_OF_SHARE, factor_of, find_vague, total_half_width
from bpeinfer.solving import MixtureProblem

__all__ = ["Indistinguishable", "find_indistinguishable"]

Floats = NDArray[np.float64]

# Two categories trade places if each interval reaches at least this part of their sum to either side, …
OPEN_PART_OF_SUM = 0.5
# … while the interval of the sum is at most this part of the narrower one.
KNOWN_PART_OF_WIDTH = 0.5
# Pairs of categories with a smaller sum than this are skipped: their shares are noise.
SMALLEST_SUM = 1e-3
SAME_COUNTS = "the same counts"
TRADE_PLACES = "their shares trade places from resample to resample"
VARIANTS = "variants of one language, each of which could stand for all"
# A sum that is this part of its group's share says no more than the group does.
ALL_OF_A_GROUP = 0.98


@dataclass(frozen=True)
class Indistinguishable:
    """Categories of whose shares only the sum is known.

    Attributes:
        categories: their numbers.
        reason: why they cannot be told apart.
    """

    categories: tuple[int, ...]
    reason: str


def find_indistinguishable(
    problem: MixtureProblem,
    byte_shares: Floats,
    resampled: Bootstrap | None,
    groups: Sequence[str] = (),
    variants: Sequence[tuple[int, ...]] = (),
) -> tuple[Indistinguishable, ...]:
    """Return the sets of categories that cannot be told apart, those with the same counts first.

    Categories whose samples contain merges and rivals in the same proportions are the same to the program. Others are
    nearly so if resampling moves weight between them without changing the sum. Where the total intervals of several
    categories of a group say little and that of their sum says more, they are a set, too.

    Args:
        problem: of the estimate.
        byte_shares: float64[n], the estimate.
        resampled: the same for resamples, None if there are none: then only equal counts are found.
        groups: the group of each category; empty if all are of one.
        variants: sets of categories that can take each other's place (`find_variants`).
    """
    found = [Indistinguishable(same, SAME_COUNTS) for same in _same_columns(problem)]
    found += [Indistinguishable(same, VARIANTS) for same in variants]
    if resampled is None:
        return tuple(found)
    found += _trading_places(byte_shares, resampled.byte_shares, found)
    own = np.array(groups or [""] * len(byte_shares))
    named = {frozenset(same.categories) for same in found}
    together = _known_together(byte_shares, resampled, own)
    found += [Indistinguishable(vague, SAY_LITTLE) for vague in together if frozenset(vague) not in named]
    return tuple(found)


def _trading_places(
    shares: Floats, resampled: Floats, known: Sequence[Indistinguishable]
) -> list[Indistinguishable]:
    """Return the pairs of categories, less those known, between which resampling moves weight."""
    half = Bootstrap.half_width(shares, resampled)
    large = np.flatnonzero(half > OPEN_PART_OF_SUM * SMALLEST_SUM)
    named = {number for same in known for number in same.categories}
    found = []
    for place, one in enumerate(large.tolist()):
        for other in large[place + 1 :].tolist():
            pair = [one, other]
            total = float(shares[pair].sum())
            narrower = float(half[pair].min())
            if total < SMALLEST_SUM or narrower < OPEN_PART_OF_SUM * total or named.issuperset(pair):
                continue
            of_sum = Bootstrap.half_width(np.array(total), resampled[:, pair].sum(axis=1))
            if of_sum <= KNOWN_PART_OF_WIDTH * narrower:
                found.append(Indistinguishable((one, other), TRADE_PLACES))
    return found


def _known_together(shares: Floats, drawn: Bootstrap, groups: NDArray[np.str_]) -> list[tuple[int, ...]]:
    """Return, for each group, the categories whose own intervals say little if the interval of their sum says more."""
    vague = find_vague(shares, drawn, groups.tolist(), NAMED_FROM)
    found = []
    for group in dict.fromkeys(groups.tolist()):
        together = np.flatnonzero(vague & (groups == group))
        total = float(shares[together].sum())
        if len(together) < 2 or total > ALL_OF_A_GROUP * shares[groups == group].sum():
            continue
        resampled, reweighted = (
            of[:, together].sum(axis=1) for of in (drawn.byte_shares, drawn.reweighted_byte_shares)
        )
        half = total_half_width(factor_of([group]), np.asarray(total), resampled, reweighted)
        if half <= PART_OF_SHARE * total:
            found.append(tuple(together[np.argsort(-shares[together], kind="stable")].tolist()))
    return found


def _same_columns(problem: MixtureProblem) -> list[tuple[int, ...]]:
    """Group the categories whose counts of merges and rivals are equal up to a factor."""
    mass = problem.merge_shares.sum(axis=0)
    merges = (problem.merge_shares / mass).round(12)
    alike = _groups([merges[:, column].tobytes() for column in range(problem.columns)])
    found = []
    for group in alike:
        rivals = (problem.rival_shares[:, group] / mass[group]).toarray().round(12)
        same = _groups([rivals[:, place].tobytes() for place in range(len(group))])
        found += [tuple(int(problem.category[group[place]]) for place in places) for places in same]
    return found


def _groups(keys: list[bytes]) -> list[list[int]]:
    """Return the positions of keys that occur more than once, equal ones together."""
    places: dict[bytes, list[int]] = {}
    for place, key in enumerate(keys):
        places.setdefault(key, []).append(place)
    return [group for group in places.values() if len(group) > 1]
