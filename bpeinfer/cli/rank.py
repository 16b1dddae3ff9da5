"""``bpeinfer rank``."""

from __future__ import annotations

from typing import Annotated

import typer

from bpeinfer.cli.bars import progress_bars
from bpeinfer.cli.grouped import Counting, Reading, Splitting, grouped
from bpeinfer.cli.options import AsJson, FirstMerge, Merges, TokenizerSource, rank_of
from bpeinfer.cli.reports import Reports
from bpeinfer.ranking import rank_texts

__all__ = ["rank_command"]


@grouped
def rank_command(
    *,
    tokenizer: TokenizerSource,
    texts: Annotated[
        list[str],
        typer.Argument(
            help="Candidate texts: files, or folders, each of which is one text with all its files."
        ),
    ],
    merges: Merges = None,
    first_merge: FirstMerge = "auto",
    splitting: Splitting,
    reading: Reading,
    seed: Annotated[int, typer.Option(help="Seed of the comparison with chance.")] = 0,
    counting: Counting,
    reports: Reports,
    as_json: AsJson = False,
) -> None:
    """Find out which of several texts a tokenizer was trained on.

    The answer for each is this very text, similar text, or different text. The list is replayed on each text, whole
    and line by line, and on its beginnings.
    """
    reports.check()
    first_rank = rank_of(first_merge)
    # First, so that arguments in the wrong order are called that.
    loaded = splitting.load(tokenizer, reading.allowed)
    candidates = {path: reading.texts(path, whole=True) for path in texts}
    with progress_bars() as progress:
        ranking = rank_texts(
            loaded,
            candidates,
            merges=merges,
            first_merge=first_rank,
            seed=seed,
            workers=counting.processors,
            cache=counting.folder,
            progress=progress,
        )
    reports.show(ranking.report(), ranking.to_dict() if as_json else None)
