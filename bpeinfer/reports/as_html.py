"""A report as one self-contained HTML page: style and pictures are inside, nothing is fetched, there is no script."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from bpeinfer.reports.document import Document, visible

if TYPE_CHECKING:
    from jinja2 import Template

__all__ = ["as_html"]


def as_html(document: Document) -> str:
    """Return the page; every word in it is escaped."""
    return _template().render(document=document, kind=lambda block: type(block).__name__)


@cache
def _template() -> Template:
    from jinja2 import (
        Environment,
        PackageLoader,
        StrictUndefined,
    )  # takes a moment to load, and only pages need it

    environment = Environment(
        loader=PackageLoader("bpeinfer.reports", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        finalize=lambda value: visible(value) if type(value) is str else value,
    )
    environment.filters["percent"] = lambda share, top=1.0: f"{100 * min(max(share / top, 0), 1):.2f}%"
    return environment.get_template("page.html")
