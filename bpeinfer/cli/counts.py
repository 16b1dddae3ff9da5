"""``bpeinfer counts``: share counts of pretokens through the hub."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bpeinfer.cli.bars import progress_bars
from bpeinfer.cli.options import AsJson, Categories, LimitsOption, Pretokenizer
from bpeinfer.cli.output import print_json, print_page
from bpeinfer.corpora.hub.counts_pack import HUB_COUNTS
from bpeinfer.corpora.load import load_corpus
from bpeinfer.counting.packs import pull_counts, push_counts
from bpeinfer.limits import Limits
from bpeinfer.loading import load_tokenizer
from bpeinfer.reports.corpus import corpus_as_dict, corpus_as_text

__all__ = ["counts_app"]

counts_app = typer.Typer(
    name="counts", help="Share counts of pretokens through the hub.", no_args_is_help=True
)


@counts_app.callback()
def _counts() -> None:
    """Share counts of pretokens through the hub."""


@counts_app.command("push")
def push_command(
    folder: Annotated[Path, typer.Argument(help="A folder of tally files, from `bpeinfer tally`.")],
    dataset: Annotated[str, typer.Argument(help="The data set, OWNER/NAME; it is made if necessary.")],
    licence: Annotated[
        str, typer.Option(help="Licence of the texts of categories whose manifest states none.")
    ] = "",
    private: Annotated[bool, typer.Option(help="Make a new data set private.")] = False,
    limits: LimitsOption = "",
    as_json: AsJson = False,
) -> None:
    """Add counts to a pack on the hub.

    Needs a token that may write (HF_TOKEN). Counts of the same categories and way of splitting are replaced.
    """
    with progress_bars() as progress:
        commit = push_counts(
            folder,
            dataset,
            licence=licence,
            private=private,
            limits=Limits.from_text(limits),
            progress=progress,
        )
    if as_json:
        print_json({"dataset": dataset, "commit": commit})
    else:
        print_page(f"pushed; use them with --corpus {HUB_COUNTS}{dataset.removeprefix(HUB_COUNTS)}@{commit}")


@counts_app.command("pull")
def pull_command(
    pack: Annotated[str, typer.Argument(help="The pack, hub-counts:OWNER/NAME[@REVISION].")],
    tokenizer: Annotated[
        str, typer.Option(help="Fetch the counts that fit this tokenizer: a hub id, a folder, a file.")
    ],
    output: Annotated[
        Path, typer.Option(help="Put the counts into this folder, one file for each category.")
    ],
    categories: Categories = None,
    pretokenizer: Pretokenizer = None,
    limits: LimitsOption = "",
    as_json: AsJson = False,
) -> None:
    """Fetch the counts of a pack that fit a tokenizer.

    `bpeinfer infer TOKENIZER --corpus DIR` takes the folder, and --corpus the pack itself.
    """
    allowed = Limits.from_text(limits)
    loaded = load_tokenizer(tokenizer, pretokenizer=pretokenizer, limits=allowed)
    with progress_bars() as progress:
        folder = pull_counts(pack, loaded, output, categories=categories, limits=allowed, progress=progress)
    listed = corpus_as_dict(load_corpus(folder, minimum=1, limits=allowed).categories)
    if as_json:
        print_json(listed)
    else:
        print_page(corpus_as_text(listed))
