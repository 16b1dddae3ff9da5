"""Tokens worth an auditor's second look: addresses, repeats, very long tokens, fragments of characters."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import regex

from bpeinfer.inspection.composition import (
    EXAMPLES,
    Longs,
    Points,
    code_points,
    scripts_of_letters,
    texts_of,
)
from bpeinfer.merges import MergeList
from bpeinfer.ragged import sorted_unique

__all__ = ["Oddity", "oddities"]

# None of these matches a line break, so that tokens joined by line breaks can be searched at once.
_URL = regex.compile(r"https?:|www\.|://|\.(?:com|org|net|html?|php|io)\b", regex.ASCII)
_MAIL = regex.compile(r"@[\w-]*\.|(?<=[\w.-])@[\w-]|mailto", regex.ASCII)
_REPEAT = regex.compile(r"(\S)\1{7,}|(\S\S)\2{5,}")
VERY_LONG = 20
"""Letters of one script in a row that make a token "very long"."""


@dataclass(frozen=True)
class Oddity:
    """Tokens worth a second look: how many of one sort there are, and examples as (rank, bytes)."""

    sort: str
    count: int
    examples: tuple[tuple[int, bytes], ...]


def oddities(merges: MergeList, texts: Sequence[str | None] | None = None) -> list[Oddity]:
    """Find tokens worth a second look, sort by sort; sorts without a token are left out.

    Args:
        merges: the learned merges.
        texts: from `texts_of`, if already at hand.
    """
    symbols = merges.comparable_symbols()
    tokens = [symbols[product] for product in merges.product.tolist()]
    texts = texts_of(merges) if texts is None else texts
    plain = [text or "" for text in texts]
    points, _, ends = code_points(plain)
    urls, mails = _that_hold((_URL, _MAIL), plain, ends)
    cut = [rank for rank, text in enumerate(texts) if text is None]
    found = {
        "URLs": urls,
        "e-mail-like": mails,
        "repeated characters": _repeats(plain, points, ends),
        f"words of {VERY_LONG} letters or more": _long_words(plain, ends),
        "fragments that no text can complete": [rank for rank in cut if not _can_be_completed(tokens[rank])],
    }
    return [
        Oddity(sort, len(ranks), tuple((rank, tokens[rank]) for rank in ranks[:EXAMPLES]))
        for sort, ranks in found.items()
        if ranks
    ]


def _that_hold(
    patterns: Sequence[regex.Pattern[str]], texts: Sequence[str], ends: Longs
) -> Iterator[list[int]]:
    """Yield for each pattern the ranks of the texts in which it is found; `ends` is of `code_points`."""
    joined = "\n".join(texts)
    for pattern in patterns:
        places = [match.start() for match in pattern.finditer(joined)]
        yield sorted_unique(np.searchsorted(ends, places)).tolist()


def _repeats(texts: Sequence[str], points: Points, ends: Longs) -> list[int]:
    """Return the ranks of texts that repeat a character eight times, or two characters six times."""
    same = points[2:] == points[:-2]
    # Either makes three such pairs, two places apart.
    places = np.flatnonzero(same[4:] & same[2:-2] & same[:-4])
    ranks = sorted_unique(np.searchsorted(ends, places)).tolist()
    return [rank for rank in ranks if _REPEAT.search(texts[rank])]


def _long_words(texts: Sequence[str], ends: Longs) -> list[int]:
    """Return the ranks of very long words in one script, ignoring spaces at their edges."""
    lengths = np.diff(ends, prepend=-1) - 1
    words = {rank: texts[rank].strip() for rank in np.flatnonzero(lengths >= VERY_LONG).tolist()}
    words = {rank: word for rank, word in words.items() if len(word) >= VERY_LONG and word.isalpha()}
    script_of = scripts_of_letters(set("".join(words.values())))
    return [rank for rank, word in words.items() if len({script_of[letter] for letter in word}) == 1]


def _can_be_completed(token: bytes) -> bool:
    """Return whether some valid UTF-8 text contains these bytes."""
    for cut_front in range(4):
        front, rest = token[:cut_front], token[cut_front:]
        if any(byte & 0xC0 != 0x80 for byte in front):
            break
        for cut_back in range(min(4, len(rest) + 1)):
            back = rest[len(rest) - cut_back :]
            if cut_back and not _begins_character(back):
                continue
            try:
                rest[: len(rest) - cut_back].decode()
            except UnicodeDecodeError:
                continue
            return True
    return False


def _begins_character(data: bytes) -> bool:
    lead = data[0]
    need = 2 if 0xC2 <= lead < 0xE0 else 3 if 0xE0 <= lead < 0xF0 else 4 if 0xF0 <= lead < 0xF5 else 0
    return len(data) < need and all(byte & 0xC0 == 0x80 for byte in data[1:])
