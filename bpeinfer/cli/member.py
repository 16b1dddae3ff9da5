"""``bpeinfer member``."""

from __future__ import annotations

from typing import Annotated

import typer

from bpeinfer.cli.bars import progress_bars
from bpeinfer.cli.grouped import Choice, Counting, Reading, Splitting, grouped
from bpeinfer.cli.options import AsJson, FirstMerge, Merges, Samples, TokenizerSource, rank_of
from bpeinfer.cli.reports import Reports
from bpeinfer.membership import check_member

__all__ = ["member_command"]


@grouped
def member_command(
    *,
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
    choice: Choice,
    merges: Merges = None,
    first_merge: FirstMerge = "auto",
    splitting: Splitting,
    reading: Reading,
    seed: Annotated[int, typer.Option(help="Seed of --limit, and of the parts compared.")] = 0,
    counting: Counting,
    reports: Reports,
    as_json: AsJson = False,
) -> None:
    """Find out whether a tokenizer was trained on a given text.

    Names, tags and phrases that are peculiar to the text are looked up in the list. Whether they are there more often
    than by chance is told by controls; without them there is no p-value. All merges are used unless --merges says
    otherwise.
    """
    reports.check()
    first_rank = rank_of(first_merge)
    # First, so that arguments in the wrong order are called that.
    loaded = splitting.load(tokenizer, reading.allowed)
    whole = reading.texts(text, whole=True)
    against = reading.texts(controls) if controls else None
    samples = choice.samples(corpus, reading, seed=seed, minimum=1)
    with progress_bars() as progress:
        found = check_member(
            loaded,
            whole,
            samples,
            controls=against,
            merges=merges,
            first_merge=first_rank,
            seed=seed,
            workers=counting.processors,
            cache=counting.folder,
            progress=progress,
        )
    reports.show(found.report(), found.to_dict() if as_json else None)
