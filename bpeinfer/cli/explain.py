"""``bpeinfer explain``."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Annotated, Any

import typer

from bpeinfer.cli.output import print_json, print_page
from bpeinfer.errors import InferenceError, ResultFileError
from bpeinfer.files import read_file, shown
from bpeinfer.limits import DEFAULT_LIMITS
from bpeinfer.reports.evidence import evidence_as_text

__all__ = ["explain_command"]


def explain_command(
    result: Annotated[Path, typer.Argument(help="A result, as written by infer --output.")],
    category: Annotated[str, typer.Option(help="The category whose share to explain.")],
    limit: Annotated[int, typer.Option(help="Comparisons to show in each direction.")] = 10,
    as_json: Annotated[bool, typer.Option("--json", help="Print the comparisons as JSON.")] = False,
) -> None:
    """Show the merges and rivals that pin a category's share."""
    if limit < 1:
        raise InferenceError(f"--limit is {limit}, expected 1 or more")
    read = _read(result)
    try:
        names = [entry["name"] for entry in read["categories"]]
        page = evidence_as_text(read, category, limit) if category in names else ""
        comparisons = read["evidence"].get(category, [])
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        raise ResultFileError(
            f"{shown(result)}: not a result of bpeinfer infer ({error!r}); write one with infer --output"
        ) from None
    if not page:
        raise InferenceError(
            f"{shown(result)}: no category {category!r}; there are: {', '.join(map(str, names))}"
        )
    if as_json:
        print_json(comparisons)
    else:
        print_page(page)


def _read(path: Path) -> dict[str, Any]:
    if not os.path.exists(path):
        raise ResultFileError(
            f"{shown(path)}: no such file; write one with bpeinfer infer --output {shown(path)}"
        )
    most = DEFAULT_LIMITS.result
    data = read_file(
        path, most, refusal=ResultFileError, too_large="too large for a result of bpeinfer infer"
    )
    try:
        read = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise ResultFileError(
            f"{shown(path)}: not JSON ({error}); expected a result of bpeinfer infer"
        ) from None
    if not isinstance(read, dict) or not {"evidence", "categories", "tokenizer"} <= read.keys():
        raise ResultFileError(f"{shown(path)}: not a result of bpeinfer infer: it holds no evidence")
    return read
