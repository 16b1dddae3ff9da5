"""Composition of a merge list: its products by kind and by script along the ranks."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bpeinfer.merges import MergeList
from bpeinfer.ragged import sorted_unique
from bpeinfer.scripts import SCRIPTS, scripts_of

__all__ = [
    "EXAMPLES",
    "KINDS",
    "Composition",
    "class_of",
    "code_points",
    "composition",
    "kinds_of",
    "longest_tokens",
    "scripts_of_letters",
    "texts_of",
]

Longs = NDArray[np.int64]
Points = NDArray[np.uint32]

KINDS = ("letters", "digits", "punctuation", "whitespace", "code-like", "mixed", "byte fragment")
"""Kinds of token, see `kinds_of`."""
DECILES = 10
EXAMPLES = 20
"""How many examples of a kind go into a result."""
_OF_CODE = frozenset('{}()[]<>=;/\\_$#@*&|+^~`"')
_CODE_POINTS = 0x110000
_SCRIPTS = ("none", *SCRIPTS, "Other")
# Traits of characters, one bit each.
_LETTER, _NUMBER, _SIGN, _REST, _BLANK, _CODE, _FOREIGN, _CAMEL = (1 << bit for bit in range(8))
_CLASSES = _LETTER | _NUMBER | _SIGN | _REST


@dataclass(frozen=True, eq=False)
class Composition:
    """Shares of a merge list's products by kind and by script, in ten slices of ranks.

    Attributes:
        slices: int, first ranks of the slices and the end: slice d is ``slices[d]:slices[d + 1]``.
        kinds: kind → number of merges in each slice.
        scripts: script of the letters → number of merges in each slice; "none" where there are no letters.
    """

    slices: tuple[int, ...]
    kinds: Mapping[str, tuple[int, ...]]
    scripts: Mapping[str, tuple[int, ...]]

    def to_dict(self) -> dict[str, Any]:
        """Return the counts as plain data."""
        return {
            "slices": list(self.slices),
            "kinds": {kind: list(counts) for kind, counts in self.kinds.items()},
            "scripts": {script: list(counts) for script, counts in self.scripts.items()},
        }


def composition(merges: MergeList, texts: Sequence[str | None] | None = None) -> Composition:
    """Count the products of a merge list by kind and by script of their letters, in ten slices of ranks.

    Args:
        merges: the learned merges.
        texts: from `texts_of`, if already at hand.
    """
    texts = texts_of(merges) if texts is None else texts
    edges = tuple(round(place * len(merges) / DECILES) for place in range(DECILES + 1))
    whole = [text for text in texts if text is not None]
    is_whole = np.array([text is not None for text in texts], dtype=bool)
    kind, script = np.full(len(texts), KINDS.index("byte fragment")), np.zeros(len(texts), dtype=np.int64)
    if whole:
        points, starts, ends = code_points(whole)
        kind[is_whole] = _kinds(points, starts, ends)
        script[is_whole] = 1 + _main_scripts(whole, points, starts)
    scripts = _in_slices(script, ("byte fragment", *_SCRIPTS), edges)
    seen = [name for name, counts in scripts.items() if any(counts)]
    order = sorted(seen, key=lambda name: -sum(scripts[name]))
    return Composition(edges, _in_slices(kind, KINDS, edges), {name: scripts[name] for name in order})


def _in_slices(
    found: NDArray[np.int64], names: Sequence[str], edges: Sequence[int]
) -> dict[str, tuple[int, ...]]:
    """Return how often each name occurs in each slice; `found` has places in `names`."""
    slices = [np.bincount(found[first:stop], minlength=len(names)) for first, stop in pairwise(edges)]
    return {name: tuple(column.tolist()) for name, column in zip(names, np.transpose(slices), strict=True)}


def longest_tokens(merges: MergeList, count: int) -> list[bytes]:
    """Return the longest products of at least five different bytes (which leaves out rules and runs of blanks)."""
    lengths = np.fromiter(map(len, merges.symbols), np.int64, len(merges.symbols))
    made = sorted_unique(merges.product)
    of_made = lengths[made]
    longest: list[bytes] = []
    for length in np.flatnonzero(np.bincount(of_made))[::-1].tolist():
        if len(longest) >= count:
            break
        of_one_length = (merges.symbols[product] for product in made[of_made == length].tolist())
        longest += sorted(token for token in of_one_length if len(set(token)) >= 5)
    return longest[:count]


def kinds_of(texts: Sequence[str]) -> NDArray[np.int64]:
    """Return the kinds of tokens, ignoring white space at their edges: int64[k], places in `KINDS`.

    Example:
        >>> [KINDS[kind] for kind in kinds_of([" the", "123", "!!", "  ", "getName", "();", "a1"])]
        ['letters', 'digits', 'punctuation', 'whitespace', 'code-like', 'code-like', 'mixed']
    """
    return _kinds(*code_points(texts)) if texts else np.zeros(0, dtype=np.int64)


def _kinds(points: Points, starts: Longs, ends: Longs) -> Longs:
    """Return `kinds_of` the texts that `code_points` took apart."""
    traits = _of_characters(_characters(points), _traits)[points]
    small, after = (points >= ord("a")) & (points <= ord("z")), np.append(points[1:], 0)
    traits[small & (after >= ord("A")) & (after <= ord("Z"))] |= _CAMEL
    traits[ends] = 0
    # The core is what is left without white space at the edges.
    places = np.arange(len(points))
    solid = (traits & _CLASSES != 0) & (traits & _BLANK == 0)
    first = np.minimum.reduceat(np.where(solid, places, len(points)), starts)
    last = np.maximum.reduceat(np.where(solid, places, -1), starts)
    lengths = ends + 1 - starts
    inside = (places >= np.repeat(first, lengths)) & (places <= np.repeat(last, lengths))
    has = np.bitwise_or.reduceat(np.where(inside, traits, 0), starts)
    opening = np.isin(points[np.minimum(first, len(points) - 1)], [ord(sign) for sign in ".,:-"])
    both = _LETTER | _SIGN
    code = (has & _CODE != 0) | (opening & (has & both == both))
    code |= np.logical_or.reduceat(points == ord("\n"), starts)
    camel = has & (_CAMEL | _FOREIGN) == _CAMEL
    classes = has & _CLASSES
    blank, letters, digits, like_code, punctuation, mixed = map(
        KINDS.index, ("whitespace", "letters", "digits", "code-like", "punctuation", "mixed")
    )
    kinds: NDArray[np.int64] = np.select(
        [last < 0, classes == _LETTER, classes == _NUMBER, code, classes == _SIGN],
        [blank, np.where(camel, like_code, letters), digits, like_code, punctuation],
        mixed,
    )
    return kinds


def code_points(texts: Sequence[str]) -> tuple[Points, Longs, Longs]:
    """Return the code points of all texts with a zero after each, where each text starts, and where its zero is."""
    points = np.frombuffer("\0".join([*texts, ""]).encode("utf-32-le"), dtype="<u4")
    ends = np.cumsum(np.fromiter(map(len, texts), np.int64, len(texts)) + 1) - 1
    return points, np.concatenate([[0], ends[:-1] + 1]), ends


def _characters(points: Points) -> list[str]:
    """Return each character once."""
    there = np.zeros(_CODE_POINTS, dtype=bool)
    there[points] = True
    return list(map(chr, np.flatnonzero(there).tolist()))


def _of_characters(characters: Iterable[str], value: Callable[[str], int]) -> NDArray[np.uint8]:
    """Return a table over all code points of these characters' values, 0 for others."""
    table = np.zeros(_CODE_POINTS, dtype=np.uint8)
    for character in characters:
        table[ord(character)] = value(character)
    return table


