"""Text → a folder of tallies, which can replace the text wherever a corpus is expected."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal, get_args

from bpeinfer.corpora.corpus import Category, Corpus
from bpeinfer.corpora.given import GivenCorpus, as_corpus
from bpeinfer.corpora.sources import TALLY, FromFiles
from bpeinfer.counting.blocks import BlockCounts
from bpeinfer.counting.finished import Finished, Tallied
from bpeinfer.counting.jobs import count_categories
from bpeinfer.counting.kept_counts import unit_file
from bpeinfer.counting.memory import Budget
from bpeinfer.counting.on_ray import count_on_ray
from bpeinfer.counting.spill_folder import SpillFolder
from bpeinfer.counting.spilled_tally import Kept, write_spilled
from bpeinfer.counting.spilling import spill_categories
from bpeinfer.counting.tally_files import Tally, check_name
from bpeinfer.counting.tally_writing import write_tally
from bpeinfer.counting.units import OnText, units_of
from bpeinfer.errors import CorpusError, InferenceError
from bpeinfer.files import make_folder, write_file
from bpeinfer.loading import GivenTokenizer, as_pretokenizer
from bpeinfer.pretokenize import Pretokenizer

__all__ = ["Engine", "Tallied", "tally_corpus"]

Engine = Literal["local", "ray"]
"""Where text is counted: by this machine's processes, or on a Ray cluster."""

_PARTS = ".parts"


def tally_corpus(
    samples: GivenCorpus,
    pretokenizer: Pretokenizer | GivenTokenizer,
    output: str | os.PathLike[str],
    *,
    min_count: int = 1,
    workers: int = 1,
    memory: int | Budget | None = None,
    engine: Engine = "local",
    address: str | None = None,
    progress: OnText | None = None,
) -> list[Tallied]:
    """Count every category into ``output/NAME.tally`` and list them in ``output/manifest.json``.

    Finished parts are kept in ``output/.parts`` until the end, so that an interrupted run resumes where it stopped;
    the resulting files are the same, byte for byte, however often it was interrupted and with any workers, memory and
    engine.

    Args:
        samples: from `load_corpus`, or documents by name (``{"en": [...], "de": [...]}``), or a folder.
        pretokenizer: that of the tokenizer they are to be compared with, or the tokenizer itself, or a source of one.
        output: the folder, created if necessary (but not its parents).
        min_count: leave out pretokens that occur less often in a category; `Tallied.dropped` is how many occurrences.
        workers: number of processes.
        memory: bytes that may be used, as for `count_pretokens` (None: what the counts of one category take, about
            twice).
        engine: "local", or "ray": count on a Ray cluster (extra ``ray``), see `bpeinfer.counting.on_ray`. An
            interrupted run then resumes after the last whole category.
        address: of the Ray cluster (None: that in RAY_ADDRESS, or this machine alone).
        progress: receives a callback with the bytes counted.

    Raises:
        CorpusError: a category cannot be counted, its name cannot be a file name, or `min_count` is below 1.
        InferenceError: `engine` is neither, or "ray" is given with `memory`.
        MissingExtraError: ray is not installed.
        WorkerError: the Ray cluster cannot be reached.
        LimitError: `memory` is less than 1 GB.
        OutputError: `output` cannot be created, or a file in it cannot be written.
    """
    if min_count < 1:
        raise CorpusError(
            f"min_count is {min_count} occurrences of a pretoken in a category, expected 1 or more"
        )
    _check_engine(engine, address, memory)
    corpus, pretokenizer, output = as_corpus(samples), as_pretokenizer(pretokenizer), Path(output)
    if memory is not None:
        Budget.of(memory)
    make_folder(output)
    for name in corpus.names:
        check_name(name)
    parts = output / _PARTS
    finished = Finished(parts, pretokenizer, min_count)
    done = {category.name: finished.find(category, _path(output, category)) for category in corpus.categories}
    rest = replace(corpus, categories=tuple(one for one in corpus.categories if done[one.name] is None))
    how: dict[str, Any] = {"progress": progress, "workers": workers, "cache": parts}
    if engine == "ray":
        counted = count_on_ray(rest, pretokenizer, address, progress)
        written = _from_memory(rest, pretokenizer, output, min_count, counted)
    elif memory is not None:
        written = _from_disk(rest, pretokenizer, output, min_count, memory, how)
    else:
        counted = count_categories(rest, pretokenizer, **how)
        written = _from_memory(rest, pretokenizer, output, min_count, counted)
    for category, tallied in zip(rest.categories, written, strict=True):
        finished.add(category, tallied)
        done[category.name] = tallied
    tallies = [tallied for tallied in done.values() if tallied is not None]
    _write_manifest(output, tallies, corpus.categories)
    _remove_parts(corpus, pretokenizer, finished, parts)
    return tallies


