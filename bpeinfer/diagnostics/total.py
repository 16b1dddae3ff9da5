"""Total intervals: how far off a share may be when the samples and the training text differ in register.

A tokenizer's training text is of registers that the samples lack, so an estimate is off by more than sampling noise
explains. How much more depends on how firmly the comparisons hold each share in place, and the bootstrap measures
that: documents differ among themselves much as sources do, only less. The factors between its spread and the error
cannot be known from a run's own samples. They are calibrated on tokenizers of known mixtures whose training text is
from other sources than the samples (benchmarks/shifted.py), and judged on sources that played no part in the choice.
Where the samples misfit no more than by chance, they are taken to be of the training text's own register, and the
factor is smaller. It is still above the sampling interval's: a tenth of the text may be of a kind that is in no sample
without more misfit than by chance, and documents of one source differ among themselves as well.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bpeinfer.diagnostics.bootstrap import Bootstrap

__all__ = [
    "LANGUAGES",
    "NAMED_FROM",
    "OF_A_CATEGORY",
    "OF_A_LANGUAGE",
    "OF_A_PART",
    "OF_A_SUM",
    "OF_ONE_REGISTER",
    "PART_OF_SHARE",
    "Widths",
    "find_vague",
    "total_half_width",
    "total_interval",
    "widths_of",
]

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Widths:
    """Half the width of a 95 % interval under another register: the root of the sum of the squares of three parts.

    Attributes:
        share: times √(s (1 − s)) of the share s, as if it had been counted from independent draws.
        blocks: times the spread over resampled blocks of documents.
        floor: the least half-width, in shares: what a share of nothing may hide.
    """

    share: float
    blocks: float
    floor: float

    def half(self, share: Floats, spread: Floats) -> Floats:
        """Return float64[…], half the width for shares and their `Bootstrap.spread`, both float64[…]."""
        half: Floats = np.sqrt(
            self.share**2 * share * (1 - share) + (self.blocks * spread) ** 2 + self.floor**2
        )
        return half


# Chosen by `python benchmarks/shifted.py calibrate` on calibration sources; see benchmarks/RESULTS.md.
OF_A_CATEGORY = Widths(share=0.0, blocks=14.0, floor=0.003)
"""For the share of one category: kinds of code have few merges that no other has, and projects differ more than
documents of one project do."""

OF_A_LANGUAGE = Widths(share=0.0, blocks=8.0, floor=0.003)
"""For the share of one language: languages have many merges of their own."""

LANGUAGES = "other languages"
"""The group of languages, as the starter pack names it."""

OF_ONE_REGISTER = Widths(share=0.0, blocks=5.0, floor=0.003)
"""For any share or sum where samples and training text are found to be of the same register."""

OF_A_SUM = Widths(share=0.183, blocks=0.0, floor=0.003)
"""For a sum over a group, in which what its categories take from each other does not count."""


OF_A_PART = Widths(share=0.183, blocks=10.7, floor=0.003)
"""For a sum over some categories of a group: they give to the rest of the group, and take from it, as one does."""

NAMED_FROM = 0.005
"""Least share of a category that is named for its vague interval: below it, reports show a bound and no share."""

# The interval of a category says little when half of it is more than this, …
WIDE = 0.1
PART_OF_SHARE = 0.5
"""… and more than this part of the share."""


def widths_of(group: str) -> Widths:
    """Return the widths of one category of a group."""
    return OF_A_LANGUAGE if group == LANGUAGES else OF_A_CATEGORY


def total_half_width(widths: Widths, share: Floats, resampled: Floats, shifted: bool) -> Floats:
    """Return float64[…], half the width of the total 95 % interval before it is cut off at 0 and 1.

    Args:
        widths: of a category, of a part of a group or of a whole one.
        share: float64[…], the estimate.
        resampled: float64[B, …], the same from resamples.
        shifted: whether the samples may be of another register than the training text (not `Fit.same_register`).
    """
    widened = (widths if shifted else OF_ONE_REGISTER).half(share, Bootstrap.spread(share, resampled))
    half: Floats = np.maximum(Bootstrap.half_width(share, resampled), widened)
    return half


def total_interval(widths: Widths, share: Floats, resampled: Floats, shifted: bool) -> Floats:
    """Return float64[2, …], the ends of the total 95 % interval around shares, within 0 and 1.

    The arguments are those of `total_half_width`.
    """
    half = total_half_width(widths, share, resampled, shifted)
    ends: Floats = np.clip([share - half, share + half], 0.0, 1.0)
    return ends


def find_vague(
    shares: Floats, resampled: Floats, groups: Sequence[str], shifted: bool, least: float = 0.0
) -> NDArray[np.bool_]:
    """Say of which categories the total interval alone says little, bool[n].

    Args:
        shares: float64[n], the estimate.
        resampled: float64[B, n], the same from resamples.
        groups: the group of each category.
        shifted: as for `total_half_width`.
        least: smaller shares are left out.
    """
    half = np.array(
        [
            total_half_width(widths_of(group), share, drawn, shifted)
            for group, share, drawn in zip(groups, shares, resampled.T, strict=True)
        ]
    )
    vague: NDArray[np.bool_] = half > np.maximum(WIDE, PART_OF_SHARE * shares)
    return vague & (shares > 0) & (shares >= least)
