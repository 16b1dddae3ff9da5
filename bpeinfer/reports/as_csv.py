"""Rows of figures as CSV that spreadsheets read as data, not as formulas."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

from bpeinfer.reports.document import visible

__all__ = ["as_csv"]

# A spreadsheet takes a cell that begins with one of these for a formula.
_FORMULA = ("=", "+", "-", "@")


def as_csv(records: Sequence[Mapping[str, Any]]) -> str:
    r"""Return rows as CSV with a header; columns are in the order of their first appearance, None is empty.

    Example:
        >>> as_csv([{"name": "fr", "share": 0.5}, {"name": "=1+1", "share": None}])
        "name,share\nfr,0.5\n'=1+1,\n"
    """
    columns = list(dict.fromkeys(column for record in records for column in record))
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(map(_cell, columns))
    writer.writerows([_cell(record.get(column)) for column in columns] for record in records)
    return stream.getvalue()


def _cell(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    text = visible(value)
    return f"'{text}" if text.startswith(_FORMULA) else text
