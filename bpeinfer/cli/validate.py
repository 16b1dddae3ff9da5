"""``bpeinfer validate``."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from bpeinfer.cli.bars import progress_bars
from bpeinfer.cli.grouped import Choice, Counting, Reading, grouped
from bpeinfer.cli.options import AsJson, Merges, Samples
from bpeinfer.cli.output import FAILED
from bpeinfer.cli.reports import Reports
from bpeinfer.errors import InferenceError
from bpeinfer.reports.validation import truths_document
from bpeinfer.validation import validate
from bpeinfer.validation.job import check_truths

__all__ = ["validate_command"]


@grouped
def validate_command(
    *,
    names: Annotated[
        list[str] | None,
        typer.Argument(
            help="Tokenizers with published shares, or NAME=FILE to read a file, a folder or another hub id "
            "instead. Default: all."
        ),
    ] = None,
    list_truths: Annotated[
        bool, typer.Option("--list", help="Show the published shares and infer nothing.")
    ] = False,
    corpus: Samples = None,
    choice: Choice,
    merges: Merges = None,
    reading: Reading,
    seed: Annotated[int, typer.Option(help="Seed of --limit and of the intervals.")] = 0,
    counting: Counting,
    reports: Reports,
    as_json: AsJson = False,
) -> None:
    """Compare inferred shares with published ones.

    Those that tokenizers' makers published. Tokenizers that cannot be had or read are listed with the reason; exit
    code 2 if none could.
    """
    reports.check()
    given = _given(names or [])
    truths = [truth.to_dict() for truth in check_truths(given)]
    if list_truths:
        reports.show(truths_document(truths), truths if as_json else None)
        return
    samples = choice.samples(corpus, reading, seed=seed)
    with progress_bars() as progress:
        validated = validate(
            given,
            samples,
            merges=merges,
            limits=reading.allowed,
            seed=seed,
            workers=counting.processors,
            cache=counting.folder,
            progress=progress,
        )
    reports.show(validated.report(), validated.to_dict() if as_json else None)
    if all(row.error is not None for row in validated.rows):
        print("bpeinfer: no tokenizer could be inferred; the page says why", file=sys.stderr)
        raise typer.Exit(FAILED)


def _given(names: list[str]) -> dict[str, str]:
    """Read names and ``name=source``.

    Raises:
        InferenceError: one is given twice.
    """
    given: dict[str, str] = {}
    for text in names:
        name, _, source = text.partition("=")
        if name in given:
            raise InferenceError(f"{name} is given twice")
        given[name] = source
    return given
