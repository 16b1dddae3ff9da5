"""A report as plain text for a terminal: the lead, then tables with aligned columns."""

from __future__ import annotations

import re
import textwrap
import unicodedata

from bpeinfer.reports.document import Block, Document, Facts, Items, Table, Text, visible

__all__ = ["WIDTH", "as_text", "columns_of", "filled"]

WIDTH = 100
"""Columns of a line of text where there is no terminal."""

# Longer names are cut.
LONGEST = 48
_SPACE = "\ue000"  # stands for a space where a line may not break; `visible` leaves none of these
_OPENING = re.compile(r'(?<![^\s(])" ')


def as_text(document: Document, width: int = WIDTH) -> str:
    """Return the report; pictures are left out, since their tables have the same figures.

    Args:
        document: the report.
        width: characters of a line of text; tables may be wider.
    """
    head = [visible(document.title), *([visible(document.subtitle)] if document.subtitle else [])]
    parts = ["\n".join(head), *(_block(block, width) for block in document.lead)]
    for section in document.sections:
        blocks = [shown for block in section.blocks if (shown := _block(block, width))]
        title = [visible(section.title)] if len(document.sections) > 1 and blocks else []
        parts += [*title, *blocks]
    return "\n\n".join(parts)


def _block(block: Block, width: int) -> str:
    match block:
        case Text(text):
            return filled(text, width)
        case Items(items, tokens):
            if tokens:
                return filled(", ".join(items), width)
            return "\n".join(filled(item, width, "- ", "  ") for item in items)
        case Facts(rows):
            return "\n".join(f"{visible(term)}: {visible(said)}" for term, said in rows)
        case Table():
            return _table(block)
    return ""


def filled(text: str, width: int, first: str = "", other: str = "") -> str:
    """Return text wrapped between words, but not after the quotation mark before a token's space, nor before a %."""
    kept = _OPENING.sub(f'"{_SPACE}', visible(text)).replace(" %", f"{_SPACE}%")
    lines = textwrap.fill(kept, width, initial_indent=first, subsequent_indent=other, break_on_hyphens=False)
    return lines.replace(_SPACE, " ")


def _table(table: Table) -> str:
    rows = [tuple(map(_short, row)) for row in (table.columns, *table.rows)]
    wide = [max(map(columns_of, column)) for column in zip(*rows, strict=True)]
    lines = []
    for row in rows:
        cells = [
            cell + " " * (width - columns_of(cell))
            if place < table.words
            else " " * (width - columns_of(cell)) + cell
            for place, (cell, width) in enumerate(zip(row, wide, strict=True))
        ]
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)


def _short(cell: str) -> str:
    shown = visible(cell)
    return shown if len(shown) <= LONGEST else f"{shown[: LONGEST - 1]}…"


def columns_of(text: str) -> int:
    """Return how many terminal columns a text takes: two for wide characters, none for combining marks."""
    return sum(
        0 if unicodedata.combining(sign) else 2 if unicodedata.east_asian_width(sign) in "WF" else 1
        for sign in text
    )
