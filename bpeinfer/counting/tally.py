"""Text → a folder of tallies, which can replace the text wherever a corpus is expected."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from pathlib import Path

from bpeinfer.corpora.given import GivenCorpus, as_corpus
from bpeinfer.corpora.sources import TALLY, FromFiles
from bpeinfer.counting.jobs import count_categories
from bpeinfer.counting.kept_counts import unit_key
from bpeinfer.counting.tally_files import Tally, write_tally
from bpeinfer.counting.units import OnText, units_of
from bpeinfer.errors import CorpusError
from bpeinfer.files import make_folder, write_file
from bpeinfer.loading import GivenTokenizer, as_pretokenizer
from bpeinfer.pretokenize import Pretokenizer

__all__ = ["tally_corpus"]

_PARTS = ".parts"


def tally_corpus(
    samples: GivenCorpus,
    pretokenizer: Pretokenizer | GivenTokenizer,
    output: str | os.PathLike[str],
    *,
    min_count: int = 1,
    workers: int = 1,
    progress: OnText | None = None,
) -> list[Tally]:
    """Count every category into ``output/NAME.tally`` and list them in ``output/manifest.json``.

    Finished parts are kept in ``output/.parts`` until the end, so that an interrupted run resumes where it stopped;
    the resulting files are the same, byte for byte, however often it was interrupted.

    Args:
        samples: from `load_corpus`, or documents by name (``{"en": [...], "de": [...]}``), or a folder.
        pretokenizer: that of the tokenizer they are to be compared with, or the tokenizer itself, or a source of one.
        output: the folder, created if necessary (but not its parents).
        min_count: leave out pretokens that occur less often in a category; `Tally.dropped` is how many occurrences.
        workers: number of processes.
        progress: receives a callback with the bytes counted.

    Raises:
        CorpusError: a category cannot be counted, its name cannot be a file name, or `min_count` is below 1.
        OutputError: `output` cannot be created, or a file in it cannot be written.
    """
    if min_count < 1:
        raise CorpusError(
            f"min_count is {min_count} occurrences of a pretoken in a category, expected 1 or more"
        )
    corpus, pretokenizer, output = as_corpus(samples), as_pretokenizer(pretokenizer), Path(output)
    make_folder(output)
    for name in corpus.names:
        if "/" in name or name.startswith("."):
            raise CorpusError(f"category {name!r} has a name that a file cannot have; rename it")
    tallies = []
    parts = output / _PARTS
    counted = count_categories(corpus, pretokenizer, progress=progress, workers=workers, cache=parts)
    for category, counts in zip(corpus.categories, counted, strict=True):
        dropped = 0
        if min_count > 1:
            counts, dropped = counts.without_rare(min_count)
            if not len(counts.keys):
                raise CorpusError(
                    f"category {category.name!r}: no pretoken occurs {min_count} times; choose a smaller min_count"
                )
        tally = Tally(
            category=category.name,
            group=category.group,
            title=category.title,
            pretokenizer=pretokenizer.fingerprint,
            description=pretokenizer.description,
            counts=counts,
            dropped=dropped,
        )
        write_tally(output / f"{category.name}{TALLY}", tally)
        tallies.append(tally)
    listed = [
        {
            "name": tally.category,
            "group": tally.group,
            "title": tally.title,
            "file": f"{tally.category}{TALLY}",
        }
        for tally in tallies
    ]
    manifest = json.dumps({"version": 1, "categories": listed}, indent=1, ensure_ascii=False)
    write_file(output / "manifest.json", manifest.encode() + b"\n")
    for category in corpus.categories:
        for unit in units_of(category):
            if isinstance(unit, FromFiles):
                (parts / f"{unit_key(unit, pretokenizer)}{TALLY}").unlink(missing_ok=True)
    with suppress(OSError):  # another run may still keep its parts there
        parts.rmdir()
    return tallies
