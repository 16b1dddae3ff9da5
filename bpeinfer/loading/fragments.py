"""Fragments of characters: texts whose UTF-8 contains the bytes of a token that cuts characters at its edges."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import cache

import numpy as np
from numpy.typing import NDArray

__all__ = ["readings"]

Longs = NDArray[np.int64]


def readings(token: bytes, *, every: bool = False) -> Iterator[str]:
    """Yield texts whose UTF-8 contains `token`: itself, or with the cut characters at its edges completed.

    Args:
        token: any bytes; nothing is yielded if no UTF-8 contains them.
        every: complete to every character, not only to the first of each kind and block.
    """
    try:
        yield token.decode()
        return
    except UnicodeDecodeError:
        pass
    tail = next((place for place, byte in enumerate(token) if byte & 0xC0 != 0x80), len(token))
    front, rest = token[:tail], token[tail:]
    cut = _cut_character(rest)
    middle, back = rest[: len(rest) - cut], rest[len(rest) - cut :]
    try:
        text = middle.decode()
    except UnicodeDecodeError:
        return
    complete = _every_completion if every else _completions
    for before in complete(front, at_start=True) if front else ("",):
        for after in complete(back, at_start=False) if back else ("",):
            yield before + text + after


def _cut_character(data: bytes) -> int:
    """Return how many bytes at the end belong to an unfinished character."""
    for length in (1, 2, 3):
        if length <= len(data) and data[-length] >= 0xC0:
            need = 2 if data[-length] < 0xE0 else 3 if data[-length] < 0xF0 else 4
            return length if need > length else 0
    return 0


@cache
def _completions(fragment: bytes, *, at_start: bool) -> tuple[str, ...]:
    """Return characters of different kinds and blocks whose UTF-8 ends (`at_start`) or begins with `fragment`.

    They are the first of each kind and block; letters come first.
    """
    points = _points(fragment, at_start=at_start)
    kinds = _kinds()[points].astype(np.int64) << 12 | points >> 12
    _, first = np.unique(kinds, return_index=True)
    return tuple(map(chr, points[first].tolist()))


def _every_completion(fragment: bytes, *, at_start: bool) -> Iterator[str]:
    return map(chr, _points(fragment, at_start=at_start).tolist())


def _points(fragment: bytes, *, at_start: bool) -> Longs:
    """Return the code points whose UTF-8 ends (`at_start`) or begins with `fragment`."""
    points = _ending(fragment) if at_start else _beginning(fragment)
    return points[(points < 0xD800) | (points > 0xDFFF)]


def _ending(fragment: bytes) -> Longs:
    """Return the code points whose UTF-8 ends with these bytes, all of which continue a character."""
    if len(fragment) > 3:
        return np.zeros(0, dtype=np.int64)
    bits = 6 * len(fragment)
    value = sum((byte & 0x3F) << 6 * place for place, byte in enumerate(reversed(fragment)))
    points = np.arange(value, 0x110000, 1 << bits)
    return points[points >= (0x80, 0x800, 0x10000)[len(fragment) - 1]]


def _beginning(fragment: bytes) -> Longs:
    """Return the code points whose UTF-8 begins with these bytes, the first of which begins a character."""
    lead = fragment[0]
    if not 0xC2 <= lead <= 0xF4:
        return np.zeros(0, dtype=np.int64)
    length = 2 if lead < 0xE0 else 3 if lead < 0xF0 else 4
    value = lead & (0x7F >> length)
    for byte in fragment[1:]:
        value = value << 6 | byte & 0x3F
    bits = 6 * (length - len(fragment))
    least = (0x80, 0x800, 0x10000)[length - 2]  # smaller code points take fewer bytes
    return np.arange(max(value << bits, least), min(value + 1 << bits, 0x110000))


@cache
def _kinds() -> NDArray[np.uint8]:
    """Return uint8[0x110000]: the number of each code point's category, letters first."""
    # The other planes are entirely unassigned or private.
    assigned = (range(0x40000), range(0xE0000, 0xF0000))
    names = ["".join(map(unicodedata.category, map(chr, points))).encode() for points in assigned]
    codes = [np.frombuffer(of_points, dtype=">u2") for of_points in names]
    there = np.flatnonzero(np.bincount(np.concatenate(codes))).tolist()
    ordered = sorted((code.to_bytes(2, "big").decode() for code in there), key=_letters_first)
    number = np.zeros(1 << 16, dtype=np.uint8)
    for place, name in enumerate(ordered):
        number[int.from_bytes(name.encode(), "big")] = place
    kinds = np.full(0x110000, ordered.index("Cn"), dtype=np.uint8)
    for points, code in zip(assigned, codes, strict=True):
        kinds[points.start : points.stop] = number[code]
    kinds[0xF0000:] = ordered.index("Co")
    return kinds


def _letters_first(category: str) -> tuple[bool, str]:
    return category[0] != "L", category
