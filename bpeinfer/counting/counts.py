"""`PretokenCounts`: how often each distinct pretoken occurs in each block of each category's sample."""

from __future__ import annotations

import hashlib
import json
import logging
import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice, pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from bpeinfer.corpora.corpus import Category, Corpus
from bpeinfer.corpora.sources import FromFiles, Memory, Source, TallyFile
from bpeinfer.corpora.text_files import TextFile, split_name
from bpeinfer.counting.blocks import (
    BLOCKS,
    BlockCounter,
    BlockCounts,
    KeyCollisionError,
    add_up,
    join_long,
    places_in,
)
from bpeinfer.counting.keys import LONG, short_bytes
from bpeinfer.counting.tally_files import Tally, read_tally, write_tally
from bpeinfer.errors import CorpusError, OutputError, TallyError
from bpeinfer.files import shown
from bpeinfer.pretokenize import Pretokenizer
from bpeinfer.pretokenize.boundaries import BAR
from bpeinfer.ragged import sorted_unique
from bpeinfer.workers import worker_pool

__all__ = [
    "OnText",
    "PretokenCounts",
    "count_categories",
    "count_pretokens",
    "join_categories",
    "unit_key",
    "units_of",
]

_SEEDS = 8  # of the hashes of long pretokens; the first nearly always does
_log = logging.getLogger(__name__)

_WAITING = 20_000_000  # counts that may wait to be added up with those of the same category

_COUNTING = 2  # raise it when the same text comes to be counted otherwise: caches then start anew

MOST_ENTRIES = 200_000_000
"""At most so many counts (of a pretoken in a block) are held: 4.8 GB while the table is made."""

FEWEST_BLOCKS = 25
"""Larger categories get fewer blocks, but no fewer than these: the bootstrap needs some."""

WORTH_A_POOL = 100_000_000
"""Bytes of text from which starting worker processes (a second each) pays."""

OnText = Callable[[str, int], None]
"""Called as ``progress(category, bytes)`` after each piece of text, with the bytes it had."""


@dataclass(frozen=True, eq=False, kw_only=True)
class PretokenCounts:
    """Counts of distinct pretokens, P of them, in K blocks of text that belong to n categories.

    A block is one or more whole documents of one category (or a piece of a long one): the bootstrap's unit.

    Attributes:
        blob: uint8[B], the bytes of the distinct pretokens, one after the other: first those of
            up to seven bytes, by length, then the longer ones in an order of no meaning (but always the
            same).
        offsets: int64[P + 1], pretoken p is ``blob[offsets[p]:offsets[p + 1]]``.
        counts: scipy csc array int64 (P × K), occurrences of pretoken p in block k.
        block_category: int32[K], the category of each block, ascending.
        categories, groups: names of the n categories and of the groups they belong to ("" if none).
        category_bytes: int64[n], UTF-8 bytes of raw text (before normalisation) of each category.
        documents: int64[n], documents of each category.
        fingerprint: of the pretokenizer that made the counts.
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
            CorpusError: a name is not among the categories.
        """
        unknown = [name for name in categories if name not in self.categories]
        if unknown:
            raise CorpusError(f"no category {unknown[0]!r}; there are: {', '.join(self.categories)}")
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

    def of_blocks(
        self, blocks: NDArray[np.int64]
    ) -> tuple[NDArray[np.uint8], NDArray[np.int64], sparse.csc_array]:
        """Return blob, offsets and counts of some blocks only; pretokens they lack are dropped."""
        counts = self.counts[:, blocks]
        there = np.zeros(counts.shape[0], dtype=bool)
        there[counts.indices] = True
        kept = np.flatnonzero(there)
        # Straight to new row numbers: the way over sparse row indexing takes ten times as long.
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


def count_pretokens(
    corpus: Corpus,
    pretokenizer: Pretokenizer,
    *,
    progress: OnText | None = None,
    workers: int = 1,
    cache: Path | None = None,
) -> PretokenCounts:
    """Count the pretokens of every category of `corpus`, block by block; counts in files are taken as they are.

    Args:
        corpus: from `load_corpus` or `Corpus.from_texts`.
        pretokenizer: the tokenizer's.
        progress: receives a callback with the bytes counted.
        workers: processes, started where some 100 MB of text are to be counted; with more than one, a script
            needs the usual ``if __name__ == "__main__":``.
        cache: a folder in which the counts of each file are kept, so that the next run skips its text.

    Memory: that of `count_categories`, 24 bytes for each entry (a pretoken in a block) while the table is made and 12
    after, and some 50 for each distinct pretoken of each category. There are at most `MOST_ENTRIES`: with more, all
    categories get fewer and larger blocks, at least `FEWEST_BLOCKS`, and if that is not enough, what is rarest in each
    category is left out; the log says how much.

    Raises:
        CorpusError: a category is empty, has no pretokens, or cannot be read.
    """
    counted = count_categories(corpus, pretokenizer, progress=progress, workers=workers, cache=cache)
    parts = _within_bounds(counted, corpus.names)
    for seed in range(max(part.seed for part in parts), _SEEDS):
        try:
            parts = [part.reseeded(seed) for part in parts]
            return join_categories(parts, corpus.names, corpus.groups, pretokenizer.fingerprint)
        except KeyCollisionError:
            continue
    raise AssertionError(f"{_SEEDS} seeds in a row gave two pretokens one key")


