"""Composition of a merge list: its products by kind and by script along the ranks."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from bpeinfer.merges import MergeList
from bpeinfer.scripts import scripts_of

__all__ = [
    "EXAMPLES",
    "KINDS",
    "Composition",
    "class_of",
    "composition",
    "kind_of",
    "longest_tokens",
    "scripts_of_letters",
    "texts_of",
]

KINDS = ("letters", "digits", "punctuation", "whitespace", "code-like", "mixed", "byte fragment")
"""Kinds of token, see `kind_of`."""
DECILES = 10
EXAMPLES = 20
"""How many examples of a kind go into a result."""
_CAMEL = re.compile("[a-z][A-Z]")
_ASCII_LETTER = re.compile("[A-Za-z]")
_CODE = frozenset('{}()[]<>=;/\\_$#@*&|+^~`"')


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
    script_of = scripts_of_letters(texts)
    kinds: dict[str, list[int]] = {kind: [0] * DECILES for kind in KINDS}
    scripts: dict[str, list[int]] = {}
    for place in range(DECILES):
        for text in texts[edges[place] : edges[place + 1]]:
            kinds["byte fragment" if text is None else kind_of(text)][place] += 1
            script = "byte fragment" if text is None else _script(text, script_of)
            scripts.setdefault(script, [0] * DECILES)[place] += 1
    order = sorted(scripts, key=lambda script: -sum(scripts[script]))
    return Composition(
        edges,
        {kind: tuple(counts) for kind, counts in kinds.items()},
        {script: tuple(scripts[script]) for script in order},
    )


def longest_tokens(merges: MergeList, count: int) -> list[bytes]:
    """Return the longest products of at least five different bytes (which leaves out rules and runs of blanks)."""
    tokens = (merges.symbols[product] for product in dict.fromkeys(merges.product.tolist()))
    return sorted(
        (token for token in tokens if len(set(token)) >= 5), key=lambda token: (-len(token), token)
    )[:count]


def kind_of(text: str) -> str:
    """Return the kind of a token, ignoring spaces at its edges.

    Example:
        >>> [kind_of(text) for text in (" the", "123", "!!", "  ", "getName", "();", "a1")]
        ['letters', 'digits', 'punctuation', 'whitespace', 'code-like', 'code-like', 'mixed']
    """
    core = text.strip()
    if not core:
        return "whitespace"
    if core.isalpha():
        return "code-like" if _is_camel(core) else "letters"
    classes = {class_of(character) for character in core}
    if classes == {"L"}:
        return "letters"
    if classes == {"N"}:
        return "digits"
    if (
        not _CODE.isdisjoint(core)
        or ("S" in classes and "L" in classes and core[0] in ".,:-")
        or "\n" in text
    ):
        return "code-like"
    if classes == {"S"}:
        return "punctuation"
    return "mixed"


def _is_camel(word: str) -> bool:
    """Return whether upper case follows lower case: in getName, but not in NASA or Name."""
    return word.isascii() and _CAMEL.search(word) is not None


@cache
def class_of(character: str) -> str:
    """Return "L" for letters and marks, "N" for numbers, "S" for punctuation and symbols, "Z" for all else."""
    category = unicodedata.category(character)
    if category[0] in "LM":
        return "L"
    return "N" if category[0] == "N" else "S" if category[0] in "PS" else "Z"


def texts_of(merges: MergeList) -> list[str | None]:
    """Return the product of each merge as text with plain spaces, None where it is not UTF-8."""
    texts: list[str | None] = []
    for symbol in merges.comparable_symbols():
        token = symbol.removesuffix(merges.end_of_word).removeprefix(merges.continuing_prefix)
        try:
            texts.append(token.decode())
        except UnicodeDecodeError:
            texts.append(None)
    return [texts[product] for product in merges.product.tolist()]


def scripts_of_letters(texts: Iterable[str | None]) -> dict[str, str]:
    """Return the script of every letter and mark in these texts."""
    characters = set("".join(text for text in texts if text))
    return scripts_of(character for character in characters if class_of(character) == "L")


def _script(text: str, script_of: Mapping[str, str]) -> str:
    if text.isascii():
        return "Latin" if _ASCII_LETTER.search(text) else "none"
    found = [script_of[character] for character in text if character in script_of]
    if not found:
        return "none"
    if len(set(found)) == 1:
        return found[0]
    counted = Counter(found)
    for neutral in ("Common", "Inherited"):
        if len(counted) > 1:
            counted.pop(neutral, None)
    return min(counted, key=lambda script: (-counted[script], script))
