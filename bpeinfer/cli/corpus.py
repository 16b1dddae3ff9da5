"""``bpeinfer corpus``: list category samples, or fetch them from the hub."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bpeinfer.cli.bars import progress_bars
from bpeinfer.cli.options import AsJson, Categories, LimitsOption, Sources, number_for
from bpeinfer.cli.output import print_json, print_page
from bpeinfer.cli.samples import read_samples
from bpeinfer.corpora.corpus import STARTER
from bpeinfer.corpora.hub.fetch import WORKERS, fetch_corpus
from bpeinfer.corpora.load import load_corpus
from bpeinfer.limits import Limits
from bpeinfer.reports.corpus import corpus_as_dict, corpus_as_text

__all__ = ["corpus_app"]

corpus_app = typer.Typer(
    name="corpus", help="List category samples, or fetch them from the hub.", no_args_is_help=True
)


@corpus_app.callback()
def _corpus() -> None:
    """List category samples, or fetch them from the hub."""


@corpus_app.command("ls")
def list_command(
    paths: Annotated[
        list[str] | None,
        typer.Argument(help=f"Folders or files of category samples. Default: {STARTER}.", show_default=False),
    ] = None,
    categories: Categories = None,
    sources: Sources = None,
    short: Annotated[bool, typer.Option(help="One line for each category, without its sources.")] = False,
    limits: LimitsOption = "",
    as_json: AsJson = False,
) -> None:
    """List categories and their sources.

    Name, title, group and size of categories; register, licence and size of sources.
    """
    corpus = read_samples(
        paths, categories=categories, sources=sources, minimum=1, limits=Limits.from_text(limits)
    )
    listed = corpus_as_dict(corpus.categories)
    if as_json:
        print_json(listed)
    else:
        print_page(corpus_as_text(listed, short=short))


@corpus_app.command("fetch")
def fetch_command(
    recipe: Annotated[
        str,
        typer.Argument(
            help="A recipe (.toml, or bundled:paper, bundled:paper-small), or "
            "hub:OWNER/NAME[@REVISION][/CONFIG]#COLUMN."
        ),
    ],
    output: Annotated[
        Path, typer.Option(help="Put the samples into this folder, one file for each category.")
    ],
    categories: Categories = None,
    limit: Annotated[
        int | None,
        typer.Option(
            parser=number_for("--limit", "300k or 2M"),
            metavar="BYTES",
            help="Bytes of text for each category, such as 300k or 1G, in place of the recipe's.",
        ),
    ] = None,
    seed: Annotated[int, typer.Option(help="Seed of the choice of files, row groups and lines.")] = 0,
    workers: Annotated[int, typer.Option(help="Categories that are fetched at once.")] = WORKERS,
    limits: LimitsOption = "",
    as_json: AsJson = False,
) -> None:
    """Fetch samples from data sets on the hub.

    `bpeinfer infer TOKENIZER --corpus DIR` takes the folder, and --corpus the recipe itself. An interrupted run goes
    on where it stopped.
    """
    allowed = Limits.from_text(limits)
    with progress_bars() as progress:
        folder = fetch_corpus(
            recipe,
            output,
            categories=categories,
            limit=limit,
            seed=seed,
            workers=workers,
            limits=allowed,
            progress=progress,
        )
    listed = corpus_as_dict(load_corpus(folder, minimum=1, limits=allowed).categories)
    if as_json:
        print_json(listed)
    else:
        print_page(corpus_as_text(listed))
