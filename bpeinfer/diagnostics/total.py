"""Total intervals: how far off a share may be when the samples and the training text differ in register.

A tokenizer's training text is of registers that the samples lack, so an estimate is off by more than sampling noise
explains. Then comparisons contradict each other: each asks for a slightly different mixture. How much a share depends
on which of them count is seen by weighting them at random, and the error goes with that spread. The factors between the
two cannot be known from a run's own samples. They are calibrated on tokenizers of known mixtures whose training text is
from other sources than the samples (benchmarks/shifted.py), and judged on sources that played no part in the choice.
Samples of the training text's own register need no rule of their own: their comparisons contradict each other less, and
the width follows. Nor could such a rule be relied on, since small samples of another register misfit no more than by
chance, either.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
from numpy.typing import NDArray

from bpeinfer.diagnostics.bootstrap import Bootstrap

__all__ = [
    "LANGUAGES",
    "NAMED_FROM",
    "OF_A_CATEGORY",
    "OF_A_GROUP",
    "OF_A_LANGUAGE",
    "PART_OF_SHARE",
    "factor_of",
    "find_vague",
    "interval_without_resamples",
    "total_half_width",
    "total_interval",
]

Floats = NDArray[np.float64]


# Half the width of a 95 % interval, as a multiple of the spread over random weights on the comparisons.
# Chosen by `python benchmarks/shifted.py calibrate` on calibration sources; see benchmarks/RESULTS.md.
OF_A_CATEGORY = 11.0
"""Factor for one category, or several of a group: kinds of code have few merges that no other has, and projects differ
in more than single comparisons."""

OF_A_LANGUAGE = 5.0
"""Factor for one language, or several: languages have many merges of their own."""

LANGUAGES = "other languages"
"""The group of languages, as the starter pack names it."""

OF_A_GROUP = 7.0
"""Factor for a whole group, in which what its categories take from each other does not count."""

# The least half-width, in shares: what a share of nothing may hide.
FLOOR = 0.003
# Half-width of a group's share s without resamples, as a multiple of √(s (1 − s)).
WITHOUT_RESAMPLES = 0.183

NAMED_FROM = 0.005
"""Least share of a category that is named for its vague interval: below it, reports show a bound and no share."""

# The interval of a category says little when half of it is more than this, …
WIDE = 0.1
PART_OF_SHARE = 0.5
"""… and more than this part of the share."""


def factor_of(groups: Collection[str]) -> float:
    """Return the factor of one or several categories, which are not a whole group, by the groups that they are of."""
    return OF_A_LANGUAGE if set(groups) == {LANGUAGES} else OF_A_CATEGORY


def total_half_width(factor: float, share: Floats, resampled: Floats, reweighted: Floats) -> Floats:
    """Return float64[…], half the width of the total 95 % interval before it is cut off at 0 and 1.

    Args:
        factor: of a category, of several or of a whole group.
        share: float64[…], the estimate.
        resampled: float64[B, …], the same from resamples.
        reweighted: float64[R, …], the same with random weights on the comparisons.
    """
    spread = factor * Bootstrap.spread(share, reweighted)
    half: Floats = np.maximum(Bootstrap.half_width(share, resampled), np.hypot(spread, FLOOR))
    return half


def total_interval(factor: float, share: Floats, resampled: Floats, reweighted: Floats) -> Floats:
    """Return float64[2, …], the ends of the total 95 % interval around shares, within 0 and 1.

    The arguments are those of `total_half_width`.
    """
    half = total_half_width(factor, share, resampled, reweighted)
    ends: Floats = np.clip([share - half, share + half], 0.0, 1.0)
    return ends


def interval_without_resamples(share: float) -> list[float]:
    """Return the ends of a total 95 % interval around a group's share of which only its size is known."""
    half = float(np.hypot(WITHOUT_RESAMPLES * np.sqrt(share * (1 - share)), FLOOR))
    return [max(share - half, 0.0), min(share + half, 1.0)]


def find_vague(
    shares: Floats, drawn: Bootstrap, groups: Sequence[str], least: float = 0.0
) -> NDArray[np.bool_]:
    """Say of which categories the total interval alone says little, bool[n].

    Args:
        shares: float64[n], the estimate in byte shares.
        drawn: the same from resamples and with random weights.
        groups: the group of each category.
        least: smaller shares are left out.
    """
    half = np.array(
        [
            total_half_width(factor_of([group]), share, resampled, reweighted)
            for group, share, resampled, reweighted in zip(
                groups, shares, drawn.byte_shares.T, drawn.reweighted_byte_shares.T, strict=True
            )
        ]
    )
    vague: NDArray[np.bool_] = half > np.maximum(WIDE, PART_OF_SHARE * shares)
    return vague & (shares > 0) & (shares >= least)
