"""Total intervals: how far off a share may be when the samples and the training text differ in register.

A tokenizer's training text is of registers that the samples lack, so an estimate is off by more than sampling noise
explains. How much more depends on how firmly the comparisons hold each share in place, and the bootstrap measures
that: documents differ among themselves much as sources do, only less. The factors between its spread and the error
cannot be known from a run's own samples. They are calibrated on tokenizers of known mixtures whose training text is
from other sources than the samples (benchmarks/shifted.py), and judged on sources that played no part in the choice.
Where the samples misfit no more than by chance, they are of the training text's own register, and the total interval
is the sampling interval.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bpeinfer.diagnostics.bootstrap import Bootstrap

__all__ = ["OF_A_CATEGORY", "OF_A_SUM", "Widths", "total_interval"]

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
OF_A_CATEGORY = Widths(share=0.0, blocks=10.7, floor=0.003)
"""For the share of one category."""

OF_A_SUM = Widths(share=0.183, blocks=0.0, floor=0.003)
"""For a sum over a group, in which what its categories take from each other does not count."""


def total_interval(widths: Widths, share: Floats, resampled: Floats, shifted: bool) -> Floats:
    """Return float64[2, …], the ends of the total 95 % interval around shares, within 0 and 1.

    Args:
        widths: of a category or of a sum.
        share: float64[…], the estimate.
        resampled: float64[B, …], the same from resamples.
        shifted: whether the samples may be of another register than the training text (not `Fit.same_register`).
    """
    half = np.maximum(Bootstrap.half_width(share, resampled), widths.floor)
    if shifted:
        half = np.maximum(half, widths.half(share, Bootstrap.spread(share, resampled)))
    ends: Floats = np.clip([share - half, share + half], 0.0, 1.0)
    return ends
