"""``bpeinfer size``."""

from __future__ import annotations

from typing import Annotated

import typer

from bpeinfer.cli.bars import progress_bars
from bpeinfer.cli.options import (
    AsJson,
    Cache,
    Categories,
    Limit,
    LimitsOption,
    Name,
    OnInvalid,
    Pretokenizer,
    Samples,
    Sources,
    TextField,
    TokenizerSource,
    Workers,
    processors,
)
from bpeinfer.cli.output import print_json, print_page
from bpeinfer.cli.samples import kept_counts, read_samples
from bpeinfer.inference.training_size import training_size
from bpeinfer.limits import Limits
from bpeinfer.loading import load_tokenizer
from bpeinfer.provenance import describe_tokenizer
from bpeinfer.reports.size import size_as_text

__all__ = ["size_command"]


def size_command(
    tokenizer: TokenizerSource,
    corpus: Samples = None,
    categories: Categories = None,
    sources: Sources = None,
    name: Name = None,
    pretokenizer: Pretokenizer = None,
    text_field: TextField = "text",
    errors: OnInvalid = "strict",
    limit: Limit = None,
    limits: LimitsOption = "",
    seed: Annotated[int, typer.Option(help="Seed of --limit.")] = 0,
    workers: Workers = 0,
    cache: Cache = True,
    as_json: AsJson = False,
) -> None:
    """Estimate how many bytes a tokenizer was trained on.

    The answer comes from ties along its merge list: the bytes that its trainer counted, after its own filters. Where
    there are no ties, it is a lower bound.
    """
    allowed = Limits.from_text(limits)
    loaded = load_tokenizer(tokenizer, name=name, pretokenizer=pretokenizer, limits=allowed)
    samples = read_samples(
        corpus,
        text_field=text_field,
        categories=categories,
        sources=sources,
        errors=errors,
        limit=limit,
        seed=seed,
        limits=allowed,
    )
    with progress_bars() as progress:
        size = training_size(
            loaded,
            samples,
            workers=processors(workers),
            cache=kept_counts(cache),
            progress=progress,
        )
    result = {"tokenizer": describe_tokenizer(loaded)} | size.to_dict()
    if as_json:
        print_json(result)
    else:
        print_page(size_as_text(result))
