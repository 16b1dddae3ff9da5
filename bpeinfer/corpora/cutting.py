"""Cuts long documents into parts of at most four million characters, where no pattern looks across the cut."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

__all__ = ["LONGEST", "cut_long"]

LONGEST = 4_000_000
"""Most characters of a document that are held in memory and split at once."""


def cut_long(parts: Iterable[str]) -> Iterator[str]:
    """Join parts into one text and cut it where it is long; at most four million characters are held in memory.

    The cut falls after a line end between two lines that neither end nor begin with white space: no common
    pattern looks across it, so the pretokens stay the same. Failing that, it falls after any line end, then
    before a space, then anywhere.
    """
    held: list[str] = []
    length = 0
    for part in parts:
        held.append(part)
        length += len(part)
        if length <= LONGEST:
            continue
        text, start = "".join(held), 0
        while len(text) - start > LONGEST:
            place = _place_to_cut(text, start)
            yield text[start:place]
            start = place
        held, length = [text[start:]], len(text) - start
    if length:
        yield "".join(held)


def _place_to_cut(text: str, start: int) -> int:
    for pattern in (r"(?<=\S\n)(?=\S)", r"(?<=\n)(?=\S)", r"(?<=\S)(?= )"):
        if found := re.compile(pattern).search(text, start + LONGEST // 2, start + LONGEST):
            return found.start()
    return start + LONGEST
