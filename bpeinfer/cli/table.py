"""``bpeinfer table``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bpeinfer.cli.grouped import grouped
from bpeinfer.cli.options import AsJson, Names, comma_separated, in_order
from bpeinfer.cli.reports import Reports
from bpeinfer.errors import InferenceError
from bpeinfer.reports.table_of_results import Unit
from bpeinfer.side_by_side import table
from bpeinfer.stored_estimate import load_estimate

__all__ = ["table_command"]


@grouped
def table_command(
    *,
    results: Annotated[
        list[Path], typer.Argument(help="Results, as written by infer --output, or their folder.")
    ],
    names: Names = None,
    unit: Annotated[Unit, typer.Option(help="Unit of the shares; pairs is the paper's.")] = "bytes",
    columns: Annotated[
        str | None,
        typer.Option(
            metavar="NAME,...", help="Groups, languages (pt*) or categories to show. Default: all groups."
        ),
    ] = None,
    reports: Reports,
    as_json: AsJson = False,
) -> None:
    """Put stored results side by side, one row for each tokenizer."""
    reports.check()
    results = [path for given in results for path in _results_in(given)]
    given = [load_estimate(path, name=name) if name else path for path, name in in_order(results, names)]
    document = table(given, unit=unit, columns=comma_separated(columns)).report()
    records = list(map(dict, document.records))
    reports.show(document, records if as_json else None)


def _results_in(given: Path) -> list[Path]:
    """Return the results in a folder, or the one given."""
    if not given.is_dir():
        return [given]
    found = sorted(given.glob("*.json"))
    if not found:
        raise InferenceError(f"{given}: a folder without results (*.json, as infer --output writes them)")
    return found
