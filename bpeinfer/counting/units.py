"""Parts of samples that are counted one by one: by several processes, and only if a cache does not have them."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Generic, NamedTuple, TypeVar

import numpy as np

from bpeinfer.corpora.corpus import Category
from bpeinfer.corpora.sources import ChosenTally, FromFiles, Memory, Source, TallyFile
from bpeinfer.corpora.text_files import TextFile, split_name
from bpeinfer.counting.block_counter import BlockCounter
from bpeinfer.counting.blocks import BlockCounts, KeyCollisionError, Places
from bpeinfer.counting.kept_counts import from_cache, keep, unit_file
from bpeinfer.counting.tally_files import Tally, read_tally
from bpeinfer.pretokenize import Pretokenizer
from bpeinfer.ragged import run_starts
from bpeinfer.workers import results_in_order, worker_pool

__all__ = ["IN_MEMORY", "SEEDS", "Holding", "OnText", "count_unit", "count_units", "has_stream", "units_of"]

SEEDS = 8
"""Hashes of long pretokens to try before giving up; the first almost always works."""

_log = logging.getLogger(__name__)


WORTH_A_POOL = 100_000_000
"""Bytes of text from which starting worker processes (a second each) pays off."""

NAMED = 3
"""Categories that are named where lines of many are left out."""

OnText = Callable[[str, int], None]
"""Called as ``progress(category, bytes)`` after each piece of text, with its number of bytes."""


Kept = TypeVar("Kept")
Counted = TypeVar("Counted")


@dataclass(frozen=True)
class Holding(Generic[Kept, Counted]):
    """How the counts of a unit are held, in the process that counts.

    Attributes:
        keep: takes the counts of the unit, or some of them.
        finish: takes what was kept, with the block of the unit that each block goes into, int64[b], and counts that
            have the totals of the unit; returns the whole.
        most: counts of a unit that are held in memory before they are kept (None: any number).
    """

    keep: Callable[[BlockCounts], Kept]
    finish: Callable[[list[tuple[Kept, Places]], BlockCounts], Counted]
    most: int | None = None


def _as_it_is(counts: BlockCounts) -> BlockCounts:
    return counts


def _only(parts: list[tuple[BlockCounts, Places]], totals: BlockCounts) -> BlockCounts:
    return parts[0][0]


class _Unit(NamedTuple, Generic[Counted]):
    """What counting a unit gives: its counts, the bytes of its text, and those that were skipped this time."""

    counted: Counted
    text_bytes: int
    skipped_bytes: int


IN_MEMORY = Holding(_as_it_is, _only)
"""Counts as they are."""


def units_of(category: Category) -> Iterator[Source]:
    """Yield the sources of a category in parts that are counted one by one."""
    for source in category.sources:
        yield from source.shards() if isinstance(source, TextFile) else (source,)


def count_units(
    units: list[tuple[str, Source]],
    pretokenizer: Pretokenizer,
    progress: OnText | None,
    workers: int,
    cache: str | Path | None,
    holding: Holding[Any, Counted],
) -> Iterator[Counted]:
    """Yield the counts of each unit, in order, held as `holding` says."""
    skipped: dict[str, int] = {}
    for number, (name, unit) in enumerate(
        _one_by_one(units, pretokenizer, progress, workers, cache, holding), 1
    ):
        skipped[name] = skipped.get(name, 0) + unit.skipped_bytes
        if number == len(units):
            _say_skipped(skipped)  # now: after the last one, nobody asks for more
        yield unit.counted


def _one_by_one(
    units: list[tuple[str, Source]],
    pretokenizer: Pretokenizer,
    progress: OnText | None,
    workers: int,
    cache: str | Path | None,
    holding: Holding[Any, Counted],
) -> Iterator[tuple[str, _Unit[Counted]]]:
    # Another process cannot use our pipes.
    if any(has_stream(source) for _, source in units):
        workers = 1
    if workers <= 1 or len(units) <= 1 or _bytes_to_count(units, pretokenizer, cache) < WORTH_A_POOL:
        for name, source in units:
            told = partial(progress, name) if progress else None
            yield name, count_unit(source, pretokenizer, cache, holding, told)
        return
    for name, unit in _in_processes(units, pretokenizer, workers, cache, holding):
        if progress:
            progress(name, unit.text_bytes)
        yield name, unit


def _in_processes(
    units: list[tuple[str, Source]],
    pretokenizer: Pretokenizer,
    workers: int,
    cache: str | Path | None,
    holding: Holding[Any, Counted],
) -> Iterator[tuple[str, _Unit[Counted]]]:
    names, sources = zip(*units, strict=True)
    count = partial(count_unit, pretokenizer=pretokenizer, cache=cache, holding=holding)
    with worker_pool(min(workers, len(units))) as pool:
        yield from zip(names, results_in_order(pool, count, sources, ahead=3 * workers - 1), strict=True)


def _say_skipped(skipped: dict[str, int]) -> None:
    """Warn once of the lines of all categories that the tokenizer's trainer would not have read."""
    lost = sorted(((size, name) for name, size in skipped.items() if size), reverse=True)
    if lost:
        named = [f"{name} {size:,}" for size, name in lost[:NAMED]]
        more = f" and {len(lost) - NAMED} more" if len(lost) > NAMED else ""
        _log.warning(
            "%s bytes are left out, in lines that sentencepiece's trainer skips: %s%s",
            f"{sum(size for size, _ in lost):,}",
            ", ".join(named),
            more,
        )


