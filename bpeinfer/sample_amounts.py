"""How much text each sample is, in every unit in which shares are published."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bpeinfer.counting.spilled_counts import AnyCounts

__all__ = ["SampleAmounts", "measure_amounts"]

Longs = NDArray[np.int64]

_CONTINUES, _IS_CONTINUED = np.uint8(0b11000000), np.uint8(0b10000000)
"""The two highest bits of a byte that goes on with a UTF-8 character: 10."""


@dataclass(frozen=True, eq=False, kw_only=True)
class SampleAmounts:
    """Amounts of each category's sample, as the tokenizer splits it.

    Attributes:
        characters: int64[n], Unicode characters of its pretokens.
        pretokens: int64[n], occurrences of pretokens.
        documents: int64[n], 0 if unknown.
    """

    characters: Longs
    pretokens: Longs
    documents: Longs


def measure_amounts(counts: AnyCounts) -> SampleAmounts:
    """Return the amounts of each category of n in counts of pretokens."""
    characters = np.zeros(len(counts.categories), dtype=np.int64)
    pretokens = np.zeros(len(counts.categories), dtype=np.int64)
    for part in counts.parts():
        begins = (part.blob & _CONTINUES) != _IS_CONTINUED
        lengths = np.add.reduceat(begins, part.offsets[:-1], dtype=np.int64)
        characters += part.category_sums(lengths)
        pretokens += part.category_sums(np.ones_like(lengths))
    return SampleAmounts(characters=characters, pretokens=pretokens, documents=counts.documents)
