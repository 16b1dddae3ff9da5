"""`Marks`: signs that some tokenizers put on symbols to show their position in a pretoken."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

__all__ = ["NO_MARKS", "USUAL_MARK", "Marks", "marks_of_pairs"]


@dataclass(frozen=True, kw_only=True)
class Marks:
    """Signs that show the position of a symbol in its pretoken.

    Attributes:
        end_of_word: the last symbol ends with it (``</w>``) or, with `apart`, it is a symbol after the last one.
        continuing_prefix: every symbol but the first begins with it (``##``).
        apart: the end-of-word mark is a symbol of its own, as in subword-nmt before version 0.2.
        joined: a letter and the combining marks after it are one symbol from the start, as in OpenNMT.
    """

    end_of_word: str = ""
    continuing_prefix: str = ""
    apart: bool = False
    joined: bool = False

    def __bool__(self) -> bool:
        return bool(self.end_of_word or self.continuing_prefix)

    def bare(self, token: str) -> str:
        """Return `token` without its marks."""
        return token.removesuffix(self.end_of_word).removeprefix(self.continuing_prefix)

    def is_letter(self, text: str) -> bool:
        """Return whether training starts from `text`, a symbol without these marks."""
        return len(text) == 1 or (self.joined and bool(text) and not _end(text))

    def join(self, left: str, right: str) -> str:
        """Return what the merge of two written tokens makes."""
        return left + (right.removeprefix(self.continuing_prefix) if self.continuing_prefix else right)


NO_MARKS = Marks()
USUAL_MARK = "</w>"
"""The end-of-word mark of subword-nmt and its kin."""


def marks_of_pairs(pairs: Sequence[tuple[str, str]]) -> Marks:
    """Infer the marks from a list of merges that does not name them.

    The parts that no earlier merge makes must be units: single characters (OpenNMT: with their combining marks), with
    or without a mark. So a mark is what most of the longer ones have in common. A bare mark, as in ``e </w>``, is a
    symbol of its own.

    Example:
        >>> marks_of_pairs([("t", "h"), ("th", "e</w>")]).end_of_word
        '</w>'
        >>> marks_of_pairs([("e", "</w>"), ("t", "h"), ("th", "e</w>")]).apart
        True
        >>> marks_of_pairs([("##b", "##c"), ("a", "##bc")]).continuing_prefix
        '##'
        >>> marks_of_pairs([("क", "हि</w>"), ("दी", "हि")])
        Marks(end_of_word='</w>', continuing_prefix='', apart=False, joined=True)
    """
    prefix = pairs[0][1][:-1] if pairs else ""
    if prefix and all(right.startswith(prefix) and right != prefix for _, right in pairs):
        return Marks(continuing_prefix=prefix)
    lefts, rights = _units(pairs)
    joined = any(_end(unit) != unit[1:] for unit in rights | lefts)
    rights, lefts = ({unit for unit in units if _end(unit)} for units in (rights, lefts))
    if len(rights) == 1 and not lefts and _is_a_bare_mark(*rights):
        return Marks(end_of_word=rights.pop(), apart=True)
    return replace(_common_end(rights, others=len(lefts)), joined=joined)


def _units(pairs: Sequence[tuple[str, str]]) -> tuple[set[str], set[str]]:
    """Return the left and the right parts that no merge makes."""
    made = {left + right for left, right in pairs}
    return {left for left, _ in pairs} - made, {right for _, right in pairs} - made


def _common_end(rights: Collection[str], others: int) -> Marks:
    """Return as end-of-word mark what most units have after their first character; `others` units have nothing."""
    ends = Counter(map(_end, rights))
    end, times = ends.most_common(1)[0] if ends else ("", 0)
    most = 2 * times > len(rights) + others
    return Marks(end_of_word=end) if most and (times > 1 or len(end) > 1) else NO_MARKS


def _end(symbol: str) -> str:
    """Return what follows the first character and its combining marks."""
    place = 1
    while place < len(symbol) and unicodedata.category(symbol[place])[0] == "M":
        place += 1
    return symbol[place:]


def _is_a_bare_mark(symbol: str) -> bool:
    """Return whether this is a bare mark, not a character (letter or digit, or any before ``</w>``) with a mark."""
    return symbol == USUAL_MARK or not (symbol[0].isalnum() or symbol[1:] == USUAL_MARK)
