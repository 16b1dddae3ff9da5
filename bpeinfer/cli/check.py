"""``bpeinfer check``."""

from __future__ import annotations

from typing import Annotated

import typer

from bpeinfer.cli.bars import progress_bars
from bpeinfer.cli.gates import NOT_AS_EXPECTED
from bpeinfer.cli.grouped import Choice, Counting, Reading, Splitting, grouped
from bpeinfer.cli.options import AsJson, Merges, TokenizerSource
from bpeinfer.cli.reports import Reports
from bpeinfer.corpora.corpus import STARTER
from bpeinfer.errors import InferenceError
from bpeinfer.promises import check_includes
from bpeinfer.promises.job import DEFAULT_AT_LEAST, check_promises

__all__ = ["check_command"]


@grouped
def check_command(
    *,
    tokenizer: TokenizerSource,
    includes: Annotated[
        str,
        typer.Option(
            metavar="NAME[=PERCENT],...",
            help="Categories or groups that should be included, such as ka,el,python=2; =PERCENT replaces "
            "--at-least.",
        ),
    ],
    at_least: Annotated[float, typer.Option(help="Minimum percent of bytes that each should have.")] = 100
    * DEFAULT_AT_LEAST,
    corpus: Annotated[
        list[str] | None,
        typer.Option(
            metavar="PATH",
            help="Samples, as for infer, of every category that the text may contain. May be given several times. "
            f"Default: {STARTER}.",
        ),
    ] = None,
    choice: Choice,
    merges: Merges = None,
    splitting: Splitting,
    reading: Reading,
    seed: Annotated[int, typer.Option(help="Seed of --limit and of the intervals.")] = 0,
    counting: Counting,
    reports: Reports,
    as_json: AsJson = False,
) -> None:
    """Check that the training text included what was promised.

    Promises are languages, kinds of code or groups of them. Exit code 1 if one was broken, or if that is unclear;
    the missing merges are named.
    """
    reports.check()
    promised = _promised(includes, at_least)
    samples = choice.samples(corpus, reading, seed=seed)
    check_promises(promised, samples.names, samples.groups)
    loaded = splitting.load(tokenizer, reading.allowed)
    with progress_bars() as progress:
        checked = check_includes(
            loaded,
            promised,
            samples,
            merges=merges,
            seed=seed,
            workers=counting.processors,
            cache=counting.folder,
            progress=progress,
        )
    reports.show(checked.report(), checked.to_dict() if as_json else None)
    if not checked.passed:
        raise typer.Exit(NOT_AS_EXPECTED)


def _promised(text: str, at_least: float) -> dict[str, float]:
    """Read ``ka,python=2``: names, with a percentage if not the default."""
    promised = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        name, found, amount = part.rpartition("=")
        try:
            percent = float(amount) if found else at_least
        except ValueError:
            raise InferenceError(
                f"--includes has {part!r}, expected a name or a name and percent, such as ka or ka=0.5"
            ) from None
        promised[(name if found else part).strip()] = percent / 100
    return promised
