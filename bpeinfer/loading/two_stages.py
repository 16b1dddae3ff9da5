"""Two-stage training: merges inside words up to some rank, across words from there on (SuperBPE).

The second stage counts different pairs from the first, so one way of splitting text cannot explain both.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from bpeinfer.merges import MergeList

__all__ = ["first_stage"]

_BLANK = np.isin(np.arange(256), list(b" \t\r\n"))
FEWEST_BEFORE = 100
"""Fewest merges of a first stage; the first few merges of any list make single letters with their marks and blanks."""
FEWEST_AFTER = 20
"""Fewest merges across words that make a second stage."""
SMALLEST_SHARE = 0.1
"""Smallest share of merges across words after the first of them; below it, they were added by hand."""
CHANCE = 1e-6
"""If, at that share, none before the first would be less probable than this, it is not chance."""
EARLY = 100
"""Number of merges, from the first across words on, that show how soon the second stage becomes visible."""
DOUBT = 0.01
"""Probability that the second stage began even before the rank returned."""


def first_stage(merges: MergeList) -> tuple[int, int] | None:
    """Find the end of the first stage of a list that was trained in two.

    The first merges of the second stage may happen to lie inside words. So the first stage is taken to end a few
    merges before the first one across words, enough to make it almost certain.

    Returns:
        (number of merges that almost certainly belong to the first stage, rank of the first merge across words), or
        None if the list was trained in one stage.

    Source: Liu et al. 2025, "SuperBPE: Space Travel for Language Models", arXiv 2503.13423.
    """
    if merges.end_of_word:  # words end with a mark of their own, and a space sign is a character of the text
        return None
    crossing = _across_words(merges.comparable_symbols())[merges.product]
    ranks = np.flatnonzero(crossing)
    if len(ranks) < FEWEST_AFTER:
        return None
    first = int(ranks[0])
    if first < FEWEST_BEFORE:
        return None
    share = float(crossing[first:].mean())
    if share < SMALLEST_SHARE or first * math.log1p(-min(share, 0.999)) > math.log(CHANCE):
        return None
    early = min(float(crossing[first : first + EARLY].mean()), 0.999)
    return first - min(first, math.ceil(math.log(DOUBT) / math.log1p(-early))), first


def _across_words(symbols: Sequence[bytes]) -> NDArray[np.bool_]:
    """Return which symbols have a space after a character that is no blank, and so cross a word boundary: bool[k].

    >>> _across_words([b" the", b"of the", b"\\n  ", b"e "]).tolist()
    [False, True, False, True]
    """
    text = np.frombuffer(b"\n".join(symbols), dtype=np.uint8)
    after = np.flatnonzero((text[1:] == ord(" ")) & ~_BLANK[text[:-1]])
    ends = np.cumsum(np.fromiter(map(len, symbols), np.int64, len(symbols)) + 1)
    across = np.zeros(len(symbols), dtype=bool)
    across[np.searchsorted(ends, after, side="right")] = True
    return across
