"""``bpeinfer corpus``: list category samples."""

from __future__ import annotations

from typing import Annotated

import typer

from bpeinfer.cli.options import AsJson, Categories, LimitsOption, Sources
from bpeinfer.cli.output import print_json, print_page
from bpeinfer.corpora.corpus import STARTER
from bpeinfer.corpora.load import load_corpus
from bpeinfer.limits import Limits
from bpeinfer.reports.corpus import corpus_as_dict, corpus_as_text

__all__ = ["corpus_app"]

corpus_app = typer.Typer(name="corpus", help="List category samples.", no_args_is_help=True)


@corpus_app.callback()
def _corpus() -> None:
    """List category samples."""


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
    """List categories: name, title, group and size, and each source's register, licence and size."""
    corpus = load_corpus(
        paths or [STARTER],
        categories=categories,
        sources=sources,
        minimum=1,
        limits=Limits.from_text(limits),
    )
    listed = corpus_as_dict(corpus.categories)
    if as_json:
        print_json(listed)
    else:
        print_page(corpus_as_text(listed, short=short))