def _within_bounds(counted: Iterator[BlockCounts], names: Sequence[str]) -> list[BlockCounts]:
    """Collect the counts of all categories, with fewer blocks or without rare pretokens if they are too many."""
    blocks, minimum, dropped = BLOCKS, 1, 0

    def bounded(part: BlockCounts) -> BlockCounts:
        nonlocal dropped
        kept, lost = (
            part.in_blocks(blocks).without_rare(minimum) if minimum > 1 else (part.in_blocks(blocks), 0)
        )
        dropped += lost
        return kept

    parts: list[BlockCounts] = []
    for part in counted:
        parts.append(bounded(part))
        while sum(len(part.rows) for part in parts) > MOST_ENTRIES:
            if blocks > FEWEST_BLOCKS:
                blocks = max(blocks // 2, FEWEST_BLOCKS)
            else:
                minimum += 1
            parts = [bounded(part) for part in parts]
    if blocks < BLOCKS:
        _log.warning(
            "%d categories of this size are counted in %d blocks each instead of %d",
            len(parts),
            blocks,
            BLOCKS,
        )
    if minimum > 1:
        _log.warning(
            "pretokens that occur less than %d times in a category are left out: %d occurrences",
            minimum,
            dropped,
        )
    for part, name in zip(parts, names, strict=True):
        if not len(part.keys):
            raise CorpusError(
                f"category {name!r}: no pretoken occurs {minimum} times; leave the category out"
            )
    return parts


def count_categories(
    corpus: Corpus,
    pretokenizer: Pretokenizer,
    *,
    progress: OnText | None = None,
    workers: int = 1,
    cache: Path | None = None,
) -> Iterator[BlockCounts]:
    """Count as `count_pretokens` does, but yield the categories one after the other.

    Memory: for each worker a chunk of text with its arrays and the counts of one part of at most 64 MB of text
    (of one file if it is compressed or a table); the counts of the category at hand, and as much again for
    parts that wait to be added to them.
    """
    units = [list(units_of(category)) for category in corpus.categories]
    named = [
        (category.name, unit)
        for category, group in zip(corpus.categories, units, strict=True)
        for unit in group
    ]
    counted = _count_units(named, pretokenizer, progress, workers, cache)
    for category, group in zip(corpus.categories, units, strict=True):
        parts: list[BlockCounts] = []
        hashes = []
        for part in islice(counted, len(group)):
            parts.append(part)
            hashes.append(part.text_sha256)
            if sum(len(part.rows) for part in parts[1:]) > max(_WAITING, len(parts[0].rows)):
                parts = [_add_up_reseeded(parts)]
        if not any(len(part.keys) for part in parts):
            raise CorpusError(f"category {category.name!r} is empty: no text in it; add text or leave it out")
        # Of the parts in order, not of the sums on the way, which depend on how the text was split.
        whole = hashes[0] if len(hashes) == 1 else hashlib.sha256("".join(hashes).encode()).hexdigest()
        yield replace(_add_up_reseeded(parts), text_sha256=whole)


def units_of(category: Category) -> Iterator[Source]:
    """Yield the sources of a category in parts that are counted one by one."""
    for source in category.sources:
        yield from source.shards() if isinstance(source, TextFile) else (source,)


def _add_up_reseeded(parts: list[BlockCounts]) -> BlockCounts:
    for seed in range(max(part.seed for part in parts), _SEEDS):
        try:
            return add_up([part.reseeded(seed) for part in parts])
        except KeyCollisionError:
            continue
    raise AssertionError(f"{_SEEDS} seeds in a row gave two pretokens one key")


def _count_units(
    units: list[tuple[str, Source]],
    pretokenizer: Pretokenizer,
    progress: OnText | None,
    workers: int,
    cache: Path | None,
) -> Iterator[BlockCounts]:
    """Yield the counts of each unit, in order."""
    # Another process may not have our pipes.
    if any(_has_stream(source) for _, source in units):
        workers = 1
    if workers <= 1 or len(units) <= 1 or _bytes_to_count(units, pretokenizer, cache) < WORTH_A_POOL:
        for name, source in units:
            yield _count_unit(source, pretokenizer, cache, partial(progress, name) if progress else None)
        return
    with worker_pool(min(workers, len(units))) as pool:
        submitted: deque[tuple[str, Future[BlockCounts]]] = deque()
        rest = iter(units)
        while True:
            for name, source in islice(rest, 3 * workers - len(submitted)):
                submitted.append((name, pool.submit(_count_unit, source, pretokenizer, cache)))
            if not submitted:
                return
            name, result = submitted.popleft()
            counts = result.result()
            if progress:
                progress(name, counts.text_bytes)
            yield counts


def _bytes_to_count(units: list[tuple[str, Source]], pretokenizer: Pretokenizer, cache: Path | None) -> int:
    """Estimate the text that is in no cache yet; compressed files count fourfold."""
    total = 0
    for _, source in units:
        if isinstance(source, FromFiles) and not _is_kept(source, pretokenizer, cache):
            total += sum(file.size * (4 if split_name(file.path)[2] else 1) for file in source.files)
    return total


def _has_stream(source: Source) -> bool:
    return isinstance(source, FromFiles) and any(file.stream for file in source.files)


def _is_kept(source: FromFiles, pretokenizer: Pretokenizer, cache: Path | None) -> bool:
    return cache is not None and os.path.exists(cache / f"{unit_key(source, pretokenizer)}.tally")


def _count_unit(
    source: Source,
    pretokenizer: Pretokenizer,
    cache: Path | None,
    progress: Callable[[int], None] | None = None,
) -> BlockCounts:
    found: BlockCounts | None
    if isinstance(source, TallyFile):
        tally = read_tally(source.path, source.limits)
        tally.check_made_with(pretokenizer, source.path)
        found = tally.counts
    else:
        kept = None
        if cache and isinstance(source, FromFiles) and not _has_stream(source):
            kept = cache / f"{unit_key(source, pretokenizer)}.tally"
        found = _from_cache(kept)
        if found is None:
            return _count_text(source, pretokenizer, kept, progress)
    if progress:
        progress(found.text_bytes)
    return found


def _from_cache(path: Path | None) -> BlockCounts | None:
    if path is None or not os.path.exists(path):
        return None
    try:
        return read_tally(path).counts
    except TallyError as error:
        _log.warning("%s; its text is counted again", error)
        return None


def _count_text(
    source: Memory | FromFiles,
    pretokenizer: Pretokenizer,
    kept: Path | None,
    progress: Callable[[int], None] | None,
) -> BlockCounts:
    for seed in range(_SEEDS):
        counter = BlockCounter(pretokenizer, seed)
        for document in source.documents():
            size = counter.add(document)
            if progress and not seed:
                progress(size)
        try:
            counts = counter.finish()
        except KeyCollisionError:
            continue
        if counter.skipped_bytes:
            _log.warning(
                "%s: %s bytes are left out, in lines that sentencepiece's trainer skips",
                getattr(source, "path", "the text"),
                f"{counter.skipped_bytes:,}",
            )
        if kept:
            _keep(
                kept,
                Tally(
                    category="",
                    group="",
                    title="",
                    pretokenizer=pretokenizer.fingerprint,
                    description=pretokenizer.description,
                    counts=counts,
                ),
            )
        return counts
    raise AssertionError(f"{_SEEDS} seeds in a row gave two pretokens one key")


def _keep(path: Path, tally: Tally) -> None:
    """Write to the cache; a cache that cannot be written costs time, no result."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_tally(path, tally)
    except (OSError, OutputError) as error:
        _log.warning("counts are not kept for the next run (%s)", error)


def unit_key(source: FromFiles, pretokenizer: Pretokenizer) -> str:
    """Return a key (hex) of some text and how it is split: files by path, size and time of change."""
    told = [
        [
            shown(file.path.absolute()),
            file.text_field,
            file.errors,
            file.start,
            file.stop,
            file.size,
            file.modified,
        ]
        for file in source.files
    ]
    document = [_COUNTING, pretokenizer.fingerprint, told, source.choice]
    return hashlib.sha256(json.dumps(document).encode()).hexdigest()


def join_categories(
    parts: Sequence[BlockCounts], categories: tuple[str, ...], groups: tuple[str, ...], fingerprint: str
) -> PretokenCounts:
    """Put the counts of several categories into one table.

    Raises:
        KeyCollisionError: one key stands for two pretokens; count again with another seed.
    """
    distinct = sorted_unique(np.concatenate([part.keys for part in parts]))
    shorts = distinct[: np.searchsorted(distinct, LONG)]
    long = join_long([part.long for part in parts], distinct)
    places = places_in(distinct, np.concatenate([part.keys for part in parts]))
    first = np.cumsum([0] + [len(part.keys) for part in parts])
    short_blob, short_lengths = short_bytes(shorts)
    blob, offsets = _write_bars(
        np.concatenate([short_blob, np.frombuffer(long.blob, dtype=np.uint8)]),
        np.concatenate([short_lengths, long.lengths]),
    )
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


def _write_bars(
    blob: NDArray[np.uint8], lengths: NDArray[np.int64]
) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Write ▁ where its one-byte stand-in is; return the blob and the offsets of the pretokens."""
    offsets = np.concatenate([[0], np.cumsum(lengths)])
    bars = blob == BAR
    if not bars.any():
        return blob, offsets
    before = np.concatenate([[0], np.cumsum(bars)])
    return np.frombuffer(blob.tobytes().replace(bytes([BAR]), "▁".encode()), np.uint8), offsets + 2 * before[
        offsets
    ]
