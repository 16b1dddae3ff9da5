"""Category samples as a page of text: what they are, how large, where they come from and under which licence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from bpeinfer.corpora.corpus import Category
from bpeinfer.corpora.words_to_text import Strung
from bpeinfer.reports.terminal import escape_text

__all__ = ["corpus_as_dict", "corpus_as_text"]


def corpus_as_dict(categories: Iterable[Category]) -> dict[str, Any]:
    """Return plain data on each category and its sources; if no manifest names sources, the files take their place."""
    return {
        "categories": [
            {
                "name": category.name,
                "title": category.title or None,
                "group": category.group or None,
                "bytes": category.bytes or None,
                "file_bytes": category.size,
                "sources": [dict(origin) for origin in category.origins] or _files(category),
                "notes": list(category.notes),
            }
            for category in categories
        ]
    }


def _files(category: Category) -> list[dict[str, Any]]:
    return [
        {
            "name": file.path.name,
            "register": "list of words" if isinstance(source, Strung) else None,
            "file_bytes": file.size,
        }
        for source in category.sources
        for file in ([source.words] if isinstance(source, Strung) else getattr(source, "files", ()))
    ]


def corpus_as_text(listed: Mapping[str, Any], *, short: bool = False) -> str:
    """Return one line for each category and, unless `short`, one below it for each source."""
    rows: list[tuple[str, ...]] = []
    for category in listed["categories"]:
        rows.append(
            (
                category["name"],
                f"{(category['bytes'] or category['file_bytes']) / 1000:,.0f} kB",
                category["group"] or "",
                category["title"] or "",
            )
        )
        if not short:
            rows += [_source(source) for source in category["sources"]]
    shown = [tuple(map(escape_text, row)) for row in rows]
    wide = [max((len(row[i]) for row in shown), default=0) for i in range(3)]
    lines = [
        f"{row[0]:<{wide[0]}}  {row[1]:>{wide[1]}}  {row[2]:<{wide[2]}}  {row[3]}".rstrip() for row in shown
    ]
    notes = [escape_text(f"note: {note}") for category in listed["categories"] for note in category["notes"]]
    total = len(listed["categories"])
    return "\n".join([*lines, *notes, "", f"{total} categor{'y' if total == 1 else 'ies'}"])


def _source(source: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the cells of a source: its name, size, register, and package with licence."""
    size = source.get("bytes") or source.get("file_bytes")
    package = " ".join(str(source[key]) for key in ("registry", "package", "version") if source.get(key))
    licence = f"({source['licence']})" if source.get("licence") else ""
    return (
        f"  {source.get('name') or source.get('package') or ''}",
        f"{size / 1000:,.0f} kB" if isinstance(size, int) else "",
        str(source.get("register") or ""),
        f"{package} {licence}".strip(),
    )