def _remove_parts(corpus: Corpus, pretokenizer: Pretokenizer, finished: Finished, parts: Path) -> None:
    """Remove what was kept in case of an interruption."""
    for category in corpus.categories:
        finished.remove(category)
        for unit in units_of(category):
            if isinstance(unit, FromFiles):
                unit_file(parts, unit, pretokenizer).unlink(missing_ok=True)
    with suppress(OSError):  # another run may still keep its parts there
        parts.rmdir()


def _write_manifest(output: Path, tallies: list[Tallied], categories: Sequence[Category]) -> None:
    listed = [
        {
            "name": tally.category,
            "group": tally.group,
            "title": tally.title,
            "file": f"{tally.category}{TALLY}",
            "bytes": tally.text_bytes,
            "documents": tally.documents,
            "sources": [dict(origin) for origin in category.origins],
        }
        for tally, category in zip(tallies, categories, strict=True)
    ]
    manifest = json.dumps({"version": 1, "categories": listed}, indent=1, ensure_ascii=False)
    write_file(output / "manifest.json", manifest.encode() + b"\n")


def _check_engine(engine: Engine, address: str | None, memory: int | Budget | None) -> None:
    if engine not in get_args(Engine):
        raise InferenceError(f"engine is {engine!r}, expected one of {', '.join(get_args(Engine))}")
    if engine == "ray" and memory is not None:
        raise InferenceError("engine 'ray' bounds memory by Ray's own settings; leave out memory")
    if engine != "ray" and address is not None:
        raise InferenceError(f"address {address!r} is that of a Ray cluster; give engine='ray', too")


def _from_memory(
    corpus: Corpus,
    pretokenizer: Pretokenizer,
    output: Path,
    min_count: int,
    counted: Iterator[BlockCounts],
) -> Iterator[Tallied]:
    """Write each category; the counts of one category at a time are in memory."""
    for category, counts in zip(corpus.categories, counted, strict=True):
        dropped = 0
        if min_count > 1:
            counts, dropped = counts.without_rare(min_count)
            if not len(counts.keys):
                raise _none_left(category, min_count)
        path = _path(output, category)
        write_tally(path, Tally(**_told(category, pretokenizer), counts=counts, dropped=dropped))
        kept = Kept(len(counts.keys), int(counts.counts.sum()), dropped)
        yield _tallied(category, path, counts.text_bytes, counts.documents, kept)


def _from_disk(
    corpus: Corpus,
    pretokenizer: Pretokenizer,
    output: Path,
    min_count: int,
    memory: int | Budget,
    how: dict[str, Any],
) -> Iterator[Tallied]:
    """Do the same with the counts on disk."""
    folder = SpillFolder()
    spilled = spill_categories(corpus, pretokenizer, folder, memory, **how)
    for category, counts in zip(corpus.categories, spilled, strict=True):
        path = _path(output, category)
        told = {
            **_told(category, pretokenizer),
            "text_sha256": counts.text_sha256,
            "text_bytes": counts.text_bytes,
            "documents": counts.documents,
        }
        kept = write_spilled(path, told, counts, folder, Budget.of(memory), min_count)
        if not kept.distinct:
            raise _none_left(category, min_count)
        yield _tallied(category, path, counts.text_bytes, counts.documents, kept)


def _path(output: Path, category: Category) -> Path:
    return output / f"{category.name}{TALLY}"


def _told(category: Category, pretokenizer: Pretokenizer) -> dict[str, str]:
    """Return what a tally says of its category and of how text was split."""
    return {
        "category": category.name,
        "group": category.group,
        "title": category.title,
        "pretokenizer": pretokenizer.fingerprint,
        "description": pretokenizer.description,
    }


def _none_left(category: Category, min_count: int) -> CorpusError:
    return CorpusError(
        f"category {category.name!r}: no pretoken occurs {min_count} times; choose a smaller min_count"
    )


def _tallied(category: Category, path: Path, text_bytes: int, documents: int, kept: Kept) -> Tallied:
    return Tallied(
        category=category.name,
        group=category.group,
        title=category.title,
        path=path,
        text_bytes=text_bytes,
        documents=documents,
        occurrences=kept.occurrences,
        distinct=kept.distinct,
        dropped=kept.dropped,
    )
