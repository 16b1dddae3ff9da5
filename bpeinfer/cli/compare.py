"""``bpeinfer compare``."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from bpeinfer.forensics import compare_tokenizers
from bpeinfer.loading import load_tokenizer
from bpeinfer.reports.inspection import comparison_as_text

__all__ = ["compare_command"]


def compare_command(
    first: Annotated[
        str, typer.Argument(help="A hub id (owner/name[@revision]), a folder, a file, or bundled:gpt2.")
    ],
    second: Annotated[str, typer.Argument(help="The other tokenizer.")],
    pretokenizer: Annotated[
        str | None,
        typer.Option(help="Split pattern for a file that names none (the comparison does not use it)."),
    ] = None,
    full: Annotated[
        bool, typer.Option(help="Read the whole list where the model uses only its head (tekken, CLIP).")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Compare the merge lists of two tokenizers: common head, shared merges, ranks, composition."""
    loaded = [load_tokenizer(source, pretokenizer=pretokenizer, full=full) for source in (first, second)]
    result = compare_tokenizers(*loaded).to_dict()
    print(json.dumps(result, indent=2, ensure_ascii=False) if as_json else comparison_as_text(result))
