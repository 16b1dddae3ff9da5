"""`BlockCounter` counts the pretokens of one category, block by block, as its documents arrive.

A block is a stretch of the text, all of equal length, and gets the documents whose middles lie in it. Long
documents are first cut between pretokens. Whenever there are too many blocks, neighbours are joined in pairs, so
their number stays bounded however long the stream is.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from bpeinfer.counting.blocks import (
    BLOCKS,
    BlockCounts,
    Counts,
    KeyCollisionError,
    Keys,
    LongPretokens,
    Places,
    join_long,
    join_stretches,
    places_in,
)
from bpeinfer.counting.keys import gather_long, pretoken_keys
from bpeinfer.pretokenize import Pieces, Pretokenizer
from bpeinfer.ragged import sorted_unique, starts_of, within_rows

__all__ = ["BlockCounter"]

CHUNK = 1 << 18
"""Bytes of text split at once: the arrays of a chunk stay in a processor's cache."""

_BATCH = 1 << 22
"""Bytes of text whose pretokens are kept as keys, one for each occurrence, before they are counted."""

_KEPT = 31 << 20
"""Bytes of a block that is allocated and freed once (see `BlockCounter`); glibc ignores 32 MiB and more."""

_TABLES = 1 << 23
"""Most entries of counts that wait to be added to those before them."""

_PIECE = 3_000
"""Long documents are cut into parts of at least this many bytes, about 50 lines."""

_SLOTS = 17
"""Binary logarithm of the size of the table of recently seen long pretokens."""


@dataclass(frozen=True, eq=False)
class _Keyed:
    """Keys in stretches of text.

    Attributes:
        middles: int64[s], the middle of each stretch, in bytes from the start of the category.
        sizes: int64[s], the number of keys in each stretch.
        keys: uint64[k], one for each occurrence or, if there are `counts`, for each distinct pretoken.
    """

    middles: Places
    sizes: Places
    keys: Keys
    counts: Counts | None = None


