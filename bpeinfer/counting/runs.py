"""Runs: counts of a part of a category on disk, ordered by key, of which any range of keys can be read alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_array, csr_array

from bpeinfer.counting.blocks import BlockCounts, LongPretokens, join_long, places_in
from bpeinfer.counting.keys import LONG
from bpeinfer.counting.memory import Budget
from bpeinfer.counting.spill_folder import Spilled, SpillFolder
from bpeinfer.ragged import run_starts, sorted_unique, starts_of

__all__ = ["Joined", "Run", "bounds_of", "join_runs", "write_run"]

Keys = NDArray[np.uint64]
Longs = NDArray[np.int64]

_EVERY = 64
"""One key in this many is kept in memory, to divide the keys of all runs into partitions."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Run:
    """The counts of b blocks, in a file.

    Attributes:
        stored: keys uint64[k], ascending; first int64[k + 1], where each one's entries begin; blocks int32[e] and
            counts int64[e], the entries; second uint64[l] and long_first int64[l + 1] of the long ones, and their blob.
        sample: uint64[s], every 64th key, and `before` int64[s], the entries before it.
        weights: int64[b], occurrences in each block.
        seed: of the hashes.
    """

    stored: Spilled
    sample: Keys
    before: Longs
    weights: Longs
    seed: int

    def counts(self) -> BlockCounts:
        """Return all counts, in memory, without the totals of the text."""
        keys = self.stored.read_array("keys")
        entries = tuple(self.stored.read_array(name) for name in ("counts", "blocks", "first"))
        blocks = csr_array(entries, shape=(len(keys), len(self.weights))).tocsc()
        return BlockCounts(
            keys=keys,
            rows=blocks.indices.astype(np.int32),
            counts=blocks.data,
            ends=blocks.indptr.astype(np.int64),
            long=self._long(0, self.stored.length("second"), keys),
            text_bytes=0,
            documents=0,
            seed=self.seed,
            text_sha256="",
        )

    def between(self, low: np.uint64, high: np.uint64 | None) -> Slice:
        """Return what the file has for keys from `low` up to but without `high` (None: to the end)."""
        keys = self.stored.mapped("keys")
        start = int(np.searchsorted(keys, low))
        stop = len(keys) if high is None else int(np.searchsorted(keys, high))
        first = self.stored.read_array("first", start, stop + 1 - start)
        some = self.stored.read_array("keys", start, stop - start)
        shorts = len(keys) - self.stored.length("second")
        begin, entries = int(first[0]), int(first[-1] - first[0])
        return Slice(
            keys=some,
            sizes=np.diff(first),
            blocks=self.stored.read_array("blocks", begin, entries),
            counts=self.stored.read_array("counts", begin, entries),
            long=self._long(max(start - shorts, 0), max(stop - shorts, 0), some),
        )

    def _long(self, start: int, stop: int, keys: Keys) -> LongPretokens:
        first = self.stored.read_array("long_first", start, stop + 1 - start)
        return LongPretokens(
            keys[np.searchsorted(keys, LONG) :],
            self.stored.read_array("second", start, stop - start),
            np.diff(first),
            self.stored.read_array("blob", int(first[0]), int(first[-1] - first[0])).tobytes(),
        )


class Slice(NamedTuple):
    """The part of a run with some keys: its keys, each one's number of entries, the entries, the long pretokens."""

    keys: Keys
    sizes: Longs
    blocks: NDArray[np.int32]
    counts: Longs
    long: LongPretokens


def write_run(folder: SpillFolder, counts: BlockCounts) -> Run:
    """Write counts to a new file in `folder`.

    Raises:
        OutputError: the disk is full.
    """
    by_key = csc_array(
        (counts.counts, counts.rows, counts.ends), shape=(len(counts.keys), len(counts.ends) - 1)
    ).tocsr()
    first = by_key.indptr.astype(np.int64)
    arrays = {
        "keys": counts.keys,
        "first": first,
        "blocks": by_key.indices.astype(np.int32),
        "counts": by_key.data,
        "second": counts.long.second,
        "long_first": np.append(starts_of(counts.long.lengths), len(counts.long.blob)),
        "blob": np.frombuffer(counts.long.blob, dtype=np.uint8),
    }
    occurrences = np.append(0, np.cumsum(counts.counts))
    return Run(
        stored=folder.write(arrays, narrow=True),
        sample=counts.keys[::_EVERY].copy(),
        before=first[:-1:_EVERY].copy(),
        weights=np.diff(occurrences[counts.ends]),
        seed=counts.seed,
    )


def bounds_of(runs: Sequence[Run], budget: Budget) -> list[np.uint64]:
    """Return the first key of each partition, so that no partition has much more than the budget.

    The distinct pretokens of a partition are at most those of its runs together.
    """
    keys = np.concatenate([run.sample for run in runs])
    entries = np.concatenate([np.diff(run.before, append=run.stored.length("counts")) for run in runs])
    pretokens = np.concatenate(
        [np.diff(np.arange(0, len(run.sample)) * _EVERY, append=run.stored.length("keys")) for run in runs]
    )
    order = np.argsort(keys, kind="stable")
    filled = np.cumsum(np.maximum(entries[order] / budget.entries, pretokens[order] / budget.pretokens))
    partition = np.floor(filled).astype(np.int64)
    bounds = np.unique(keys[order][np.flatnonzero(run_starts(partition))])
    return [np.uint64(0), *bounds[1:]]


class Joined(NamedTuple):
    """The counts of some keys in all runs.

    Attributes:
        keys: uint64[P], ascending.
        long: the long ones among them.
        counts: csc int64 (P × K).
    """

    keys: Keys
    long: LongPretokens
    counts: csc_array


def join_runs(
    runs: Sequence[tuple[Run, Longs]], columns: int, low: np.uint64, high: np.uint64 | None
) -> Joined:
    """Join the counts that several runs have for keys from `low` up to but without `high` (None: to the end).

    Args:
        runs: each with the column of each of its blocks, int64[b].
        columns: K.
        low, high: of the keys.

    Raises:
        KeyCollisionError: two pretokens have the same key.
    """
    slices = [run.between(low, high) for run, _ in runs]
    keys = np.concatenate([part.keys for part in slices])
    distinct = sorted_unique(keys)
    long = join_long([part.long for part in slices], distinct)
    rows = np.repeat(places_in(distinct, keys), np.concatenate([part.sizes for part in slices]))
    columns_of = [of[part.blocks].astype(np.int32) for part, (_, of) in zip(slices, runs, strict=True)]
    counts = np.concatenate([part.counts for part in slices])
    del keys, slices  # memory peaks here
    table = csc_array(
        (counts, (rows, np.concatenate(columns_of))), shape=(len(distinct), columns), dtype=np.int64
    )
    table.sum_duplicates()
    return Joined(distinct, long, table)
