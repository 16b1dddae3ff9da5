"""Counting the pretokens of one category, block by block, as arrays of keys and counts.

Blocks are made while the text streams by: neighbouring documents share a block until it is big enough, long
documents are cut between pretokens. Whenever there are too many blocks, neighbours are pooled, so that their
number stays bounded however long the stream is.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from bpeinfer.pretokenize import Pieces, Pretokenizer
from bpeinfer.pretokenize.keys import LONG, SHORT, gather_long, pretoken_keys

__all__ = [
    "BLOCKS",
    "BlockCounter",
    "BlockCounts",
    "KeyCollisionError",
    "LongPretokens",
    "add_up",
    "distinct_keys",
    "join_long",
    "long_pretokens",
    "merge_counts",
]

Keys = NDArray[np.uint64]
Counts = NDArray[np.int64]
Places = NDArray[np.int64]

BLOCKS = 200
"""At most this many blocks a category: enough for a bootstrap, few enough for one sparse column each."""

CHUNK = 1 << 19
"""Bytes of text that are split at once: the arrays of a chunk stay in a processor's cache."""

_PIECE = 3_000
"""Long documents are cut into parts of at least so many bytes, about 50 lines."""

_SLOTS = 17  # log2 of the table of long pretokens seen


class KeyCollisionError(Exception):
    """Two different pretokens got one key (once in 10^5 runs over 10^7 of them): take a new seed."""


@dataclass(frozen=True, eq=False)
class LongPretokens:
    """Pretokens of more than seven bytes.

    Attributes:
        keys: uint64[l], ascending.
        second: uint64[l], their second hashes.
        lengths: int64[l], their bytes; `blob` holds them one after the other.
    """

    keys: Keys
    second: Keys
    lengths: Places
    blob: bytes

    def take(self, places: Places) -> LongPretokens:
        """Return some of them, in the order given."""
        starts = (np.cumsum(self.lengths) - self.lengths)[places]
        lengths = self.lengths[places]
        blob = gather_long(self.blob + bytes(8), starts, lengths)
        return LongPretokens(self.keys[places], self.second[places], lengths, blob)


@dataclass(frozen=True, eq=False)
class BlockCounts:
    """The counts of one category, k distinct pretokens in b blocks, e entries.

    Attributes:
        keys: uint64[k], the keys of the distinct pretokens, ascending.
        rows, counts: int32[e] and int64[e], the entries of all blocks: positions in `keys`, occurrences.
        ends: int64[b + 1], block j has the entries ``ends[j]:ends[j + 1]``.
        long: the pretokens whose keys are hashes, by key.
        text_bytes: UTF-8 bytes of raw text.
        documents: number of documents.
        seed: of the hashes.
        text_sha256: of the documents, in order.
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
        """Check that the arrays fit together, for counts that come from a file.

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
            raise ValueError("it has not one count of at least 1 for each entry")
        if entries and not 0 <= self.rows.min() <= self.rows.max() < len(self.keys):
            raise ValueError("its entries do not fit its keys")
        if np.any(self.keys[1:] <= self.keys[:-1]):
            raise ValueError("its keys do not ascend")
        if not np.array_equal(self.keys[np.searchsorted(self.keys, LONG) :], self.long.keys):
            raise ValueError("its long pretokens are not those that its keys tell of")

    def reseeded(self, seed: int) -> BlockCounts:
        """Return the same counts with the keys of another seed."""
        if seed == self.seed:
            return self
        long = long_pretokens(self.long.blob, self.long.lengths, seed)
        order = np.argsort(long.keys)
        if np.any(long.keys[order[1:]] == long.keys[order[:-1]]):
            raise KeyCollisionError
        shorts = len(self.keys) - len(order)
        new_row = np.arange(len(self.keys), dtype=np.int32)
        new_row[shorts + order] = new_row[shorts:]
        return replace(
            self,
            keys=np.concatenate([self.keys[:shorts], long.keys[order]]),
            rows=new_row[self.rows],
            long=long.take(order),
            seed=seed,
        )

    def without_rare(self, minimum: int) -> tuple[BlockCounts, int]:
        """Leave out pretokens that occur less than `minimum` times; also return the occurrences dropped."""
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
    """Put the counts of several parts of a category together, in at most BLOCKS blocks.

    Raises:
        KeyCollisionError: one key stands for two pretokens.
    """
    parts = [part for part in parts if len(part.keys)] or parts[:1]
    if len(parts) == 1:
        return parts[0]
    keys = distinct_keys([part.keys for part in parts])
    long = join_long([part.long for part in parts])
    tables = []
    for part in parts:
        rows = np.searchsorted(keys, part.keys)[part.rows].astype(np.uint64)
        for begin, end in pairwise(part.ends.tolist()):
            tables.append((rows[begin:end], part.counts[begin:end]))
    # Blocks are of similar size in each part, so their occurrences stand for their bytes.
    groups = _similar([int(counts.sum()) for _, counts in tables], BLOCKS)
    merged = [
        merge_counts(*zip(*(tables[place] for place in np.flatnonzero(groups == group)), strict=True))
        for group in range(int(groups[-1]) + 1)
    ]
    return BlockCounts(
        keys,
        np.concatenate([rows for rows, _ in merged]).astype(np.int32),
        np.concatenate([counts for _, counts in merged]),
        np.concatenate([[0], np.cumsum([len(rows) for rows, _ in merged])]),
        long,
        sum(part.text_bytes for part in parts),
        sum(part.documents for part in parts),
        parts[0].seed,
        hashlib.sha256("".join(part.text_sha256 for part in parts).encode()).hexdigest(),
    )


