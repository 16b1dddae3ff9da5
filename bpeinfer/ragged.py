"""Rows of different lengths in one flat array: the few idioms of the vectorised core.

A ragged array of P rows is a flat array with `lengths` int64[P], or with the position at which each row starts.
A run is a stretch of equal neighbours.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "byte_order",
    "neighbour_groups",
    "ranges",
    "run_starts",
    "sorted_unique",
    "starts_of",
    "within_rows",
]

Longs = NDArray[np.int64]


def starts_of(lengths: NDArray[Any]) -> NDArray[Any]:
    """Return the position at which each row starts in the flat array.

    >>> starts_of(np.array([2, 0, 3])).tolist()
    [0, 2, 2]
    """
    starts: NDArray[Any] = np.cumsum(lengths) - lengths
    return starts


def within_rows(lengths: NDArray[Any]) -> Longs:
    """Return int64[Σ lengths]: each element's position within its own row.

    >>> within_rows(np.array([2, 0, 3])).tolist()
    [0, 1, 0, 1, 2]
    """
    places: Longs = np.arange(int(lengths.sum())) - np.repeat(starts_of(lengths), lengths)
    return places


def ranges(starts: NDArray[Any], lengths: NDArray[Any]) -> Longs:
    """Return int64[Σ lengths]: the positions start, start + 1, … of each range, one range after another.

    >>> ranges(np.array([10, 20]), np.array([2, 3])).tolist()
    [10, 11, 20, 21, 22]
    """
    places: Longs = np.arange(int(lengths.sum())) + np.repeat(starts - starts_of(lengths), lengths)
    return places


def run_starts(values: NDArray[Any]) -> NDArray[np.bool_]:
    """Mark the first element of each run of equal neighbours.

    >>> run_starts(np.array([7, 7, 8, 7])).tolist()
    [True, False, True, True]
    """
    starts = np.ones(len(values), dtype=bool)
    np.not_equal(values[1:], values[:-1], out=starts[1:])
    return starts


def neighbour_groups(row: NDArray[Any], most: int) -> Longs:
    """Return a group for each element, ascending from 0: at most `most` groups of neighbours in each row.

    >>> neighbour_groups(np.array([0, 0, 0, 2]), 2).tolist()
    [0, 0, 1, 2]

    Args:
        row: of each element, ascending.
        most: see above.
    """
    first = np.searchsorted(row, row)
    size = np.searchsorted(row, row, side="right") - first
    part = (np.arange(len(row)) - first) * np.minimum(size, most) // size
    groups: Longs = np.cumsum(run_starts(row) | run_starts(part)) - 1
    return groups


def sorted_unique(values: NDArray[Any]) -> NDArray[Any]:
    """Return each value once, ascending.

    `np.unique` uses hashing from NumPy 2.3 on, which takes up to 30 times as long as sorting.

    >>> sorted_unique(np.array([3, 1, 3])).tolist()
    [1, 3]
    """
    ascending = np.sort(values)
    once: NDArray[Any] = ascending[run_starts(ascending)]
    return once


def byte_order(blob: NDArray[np.uint8], lengths: Longs) -> Longs:
    """Return the place of each byte string in the order of all (int64[P]); equal ones share the first of theirs.

    >>> byte_order(np.frombuffer(b"abab\\0b", dtype=np.uint8), np.array([2, 1, 2, 1])).tolist()
    [1, 0, 3, 2]
    """
    starts = starts_of(lengths)
    padded = np.append(blob, np.zeros(8, dtype=np.uint8))
    words = np.lib.stride_tricks.sliding_window_view(padded, 8)
    kept = np.array([256**8 - 256 ** (8 - size) for size in range(9)], dtype=np.uint64)  # the first bytes
    place = np.zeros(len(lengths), dtype=np.int64)
    undecided = np.arange(len(lengths))
    read = 0
    while len(undecided):  # eight more bytes of those that are equal so far
        left = np.clip(lengths[undecided] - read, 0, 8)
        word = np.ascontiguousarray(words[np.minimum(starts[undecided] + read, len(blob))])
        number = word.view(">u8")[:, 0].astype(np.uint64) & kept[left]
        order = np.lexsort((left, number, place[undecided]) if read else (left, number))
        undecided, number, left = undecided[order], number[order], left[order]
        old = run_starts(place[undecided])
        new = old | run_starts(number) | run_starts(left)
        index = np.arange(len(order))
        place[undecided] += np.maximum.accumulate(index * new) - np.maximum.accumulate(index * old)
        alone = new & np.append(new[1:], True)
        undecided = undecided[~alone & (left == 8)]
        read += 8
    return place
