"""Samples → counts on disk: what `count_categories` and `count_pretokens` do, in bounded memory.

The counts of each part of the samples become a run on disk, ordered by key. Then the runs are joined, one range of
keys after another. Nothing is left out, and the counts and their blocks are those that memory would have held.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bpeinfer.corpora.corpus import Corpus
from bpeinfer.counting.adding_up import add_up_in_turn, named_units
from bpeinfer.counting.blocks import BlockCounts, KeyCollisionError, joined_blocks
from bpeinfer.counting.counts import pretokens_of
from bpeinfer.counting.memory import Budget
from bpeinfer.counting.runs import Joined, Run, bounds_of, join_runs, write_run
from bpeinfer.counting.spill_folder import Spilled, SpillFolder
from bpeinfer.counting.spilled_counts import SpilledCounts
from bpeinfer.counting.units import SEEDS, Holding, OnText, count_units
from bpeinfer.errors import CorpusError
from bpeinfer.pretokenize import Pretokenizer

__all__ = ["SpilledCategory", "join_partitions", "spill_categories", "spill_pretokens"]

Longs = NDArray[np.int64]

_WORKER = 500_000_000
"""Bytes that a worker process takes."""


@dataclass(frozen=True, eq=False, kw_only=True)
class SpilledCategory:
    """The counts of one category on disk.

    Attributes:
        runs: each part of it, with the block of the category that each of its blocks goes into, int64[b].
        weights: int64[K], occurrences in each block of the category.
        text_bytes, documents, text_sha256: as in `BlockCounts`.
    """

    runs: tuple[tuple[Run, Longs], ...]
    weights: Longs
    text_bytes: int
    documents: int
    text_sha256: str


def _whole(runs: list[tuple[Run, Longs]], totals: BlockCounts) -> SpilledCategory:
    """Return the category that consists of one unit."""
    into = np.concatenate([blocks for _, blocks in runs])
    weights = np.bincount(
        into, np.concatenate([run.weights for run, _ in runs]), int(into[-1]) + 1 if len(into) else 0
    )
    return SpilledCategory(
        runs=tuple(runs),
        weights=weights.astype(np.int64),
        text_bytes=totals.text_bytes,
        documents=totals.documents,
        text_sha256=totals.text_sha256,
    )


def _add_up(parts: list[SpilledCategory]) -> SpilledCategory:
    """Do to the blocks what `add_up` does."""
    parts = [part for part in parts if part.weights.any()] or parts[:1]
    if len(parts) == 1:
        return parts[0]
    weights = np.concatenate([part.weights for part in parts])
    into = joined_blocks(weights)
    first = np.cumsum([0] + [len(part.weights) for part in parts])
    return SpilledCategory(
        runs=tuple(
            (run, into[start:][blocks])
            for part, start in zip(parts, first.tolist(), strict=False)
            for run, blocks in part.runs
        ),
        weights=np.bincount(into, weights).astype(np.int64),
        text_bytes=sum(part.text_bytes for part in parts),
        documents=sum(part.documents for part in parts),
        text_sha256="",
    )


def spill_categories(
    corpus: Corpus,
    pretokenizer: Pretokenizer,
    folder: SpillFolder,
    memory: int | Budget,
    *,
    progress: OnText | None = None,
    workers: int = 1,
    cache: str | Path | None = None,
) -> Iterator[SpilledCategory]:
    """Count as `count_categories` does, with the counts of each part of the samples in a file.

    Memory: for each worker, a chunk of text with its arrays and a part of the budget, however large the files are;
    counts from a file of counts are in memory one file at a time.

    Raises:
        CorpusError: a category is empty or cannot be read.
        OutputError: the disk is full.
    """
    workers = _at_once(memory, workers)
    groups, named = named_units(corpus)
    most = Budget.of(memory).entries // (2 * max(workers, 1))
    counted: Iterator[SpilledCategory] = count_units(
        named, pretokenizer, progress, workers, cache, Holding(partial(write_run, folder), _whole, most)
    )
    for category, group in zip(corpus.categories, groups, strict=True):
        whole, text_sha256 = add_up_in_turn(islice(counted, len(group)), _add_up)
        if not whole.weights.any():
            raise CorpusError(
                f"category {category.name!r} is empty: it has no text; add text or leave it out"
            )
        yield replace(whole, text_sha256=text_sha256)


def spill_pretokens(
    corpus: Corpus,
    pretokenizer: Pretokenizer,
    memory: int | Budget,
    *,
    progress: OnText | None = None,
    workers: int = 1,
    cache: str | Path | None = None,
) -> SpilledCounts:
    """Count as `count_pretokens` does, with at most `memory` bytes of counts in memory; see there."""
    budget, folder = Budget.of(memory), SpillFolder()
    categories = list(
        spill_categories(
            corpus, pretokenizer, folder, memory, progress=progress, workers=workers, cache=cache
        )
    )
    columns = [len(category.weights) for category in categories]
    first = np.cumsum([0, *columns])
    runs = [
        (run, blocks + start)
        for category, start in zip(categories, first.tolist(), strict=False)
        for run, blocks in category.runs
    ]
    each = budget.shared(_at_once(memory, workers))  # each process that replays a part has it in memory
    stored, _ = join_partitions(runs, sum(columns), folder, each, partial(_write_part, folder))
    return SpilledCounts(
        folder=folder,
        stored=tuple(stored),
        budget=budget,
        size=sum(part.length("offsets") - 1 for part in stored),
        blob_bytes=sum(part.length("blob") for part in stored),
        block_category=np.repeat(np.arange(len(columns)), columns).astype(np.int32),
        categories=corpus.names,
        groups=corpus.groups,
        category_bytes=np.array([category.text_bytes for category in categories]),
        documents=np.array([category.documents for category in categories]),
        fingerprint=pretokenizer.fingerprint,
        text_sha256=tuple(category.text_sha256 for category in categories),
    )


def _at_once(memory: int | Budget, workers: int) -> int:
    """Return how many of the worker processes fit into half of the memory."""
    return workers if isinstance(memory, Budget) else min(workers, max(1, int(memory) // (2 * _WORKER)))


def join_partitions(
    runs: Sequence[tuple[Run, Longs]],
    columns: int,
    folder: SpillFolder,
    budget: Budget,
    write: Callable[[Joined], Spilled],
) -> tuple[list[Spilled], int]:
    """Join runs, one range of keys after another, ascending.

    Args:
        runs: each with the column of each of its blocks, int64[b].
        columns: how many columns there are.
        folder: where runs are written that need other keys.
        budget: of a partition.
        write: stores the counts of a partition.

    Returns:
        what was stored, and the seed of the keys.
    """
    for seed in range(max(run.seed for run, _ in runs), SEEDS):
        stored: list[Spilled] = []
        try:
            runs = [(_reseeded(run, seed, folder), blocks) for run, blocks in runs]
            bounds = bounds_of([run for run, _ in runs], budget)
            for low, high in zip(bounds, [*bounds[1:], None], strict=True):
                stored.append(write(join_runs(runs, columns, low, high)))
        except KeyCollisionError:
            for part in stored:
                part.remove()
        else:
            for run, _ in runs:
                run.stored.remove()
            return stored, seed
    raise AssertionError(f"{SEEDS} seeds in a row gave two pretokens one key")


def _reseeded(run: Run, seed: int, folder: SpillFolder) -> Run:
    if run.seed == seed:
        return run
    counts = run.counts().reseeded(seed)
    run.stored.remove()
    return write_run(folder, counts)


def _write_part(folder: SpillFolder, part: Joined) -> Spilled:
    blob, offsets = pretokens_of(part.keys, part.long)
    return folder.write(
        {
            "blob": blob,
            "offsets": offsets,
            "data": part.counts.data,
            "indices": part.counts.indices,
            "indptr": part.counts.indptr,
            "block_bytes": np.diff(offsets) @ part.counts,
        },
        narrow=True,
    )
