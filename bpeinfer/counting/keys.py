"""A 64-bit key for each pretoken, made without a Python object for each occurrence.

Up to seven bytes, the key *is* the pretoken: its bytes, with its length in the top byte. A longer one gets a hash
with the top bit set. A second, independent hash verifies that no two long pretokens share a key: the sum of the
second hashes over all occurrences must equal the sum over the distinct ones, each times its count.
"""

from __future__ import annotations

import hashlib

import numpy as np
from numpy.typing import NDArray

from bpeinfer.ragged import starts_of

__all__ = ["LONG", "SHORT", "gather_long", "pair_keys", "pretoken_keys", "short_bytes"]

Keys = NDArray[np.uint64]
Places = NDArray[np.int64]

SHORT = 7
"""Pretokens of up to this many bytes are their own keys."""
LONG = np.uint64(1 << 63)
"""Keys from here on are hashes."""

_EIGHT, _TOP = np.uint64(3), np.uint64(56)
_ODD = tuple(
    np.uint64(number)
    for number in (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0xD6E8FEB86659FD93, 0xA0761D6478BD642F)
)
_AGAIN = np.uint64(0xFF51AFD7ED558CCD)
_HALF, _FOLD = np.uint64(32), np.uint64(29)
_LONGEST = 1024  # pretokens beyond this are rare enough for a Python object each


def pretoken_keys(buffer: bytes, starts: Places, lengths: Places, seed: int = 0) -> tuple[Keys, Places, Keys]:
    """Return the key of each pretoken, which of them are long, and the second hash of the long ones.

    `buffer` must have eight more bytes after the last pretoken; a different `seed` gives different hashes.

    Example:
        >>> text = b"a longer one" + bytes(8)
        >>> keys, long, second = pretoken_keys(text, np.array([0, 1]), np.array([1, 11]))
        >>> hex(keys[0]), long.tolist()
        ('0x100000000000061', [1])
    """
    words = np.ndarray((len(buffer) - 7,), "<u8", buffer, strides=(1,))
    first = words[starts]
    long = np.flatnonzero(lengths > SHORT)
    # Shifting the following bytes out and zeros back in acts as a mask; the length goes into the free byte.
    sizes = lengths.astype(np.uint64)
    free = np.uint64(64) - (sizes << _EIGHT)
    free[long] = 0
    keys = ((first << free) >> free) | (sizes << _TOP)
    hashes, second = _hash(buffer, words, first[long], starts[long], lengths[long], seed)
    keys[long] = hashes
    return keys, long, second


def pair_keys(first: Keys, second: Keys) -> Keys:
    """Return a 64-bit hash of each ordered pair of keys, uint64[…]."""
    return _mix(first * _ODD[2], second, _ODD[0])


def gather_long(buffer: bytes, starts: Places, lengths: Places) -> bytes:
    """Return long pretokens one after another, copied as eight-byte words of which the last may overlap."""
    offsets = starts_of(lengths)
    out = np.empty(int(lengths.sum()), dtype=np.uint8)
    if not len(starts):
        return b""
    source = np.ndarray((len(buffer) - 7,), "<u8", buffer, strides=(1,))
    target = np.ndarray((len(out) - 7,), "<u8", out, strides=(1,))
    target[offsets] = source[starts]
    ends = lengths - 8
    target[offsets + ends] = source[starts + ends]
    rest = np.flatnonzero(lengths > 16)
    for place in rest[lengths[rest] > _LONGEST].tolist():
        start, size, to = int(starts[place]), int(lengths[place]), int(offsets[place])
        out[to : to + size] = np.frombuffer(buffer, dtype=np.uint8, count=size, offset=start)
    rest = rest[lengths[rest] <= _LONGEST]
    done = 8
    while len(rest):
        target[offsets[rest] + done] = source[starts[rest] + done]
        done += 8
        rest = rest[lengths[rest] > done + 8]
    return out.tobytes()


def short_bytes(keys: Keys) -> tuple[NDArray[np.uint8], Places]:
    """Return the bytes of short pretokens, one after another, and their lengths."""
    lengths = (keys >> np.uint64(56)).astype(np.int64)
    table = keys.astype("<u8").view(np.uint8).reshape(-1, 8)
    return table[np.arange(8) < lengths[:, None]], lengths


def _mix(state: Keys, word: Keys, odd: np.uint64) -> Keys:
    # Two products: one alone leaves a difference in the word's last byte in two bytes of the state, where the next word
    # can cancel it (words of two-byte letters after a two-byte space mark did so under every seed).
    state = (state ^ word) * odd
    state ^= state >> _HALF
    state *= _AGAIN
    state ^= state >> _FOLD
    return state


def _hash(
    buffer: bytes, words: Keys, first: Keys, starts: Places, lengths: Places, seed: int
) -> tuple[Keys, Keys]:
    sizes = lengths.astype(np.uint64) + np.uint64(seed << 40)
    last = words[starts + lengths - 8]
    key = _mix(_mix(sizes * _ODD[2], first, _ODD[0]), last, _ODD[1])
    second = _mix(_mix(sizes * _ODD[3], last, _ODD[1]), first, _ODD[2])
    rest = np.flatnonzero(lengths > 16)
    huge = rest[lengths[rest] > _LONGEST]
    rest = rest[lengths[rest] <= _LONGEST]
    offset = 8
    while len(rest):
        middle = words[starts[rest] + offset]
        key[rest] = _mix(key[rest], middle, _ODD[0])
        second[rest] = _mix(second[rest], middle, _ODD[3])
        offset += 8
        rest = rest[lengths[rest] > offset + 8]
    for place in huge.tolist():
        start = int(starts[place])
        digest = hashlib.blake2b(
            buffer[start : start + int(lengths[place])], digest_size=16, salt=bytes([seed])
        ).digest()
        key[place], second[place] = np.frombuffer(digest, dtype="<u8")
    return (key * _ODD[0]) | LONG, second
