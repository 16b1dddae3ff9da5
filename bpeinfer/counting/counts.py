"""`PretokenCounts`: how often each distinct pretoken occurs in each block of each category's sample."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from bpeinfer.counting.blocks import (
    BlockCounts,
    LongPretokens,
    join_long,
    places_in,
)
from bpeinfer.counting.keys import LONG, short_bytes
from bpeinfer.errors import CorpusError
from bpeinfer.near_names import there_are
from bpeinfer.pretokenize.buffers import BAR
from bpeinfer.ragged import neighbour_groups, run_starts, sorted_unique

__all__ = ["PretokenCounts", "join_categories", "join_parts", "pretokens_of"]


@dataclass(frozen=True, eq=False, kw_only=True)
class PretokenCounts:
    """Counts of P distinct pretokens in K blocks of text that belong to n categories.

    A block, the bootstrap's unit, is one or more whole documents of one category (or a piece of a long one).

    Attributes:
        blob: uint8[B], the bytes of the distinct pretokens, one after another: first those of up to seven
            bytes, by length, then the longer ones in an arbitrary but reproducible order.
        offsets: int64[P + 1], pretoken p is ``blob[offsets[p]:offsets[p + 1]]``.
        counts: scipy csc array int64 (P × K), occurrences of pretoken p in block k.
        block_category: int32[K], the category of each block, ascending.
        categories, groups: names of the n categories and of the groups they belong to ("" if none).
        category_bytes: int64[n], UTF-8 bytes of raw text (before normalisation) in each category.
        documents: int64[n], number of documents in each category.
        fingerprint: the fingerprint of the pretokenizer that made the counts.
        text_sha256: sha256 (hex) of the documents of each category, in order, however they were stored; () if unknown.
    """

    blob: NDArray[np.uint8]
    offsets: NDArray[np.int64]
    counts: sparse.csc_array
    block_category: NDArray[np.int32]
    categories: tuple[str, ...]
    groups: tuple[str, ...]
    category_bytes: NDArray[np.int64]
    documents: NDArray[np.int64]
    fingerprint: str = ""
    text_sha256: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        kinds = {
            "blob": np.uint8,
            "offsets": np.int64,
            "block_category": np.int32,
            "category_bytes": np.int64,
            "documents": np.int64,
        }
        for name, kind in kinds.items():
            array = np.ascontiguousarray(getattr(self, name), dtype=kind)
            array.flags.writeable = False
            object.__setattr__(self, name, array)
        counts = sparse.csc_array(self.counts, dtype=np.int64)
        counts.sort_indices()
        for array in (counts.data, counts.indices, counts.indptr):
            array.flags.writeable = False
        object.__setattr__(self, "counts", counts)
        n = len(self.categories)
        if counts.shape != (len(self.offsets) - 1, len(self.block_category)):
            raise ValueError(
                f"counts are {counts.shape}, but there are {len(self.offsets) - 1} pretokens and "
                f"{len(self.block_category)} blocks"
            )
        if not len(self.groups) == len(self.category_bytes) == len(self.documents) == n:
            raise ValueError(
                f"groups, category_bytes and documents must have one entry for each of {n} categories"
            )
        if len(self.offsets) == 0 or self.offsets[0] != 0 or self.offsets[-1] != len(self.blob):
            raise ValueError("offsets must run from 0 to the length of the blob")
        if np.any(np.diff(self.offsets) <= 0):
            raise ValueError("pretokens must not be empty, and offsets must ascend")
        if np.any(np.diff(self.block_category) < 0) or (
            len(self.block_category) and not 0 <= self.block_category[0] <= self.block_category[-1] < n
        ):
            raise ValueError(f"block_category must ascend within 0..{n - 1}")
        if counts.nnz and counts.data.min() < 1:
            raise ValueError("stored counts must be at least 1")

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def __repr__(self) -> str:
        return (
            f"PretokenCounts({len(self):,} pretokens, {int(self.counts.sum()):,} occurrences, "
            f"{len(self.block_category)} blocks, {len(self.categories)} categories, "
            f"{int(self.category_bytes.sum()):,} bytes)"
        )

    def pretoken(self, number: int) -> bytes:
        """Return the bytes of one distinct pretoken."""
        return self.blob[self.offsets[number] : self.offsets[number + 1]].tobytes()

    def pretokens(self) -> list[bytes]:
        """Return the bytes of all distinct pretokens, in order."""
        blob = self.blob.tobytes()
        return [blob[start:stop] for start, stop in pairwise(self.offsets.tolist())]

    def parts(self) -> Iterator[PretokenCounts]:
        """Yield the counts of some pretokens in all blocks, part by part: here all at once."""
        yield self

    @property
    def blob_bytes(self) -> int:
        """Bytes of all distinct pretokens."""
        return len(self.blob)

    def block_bytes(self) -> NDArray[np.int64]:
        """Return int64[K]: the bytes of the pretokens in each block."""
        found: NDArray[np.int64] = np.diff(self.offsets) @ self.counts
        return found

    def category_sums(self, values: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return int64[n]: the sum of a value of each pretoken, int64[P], over its occurrences in each category."""
        sums = np.zeros(len(self.categories), dtype=np.int64)
        np.add.at(sums, self.block_category, values @ self.counts)
        return sums

    def by_category(self) -> sparse.csr_array:
        """Return the counts summed over the blocks of each category: csr int64 (P × n)."""
        blocks = len(self.block_category)
        membership = sparse.csr_array(
            (np.ones(blocks, dtype=np.int64), (np.arange(blocks), self.block_category)),
            shape=(blocks, len(self.categories)),
        )
        return sparse.csr_array(self.counts @ membership)

    def select(self, categories: Sequence[str]) -> PretokenCounts:
        """Return the counts of some categories only, in the order given; pretokens they lack are dropped.

        Raises:
            CorpusError: there is no category of this name.
        """
        unknown = [name for name in categories if name not in self.categories]
        if unknown:
            raise CorpusError(f"no category {unknown[0]!r}{there_are(unknown[0], self.categories)}")
        numbers = [self.categories.index(name) for name in categories]
        columns = np.concatenate([np.flatnonzero(self.block_category == number) for number in numbers])
        blob, offsets, counts = self.of_blocks(columns)
        return PretokenCounts(
            blob=blob,
            offsets=offsets,
            counts=counts,
            block_category=np.repeat(
                np.arange(len(numbers)), [int((self.block_category == number).sum()) for number in numbers]
            ),
            categories=tuple(categories),
            groups=tuple(self.groups[number] for number in numbers),
            category_bytes=self.category_bytes[numbers],
            documents=self.documents[numbers],
            fingerprint=self.fingerprint,
            text_sha256=tuple(self.text_sha256[number] for number in numbers) if self.text_sha256 else (),
        )

    def pretokens_at(self, rows: NDArray[np.int64]) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
        """Return blob and offsets of some pretokens only (int64[k], numbers)."""
        return _take(self.blob, self.offsets, rows)

    def of_at_least(self, minimum: int) -> PretokenCounts:
        """Return the counts of the pretokens that occur at least `minimum` times; the bytes of the text stay."""
        if minimum <= 1:
            return self
        kept = np.bincount(self.counts.indices, self.counts.data, len(self)) >= minimum
        entries = kept[self.counts.indices]
        blob, offsets = self.pretokens_at(np.flatnonzero(kept))
        rows = (np.cumsum(kept) - 1)[self.counts.indices[entries]]
        ends = np.append(0, np.cumsum(entries))[self.counts.indptr]
        counts = sparse.csc_array(
            (self.counts.data[entries], rows, ends), shape=(len(offsets) - 1, len(self.block_category))
        )
        return replace(self, blob=blob, offsets=offsets, counts=counts)

    def in_blocks(self, most: int) -> PretokenCounts:
        """Return the same counts in at most `most` blocks for each category, by joining neighbours."""
        into = neighbour_groups(self.block_category, most)
        first = np.flatnonzero(run_starts(into))
        joined = sparse.csc_array(
            (np.ones(len(into), dtype=np.int64), into, np.arange(len(into) + 1)),
            shape=(len(first), len(into)),
        )
        return replace(
            self, counts=sparse.csc_array(self.counts @ joined.T), block_category=self.block_category[first]
        )

    def of_blocks(
        self, blocks: NDArray[np.int64]
    ) -> tuple[NDArray[np.uint8], NDArray[np.int64], sparse.csc_array]:
        """Return blob, offsets and counts of some blocks only; pretokens they lack are dropped."""
        counts = self.counts[:, blocks]
        there = np.zeros(counts.shape[0], dtype=bool)
        there[counts.indices] = True
        kept = np.flatnonzero(there)
        # Rows are renumbered directly: SciPy's sparse row indexing takes ten times as long.
        rows = (np.cumsum(there) - 1)[counts.indices]
        blob, offsets = _take(self.blob, self.offsets, kept)
        return (
            blob,
            offsets,
            sparse.csc_array((counts.data, rows, counts.indptr), shape=(len(kept), len(blocks))),
        )


