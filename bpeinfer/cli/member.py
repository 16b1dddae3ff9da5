"""``bpeinfer member``."""

from __future__ import annotations

from typing import Annotated

import typer

from bpeinfer.cli.bars import progress_bars
from bpeinfer.cli.options import (
    AsJson,
    Cache,
    Categories,
    FirstMerge,
    Limit,
    LimitsOption,
    Merges,
    Name,
    OnInvalid,
    Pretokenizer,
    Samples,
    Sources,
    TextField,
    TokenizerSource,
    Workers,
    processors,
    rank_of,
)
from bpeinfer.cli.reports import Csv, Html, Latex, Markdown, Reports
from bpeinfer.cli.samples import kept_counts, read_samples
from bpeinfer.limits import Limits
from bpeinfer.loading import load_tokenizer
from bpeinfer.membership import check_member

__all__ = ["member_command"]


def member_command(
    tokenizer: TokenizerSource,
    text: Annotated[str, typer.Argument(help="A file, or a folder, all of which is one text.")],
    controls: Annotated[
        list[str] | None,
        typer.Option(
            metavar="PATH",
            help="Texts of the same kind that are known not to be in it: a folder with one sub-folder or file for "
            "each, 19 or more. May be given several times.",
        ),
    ] = None,
    corpus: Samples = None,
    categories: Categories = None,
    sources: Sources = None,
    merges: Merges = None,
    first_merge: FirstMerge = "auto",
    name: Name = None,
    pretokenizer: Pretokenizer = None,
    text_field: TextField = "text",
    errors: OnInvalid = "strict",
    limit: Limit = None,
    limits: LimitsOption = "",
    seed: Annotated[int, typer.Option(help="Seed of --limit, and of the parts compared.")] = 0,
    workers: Workers = 0,
    cache: Cache = True,
    html: Html = None,
    markdown: Markdown = None,
    csv: Csv = None,
    latex: Latex = None,
    as_json: AsJson = False,
) -> None:
    """Find out whether a tokenizer was trained on a given text.

    Names, tags and phrases that are peculiar to the text are looked up in the list. Whether they are there more often
    than by chance is told by controls; without them there is no p-value. All merges are used unless --merges says
    otherwise.
    """
    reports = Reports(html=html, markdown=markdown, csv=csv, latex=latex)
    reports.check()
    first_rank, allowed = rank_of(first_merge), Limits.from_text(limits)
    # First, so that arguments in the wrong order are called that.
    loaded = load_tokenizer(tokenizer, name=name, pretokenizer=pretokenizer, limits=allowed)
    whole = read_samples(text, text_field=text_field, errors=errors, minimum=1, limits=allowed, whole=True)
    against = None
    if controls:
        against = read_samples(controls, text_field=text_field, errors=errors, minimum=1, limits=allowed)
    samples = read_samples(
        corpus,
        text_field=text_field,
        categories=categories,
        sources=sources,
        errors=errors,
        limit=limit,
        seed=seed,
        minimum=1,
        limits=allowed,
    )
    with progress_bars() as progress:
        found = check_member(
            loaded,
            whole,
            samples,
            controls=against,
            merges=merges,
            first_merge=first_rank,
            seed=seed,
            workers=processors(workers),
            cache=kept_counts(cache),
            progress=progress,
        )
    reports.show(found.report(), found.to_dict() if as_json else None)
