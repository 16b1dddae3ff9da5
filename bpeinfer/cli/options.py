"""Options that several commands share, and the number of workers."""

from __future__ import annotations

import dataclasses
import os
from typing import Annotated

import typer

from bpeinfer.corpora.corpus import STARTER
from bpeinfer.corpora.text_files import Errors
from bpeinfer.limits import Limits, amount_of

__all__ = [
    "AsJson",
    "Cache",
    "Categories",
    "Full",
    "Invalid",
    "Limit",
    "LimitsOption",
    "Merges",
    "Pretokenizer",
    "Samples",
    "Sources",
    "TextField",
    "TokenizerSource",
    "Workers",
    "processors",
]

TokenizerSource = Annotated[
    str, typer.Argument(help="A hub id (owner/name[@revision]), a folder, a file, or bundled:gpt2.")
]
Pretokenizer = Annotated[
    str | None,
    typer.Option(
        help="Split text by this pattern, or the known one of this name, instead of the tokenizer's own rules; auto: "
        "the known one that can produce the most merges."
    ),
]
Full = Annotated[
    bool, typer.Option(help="Read the whole list where the model uses only its head (tekken, CLIP).")
]
Samples = Annotated[
    list[str] | None,
    typer.Option(help=f"Category samples, as for infer. May be given several times. Default: {STARTER}."),
]
Merges = Annotated[int | None, typer.Option(help="Use the merges before this rank. Default: 10,000.")]
Categories = Annotated[
    str | None, typer.Option(help="Keep the categories whose names match this glob (comma-separated).")
]
Sources = Annotated[
    str | None,
    typer.Option(
        help="Keep documents from sources whose names match this glob (comma-separated); see `bpeinfer corpus ls`."
    ),
]
TextField = Annotated[str, typer.Option(help="Field or column that contains the text.")]
Invalid = Annotated[
    Errors, typer.Option(help="Bytes that are not UTF-8: strict (refuse) or replace (by U+FFFD).")
]


def _bytes(text: str) -> int:
    return int(amount_of(text, "--limit"))


Limit = Annotated[
    int | None,
    typer.Option(
        parser=_bytes,
        metavar="BYTES",
        help="Use at most this many bytes of each category, such as 300k or 2M, chosen document by document.",
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
