"""A report as titled blocks of text, tables, facts and pictures, which each format renders its own way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bpeinfer.reports.terminal import escape_text

__all__ = [
    "Block",
    "Document",
    "Facts",
    "Items",
    "Ranges",
    "Row",
    "Section",
    "Stacks",
    "Table",
    "Text",
    "visible",
]


@dataclass(frozen=True)
class Text:
    """A paragraph; a `strong` one is the main message."""

    text: str
    strong: bool = False


@dataclass(frozen=True)
class Items:
    """A list, of tokens if `tokens`."""

    items: tuple[str, ...]
    tokens: bool = False


@dataclass(frozen=True)
class Facts:
    """Terms and what is known about each."""

    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True)
class Table:
    """A table whose first column names its rows; columns after the first `words` hold figures.

    LaTeX output has only the `main` tables.
    """

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    words: int = 1
    main: bool = False


@dataclass(frozen=True, kw_only=True)
class Row:
    """A share with its ranges, from 0 to 1, and both as text; `inner` and `outer` may be empty."""

    name: str
    share: float
    said: str
    outer: tuple[float, ...] = ()
    inner: tuple[float, ...] = ()


@dataclass(frozen=True)
class Ranges:
    """A picture of shares with their ranges, from 0 to `top`; tables beside it have the same figures."""

    caption: str
    rows: tuple[Row, ...]
    top: float = 1.0


@dataclass(frozen=True)
class Stacks:
    """A picture of bars, each cut into the same parts."""

    caption: str
    parts: tuple[str, ...]
    bars: tuple[tuple[str, tuple[float, ...]], ...]


Block = Text | Items | Facts | Table | Ranges | Stacks


@dataclass(frozen=True)
class Section:
    """Blocks under a title; a `folded` section is closed at first in formats that can do that."""

    title: str
    blocks: tuple[Block, ...]
    folded: bool = False


@dataclass(frozen=True, kw_only=True)
class Document:
    """A report.

    Attributes:
        title, subtitle: its headings.
        verdict: good, doubtful or poor, "" where there is none.
        lead: the first paragraphs, the verdict in words.
        sections: the rest.
        records: the figures as plain rows, for CSV.
    """

    title: str
    subtitle: str = ""
    verdict: str = ""
    lead: tuple[Text, ...] = ()
    sections: tuple[Section, ...] = ()
    records: tuple[Mapping[str, Any], ...] = field(default=(), repr=False)


def visible(text: str) -> str:
    """Return text as one line with no hidden characters; for every word of a report, since names come from files."""
    return escape_text(text, keep="\\")
