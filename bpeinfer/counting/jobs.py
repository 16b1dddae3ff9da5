"""Samples → counts of all categories, within bounded memory."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import overload

from bpeinfer.corpora.corpus import Corpus
from bpeinfer.corpora.given import GivenCorpus, as_corpus
from bpeinfer.counting.adding_up import add_up_in_turn, named_units
from bpeinfer.counting.blocks import BLOCKS, BlockCounts, KeyCollisionError, add_up
from bpeinfer.counting.counts import PretokenCounts, join_categories
from bpeinfer.counting.memory import Budget
from bpeinfer.counting.spilled_counts import AnyCounts
from bpeinfer.counting.spilling import spill_pretokens
from bpeinfer.counting.units import IN_MEMORY, SEEDS, OnText, count_units
from bpeinfer.errors import CorpusError
from bpeinfer.loading import GivenTokenizer, as_pretokenizer
from bpeinfer.pretokenize import Pretokenizer

__all__ = ["add_up_reseeded", "count_categories", "count_pretokens"]

_log = logging.getLogger(__name__)

MOST_ENTRIES = 200_000_000
"""At most this many counts (of a pretoken in a block) are held: 4.8 GB while the table is made."""

FEWEST_BLOCKS = 25
"""Larger categories get fewer blocks, but at least this many, which the bootstrap needs."""


@overload
def count_pretokens(
    samples: GivenCorpus,
    pretokenizer: Pretokenizer | GivenTokenizer,
    *,
    progress: OnText | None = ...,
    workers: int = ...,
    cache: str | Path | None = ...,
    memory: None = ...,
) -> PretokenCounts: ...


@overload
def count_pretokens(
    samples: GivenCorpus,
    pretokenizer: Pretokenizer | GivenTokenizer,
    *,
    progress: OnText | None = ...,
    workers: int = ...,
    cache: str | Path | None = ...,
    memory: int | Budget | None,
) -> AnyCounts: ...


def count_pretokens(
    samples: GivenCorpus,
    pretokenizer: Pretokenizer | GivenTokenizer,
    *,
    progress: OnText | None = None,
    workers: int = 1,
    cache: str | Path | None = None,
    memory: int | Budget | None = None,
) -> AnyCounts:
    """Count the pretokens of every category of the samples, block by block; counts in files are used unchanged.

    Args:
        samples: from `load_corpus`, or documents by name (``{"en": [...], "de": [...]}``), or a folder.
        pretokenizer: the tokenizer's pre-tokenizer, or the tokenizer itself, or a source of one.
        progress: receives a callback with the bytes counted.
        workers: number of processes, used if there are about 100 MB of text or more; with more than one, a script
            needs the usual ``if __name__ == "__main__":``. With `memory`, parts of the counts are small enough for as
            many processes to replay them at once.
        cache: a folder in which the counts of each file are kept, so that the next run skips its text.
        memory: bytes that may be used (None: as many as it takes). Counts then lie in files in a temporary folder
            (``TMPDIR``), about 65 bytes for each distinct pretoken of all samples, and nothing is left out.

    Returns:
        The counts in memory or, if it is bounded, on disk.

    Memory, if it is not bounded: that of `count_categories`, plus 24 bytes for each entry (a pretoken in a block) while
    the table is made and 12 afterwards, and about 50 for each distinct pretoken of each category. There are at most
    `MOST_ENTRIES` entries: beyond that, all categories get fewer and larger blocks, at least `FEWEST_BLOCKS`; if that
    is not enough, the rarest pretokens of each category are left out, and the log says how many occurrences.

    Raises:
        CorpusError: a category is empty, has no pretokens, or cannot be read.
        LimitError: `memory` is less than 1 GB.
        OutputError: the disk is full.
        InferenceError: the samples or the pre-tokenizer are of an unsupported type.
    """
    corpus, pretokenizer = as_corpus(samples), as_pretokenizer(pretokenizer)
    if memory is not None:
        return spill_pretokens(corpus, pretokenizer, memory, progress=progress, workers=workers, cache=cache)
    counted = count_categories(corpus, pretokenizer, progress=progress, workers=workers, cache=cache)
    parts = _within_bounds(counted, corpus.names)
    for seed in range(max(part.seed for part in parts), SEEDS):
        try:
            parts = [part.reseeded(seed) for part in parts]
            return join_categories(parts, corpus.names, corpus.groups, pretokenizer.fingerprint)
        except KeyCollisionError:
            continue
    raise AssertionError(f"{SEEDS} seeds in a row gave two pretokens one key")


def _within_bounds(counted: Iterator[BlockCounts], names: Sequence[str]) -> list[BlockCounts]:
    """Collect the counts of all categories, with fewer blocks or without rare pretokens if there are too many."""
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
            "%d categories of this size are counted in %d blocks each instead of %d; memory=… (--memory) keeps all",
            len(parts),
            blocks,
            BLOCKS,
        )
    if minimum > 1:
        _log.warning(
            "pretokens that occur less than %d times in a category are left out: %d occurrences; memory=… (--memory) "
            "keeps all",
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
    cache: str | Path | None = None,
) -> Iterator[BlockCounts]:
    """Count as `count_pretokens` does, but yield the categories one by one.

    Memory: for each worker, a chunk of text with its arrays and the counts of one part of at most 64 MB of text
    (of one file if it is compressed or a table); the counts of the current category, and as much again for
    parts that wait to be added to them.
    """
    groups, named = named_units(corpus)
    counted = count_units(named, pretokenizer, progress, workers, cache, IN_MEMORY)
    for category, group in zip(corpus.categories, groups, strict=True):
        whole, text_sha256 = add_up_in_turn(islice(counted, len(group)), add_up_reseeded)
        if not len(whole.keys):
            raise CorpusError(
                f"category {category.name!r} is empty: it has no text; add text or leave it out"
            )
        yield replace(whole, text_sha256=text_sha256)


def add_up_reseeded(parts: list[BlockCounts]) -> BlockCounts:
    """Add up parts of a category under the first seed that gives no two pretokens one key."""
    for seed in range(max(part.seed for part in parts), SEEDS):
        try:
            return add_up([part.reseeded(seed) for part in parts])
        except KeyCollisionError:
            continue
    raise AssertionError(f"{SEEDS} seeds in a row gave two pretokens one key")
