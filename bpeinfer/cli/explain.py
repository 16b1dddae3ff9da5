"""``bpeinfer explain``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bpeinfer.cli.reports import Csv, Html, Markdown, Reports
from bpeinfer.errors import InferenceError
from bpeinfer.files import shown
from bpeinfer.near_names import there_are
from bpeinfer.reports.evidence import evidence_document
from bpeinfer.stored_estimate import load_estimate

__all__ = ["explain_command"]


def explain_command(
    result: Annotated[Path, typer.Argument(help="A result, as written by infer --output.")],
    category: Annotated[
        str | None, typer.Option(metavar="NAME", help="The category whose share to explain.")
    ] = None,
    group: Annotated[
        str | None, typer.Option(metavar="NAME", help="The group whose share to explain.")
    ] = None,
    top: Annotated[int, typer.Option(help="Merges and comparisons to show in each list.")] = 10,
    html: Html = None,
    markdown: Markdown = None,
    csv: Csv = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the comparisons as JSON.")] = False,
) -> None:
    """Show the merges that pin a share down.

    First the merges that only this text supplies, then what pulls the share up and down.
    """
    if top < 1:
        raise InferenceError(f"--top is {top}, expected 1 or more")
    if (category is None) == (group is None):
        raise InferenceError("explain needs one of --category and --group")
    reports = Reports(html=html, markdown=markdown, csv=csv)
    reports.check()
    read = load_estimate(result).to_dict()
    name, kind = (category, "category") if category is not None else (group or "", "group")
    names = [entry["name"] for entry in read["categories" if category is not None else "groups"]]
    if name not in names:
        raise InferenceError(f"{shown(result)}: no {kind} {name!r}{there_are(name, names)}")
    document = evidence_document(read, name, top)
    reports.show(document, read["evidence"].get(name, []) if as_json else None)
