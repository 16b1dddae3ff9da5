"""Columns and flowing lists of a page of text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bpeinfer.reports.terminal import show_token

__all__ = ["WIDTH", "all_of", "columns", "count_of", "flow", "token_as_text"]

WIDTH = 110

LONGEST_SHOWN = 48


def count_of(count: int, what: str) -> str:
    """Return a number with its noun, in the plural unless the number is one."""
    return f"{count:,} {what}" + ("" if count == 1 else "s")


def all_of(names: Sequence[str]) -> str:
    """Return names as a sentence lists them.

    >>> all_of(["en"]), all_of(["en", "de"]), all_of(["en", "de", "fr"])
    ('en', 'en and de', 'en, de and fr')
    """
    return " and ".join(part for part in (", ".join(names[:-1]), *names[-1:]) if part)


def token_as_text(token: str) -> str:
    """Return a token in quotation marks, cut if it is long."""
    shown = show_token(token)
    return shown if len(shown) <= LONGEST_SHOWN else f'{shown[: LONGEST_SHOWN - 10]}…" ({len(token)})'


def flow(items: Iterable[str], more: int = 0, indent: str = "  ") -> list[str]:
    """Return lines of items side by side, broken only between items."""
    lines, line = [], indent
    for item in [*items, *([f"and {more:,} more"] if more > 0 else [])]:
        if len(line) + len(item) > WIDTH and line.strip():
            lines.append(line.rstrip())
            line = indent
        line += item + "  "
    return [*lines, line.rstrip()] if line.strip() else lines


def columns(rows: Sequence[Sequence[str]], right: bool = False, right_from: int | None = None) -> list[str]:
    """Pad columns to the widest cell; right-align the first (`right`) or those from `right_from` on."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = []
    for row in rows:
        cells = [
            cell.rjust(width)
            if (right and column == 0) or (right_from is not None and column >= right_from)
            else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append(("  " + "  ".join(cells)).rstrip())
    return lines
