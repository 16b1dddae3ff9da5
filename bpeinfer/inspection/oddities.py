"""Tokens that an auditor looks at twice: addresses, repeats, very long tokens, fragments of characters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import regex

from bpeinfer.inspection.composition import (
    EXAMPLES,
    class_of,
    texts_of,
)
from bpeinfer.merges import MergeList
from bpeinfer.scripts import scripts_of

__all__ = ["Oddity", "oddities"]

_URL = regex.compile(rb"https?:|www\.|://|\.(?:com|org|net|html?|php|io)\b")
_MAIL = regex.compile(rb"@[\w-]*\.|[\w.-]+@[\w-]+|mailto")
_REPEAT = regex.compile(r"(\S)\1{7,}|(\S\S)\2{5,}", regex.DOTALL)
VERY_LONG = 20
"""Letters of one script in a row that make a token "very long"."""
SORTS = (
    "URLs",
    "e-mail-like",
    "repeated characters",
    f"words of {VERY_LONG} letters or more",
    "fragments that no text can complete",
)


@dataclass(frozen=True)
class Oddity:
    """Tokens that an auditor looks at twice: how many of one sort, and examples as (rank, bytes)."""

    sort: str
    count: int
    examples: tuple[tuple[int, bytes], ...]


def oddities(merges: MergeList) -> list[Oddity]:
    """Find tokens that an auditor looks at twice, sort by sort; sorts without a token are left out."""
    symbols = merges.comparable_symbols()
    texts = texts_of(merges)
    letters = {character for text in texts if text for character in text if class_of(character) == "L"}
    script_of = scripts_of(letters)
    found: dict[str, list[tuple[int, bytes]]] = {sort: [] for sort in SORTS}
    for rank, (product, text) in enumerate(zip(merges.product.tolist(), texts, strict=True)):
        for sort in _sorts_of(symbols[product], text, script_of):
            found[sort].append((rank, symbols[product]))
    return [Oddity(sort, len(tokens), tuple(tokens[:EXAMPLES])) for sort, tokens in found.items() if tokens]


def _sorts_of(token: bytes, text: str | None, script_of: Mapping[str, str]) -> Iterator[str]:
    """Yield the sorts of oddity that a token is; `text` is None for a part of a character."""
    urls, mails, repeats, long_words, fragments = SORTS
    if text is None:
        if not _can_be_completed(token):
            yield fragments
        return
    if _URL.search(token):
        yield urls
    if _MAIL.search(token):
        yield mails
    if _REPEAT.search(text):
        yield repeats
    core = text.strip()
    if len(core) >= VERY_LONG and core.isalpha() and len({script_of[letter] for letter in core}) == 1:
        yield long_words


def _can_be_completed(token: bytes) -> bool:
    """Say whether some valid UTF-8 text holds these bytes."""
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
