"""Classes of code points, looked up page by page in the engine that the tokenizer itself uses.

Engines know different Unicode versions: the `tokenizers` wheel 0.23 and `regex` 2026.11 disagree on 17,000
code points. So `tokenizers` is the authority for a tokenizer.json and `regex` for a bare split pattern; each is
queried once for each page of 256 code points that occurs in the text.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any, Literal

import numpy as np
import regex
from numpy.typing import NDArray
from tokenizers import Regex, pre_tokenizers

from bpeinfer.ragged import sorted_unique

__all__ = ["CATEGORIES", "ClassTable", "Engine", "FixedClasses", "class_table"]

Engine = Literal["regex", "tokenizers", "Digits", "Punctuation"]
"""What decides class membership: `regex`, Oniguruma in `tokenizers`, or a pre-tokenizer of `tokenizers`."""

CATEGORIES = (
    r"\p{Lu}",
    r"\p{Lt}",
    r"\p{Ll}",
    r"\p{Lm}",
    r"\p{Lo}",
    r"\p{M}",
    r"\p{N}",
    r"\p{P}",
    r"\p{S}",
    r"\s",
)
"""The classes that make up words, numbers, punctuation and spaces; no code point is in two of them."""

_PAGE = 256


class ClassTable:
    """The class number of every code point: 1 + its place in `classes`, or `other`.

    `numbers` (uint8[0x110000]) is 0 where not yet looked up.
    """

    def __init__(self, engine: Engine, classes: tuple[str, ...]) -> None:
        self.classes = classes
        self.other = len(classes) + 1
        self.numbers = np.zeros(0x110000, dtype=np.uint8)
        self._engine = engine

    def ensure(self, code_points: NDArray[np.int64]) -> None:
        """Fill in the pages of the given code points."""
        pages = sorted_unique(code_points // _PAGE)
        missing = pages[self.numbers[pages * _PAGE] == 0]
        if not len(missing):
            return
        wanted = (missing[:, None] * _PAGE + np.arange(_PAGE)).ravel().astype("<u4")
        self.numbers[wanted] = self.other
        characters = wanted[(wanted < 0xD800) | (wanted > 0xDFFF)]
        text = characters.tobytes().decode("utf-32-le")
        if self._engine in ("Digits", "Punctuation"):
            self.numbers[characters[_members(self._engine, text)]] = 1
            return
        # Cut into runs of one class, then ask which class the first character of each run has.
        runs = _runs_by_regex if self._engine == "regex" else _runs_by_tokenizers
        spans = runs("|".join(f"{name}+" for name in self.classes), text)
        first = "".join(text[start] for start, _ in spans)
        numbers = np.full(len(spans), self.other, dtype=np.uint8)
        for number, name in enumerate(self.classes, 1):
            for start, stop in runs(f"{name}+", first):
                numbers[start:stop] = number
        for (start, stop), found in zip(spans, numbers, strict=True):
            self.numbers[characters[start:stop]] = found


class FixedClasses:
    """The class number of every code point, known in advance: uint8[0x110000], none of them 0."""

    def __init__(self, numbers: NDArray[np.uint8]) -> None:
        self.numbers = numbers

    def ensure(self, code_points: NDArray[np.int64]) -> None:
        """Do nothing: all pages are filled in."""


def _runs_by_regex(pattern: str, text: str) -> list[tuple[int, int]]:
    return [match.span() for match in regex.finditer(pattern, text)]


def _runs_by_tokenizers(pattern: str, text: str) -> list[tuple[int, int]]:
    return _spans(pre_tokenizers.Split(Regex(pattern), "removed", invert=True), text)


def _spans(pre_tokenizer: Any, text: str) -> list[tuple[int, int]]:
    split: Callable[[str], list[tuple[str, tuple[int, int]]]] = pre_tokenizer.pre_tokenize_str
    return [span for _, span in split(text)]


def _members(engine: Engine, text: str) -> list[int]:
    """Return the places of the characters that a pre-tokenizer separates from the letters around them."""
    apart = (
        pre_tokenizers.Digits(individual_digits=True) if engine == "Digits" else pre_tokenizers.Punctuation()
    )
    spaced = "a" + "a".join(text) + "a"
    return [start // 2 for start, stop in _spans(apart, spaced) if stop - start == 1 and start % 2]


@lru_cache(maxsize=128)
def class_table(engine: Engine, classes: tuple[str, ...] = CATEGORIES) -> ClassTable:
    """Return this process's only table of these classes."""
    return ClassTable(engine, classes)
