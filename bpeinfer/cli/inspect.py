"""``bpeinfer inspect``."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from bpeinfer.forensics import inspect_tokenizer
from bpeinfer.loading import load_tokenizer
from bpeinfer.reports.inspection import inspection_as_text

__all__ = ["inspect_command"]


def inspect_command(
    tokenizer: Annotated[
        str, typer.Argument(help="A hub id (owner/name[@revision]), a folder, a file, or bundled:gpt2.")
    ],
    pretokenizer: Annotated[
        str | None,
        typer.Option(help="Split text by this known name or pattern instead of the tokenizer's own."),
    ] = None,
    full: Annotated[
        bool, typer.Option(help="Read the whole list where the model uses only its head (tekken, CLIP).")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Show what a tokenizer holds: learned merges, what was set aside, relatives, composition, oddities."""
    result = inspect_tokenizer(load_tokenizer(tokenizer, pretokenizer=pretokenizer, full=full)).to_dict()
    print(json.dumps(result, indent=2, ensure_ascii=False) if as_json else inspection_as_text(result))
