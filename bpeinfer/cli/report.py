"""``bpeinfer report``."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from bpeinfer.cli.grouped import grouped
from bpeinfer.cli.options import Name
from bpeinfer.cli.reports import Reports
from bpeinfer.reports.estimate_page import estimate_as_text
from bpeinfer.reports.estimate_report import estimate_document
from bpeinfer.stored_estimate import load_estimate

__all__ = ["report_command"]


@grouped
def report_command(
    *,
    result: Annotated[Path, typer.Argument(help="A result, as written by infer --output.")],
    name: Name = None,
    reports: Reports,
    force: Annotated[bool, typer.Option(help="Show shares even where the result withholds them.")] = False,
) -> None:
    """Show a stored result again, or write it as a page."""
    reports.check()
    read = load_estimate(result, name=name).to_dict()
    document = estimate_document(read, force=force)
    reports.show(document, page=partial(estimate_as_text, read, force=force))