def _bytes_to_count(
    units: list[tuple[str, Source]], pretokenizer: Pretokenizer, cache: str | Path | None
) -> int:
    """Estimate the bytes of text that are not cached yet; compressed files count fourfold."""
    total = 0
    for _, source in units:
        if isinstance(source, FromFiles) and not _is_kept(source, pretokenizer, cache):
            total += sum(file.size * (4 if split_name(file.path)[2] else 1) for file in source.files)
    return total


def has_stream(source: Source) -> bool:
    """Return whether text is read from a pipe, which only this process can."""
    return isinstance(source, FromFiles) and any(file.stream for file in source.files)


def _is_kept(source: FromFiles, pretokenizer: Pretokenizer, cache: str | Path | None) -> bool:
    return cache is not None and os.path.exists(unit_file(cache, source, pretokenizer))


def count_unit(
    source: Source,
    pretokenizer: Pretokenizer,
    cache: str | Path | None,
    holding: Holding[Any, Counted],
    progress: Callable[[int], None] | None = None,
) -> _Unit[Counted]:
    """Return the counts of a unit, and the bytes of its text."""
    found: BlockCounts | None
    if isinstance(source, ChosenTally):
        source = source.choose(pretokenizer.fingerprint, pretokenizer.description)
    if isinstance(source, TallyFile):
        tally = read_tally(source.path, source.limits)
        tally.check_made_with(pretokenizer, source.path)
        found = tally.counts
    else:
        kept = None
        if cache and isinstance(source, FromFiles) and not has_stream(source):
            kept = unit_file(cache, source, pretokenizer)
        found = from_cache(kept)
        if found is None:
            return _count_text(source, pretokenizer, kept, holding, progress)
    if progress:
        progress(found.text_bytes)
    counted = holding.finish([(holding.keep(found), np.arange(len(found.ends) - 1))], found)
    return _Unit(counted, found.text_bytes, 0)


def _count_text(
    source: Memory | FromFiles,
    pretokenizer: Pretokenizer,
    kept: Path | None,
    holding: Holding[Any, Counted],
    progress: Callable[[int], None] | None,
) -> _Unit[Counted]:
    for seed in range(SEEDS):
        counter = BlockCounter(pretokenizer, seed)
        try:
            parts, last, places = _counted(source, counter, holding, None if seed else progress)
        except KeyCollisionError:
            continue
        if kept and not parts:
            keep(
                kept,
                Tally(
                    category="",
                    group="",
                    title="",
                    pretokenizer=pretokenizer.fingerprint,
                    description=pretokenizer.description,
                    counts=last,
                ),
            )
        parts.append((holding.keep(last), places))
        blocks = np.cumsum(run_starts(np.concatenate([at for _, at in parts]) // counter.stretch)) - 1
        ends = np.cumsum([len(at) for _, at in parts])
        into = np.split(blocks, ends[:-1])
        held = [(part, own) for (part, _), own in zip(parts, into, strict=True)]
        return _Unit(holding.finish(held, last), last.text_bytes, counter.skipped_bytes)
    raise AssertionError(f"{SEEDS} seeds in a row gave two pretokens one key")


def _counted(
    source: Memory | FromFiles,
    counter: BlockCounter,
    holding: Holding[Kept, Any],
    progress: Callable[[int], None] | None,
) -> tuple[list[tuple[Kept, Places]], BlockCounts, Places]:
    """Count a text; return the parts that were kept on the way, the last counts, and a place in each of their blocks.

    Raises:
        KeyCollisionError: two pretokens have the same key; count again with another seed.
    """
    parts: list[tuple[Kept, Places]] = []
    for document in source.documents():
        size = counter.add(document)
        if progress:
            progress(size)
        if holding.most is not None and counter.entries > holding.most:
            counts, places = counter.take()
            parts.append((holding.keep(counts), places))
    return parts, *counter.last()
