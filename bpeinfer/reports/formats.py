"""The formats that a report can be written in, and the base classes of what can be reported."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bpeinfer.reports.as_csv import as_csv
from bpeinfer.reports.as_html import as_html
from bpeinfer.reports.as_latex import as_latex
from bpeinfer.reports.as_markdown import as_markdown
from bpeinfer.reports.as_text import as_text
from bpeinfer.reports.document import Document

__all__ = ["FORMATS", "Readable", "Reportable"]

FORMATS: Mapping[str, Callable[[Document], str]] = {
    "html": as_html,
    "markdown": as_markdown,
    "csv": lambda document: as_csv(document.records),
    "latex": as_latex,
}
"""By name, the function that turns a report into text."""


class Readable:
    """An object with a report: it can be printed and written as a page."""

    def report(self) -> Document:
        """Return the report as blocks of text, tables and pictures."""
        raise NotImplementedError

    def to_html(self) -> str:
        """Return the report as one self-contained HTML page."""
        return FORMATS["html"](self.report())

    def to_markdown(self) -> str:
        """Return the report as Markdown."""
        return FORMATS["markdown"](self.report())

    def __str__(self) -> str:
        return as_text(self.report())


class Reportable(Readable):
    """An object whose report has tables of figures: it can also be written in the formats for these."""

    def to_latex(self) -> str:
        """Return the main tables of the report as LaTeX (packages booktabs and graphicx)."""
        return FORMATS["latex"](self.report())

    def to_csv(self) -> str:
        """Return the figures of the report as CSV; shares and ends of intervals are from 0 to 1."""
        return FORMATS["csv"](self.report())
