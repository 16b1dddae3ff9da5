"""As much of the protobuf wire format as a sentencepiece model needs: no schema, no code from the file."""

from __future__ import annotations

import struct
from collections.abc import Iterator

__all__ = ["WireError", "read_fields"]


class WireError(ValueError):
    """The bytes are not a protobuf message."""


def _varint(data: bytes, place: int) -> tuple[int, int]:
    value = shift = 0
    while shift < 70:
        if place >= len(data):
            raise WireError(f"ends inside a number at byte {place}")
        byte = data[place]
        place += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value & 0xFFFF_FFFF_FFFF_FFFF, place
        shift += 7
    raise WireError(f"a number longer than ten bytes at byte {place}")


def read_fields(data: bytes) -> Iterator[tuple[int, int | float | bytes]]:
    """Yield (field number, value) in the order of the file.

    A value is an int (varint, 64-bit), a float (32-bit; the only use sentencepiece makes of that type) or
    bytes.

    Example:
        >>> list(read_fields(bytes([0x08, 0x96, 0x01])))
        [(1, 150)]

    Raises:
        WireError: truncated, or not protobuf.
    """
    place, end = 0, len(data)
    while place < end:
        key, place = _varint(data, place)
        number, kind = key >> 3, key & 7
        if number == 0:
            raise WireError(f"field number 0 at byte {place}")
        value: int | float | bytes
        if kind == 0:
            value, place = _varint(data, place)
        elif kind == 2:
            length, place = _varint(data, place)
            if length > end - place:
                raise WireError(f"field {number} declares {length} bytes, {end - place} left")
            value = data[place : place + length]
            place += length
        elif kind in (1, 5):
            length = 8 if kind == 1 else 4
            if length > end - place:
                raise WireError(f"field {number} ends early at byte {place}")
            value = struct.unpack_from("<f" if kind == 5 else "<Q", data, place)[0]
            place += length
        else:
            raise WireError(f"unknown wire type {kind} at byte {place}")
        yield number, value
