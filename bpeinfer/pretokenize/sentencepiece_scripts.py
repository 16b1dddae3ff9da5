"""The scripts that sentencepiece's trainer tells apart, by code point."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

__all__ = ["COMMON", "DIGITS", "INHERITED", "is_digit", "trainer_scripts"]

COMMON, INHERITED = 1, 2
"""Numbers of the characters of no script and of the marks that take the script of what they follow."""

DIGITS = "0123456789０１２３４５６７８９"
"""What is a digit to the trainer: ASCII and fullwidth, no other."""

_TABLE = Path(__file__).with_name("sentencepiece_scripts.txt")
_MERGED = {"Hiragana": "Han", "Katakana": "Han"}
_LONG_VOWEL = 0x30FC


@lru_cache(maxsize=1)
def trainer_scripts() -> NDArray[np.uint8]:
    """Return uint8[0x110000], the number of each code point's script; kana count as Han.

    The table (Unicode 9.0, as in sentencepiece 0.2.3) is written by tools/build_sentencepiece_scripts.py.
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
    """Say whether a character is a digit to the trainer."""
    return character in DIGITS