class BlockCounter:
    """Takes the documents of a category one by one; `finish` returns the counts.

    Memory: a batch of keys (20 MB), one chunk of text and about twenty arrays of its size, the counts so far and
        as many again that wait to be added to them, and each long pretoken once.
    """

    def __init__(self, pretokenizer: Pretokenizer, seed: int = 0) -> None:
        self.text_bytes = 0
        self.documents = 0
        self.skipped_bytes = 0  # of lines that the trainer did not see
        self._pretokenizer = pretokenizer
        self._seed = seed
        self._texts: list[str] = []
        self._encoded: list[bytes] = []
        self._waiting = 0  # bytes of these
        self._stretch = 0  # bytes of text per block
        self._batch: list[_Keyed] = []
        self._batch_start = 0
        self._tables: list[_Keyed] = []
        self._entries = 0  # in the tables
        self._seen = np.zeros(1 << _SLOTS, dtype=np.uint64)
        self._taken = np.zeros(1 << _SLOTS, dtype=np.int32)
        self._long: list[LongPretokens] = []
        self._check = np.zeros(1, dtype=np.uint64)
        self._digest = hashlib.sha256()
        # glibc returns freed memory of more than 128 KB to the system at once, and fetching it again for the
        # arrays of each chunk takes longer than working on them. It keeps blocks up to the size of the
        # largest block freed so far. This one is never touched.
        np.empty(_KEPT, dtype=np.uint8)

    def add(self, text: str) -> int:
        """Add a document and return its UTF-8 bytes. Lines that the tokenizer's trainer skips are left out."""
        seen = self._pretokenizer.seen_by_trainer(text)
        data = seen.encode()
        size = len(data)
        skipped = 0 if seen is text else len(text.encode()) - size
        self.skipped_bytes += skipped
        text = seen
        self._digest.update(size.to_bytes(8, "little") + data)
        self.documents += 1
        self._texts.append(text)
        self._encoded.append(data)
        self._waiting += size
        if self._waiting >= CHUNK:
            self._split_waiting()
        return size + skipped

    def finish(self) -> BlockCounts:
        """Return the counts of all documents added, in at most BLOCKS blocks of similar size.

        Raises:
            KeyCollisionError: two pretokens have the same key; count again with another seed.
        """
        return self.last()[0]

    def last(self) -> tuple[BlockCounts, Places]:
        """Return the counts that have not been taken yet, see `take`; no document may follow.

        Raises:
            KeyCollisionError: two pretokens have the same key; count again with another seed.
        """
        self._split_waiting()
        self._count_batch()
        return self.take()

    @property
    def entries(self) -> int:
        """How many counts could be taken now; 0 while occurrences wait to be counted."""
        return 0 if self._batch else self._entries

    @property
    def stretch(self) -> int:
        """Bytes of text in a block."""
        return self._stretch or 1

    def take(self) -> tuple[BlockCounts, Places]:
        """Return the counts so far, without those returned before, and a place in each block, int64[b].

        At the end, counts taken on the way belong to the blocks ``place // stretch``.

        Raises:
            KeyCollisionError: two pretokens have the same key; count again with another seed.
        """
        keys, rows, counts, ends, middles = self._joined_tables()
        long = join_long(self._long, keys)
        totals = np.bincount(rows, counts, len(keys))[len(keys) - len(long.keys) :].astype(np.uint64)
        if np.sum(long.second * totals, dtype=np.uint64) != self._check[0]:
            raise KeyCollisionError
        self._tables, self._entries, self._long = [], 0, []
        self._check[:] = 0
        self._seen[:] = 0
        taken = BlockCounts(
            keys=keys,
            rows=rows,
            counts=counts,
            ends=ends,
            long=long,
            text_bytes=self.text_bytes,
            documents=self.documents,
            seed=self._seed,
            text_sha256=self._digest.hexdigest(),
        )
        return taken, middles

    def _split_waiting(self) -> None:
        texts, encoded = self._texts, self._encoded
        if not texts:
            return
        self._texts, self._encoded, self._waiting = [], [], 0
        sizes = np.fromiter(map(len, encoded), dtype=np.int64, count=len(encoded))
        pieces = self._pretokenizer.pieces(texts, encoded)
        keys, long, second = pretoken_keys(pieces.buffer, pieces.starts, pieces.lengths, self._seed)
        self._remember(pieces, keys, long, second)
        self._check += np.sum(second, dtype=np.uint64)
        begins, middles = self._parts(pieces, sizes)
        self._batch.append(_Keyed(self.text_bytes + middles, np.diff(begins, append=len(keys)), keys))
        self.text_bytes += int(sizes.sum())
        if self.text_bytes - self._batch_start >= _BATCH:
            self._count_batch()

    def _parts(self, pieces: Pieces, sizes: Places) -> tuple[Places, Places]:
        """Return the first pretoken and the middle of each document, or of each part of a long one."""
        first = pieces.first
        unit = max((self.text_bytes + int(sizes.sum())) // BLOCKS, _PIECE)
        parts = sizes // unit
        parts[(parts < 2) | (np.diff(first) < parts)] = 1
        before = starts_of(sizes)
        if len(sizes) == parts.sum():
            return first[:-1], before + sizes // 2
        of = np.repeat(np.arange(len(sizes)), parts)
        part = within_rows(parts)
        begins = first[of]
        inner = np.flatnonzero(part)
        inside = of[inner]
        start, last = pieces.starts[first[inside]], pieces.starts[first[inside + 1] - 1]
        aims = start + (last - start + 1) * part[inner] // parts[inside]
        begins[inner] = np.searchsorted(pieces.starts, aims)
        return begins, before[of] + sizes[of] * (2 * part + 1) // (2 * parts[of])

    def _count_batch(self) -> None:
        """Turn the occurrences of the batch into counts."""
        if not self._batch:
            return
        self._stretch = self._stretch or -(-self.text_bytes // BLOCKS) or 1
        while self.text_bytes > BLOCKS * self._stretch:
            self._stretch *= 2
        middles = np.concatenate([part.middles for part in self._batch])
        keys = np.concatenate([part.keys for part in self._batch])
        ends = np.cumsum(np.concatenate([part.sizes for part in self._batch]))
        self._batch, self._batch_start = [], self.text_bytes
        blocks = middles // self._stretch
        # The end of each block; blocks without pretokens are dropped.
        last = np.flatnonzero(np.append(blocks[1:] != blocks[:-1], True))
        last = last[np.diff(ends[last], prepend=0) > 0]
        ends = ends[last]
        if not len(keys):
            return
        for begin, end in pairwise([0, *ends.tolist()]):
            keys[begin:end].sort()
        new = np.empty(len(keys), dtype=bool)
        np.not_equal(keys[1:], keys[:-1], out=new[1:])
        new[0] = new[ends[:-1]] = True
        first = np.flatnonzero(new)
        sizes = np.diff(np.searchsorted(first, ends), prepend=0)
        self._tables.append(_Keyed(middles[last], sizes, keys[first], np.diff(first, append=len(keys))))
        self._entries += len(first)
        if self._entries > max(_TABLES, 2 * len(self._tables[0].keys)):
            distinct, rows, counts, ends, middles = self._joined_tables()
            self._tables = [_Keyed(middles, np.diff(ends), distinct[rows], counts)]
            self._entries = len(rows)

    def _joined_tables(self) -> tuple[Keys, NDArray[np.int32], Counts, Places, Places]:
        """Return the distinct keys; rows, counts and ends of the blocks; and a place in each block."""
        tables = self._tables
        if not tables:
            none = np.zeros(0, dtype=np.int64)
            return none.astype(np.uint64), none.astype(np.int32), none, np.zeros(1, dtype=np.int64), none
        middles = np.concatenate([table.middles for table in tables])
        keys = np.concatenate([table.keys for table in tables])
        distinct = sorted_unique(keys)
        blocks = middles // self._stretch
        rows, counts, ends = join_stretches(
            blocks,
            np.concatenate([table.sizes for table in tables]),
            places_in(distinct, keys),
            np.concatenate([table.counts for table in tables if table.counts is not None]),
            len(distinct),
        )
        return distinct, rows, counts, ends, middles[np.unique(blocks, return_index=True)[1]]

    def _remember(self, pieces: Pieces, keys: Keys, long: Places, second: Keys) -> None:
        """Keep the bytes of long pretokens that were not seen recently."""
        found = keys[long]
        slots = (found >> np.uint64(40)).astype(np.int64) & ((1 << _SLOTS) - 1)
        new = np.flatnonzero(self._seen[slots] != found)
        if not len(new):
            return
        # Of those with the same slot, one takes it; the others are the same pretoken or are also kept.
        slots, found = slots[new], found[new]
        self._taken[slots] = np.arange(len(new), dtype=np.int32)
        by = self._taken[slots]
        kept = np.flatnonzero((by == np.arange(len(new))) | (found[by] != found))
        self._seen[slots[kept]] = found[kept]
        places = long[new[kept]]
        starts, lengths = pieces.starts[places], pieces.lengths[places]
        blob = gather_long(pieces.buffer, starts, lengths)
        self._long.append(LongPretokens(found[kept], second[new[kept]], lengths, blob))
