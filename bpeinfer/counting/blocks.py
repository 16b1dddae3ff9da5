"""`BlockCounts`: counts of one category's pretokens in blocks of its text, as arrays of keys and counts."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from bpeinfer.counting.keys import LONG, SHORT, gather_long, pretoken_keys
from bpeinfer.ragged import run_starts, sorted_unique, starts_of

__all__ = [
    "BLOCKS",
    "BlockCounts",
    "KeyCollisionError",
    "LongPretokens",
    "add_up",
    "join_long",
    "join_stretches",
    "joined_blocks",
    "long_pretokens",
    "places_in",
]

Keys = NDArray[np.uint64]
Counts = NDArray[np.int64]
Places = NDArray[np.int64]

BLOCKS = 200
"""At most this many blocks per category: enough for a bootstrap, few enough for one sparse column each."""


_ODD = np.uint64(0x9E3779B97F4A7C15)


class KeyCollisionError(Exception):
    """Two different pretokens have the same key (once in 10^5 runs over 10^7 of them): use a new seed."""


@dataclass(frozen=True, eq=False)
class LongPretokens:
    """Pretokens of more than seven bytes.

    Attributes:
        keys: uint64[l], ascending.
        second: uint64[l], their second hashes.
        lengths: int64[l], their lengths in bytes; `blob` has them one after another.
    """

    keys: Keys
    second: Keys
    lengths: Places
    blob: bytes

    def take(self, places: Places) -> LongPretokens:
        """Return some of them, in the order given."""
        starts = starts_of(self.lengths)[places]
        lengths = self.lengths[places]
        blob = gather_long(self.blob + bytes(8), starts, lengths)
        return LongPretokens(self.keys[places], self.second[places], lengths, blob)


@dataclass(frozen=True, eq=False, kw_only=True)
class BlockCounts:
    """The counts of one category, k distinct pretokens in b blocks, e entries.

    Attributes:
        keys: uint64[k], the keys of the distinct pretokens, ascending.
        rows, counts: int32[e] and int64[e], the entries of all blocks: positions in `keys`, occurrences.
        ends: int64[b + 1], block j has the entries ``ends[j]:ends[j + 1]``.
        long: the pretokens whose keys are hashes, by key.
        text_bytes: UTF-8 bytes of raw text.
        documents: number of documents.
        seed: the seed of the hashes.
        text_sha256: sha256 of the documents, in order.
    """

    keys: Keys
    rows: NDArray[np.int32]
    counts: Counts
    ends: Places
    long: LongPretokens
    text_bytes: int
    documents: int
    seed: int
    text_sha256: str

    def check(self) -> None:
        """Check that the arrays are consistent, for counts from a file.

        Raises:
            ValueError: they do not.
        """
        entries = len(self.rows)
        if (
            len(self.ends) == 0
            or self.ends[0] != 0
            or self.ends[-1] != entries
            or np.any(np.diff(self.ends) < 0)
        ):
            raise ValueError("the ends of its blocks do not fit its entries")
        if len(self.counts) != entries or (entries and self.counts.min() < 1):
            raise ValueError("it does not have a count of at least 1 for each entry")
        if entries and not 0 <= self.rows.min() <= self.rows.max() < len(self.keys):
            raise ValueError("its entries do not fit its keys")
        if self.counts.sum(dtype=np.float64) >= 2**53:
            raise ValueError("it has more occurrences than can be added up")
        if np.any(self.keys[1:] <= self.keys[:-1]):
            raise ValueError("its keys do not ascend")
        short = self.keys[: np.searchsorted(self.keys, LONG)]
        sizes = short >> np.uint64(56)
        rest = (short & np.uint64((1 << 56) - 1)) >> (np.minimum(sizes, np.uint64(7)) << np.uint64(3))
        if np.any((sizes < 1) | (sizes > SHORT) | (rest != 0)):
            raise ValueError("its short pretokens do not have the lengths in their keys")
        if not np.array_equal(self.keys[np.searchsorted(self.keys, LONG) :], self.long.keys):
            raise ValueError("the long pretokens do not match the keys")

    def reseeded(self, seed: int) -> BlockCounts:
        """Return the same counts with the keys of another seed."""
        return self if seed == self.seed else self.with_new_keys(seed)

    def with_new_keys(self, seed: int) -> BlockCounts:
        """Return the same counts with keys made anew from the pretokens.

        Raises:
            KeyCollisionError: two pretokens have one key under this seed.
        """
        long = long_pretokens(self.long.blob, self.long.lengths, seed)
        order = np.argsort(long.keys)
        if np.any(long.keys[order[1:]] == long.keys[order[:-1]]):
            raise KeyCollisionError
        shorts = len(self.keys) - len(order)
        new_row = np.arange(len(self.keys), dtype=np.int32)
        # Not from `new_row` itself: NumPy 2.0.0 assigns between overlapping parts in place.
        new_row[shorts + order] = np.arange(shorts, len(new_row), dtype=np.int32)
        return replace(
            self,
            keys=np.concatenate([self.keys[:shorts], long.keys[order]]),
            rows=new_row[self.rows],
            long=long.take(order),
            seed=seed,
        )

    def in_blocks(self, most: int) -> BlockCounts:
        """Return the same counts in at most `most` blocks, by joining neighbours."""
        blocks = len(self.ends) - 1
        group = -(-blocks // most)
        if group < 2:
            return self
        sizes = np.diff(self.ends)
        rows, counts, ends = join_stretches(
            np.arange(blocks) // group, sizes, self.rows, self.counts, len(self.keys)
        )
        return replace(self, rows=rows, counts=counts, ends=ends)

    def without_rare(self, minimum: int) -> tuple[BlockCounts, int]:
        """Drop pretokens that occur less than `minimum` times; also return how many occurrences were dropped."""
        totals = np.bincount(self.rows, self.counts, len(self.keys))
        kept = totals >= minimum
        entries = kept[self.rows]
        place = np.concatenate([[0], np.cumsum(entries)])
        left = replace(
            self,
            keys=self.keys[kept],
            rows=(np.cumsum(kept) - 1)[self.rows[entries]].astype(np.int32),
            counts=self.counts[entries],
            ends=place[self.ends],
            long=self.long.take(np.flatnonzero(kept[len(kept) - len(self.long.keys) :])),
        )
        return left, int(self.counts.sum() - left.counts.sum())


def add_up(parts: Sequence[BlockCounts]) -> BlockCounts:
    """Combine the counts of several parts of a category, in at most BLOCKS blocks.

    Raises:
        KeyCollisionError: two pretokens have the same key.
    """
    parts = [part for part in parts if len(part.keys)] or parts[:1]
    if len(parts) == 1:
        return parts[0]
    keys = sorted_unique(np.concatenate([part.keys for part in parts]))
    long = join_long([part.long for part in parts], keys)
    rows = np.concatenate([places_in(keys, part.keys)[part.rows] for part in parts])
    counts = np.concatenate([part.counts for part in parts])
    sizes = np.concatenate([np.diff(part.ends) for part in parts])
    # Counts from files may have blocks without entries.
    weights = np.diff(np.append(0, np.cumsum(counts))[np.append(0, np.cumsum(sizes))])
    rows, counts, ends = join_stretches(joined_blocks(weights), sizes, rows, counts, len(keys))
    return BlockCounts(
        keys=keys,
        rows=rows,
        counts=counts,
        ends=ends,
        long=long,
        text_bytes=sum(part.text_bytes for part in parts),
        documents=sum(part.documents for part in parts),
        seed=parts[0].seed,
        text_sha256=hashlib.sha256("".join(part.text_sha256 for part in parts).encode()).hexdigest(),
    )


def joined_blocks(weights: Counts) -> Places:
    """Return int64[b]: which of at most BLOCKS blocks each of b blocks of a text goes into, ascending from 0.

    Args:
        weights: int64[b], occurrences in each: the blocks of a part have similar sizes, so that occurrences stand for
            bytes.
    """
    middles = np.cumsum(weights) - weights // 2
    into = middles // -(-int(weights.sum()) // BLOCKS)
    return np.cumsum(run_starts(into)) - 1


def places_in(distinct: Keys, keys: Keys) -> NDArray[np.int32]:
    """Return the position of each key in `distinct`, which ascends and contains them all."""
    # A hash table without collisions; the few keys that would collide are searched for.
    if not len(distinct):
        return np.zeros(len(keys), dtype=np.int32)
    shift = np.uint64(64 - max(8, len(distinct).bit_length() + 2))
    table = np.zeros(1 << (64 - int(shift)), dtype=np.int32)
    table[((distinct * _ODD) >> shift).view(np.int64)] = np.arange(len(distinct), dtype=np.int32)
    places: NDArray[np.int32] = table[((keys * _ODD) >> shift).view(np.int64)]
    wrong = np.flatnonzero(distinct[places] != keys)
    places[wrong] = np.searchsorted(distinct, keys[wrong])
    return places


def join_stretches(
    blocks: Places, sizes: Places, rows: Places | NDArray[np.int32], counts: Counts, distinct: int
) -> tuple[NDArray[np.int32], Counts, Places]:
    """Join neighbouring tables of the same block.

    Args:
        blocks: int64[t], the block that each table belongs to, ascending.
        sizes: int64[t], its entries.
        rows, counts: integers [e], the entries of all tables; rows ascend in each.
        distinct: a number above all rows.

    Returns:
        rows, counts and ends, as in `BlockCounts`.
    """
    opens = np.ones(len(blocks), dtype=bool)
    np.not_equal(blocks[1:], blocks[:-1], out=opens[1:])
    if opens.all():
        return rows.astype(np.int32), counts, np.concatenate([[0], np.cumsum(sizes)])
    slots = np.repeat(np.cumsum(opens) - 1, sizes) * distinct + rows
    # Slot and count in one number: sorting is ten times faster than an argsort.
    bits = np.uint64(64 - max(1, int(slots[-1] + distinct).bit_length()))
    most = (1 << int(bits)) - 1
    while (over := np.flatnonzero(counts > most)).size:
        slots = np.concatenate([slots, slots[over]])
        counts = np.concatenate([np.minimum(counts, most), counts[over] - most])
    packed = np.sort((slots.astype(np.uint64) << bits) | counts.astype(np.uint64))
    slots = (packed >> bits).view(np.int64)
    first = np.flatnonzero(run_starts(slots))
    counts = np.add.reduceat((packed & np.uint64(most)).view(np.int64), first)
    blocks, rows = np.divmod(slots[first], distinct)
    return rows.astype(np.int32), counts, np.searchsorted(blocks, np.arange(int(opens.sum()) + 1))


def long_pretokens(blob: bytes, lengths: Places, seed: int) -> LongPretokens:
    """Return the long pretokens that `blob` has one after another, in that order, with their hashes.

    Raises:
        ValueError: some are short, or the lengths do not add up to the blob's.
    """
    if np.any(lengths <= SHORT) or int(lengths.sum()) != len(blob):
        raise ValueError("its long pretokens do not fit their bytes")
    keys, _, second = pretoken_keys(blob + bytes(8), starts_of(lengths), lengths, seed)
    return LongPretokens(keys, second, lengths, blob)


def join_long(parts: Sequence[LongPretokens], keys: Keys) -> LongPretokens:
    """Join lists of long pretokens into one in the order of `keys`, which ascend and include all of theirs.

    Raises:
        KeyCollisionError: two pretokens have the same key.
    """
    if not parts:
        none = np.zeros(0, dtype=np.uint64)
        return LongPretokens(none, none, np.zeros(0, dtype=np.int64), b"")
    every = LongPretokens(
        np.concatenate([part.keys for part in parts]),
        np.concatenate([part.second for part in parts]),
        np.concatenate([part.lengths for part in parts]),
        b"".join(part.blob for part in parts),
    )
    keys = keys[np.searchsorted(keys, LONG) :]
    places = places_in(keys, every.keys)
    chosen = np.zeros(len(keys), dtype=np.int64)
    chosen[places] = np.arange(len(places))
    if np.any(every.second[chosen[places]] != every.second):
        raise KeyCollisionError
    return every.take(chosen)
