"""``bpeinfer rank``."""

from __future__ import annotations

from typing import Annotated

import typer

from bpeinfer.cli.bars import progress_bars
from bpeinfer.cli.options import (
    AsJson,
    Cache,
    FirstMerge,
    LimitsOption,
    Merges,
    Name,
    OnInvalid,
    Pretokenizer,
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
from bpeinfer.ranking import rank_texts

__all__ = ["rank_command"]


def rank_command(
    tokenizer: TokenizerSource,
    texts: Annotated[
        list[str],
        typer.Argument(
            help="Candidate texts: files, or folders, each of which is one text with all its files."
        ),
    ],
    merges: Merges = None,
    first_merge: FirstMerge = "auto",
    name: Name = None,
    pretokenizer: Pretokenizer = None,
    text_field: TextField = "text",
    errors: OnInvalid = "strict",
    limits: LimitsOption = "",
    seed: Annotated[int, typer.Option(help="Seed of the comparison with chance.")] = 0,
    workers: Workers = 0,
    cache: Cache = True,
    html: Html = None,
    markdown: Markdown = None,
    csv: Csv = None,
    latex: Latex = None,
    as_json: AsJson = False,
) -> None:
    """Find out which of several texts a tokenizer was trained on.

    The answer for each is this very text, similar text, or different text. The list is replayed on each text, whole
    and line by line, and on its beginnings.
    """
    reports = Reports(html=html, markdown=markdown, csv=csv, latex=latex)
    reports.check()
    first_rank, allowed = rank_of(first_merge), Limits.from_text(limits)
    # First, so that arguments in the wrong order are called that.
    loaded = load_tokenizer(tokenizer, name=name, pretokenizer=pretokenizer, limits=allowed)
    candidates = {
        path: read_samples(path, text_field=text_field, errors=errors, minimum=1, limits=allowed, whole=True)
        for path in texts
    }
    with progress_bars() as progress:
        ranking = rank_texts(
            loaded,
            candidates,
            merges=merges,
            first_merge=first_rank,
            seed=seed,
            workers=processors(workers),
            cache=kept_counts(cache),
            progress=progress,
        )
    reports.show(ranking.report(), ranking.to_dict() if as_json else None)
