"""The scripts that sentencepiece's trainer distinguishes, by code point."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

__all__ = ["COMMON", "DIGITS", "INHERITED", "is_digit", "trainer_scripts"]

COMMON, INHERITED = 1, 2
"""Script numbers of characters without a script, and of marks that take the script of what they follow."""

DIGITS = "0123456789０１２３４５６７８９"
"""The trainer's digits: ASCII and fullwidth, no others."""

_TABLE = Path(__file__).with_name("sentencepiece_scripts.txt")
_MERGED = {"Hiragana": "Han", "Katakana": "Han"}
_LONG_VOWEL = 0x30FC


@lru_cache(maxsize=1)
def trainer_scripts() -> NDArray[np.uint8]:
    """Return uint8[0x110000], the number of each code point's script; kana count as Han.

    tools/build_sentencepiece_scripts.py writes the table (Unicode 9.0, as in sentencepiece 0.2.3).
    """
    numbers = np.full(0x110000, COMMON, dtype=np.uint8)
    known = {"Inherited": INHERITED}
    for line in _TABLE.read_text("utf-8").splitlines():
        name, *spans = line.split(" ")
        number = known.setdefault(_MERGED.get(name, name), len(known) + 2)
        for span in spans:
            first, _, last = span.partition("-")
            numbers[int(first, 16) : int(last or first, 16) + 1] = number
    numbers[_LONG_VOWEL] = known["Han"]
    numbers.flags.writeable = False
    return numbers


def is_digit(character: str) -> bool:
    """Return whether the trainer treats a character as a digit."""
    return character in DIGITS
