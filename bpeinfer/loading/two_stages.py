"""Two-stage training: merges inside words up to some rank, across words from there on (SuperBPE).

The second stage counts other pairs than the first, so one way of splitting text cannot explain both.
"""

from __future__ import annotations

import math
import re

import numpy as np

from bpeinfer.merges import MergeList

__all__ = ["first_stage"]

_CROSSING = re.compile(rb"[^ \t\r\n] ")
"""A space after something else: the border of two words lies inside the token."""

FEWEST_AFTER = 20
"""Merges across words that make a second stage."""
SMALLEST_SHARE = 0.1
"""Share of the merges after the first one across words that cross words, too; strays were added by hand."""
CHANCE = 1e-6
"""Probability, at that share, of none before it, from which on it is not chance."""
EARLY = 100
"""Merges from the first one across words on that tell how soon the second stage would show."""
DOUBT = 0.01
"""Probability that the second stage began even before the rank returned."""


def first_stage(merges: MergeList) -> tuple[int, int] | None:
    """Find the end of the first stage of a list that was trained in two.

    The first merges of the second stage may lie inside words by chance. So the stage is taken to end a few merges
    before the first one across words: as many as make it all but certain.

    Returns:
        (number of merges that surely belong to the first stage, rank of the first merge across words), None if the
        list was trained in one stage.

    Source: Liu et al. 2025, "SuperBPE: Space Travel for Language Models", arXiv 2503.13423.
    """
    symbols = merges.comparable_symbols()
    crossing = np.array([_CROSSING.search(symbol) is not None for symbol in symbols], dtype=bool)[
        merges.product
    ]
    ranks = np.flatnonzero(crossing)
    if len(ranks) < FEWEST_AFTER:
        return None
    first = int(ranks[0])
    share = float(crossing[first:].mean())
    if share < SMALLEST_SHARE or first * math.log1p(-min(share, 0.999)) > math.log(CHANCE):
        return None
    early = min(float(crossing[first : first + EARLY].mean()), 0.999)
    return first - min(first, math.ceil(math.log(DOUBT) / math.log1p(-early))), first
