"""A report as plain text for a terminal: the lead, then tables with aligned columns."""

from __future__ import annotations

import textwrap
import unicodedata

from bpeinfer.reports.document import Block, Document, Facts, Items, Table, Text, visible

__all__ = ["as_text"]

WIDTH = 100
# Longer names are cut.
LONGEST = 48


def as_text(document: Document) -> str:
    """Return the report; pictures are left out, since their tables have the same figures."""
    head = [visible(document.title), *([visible(document.subtitle)] if document.subtitle else [])]
    parts = ["\n".join(head), *map(_block, document.lead)]
    for section in document.sections:
        blocks = [shown for block in section.blocks if (shown := _block(block))]
        title = [visible(section.title)] if len(document.sections) > 1 and blocks else []
        parts += [*title, *blocks]
    return "\n\n".join(parts)


def _block(block: Block) -> str:
    match block:
        case Text(text):
            return textwrap.fill(visible(text), WIDTH)
        case Items(items, tokens):
            if tokens:
                return textwrap.fill(", ".join(map(visible, items)), WIDTH)
            return "\n".join(
                textwrap.fill(visible(item), WIDTH, initial_indent="- ", subsequent_indent="  ")
                for item in items
            )
        case Facts(rows):
            return "\n".join(f"{visible(term)}: {visible(said)}" for term, said in rows)
        case Table():
            return _table(block)
    return ""


def _table(table: Table) -> str:
    rows = [tuple(map(_short, row)) for row in (table.columns, *table.rows)]
    wide = [max(map(_columns, column)) for column in zip(*rows, strict=True)]
    lines = []
    for row in rows:
        cells = [
            cell + " " * (width - _columns(cell))
            if place < table.words
            else " " * (width - _columns(cell)) + cell
            for place, (cell, width) in enumerate(zip(row, wide, strict=True))
        ]
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)


def _short(cell: str) -> str:
    shown = visible(cell)
    return shown if len(shown) <= LONGEST else f"{shown[: LONGEST - 1]}…"


def _columns(text: str) -> int:
    """Return how many terminal columns a text takes: two for wide characters, none for combining marks."""
    return sum(
        0 if unicodedata.combining(sign) else 2 if unicodedata.east_asian_width(sign) in "WF" else 1
        for sign in text
    )
