"""A report as Markdown (GitHub's, with tables)."""

from __future__ import annotations

import re
from collections.abc import Iterable

from bpeinfer.reports.document import Block, Document, Facts, Items, Table, Text, visible

__all__ = ["as_markdown"]

_SIGNS = re.compile(r"([\\`*_{}\[\]>#|~$&])")


def as_markdown(document: Document) -> str:
    """Return the report; pictures are left out, since their tables have the same figures."""
    parts = [f"# {_escape(document.title)}"]
    if document.subtitle:
        parts.append(_escape(document.subtitle))
    parts += map(_block, document.lead)
    for section in document.sections:
        parts += [f"## {_escape(section.title)}", *filter(None, map(_block, section.blocks))]
    return "\n\n".join(parts) + "\n"


def _block(block: Block) -> str:
    match block:
        case Text(text, strong):
            return f"**{_escape(text)}**" if strong else _escape(text)
        case Items(items, tokens):
            if tokens:
                return ", ".join(map(_code, items))
            return "\n".join(f"- {_escape(item)}" for item in items)
        case Facts(rows):
            return "\n".join(f"- {_escape(term)}: {_escape(said)}" for term, said in rows)
        case Table():
            return _table(block)
    return ""


def _table(table: Table) -> str:
    rule = ["---"] * table.words + ["---:"] * (len(table.columns) - table.words)
    lines = [_line(map(_escape, table.columns)), _line(rule)]
    lines += [_line(map(_escape, row)) for row in table.rows]
    return "\n".join([f"{_escape(table.caption)}", "", *lines])


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _escape(text: str) -> str:
    # Not every Markdown renderer knows \\< as an escape.
    return _SIGNS.sub(r"\\\1", visible(text)).replace("<", "&lt;")


def _code(token: str) -> str:
    """Return a token between as many backquotes as it needs."""
    text = visible(token).replace("|", "\\|")
    fence = "`" * (max((len(run) for run in re.findall("`+", text)), default=0) + 1)
    return f"{fence} {text} {fence}" if "`" in text else f"`{text}`"
