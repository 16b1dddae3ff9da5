"""One category's counts on disk → its tally file, without holding them in memory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from bpeinfer.counting.keys import LONG
from bpeinfer.counting.memory import Budget
from bpeinfer.counting.runs import Joined
from bpeinfer.counting.spill_folder import Spilled, SpillFolder
from bpeinfer.counting.spilling import SpilledCategory, join_partitions
from bpeinfer.counting.tally_writing import Column, write_columns

__all__ = ["Kept", "write_spilled"]

Longs = NDArray[np.int64]

_PIECE = 1 << 20


class Kept(NamedTuple):
    """What a tally file has: distinct pretokens, their occurrences, and how many occurrences were left out."""

    distinct: int
    occurrences: int
    dropped: int


def write_spilled(
    path: Path,
    told: Mapping[str, Any],
    category: SpilledCategory,
    folder: SpillFolder,
    budget: Budget,
    minimum: int = 1,
) -> Kept:
    """Write the tally file of a category; its files in `folder` are removed.

    The file is the same, byte for byte, as that of `write_tally`. If no pretoken is frequent enough, none is written.

    Args:
        path: the file.
        told: what the header says, except for the number of occurrences left out and the seed.
        category: the counts.
        folder: for what memory does not hold.
        budget: of a partition.
        minimum: leave out pretokens that occur less often.

    Raises:
        OutputError: the file cannot be written, or the disk is full.
    """
    runs, blocks = category.runs, len(category.weights)
    parts, seed = join_partitions(runs, blocks, folder, budget, partial(_write_part, folder, minimum))
    sizes = np.array([np.diff(part.read_array("indptr")) for part in parts], dtype=np.int64)
    ends = np.append(0, np.cumsum(sizes.sum(axis=0)))
    entries = _by_block(folder, parts, sizes, ends)
    figures = np.sum([part.read_array("figures") for part in parts], axis=0)
    kept = Kept(sum(part.length("keys") for part in parts), int(figures[0]), int(figures[1]))
    if kept.distinct:
        columns = {
            "keys": _column(parts, "keys"),
            "rows": _column([entries], "rows"),
            "counts": Column(
                entries.length("counts"),
                max(int(part.read_array("figures")[2]) for part in parts),
                partial(_pieces, [entries], "counts"),
            ),
            "ends": Column.of(ends),
            "lengths": Column(
                sum(part.length("lengths") for part in parts),
                max(int(part.read_array("figures")[3]) for part in parts),
                partial(_pieces, parts, "lengths"),
            ),
            "blob": _column(parts, "blob"),
        }
        write_columns(path, {**told, "dropped": kept.dropped, "seed": seed}, columns)
    for part in (*parts, entries):
        part.remove()
    return kept


def _write_part(folder: SpillFolder, minimum: int, part: Joined) -> Spilled:
    """Write the counts of a partition without rare pretokens, and figures of them.

    The figures are the occurrences kept and left out, the largest count and the longest pretoken.
    """
    counts, kept = part.counts, np.ones(len(part.keys), dtype=bool)
    if minimum > 1:
        kept = np.bincount(counts.indices, counts.data, len(kept)) >= minimum
    entries = kept[counts.indices]
    numbers = counts.data[entries]
    shorts = int(np.searchsorted(part.keys, LONG))
    long = part.long.take(np.flatnonzero(kept[shorts:]))
    return folder.write(
        {
            "keys": part.keys[kept],
            "rows": (np.cumsum(kept) - 1)[counts.indices[entries]].astype(np.int32),
            "counts": numbers,
            "indptr": np.append(0, np.cumsum(entries))[counts.indptr],
            "lengths": long.lengths,
            "blob": np.frombuffer(long.blob, dtype=np.uint8),
            "figures": np.array(
                [
                    numbers.sum(),
                    counts.data.sum() - numbers.sum(),
                    numbers.max(initial=0),
                    long.lengths.max(initial=0),
                ],
                dtype=np.int64,
            ),
        }
    )


def _by_block(folder: SpillFolder, parts: list[Spilled], sizes: Longs, ends: Longs) -> Spilled:
    """Bring the entries of all partitions into the order of the blocks.

    Args:
        folder: for the result.
        parts: the partitions.
        sizes: int64[p, K], entries of each partition in each block.
        ends: int64[K + 1], where each block's entries begin.
    """
    entries = folder.reserve({"rows": ("<i4", int(ends[-1])), "counts": ("<i8", int(ends[-1]))})
    starts = ends[:-1] + np.cumsum(sizes, axis=0) - sizes
    row = 0
    for part, begins, lengths in zip(parts, starts, sizes, strict=True):
        # Mapped anew for each partition, so that no more than its pages count as memory in use.
        rows, counts = entries.mapped("rows", "r+"), entries.mapped("counts", "r+")
        own_rows, own_counts = part.read_array("rows"), part.read_array("counts")
        place = 0
        for begin, length in zip(begins.tolist(), lengths.tolist(), strict=True):
            rows[begin : begin + length] = own_rows[place : place + length] + np.int32(row)
            counts[begin : begin + length] = own_counts[place : place + length]
            place += length
        row += part.length("keys")
    return entries


def _column(parts: list[Spilled], name: str) -> Column:
    return Column(sum(part.length(name) for part in parts), 0, partial(_pieces, parts, name))


def _pieces(parts: list[Spilled], name: str) -> Iterator[NDArray[Any]]:
    for part in parts:
        for start in range(0, part.length(name), _PIECE):
            yield part.read_array(name, start, _PIECE)