def _take(
    blob: NDArray[np.uint8], offsets: NDArray[np.int64], rows: NDArray[np.int64]
) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Return blob and offsets of the chosen pretokens only."""
    lengths = np.diff(offsets)[rows]
    new = np.concatenate([[0], np.cumsum(lengths)])
    positions = np.arange(new[-1]) + np.repeat(offsets[rows] - new[:-1], lengths)
    return blob[positions], new


def join_categories(
    parts: Sequence[BlockCounts], categories: tuple[str, ...], groups: tuple[str, ...], fingerprint: str
) -> PretokenCounts:
    """Combine the counts of several categories into one table.

    Raises:
        KeyCollisionError: two pretokens have the same key; count again with another seed.
    """
    distinct = sorted_unique(np.concatenate([part.keys for part in parts]))
    long = join_long([part.long for part in parts], distinct)
    places = places_in(distinct, np.concatenate([part.keys for part in parts]))
    first = np.cumsum([0] + [len(part.keys) for part in parts])
    blob, offsets = pretokens_of(distinct, long)
    ends = np.cumsum([0] + [len(part.rows) for part in parts])
    return PretokenCounts(
        blob=blob,
        offsets=offsets,
        counts=sparse.csc_array(
            (
                np.concatenate([part.counts for part in parts]),
                np.concatenate([places[at:][part.rows] for part, at in zip(parts, first, strict=False)]),
                np.concatenate([[0], *(part.ends[1:] + end for part, end in zip(parts, ends, strict=False))]),
            ),
            shape=(len(distinct), sum(len(part.ends) - 1 for part in parts)),
        ),
        block_category=np.repeat(np.arange(len(parts)), [len(part.ends) - 1 for part in parts]),
        categories=categories,
        groups=groups,
        category_bytes=np.array([part.text_bytes for part in parts]),
        documents=np.array([part.documents for part in parts]),
        fingerprint=fingerprint,
        text_sha256=tuple(part.text_sha256 for part in parts),
    )


def join_parts(parts: Sequence[PretokenCounts]) -> PretokenCounts:
    """Join the counts of different pretokens in the same blocks, in the order given."""
    ends = np.cumsum([0] + [len(part.blob) for part in parts])
    return replace(
        parts[0],
        blob=np.concatenate([part.blob for part in parts]),
        offsets=np.concatenate(
            [[0], *(part.offsets[1:] + end for part, end in zip(parts, ends, strict=False))]
        ),
        counts=sparse.vstack([part.counts for part in parts], format="csc"),
    )


def pretokens_of(
    distinct: NDArray[np.uint64], long: LongPretokens
) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Return blob and offsets, as in `PretokenCounts`, of pretokens from their keys, ascending."""
    short_blob, short_lengths = short_bytes(distinct[: np.searchsorted(distinct, LONG)])
    return _write_bars(
        np.concatenate([short_blob, np.frombuffer(long.blob, dtype=np.uint8)]),
        np.concatenate([short_lengths, long.lengths]),
    )


def _write_bars(
    blob: NDArray[np.uint8], lengths: NDArray[np.int64]
) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Replace the one-byte stand-in by ▁; return the blob and the offsets of the pretokens."""
    offsets = np.concatenate([[0], np.cumsum(lengths)])
    bars = blob == BAR
    if not bars.any():
        return blob, offsets
    before = np.concatenate([[0], np.cumsum(bars)])
    return np.frombuffer(blob.tobytes().replace(bytes([BAR]), "▁".encode()), np.uint8), offsets + 2 * before[
        offsets
    ]
