"""``bpeinfer explain``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bpeinfer.cli.output import print_json, print_page
from bpeinfer.errors import InferenceError
from bpeinfer.files import shown
from bpeinfer.reports.evidence import evidence_as_text
from bpeinfer.result import load_estimate

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
    read = load_estimate(result).to_dict()
    names = [entry["name"] for entry in read["categories"]]
    if category not in names:
        raise InferenceError(f"{shown(result)}: no category {category!r}; there are: {', '.join(names)}")
    if as_json:
        print_json(read["evidence"].get(category, []))
    else:
        print_page(evidence_as_text(read, category, limit))