def _similar(sizes: list[int], most: int) -> Places:
    """Number neighbours so that at most `most` groups of similar size come out."""
    if len(sizes) <= most:
        return np.arange(len(sizes))
    ends = np.cumsum(sizes)
    aim = np.minimum((ends - 1) * most // ends[-1], most - 1)
    return np.cumsum(np.diff(aim, prepend=aim[0]) > 0)


def distinct_keys(tables: Sequence[Keys]) -> Keys:
    """Return the keys of all tables once, ascending."""
    # np.unique hashes in NumPy 2.3 and later, which is 30 times slower than sorting.
    keys = np.sort(np.concatenate(tables))
    return keys[_changes(keys)]


def _changes(ascending: Keys) -> Places:
    """Return where each run of equal keys starts."""
    changes = np.ones(len(ascending), dtype=bool)
    np.not_equal(ascending[1:], ascending[:-1], out=changes[1:])
    return changes.nonzero()[0]


def merge_counts(keys: Sequence[Keys], counts: Sequence[Counts]) -> tuple[Keys, Counts]:
    """Add up several tables of keys and counts; the keys come out ascending."""
    all_keys, all_counts = np.concatenate(keys), np.concatenate(counts)
    # The stable sort merges runs that ascend, which beats sorting while they are few.
    order = np.argsort(all_keys, kind="stable" if len(keys) <= 4 else None)
    all_keys = all_keys[order]
    first = _changes(all_keys)
    return all_keys[first], np.add.reduceat(all_counts[order], first)


class BlockCounter:
    """Takes the documents of a category one after the other; `finish` returns the counts.

    Memory: one chunk of text and some twenty arrays of its size, the blocks' tables, and each long pretoken
        once.
    """

    def __init__(self, pretokenizer: Pretokenizer, seed: int = 0) -> None:
        self.text_bytes = 0
        self.documents = 0
        self._pretokenizer = pretokenizer
        self._seed = seed
        self._texts: list[str] = []
        self._encoded: list[bytes] = []
        self._waiting = 0
        self._target = 0  # bytes at which a block is full
        self._filled = [0]  # bytes of each block so far
        self._tables: list[tuple[int, Keys, Counts]] = []
        self._seen = np.zeros(1 << _SLOTS, dtype=np.uint64)
        self._long: list[LongPretokens] = []
        self._check = np.zeros(1, dtype=np.uint64)
        self._digest = hashlib.sha256()

    def add(self, text: str) -> int:
        """Take a document; return its UTF-8 bytes."""
        data = text.encode()
        size = len(data)
        self._digest.update(size.to_bytes(8, "little") + data)
        self.documents += 1
        self.text_bytes += size
        self._texts.append(text)
        self._encoded.append(data)
        self._waiting += size
        if self._waiting >= CHUNK:
            self._count_waiting()
        return size

    def finish(self) -> BlockCounts:
        """Return the counts of all documents taken, in at most BLOCKS blocks of similar size.

        Raises:
            KeyCollisionError: count again with another seed.
        """
        self._count_waiting()
        self._pool(BLOCKS)
        tables = [table for _, table, _ in self._tables] or [np.zeros(0, dtype=np.uint64)]
        every = np.concatenate(tables)
        order = np.argsort(every)
        ascending = every[order]
        first = _changes(ascending)
        keys = ascending[first]
        rows = np.empty(len(every), dtype=np.int32)
        rows[order] = np.repeat(np.arange(len(keys), dtype=np.int32), np.diff(first, append=len(every)))
        counts = np.concatenate([table for _, _, table in self._tables] or [np.zeros(0, dtype=np.int64)])
        long = join_long(self._long)
        totals = np.bincount(rows, counts, len(keys))[len(keys) - len(long.keys) :].astype(np.uint64)
        if np.sum(long.second * totals, dtype=np.uint64) != self._check[0]:
            raise KeyCollisionError
        ends = np.concatenate([[0], np.cumsum([len(table) for table in tables])])
        return BlockCounts(
            keys,
            rows,
            counts,
            ends,
            long,
            self.text_bytes,
            self.documents,
            self._seed,
            self._digest.hexdigest(),
        )

    def _count_waiting(self) -> None:
        texts, encoded = self._texts, self._encoded
        if not texts:
            return
        self._texts, self._encoded, self._waiting = [], [], 0
        sizes = list(map(len, encoded))
        pieces = self._pretokenizer.pieces(texts, encoded)
        keys, long, second = pretoken_keys(pieces.buffer, pieces.starts, pieces.lengths, self._seed)
        self._remember(pieces, keys, long, second)
        self._check += np.sum(second, dtype=np.uint64)
        self._target = self._target or max(1, sum(sizes) // BLOCKS)
        begin = 0
        for start, size in self._parts(pieces, sizes):
            if self._filled[-1] and self._filled[-1] + size // 2 > self._target:
                self._close(keys[begin:start])
                self._filled.append(0)
                begin = start
            self._filled[-1] += size
        self._close(keys[begin:])
        if len(self._filled) > BLOCKS:
            self._pool(BLOCKS // 2)

    def _parts(self, pieces: Pieces, sizes: list[int]) -> Iterator[tuple[int, int]]:
        """Yield the first pretoken and the bytes of each document, long ones in several parts."""
        unit = max(self._target, _PIECE)
        firsts = pieces.first.tolist()
        for number, size in enumerate(sizes):
            first, stop = firsts[number], firsts[number + 1]
            parts = size // unit
            if parts < 2 or stop - first < parts:
                yield first, size
                continue
            starts = pieces.starts[first:stop]
            length = int(starts[-1] - starts[0]) + 1
            ends = starts[0] + np.arange(1, parts) * length // parts
            places = [first, *(first + np.searchsorted(starts, ends)).tolist()]
            for part in range(parts):
                yield places[part], size * (part + 1) // parts - size * part // parts

    def _close(self, keys: Keys) -> None:
        """Add the pretokens with these keys to the present block."""
        if len(keys):
            keys = np.sort(keys)
            first = _changes(keys)
            counts = np.empty(len(first), dtype=np.int64)  # np.diff(append=) is slow for small arrays
            np.subtract(first[1:], first[:-1], out=counts[:-1])
            counts[-1] = len(keys) - first[-1]
            self._tables.append((len(self._filled) - 1, keys[first], counts))

    def _remember(self, pieces: Pieces, keys: Keys, long: Places, second: Keys) -> None:
        """Keep the bytes of long pretokens that were not seen lately."""
        found = keys[long]
        slots = (found >> np.uint64(40)).astype(np.int64) & ((1 << _SLOTS) - 1)
        new = np.flatnonzero(self._seen[slots] != found)
        if not len(new):
            return
        distinct, first = np.unique(found[new], return_index=True)
        self._seen[slots[new[first]]] = distinct
        places = long[new[first]]
        starts, lengths = pieces.starts[places], pieces.lengths[places]
        blob = gather_long(pieces.buffer, starts, lengths)
        self._long.append(LongPretokens(distinct, second[new[first]], lengths, blob))

    def _pool(self, most: int) -> None:
        """Join neighbouring blocks until there are at most so many, of similar size."""
        new = _similar(self._filled, most)
        groups: dict[int, list[tuple[Keys, Counts]]] = {}
        for block, keys, counts in self._tables:
            groups.setdefault(int(new[block]), []).append((keys, counts))
        self._tables = [
            (block, *(tables[0] if len(tables) == 1 else merge_counts(*zip(*tables, strict=True))))
            for block, tables in groups.items()
        ]
        self._filled = np.bincount(new, self._filled).astype(np.int64).tolist()
        self._target = max(self._target, self.text_bytes // most)


def long_pretokens(blob: bytes, lengths: Places, seed: int) -> LongPretokens:
    """Return the long pretokens that lie one after the other in `blob`, with their hashes, in that order.

    Raises:
        ValueError: some are short, or the lengths do not fit the blob.
    """
    if np.any(lengths <= SHORT) or int(lengths.sum()) != len(blob):
        raise ValueError("its long pretokens do not fit their bytes")
    keys, _, second = pretoken_keys(blob + bytes(8), np.cumsum(lengths) - lengths, lengths, seed)
    return LongPretokens(keys, second, lengths, blob)


def join_long(parts: Sequence[LongPretokens]) -> LongPretokens:
    """Join lists of long pretokens into one in the order of keys, without repetitions.

    Raises:
        KeyCollisionError: one key stands for two pretokens.
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
    order = np.argsort(every.keys)
    keys, second = every.keys[order], every.second[order]
    repeated = keys[1:] == keys[:-1]
    if np.any(repeated & (second[1:] != second[:-1])):
        raise KeyCollisionError
    return every.take(order[np.concatenate([np.ones(min(len(order), 1), dtype=bool), ~repeated])])
