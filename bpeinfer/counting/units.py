"""Parts of samples that are counted one by one: by several processes, and only if a cache does not have them."""

from __future__ import annotations

import logging
import os
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from functools import partial
from itertools import islice
from pathlib import Path

from bpeinfer.corpora.corpus import Category
from bpeinfer.corpora.sources import FromFiles, Memory, Source, TallyFile
from bpeinfer.corpora.text_files import TextFile, split_name
from bpeinfer.counting.block_counter import BlockCounter
from bpeinfer.counting.blocks import BlockCounts, KeyCollisionError
from bpeinfer.counting.kept_counts import from_cache, keep, unit_key
from bpeinfer.counting.tally_files import Tally, read_tally
from bpeinfer.pretokenize import Pretokenizer
from bpeinfer.workers import worker_pool

__all__ = ["SEEDS", "OnText", "count_units", "units_of"]

SEEDS = 8
"""Hashes of long pretokens to try before giving up; the first almost always works."""

_log = logging.getLogger(__name__)


WORTH_A_POOL = 100_000_000
"""Bytes of text from which starting worker processes (a second each) pays off."""

OnText = Callable[[str, int], None]
"""Called as ``progress(category, bytes)`` after each piece of text, with its number of bytes."""


def units_of(category: Category) -> Iterator[Source]:
    """Yield the sources of a category in parts that are counted one by one."""
    for source in category.sources:
        yield from source.shards() if isinstance(source, TextFile) else (source,)


def count_units(
    units: list[tuple[str, Source]],
    pretokenizer: Pretokenizer,
    progress: OnText | None,
    workers: int,
    cache: Path | None,
) -> Iterator[BlockCounts]:
    """Yield the counts of each unit, in order."""
    # Another process cannot use our pipes.
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
    """Estimate the bytes of text that are not cached yet; compressed files count fourfold."""
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
        found = from_cache(kept)
        if found is None:
            return _count_text(source, pretokenizer, kept, progress)
    if progress:
        progress(found.text_bytes)
    return found


def _count_text(
    source: Memory | FromFiles,
    pretokenizer: Pretokenizer,
    kept: Path | None,
    progress: Callable[[int], None] | None,
) -> BlockCounts:
    for seed in range(SEEDS):
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
            keep(
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
    raise AssertionError(f"{SEEDS} seeds in a row gave two pretokens one key")
