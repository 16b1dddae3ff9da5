"""``bpeinfer explain``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from bpeinfer.errors import InferenceError
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
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise InferenceError(
            f"{result}: not a result of bpeinfer infer ({error!r}); write one with infer --output"
        ) from None
    if not page:
        raise InferenceError(f"{result}: no category {category!r}; there are: {', '.join(map(str, names))}")
    print(json.dumps(comparisons, indent=2, ensure_ascii=False) if as_json else page)


def _read(path: Path) -> dict[str, Any]:
    try:
        read = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise InferenceError(f"{path}: no such file; write one with bpeinfer infer --output {path}") from None
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise InferenceError(f"{path}: not JSON ({error}); expected a result of bpeinfer infer") from None
    if not isinstance(read, dict) or not {"evidence", "categories", "tokenizer"} <= read.keys():
        raise InferenceError(f"{path}: not a result of bpeinfer infer: it holds no evidence")
    return read
