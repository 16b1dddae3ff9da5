"""Split patterns of no known family, matched by `regex` if it reads them as `tokenizers` does.

Both are backtracking engines with the same greedy, lazy and possessive operators, but they differ in escapes, in
the meaning of ``^``, ``$``, ``\\w`` and ``\\h``, and in the Unicode version behind their classes. So a pattern
must be built from a short list of parts, and each class in it is compared between the engines, one page of code
points at a time; a text with a code point that they classify differently is left to `tokenizers`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, Literal

import numpy as np
import regex
from numpy.typing import NDArray

from bpeinfer.pretokenize.buffers import BAR, CUT, Buffer
from bpeinfer.pretokenize.character_classes import class_table
from bpeinfer.pretokenize.guard import find_spans

__all__ = ["Matches", "plain_pattern"]

_SIGN = r"\\(?:[nrt]|[.*+?()\[\]{}|^$/'\"!\\-]|x[0-7][0-9a-fA-F])"
_NAMED = r"\\(?:[sSdD]|[pP]\{\^?\w+\})"
_CLASS = rf"{_NAMED}|\[\^?(?:{_NAMED}|{_SIGN}|[^\[\]\\&])+\]"
# Only those (?i: groups whose matches were compared are allowed: each engine has its own rules for case.
_PARTS = {
    "class": regex.compile(_CLASS),
    "atom": regex.compile(
        rf"{_SIGN}|[^\\\[\](){{}}*+?|^$.#\s]|[ \r\n\t]|\)"
        r"|\(\?i:'s\|'t\|'re\|'ve\|'m\|'ll\|'d\)|\(\?i:\[sdmt\]\|ll\|ve\|re\)"
    ),
    "repeat": regex.compile(r"[*+?]"),
    "braces": regex.compile(r"\{\d+(?:,\d*)?\}"),
    "open": regex.compile(r"\((?:\?(?:[:=!]|<[=!]))?|\|"),
}
# Lazy and possessive operators; after braces, a second sign means something different to each engine.
_MAY_REPEAT = {"class": "*+?{", "atom": "*+?{", "repeat": "+?"}


@lru_cache(maxsize=64)
def plain_pattern(pattern: str) -> tuple[str, ...] | None:
    """Return the classes of a pattern that both engines read alike, or None if they might not.

    Example:
        >>> plain_pattern(r"[a-f]+(?=\\p{N})| ?x"), plain_pattern(r"^\\w")
        (('[a-f]', '\\\\p{N}'), None)
    """
    place = 0
    classes = []
    before = "open"
    while place < len(pattern):
        kind, found = next(
            ((kind, found) for kind, part in _PARTS.items() if (found := part.match(pattern, place))),
            ("", None),
        )
        if found is None:
            return None
        if kind in ("repeat", "braces"):
            if found.group()[0] not in _MAY_REPEAT.get(before, ""):
                return None
            kind = "" if before == "repeat" else kind  # no third sign
        elif kind == "class":
            classes.append(found.group())
        before = kind
        place = found.end()
    try:
        regex.compile(pattern)
    except regex.error:
        return None
    return tuple(dict.fromkeys(classes))


@dataclass(frozen=True)
class Matches:
    """Matches of a pattern become pieces, and so does the text between them, unless it is dropped.

    Attributes:
        pattern: one that `plain_pattern` accepts; `classes` is what it returned.
        drop: "matches" or "others" are left out.
    """

    pattern: str
    classes: tuple[str, ...]
    drop: Literal["", "matches", "others"] = ""

    @property
    def slow_because(self) -> str:
        """Why this stage is not vectorised."""
        return f"a split pattern of no known family, matched by `regex`: {self.pattern}"

    @cached_property
    def _compiled(self) -> Any:
        return regex.compile(self.pattern)

    def run(self, buffer: Buffer, starts: NDArray[np.bool_]) -> tuple[Buffer, NDArray[np.bool_]] | None:
        """Mark where matches start and end; None if the engines classify a character of the text differently."""
        codes, data = buffer.codes, buffer.data
        points = buffer.wide[1]
        if bytes([BAR]) in data or not all(_alike(name, points) for name in self.classes):
            return None
        starts = starts.copy()
        bounds = np.flatnonzero(starts)
        begins, ends = bounds[:-1], bounds[1:]
        text = codes[begins] < CUT
        found: list[tuple[int, int]] = []
        for begin, end in zip(begins[text].tolist(), ends[text].tolist(), strict=True):
            piece = data[begin:end].decode()
            spans = find_spans(self._compiled, piece)
            if len(piece) < end - begin:
                place = np.flatnonzero((codes[begin : end + 1] & 0xC0) != 0x80).tolist()
                spans = [(place[start], place[stop]) for start, stop in spans]
            found.extend((begin + start, begin + stop) for start, stop in spans)
        matched = np.array(found, dtype=np.int64).reshape(-1, 2)
        if np.any(matched[:, 0] == matched[:, 1]):  # `tokenizers` has a rule of its own for empty matches
            return None
        starts[matched.ravel()] = True
        if self.drop:
            inside = np.zeros(len(codes) + 1, dtype=np.int8)
            np.add.at(inside, matched[:, 0], 1)
            np.add.at(inside, matched[:, 1], -1)
            gone = np.cumsum(inside[:-1], dtype=np.int8) == int(self.drop == "matches")
            gone &= codes < CUT
            buffer = Buffer(np.where(gone, np.uint8(CUT), codes).tobytes())
        return buffer, starts


def _alike(name: str, points: NDArray[np.int64]) -> bool:
    """Return whether both engines agree which of these characters, and of ASCII, are in a class."""
    by_regex, by_tokenizers = class_table("regex", (name,)), class_table("tokenizers", (name,))
    for table in (by_regex, by_tokenizers):
        table.ensure(np.zeros(1, dtype=np.int64))
        if not table.numbers[points].all():
            table.ensure(points)
    return bool(
        np.array_equal(by_regex.numbers[:128], by_tokenizers.numbers[:128])
        and np.array_equal(by_regex.numbers[points], by_tokenizers.numbers[points])
    )
