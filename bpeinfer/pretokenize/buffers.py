"""`Buffer`: the bytes of many documents in one array, with what is needed to treat them as characters."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from bpeinfer.ragged import ranges

__all__ = ["BAR", "CUT", "END", "Buffer", "cut_pieces", "spread"]

Bools = NDArray[np.bool_]
Bytes = NDArray[np.uint8]
Places = NDArray[np.int64]

END = 0xFF
"""Byte that ends a document in a buffer; like CUT and BAR, it never occurs in UTF-8."""

CUT = 0xFD
"""Byte that ends a piece of an earlier split."""

BAR = 0xFE
"""Byte that stands for the three bytes of ▁ (U+2581), so that spaces can be replaced in place."""


class Buffer:
    """The bytes of texts, as in the module's docstring, and properties of them that several stages need."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.codes = np.frombuffer(data, dtype=np.uint8)

    @cached_property
    def wide(self) -> tuple[Places, NDArray[np.int64]]:
        """Where characters of several bytes begin, and their code points."""
        # The lead bytes 0xC2 to 0xF4 lie between the bytes that continue a character and CUT.
        places = np.flatnonzero((self.codes - np.uint8(0xC2)) <= 0x32)
        word = np.ndarray((len(self.codes) - 3,), "<u4", self.data, strides=(1,))[places]
        second = (word >> np.uint32(8)) & np.uint32(0x3F)
        third = (word >> np.uint32(16)) & np.uint32(0x3F)
        lead = word & np.uint32(0xFF)
        two = (lead & np.uint32(0x1F)) << np.uint32(6) | second
        three = (lead & np.uint32(0x0F)) << np.uint32(12) | second << np.uint32(6) | third
        points = np.where(lead < 0xE0, two, three)
        four = np.flatnonzero(lead >= 0xF0)
        if len(four):
            high = (
                (word[four] & np.uint32(0x07)) << np.uint32(12) | second[four] << np.uint32(6) | third[four]
            )
            points[four] = high << np.uint32(6) | (word[four] >> np.uint32(24)) & np.uint32(0x3F)
        return places, points.astype(np.int64)

    @cached_property
    def continuing(self) -> list[Bytes]:
        """255 for bytes that continue a character, else 0: one array for each continuation position that occurs."""
        places, points = self.wide
        if not len(places):
            return []
        longest = int(points.max())
        mask = np.negative(((self.codes - np.uint8(0x80)) < 0x40).view(np.uint8))
        return [mask] * (1 + (longest >= 0x800) + (longest >= 0x10000))


def cut_pieces(buffer: Buffer, starts: Bools) -> Buffer:
    """Insert CUT before each piece that is not separated yet."""
    stop = (buffer.codes >= CUT) & (buffer.codes != BAR)
    places = starts & ~stop
    places[1:] &= ~stop[:-1]
    found = np.flatnonzero(places)
    return Buffer(np.insert(buffer.codes, found, CUT).tobytes()) if len(found) else buffer


def spread(starts: Places, stops: Places) -> Places:
    """Return all places in the half-open ranges, in order."""
    return ranges(starts, stops - starts)
