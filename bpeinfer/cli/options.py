"""Options that several commands share, and the number of workers."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Callable, Sequence
from itertools import repeat
from typing import Annotated, Literal, TypeVar

import typer

from bpeinfer.corpora.corpus import STARTER
from bpeinfer.corpora.text_files import Errors
from bpeinfer.errors import InferenceError, LimitError
from bpeinfer.limits import Limits, amount_of

__all__ = [
    "AsJson",
    "Cache",
    "Categories",
    "FirstMerge",
    "Full",
    "Limit",
    "LimitsOption",
    "Memory",
    "Merges",
    "Name",
    "Names",
    "OnInvalid",
    "Pretokenizer",
    "Samples",
    "Sources",
    "TextField",
    "TokenizerSource",
    "Workers",
    "comma_separated",
    "in_order",
    "number_for",
    "processors",
    "rank_of",
]

T = TypeVar("T")
TokenizerSource = Annotated[
    str, typer.Argument(help="A hub id (owner/name[@revision]), a folder, a file, or bundled:gpt2.")
]
Name = Annotated[
    str | None,
    typer.Option(
        metavar="NAME",
        help="What reports call the tokenizer. Default: its hub id, the end of its path, or what a stored result calls "
        "it.",
    ),
]
Names = Annotated[
    list[str] | None,
    typer.Option(
        "--name",
        metavar="NAME",
        help="What reports call the tokenizer. Several: given once for each, in the same order. Default: its hub id, "
        "the end of its path, or what a stored result calls it.",
    ),
]
Pretokenizer = Annotated[
    str | None,
    typer.Option(
        metavar="NAME|PATTERN",
        help="Split text by this pattern, or the known one of this name, instead of the tokenizer's own rules; auto: "
        "the known one that can produce the most merges.",
    ),
]
Full = Annotated[
    bool, typer.Option(help="Read the whole list where the model uses only its head (tekken, CLIP).")
]
Samples = Annotated[
    list[str] | None,
    typer.Option(
        metavar="PATH",
        help=f"Category samples, as for infer. May be given several times. Default: {STARTER}.",
    ),
]
FirstMerge = Annotated[
    str,
    typer.Option(
        metavar="RANK|auto",
        help="Use merges from this rank on as evidence; earlier ones are only replayed. auto: leave out a head copied "
        "from a known older tokenizer.",
    ),
]
Categories = Annotated[
    str | None,
    typer.Option(
        metavar="GLOB,...",
        help="Keep the categories whose names match, or whose title or group it is, such as en-*,fr,code "
        "(see `bpeinfer corpus ls`).",
    ),
]
Sources = Annotated[
    str | None,
    typer.Option(
        metavar="GLOB,...", help="Keep documents from sources whose names match; see `bpeinfer corpus ls`."
    ),
]
TextField = Annotated[str, typer.Option(metavar="NAME", help="Field or column that contains the text.")]
OnInvalid = Annotated[
    Errors, typer.Option(help="Bytes that are not UTF-8: strict (refuse) or replace (by U+FFFD).")
]


def number_for(option: str, example: str = "3000 or 10k") -> Callable[[str], int]:
    """Return a parser of an option's whole number, with k, M, G or T."""

    def parse(text: str) -> int:
        try:
            amount = amount_of(text, option)
        except LimitError:
            amount = 0.5
        if not amount.is_integer():
            raise LimitError(f"{option} is {text!r}, expected a whole number such as {example}")
        return int(amount)

    return parse


Merges = Annotated[
    int | None,
    typer.Option(
        parser=number_for("--merges"),
        metavar="NUMBER",
        help="Use the merges before this rank, such as 3000 or 30k. Default: 10,000.",
    ),
]
Limit = Annotated[
    int | None,
    typer.Option(
        parser=number_for("--limit", "300k or 2M"),
        metavar="BYTES",
        help="Use at most this many bytes of each category, such as 300k or 2M, chosen document by document.",
    ),
]


Memory = Annotated[
    int | None,
    typer.Option(
        parser=number_for("--memory", "4GB"),
        metavar="BYTES",
        help="Use at most this much memory, such as 4GB (1GB is the least), and put the rest on disk (in TMPDIR); no "
        "count is left out. Default: all in memory.",
        show_default=False,
    ),
]
LimitsOption = Annotated[
    str,
    typer.Option(
        metavar="NAME=AMOUNT,...",
        help="Raise limits on what is read, such as line=1G,expansion=1000 "
        f"({', '.join(field.name for field in dataclasses.fields(Limits))}; see docs/limits.md).",
    ),
]
Workers = Annotated[int, typer.Option(help="Processes and threads.", show_default="one for each processor")]
Cache = Annotated[
    bool, typer.Option(help="Keep counts in the user's cache, so that the next run skips the text.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]


def processors(workers: int) -> int:
    """Return how many workers to start: the number given, or one for each processor if that is 0."""
    return workers or os.cpu_count() or 1


def comma_separated(text: str | None) -> tuple[str, ...]:
    """Return the names in a comma-separated list, none if it was not given."""
    return tuple(filter(None, (name.strip() for name in (text or "").split(","))))


def in_order(given: Sequence[T], names: Sequence[str] | None) -> list[tuple[T, str | None]]:
    """Return each thing given with its --name, None where there are no names.

    Raises:
        InferenceError: there are names, but not one for each.
    """
    if names and len(names) != len(given):
        raise InferenceError(f"{len(names)} times --name for {len(given)}; give one for each, or none")
    return list(zip(given, names or repeat(None, len(given)), strict=True))


def rank_of(text: str) -> int | Literal["auto"]:
    """Read --first-merge.

    Raises:
        InferenceError: it is neither a rank nor auto.
    """
    if text == "auto":
        return "auto"
    try:
        return int(text)
    except ValueError:
        raise InferenceError(f"--first-merge is {text!r}, expected a rank or auto") from None
