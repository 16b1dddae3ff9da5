"""The formats that a report can be written in."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bpeinfer.reports.as_csv import as_csv
from bpeinfer.reports.as_html import as_html
from bpeinfer.reports.as_latex import as_latex
from bpeinfer.reports.as_markdown import as_markdown
from bpeinfer.reports.document import Document

__all__ = ["FORMATS"]

FORMATS: Mapping[str, Callable[[Document], str]] = {
    "html": as_html,
    "markdown": as_markdown,
    "csv": lambda document: as_csv(document.records),
    "latex": as_latex,
}
"""By name, what turns a report into text."""
