"""``bpeinfer size``."""

from __future__ import annotations

from functools import partial
from typing import Annotated

import typer

from bpeinfer.cli.bars import progress_bars
from bpeinfer.cli.grouped import Choice, Counting, Reading, Splitting, grouped
from bpeinfer.cli.options import AsJson, Samples, TokenizerSource
from bpeinfer.cli.reports import Reports
from bpeinfer.inference.training_size import training_size
from bpeinfer.provenance import describe_tokenizer
from bpeinfer.reports.size import size_as_text, size_document

__all__ = ["size_command"]


@grouped
def size_command(
    *,
    tokenizer: TokenizerSource,
    corpus: Samples = None,
    choice: Choice,
    splitting: Splitting,
    reading: Reading,
    seed: Annotated[int, typer.Option(help="Seed of --limit.")] = 0,
    counting: Counting,
    reports: Reports,
    as_json: AsJson = False,
) -> None:
    """Estimate how many bytes a tokenizer was trained on.

    The answer comes from ties along its merge list: the bytes that its trainer counted, after its own filters. Where
    there are no ties, it is a lower bound.
    """
    reports.check()
    loaded = splitting.load(tokenizer, reading.allowed)
    samples = choice.samples(corpus, reading, seed=seed)
    with progress_bars() as progress:
        size = training_size(
            loaded,
            samples,
            workers=counting.processors,
            cache=counting.folder,
            progress=progress,
        )
    result = {"tokenizer": describe_tokenizer(loaded)} | size.to_dict()
    reports.show(size_document(result), result if as_json else None, partial(size_as_text, result))