@cache
def _traits(character: str) -> int:
    found = {"L": _LETTER, "N": _NUMBER, "S": _SIGN, "Z": _REST}[class_of(character)]
    found |= _BLANK if character.isspace() else 0
    found |= _CODE if character in _OF_CODE else 0
    return found if character.isascii() else found | _FOREIGN


@cache
def class_of(character: str) -> str:
    """Return "L" for letters and marks, "N" for numbers, "S" for punctuation and symbols, "Z" for all else."""
    category = unicodedata.category(character)
    if category[0] in "LM":
        return "L"
    return "N" if category[0] == "N" else "S" if category[0] in "PS" else "Z"


def texts_of(merges: MergeList) -> list[str | None]:
    """Return the product of each merge as text with plain spaces, None where it is not UTF-8."""
    symbols = merges.comparable_symbols()
    if merges.end_of_word or merges.continuing_prefix:
        symbols = [
            symbol.removesuffix(merges.end_of_word).removeprefix(merges.continuing_prefix)
            for symbol in symbols
        ]
    texts: list[str | None] = []
    for symbol in symbols:
        try:
            texts.append(symbol.decode())
        except UnicodeDecodeError:
            texts.append(None)
    return [texts[product] for product in merges.product.tolist()]


def scripts_of_letters(characters: Iterable[str]) -> dict[str, str]:
    """Return the script of each of these characters that is a letter or a mark."""
    return scripts_of(character for character in characters if class_of(character) == "L")


def _main_scripts(texts: Sequence[str], points: Points, starts: Longs) -> Longs:
    """Return the script of most letters of each text: int64[k], places in `_SCRIPTS`.

    Args:
        texts: k of them.
        points, starts: from `code_points`.
    """
    script_of = scripts_of_letters(_characters(points))
    number = {script: place for place, script in enumerate(_SCRIPTS)}
    of_points = _of_characters(script_of, lambda letter: number[script_of[letter]])[points]
    most = np.maximum.reduceat(of_points, starts)
    several = np.minimum.reduceat(np.where(of_points, of_points, 255), starts) < most
    scripts = most.astype(np.int64)
    for place in np.flatnonzero(several).tolist():
        found = (script_of[letter] for letter in texts[place] if letter in script_of)
        scripts[place] = number[_most_frequent(Counter(found))]
    return scripts


def _most_frequent(scripts: Counter[str]) -> str:
    for neutral in ("Common", "Inherited"):
        if len(scripts) > 1:
            scripts.pop(neutral, None)
    return min(scripts, key=lambda script: (-scripts[script], script))
