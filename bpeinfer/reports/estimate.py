"""A mixture estimate as a page of text and as HTML, from the plain data of `MixtureEstimate.to_dict`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any, NamedTuple

from bpeinfer.reports.terminal import escape_text

__all__ = ["estimate_as_html", "estimate_as_text"]

BAR_WIDTH = 30
# Categories below this share of bytes are summed up in one line at the end of the table.
SMALL = 0.0005
# Longer names are cut in tables; the JSON has them whole.
LONGEST_NAME = 40

Result = Mapping[str, Any]


class _Row(NamedTuple):
    """One line of the table: its cells, formatted, and the length of its bar from 0 to 1."""

    cells: tuple[str, ...]
    bar: float = 0.0


def estimate_as_text(result: Result) -> str:
    """Return the page that ``bpeinfer infer`` prints: tokenizer, shares, groups, certificate, fit."""
    rows = [_Row(_heads(result)), *_rows(result)]
    wide = [max(map(len, column)) for column in zip(*(row.cells for row in rows), strict=True)]
    lines = [
        f"{row.cells[0]:<{wide[0]}}  "
        + "".join(f"{cell:>{width}}  " for cell, width in zip(row.cells[1:], wide[1:], strict=True))
        + ("█" * round(row.bar * BAR_WIDTH) or ("▏" if row.bar else ""))
        for row in rows
    ]
    return "\n".join([_headline(result), "", *(line.rstrip() for line in lines), "", *_footer(result)])


def estimate_as_html(result: Result) -> str:
    """Return the same page as an HTML fragment, for notebooks."""
    body = []
    for row in _rows(result):
        style = f"background:#4c78a8;height:0.8em;width:{row.bar * 16:.2f}em"
        cells = [*map(escape, row.cells), f'<div style="{style}"></div>' if row.bar else ""]
        body.append("<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>")
    return (
        f"<p>{escape(_headline(result))}</p><table><thead><tr>"
        + "".join(f"<th>{escape(head)}</th>" for head in (*_heads(result), ""))
        + "</tr></thead><tbody>"
        + "".join(body)
        + "</tbody></table><p>"
        + "<br>".join(map(escape, _footer(result)))
        + "</p>"
    )


def _heads(result: Result) -> tuple[str, ...]:
    interval = ("95 %",) if result["resamples"] else ()
    baselines = (f"{name} %" for name in result["categories"][0].get("baselines", ()))
    return ("category", "bytes %", *interval, "pairs %", *baselines)


def _rows(result: Result) -> list[_Row]:
    categories = result["categories"]
    top = max(category["byte_share"] for category in categories)
    large = [category for category in categories if category["byte_share"] >= SMALL]
    small = [category for category in categories if category["byte_share"] < SMALL]
    rows = [_row(category, category["byte_share"] / top) for category in large]
    if small:
        rows.append(_row(_sum(f"({len(small)} below {SMALL:.2%})", small)))
    if result["groups"]:
        rows += [_Row(("",) * len(_heads(result))), *map(_row, result["groups"])]
    return rows


def _sum(name: str, entries: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Sum up shares; the sum has no interval, which the parts' intervals do not give."""
    total: dict[str, Any] = {
        unit: sum(entry[unit] for entry in entries) for unit in ("byte_share", "pair_share")
    }
    if "baselines" in entries[0]:
        names = entries[0]["baselines"]
        total["baselines"] = {by: sum(entry["baselines"][by] for entry in entries) for by in names}
    if "interval" in entries[0]:
        total["interval"] = None
    return {"name": name} | total


def _row(entry: Mapping[str, Any], bar: float = 0.0) -> _Row:
    cells = [_short(entry["name"]), f"{100 * entry['byte_share']:.2f}"]
    if "interval" in entry:
        ends = entry["interval"]["byte_share"] if entry["interval"] else ()
        cells.append(" - ".join(f"{100 * end:.1f}" for end in ends))
    cells.append(f"{100 * entry['pair_share']:.2f}")
    cells += [f"{100 * share:.2f}" for share in entry.get("baselines", {}).values()]
    return _Row(tuple(cells), bar)


def _headline(result: Result) -> str:
    tokenizer = result["tokenizer"]
    return f"{tokenizer['source']} ({tokenizer['format']}, {tokenizer['merges']:,} merges)"


def _together(same: Result) -> str:
    """Say of which categories only the sum is known."""
    names = " and ".join(_short(name) for name in same["names"])
    ends = same.get("interval", {}).get("byte_share", ())
    interval = f" ({' - '.join(f'{100 * end:.1f}' for end in ends)})" if ends else ""
    share = f"{100 * same['byte_share']:.2f}%{interval}"
    return f"{names} cannot be told apart ({same['reason']}): together {share} of bytes"


def _short(name: str) -> str:
    """Return a name safe to print, cut where it would make a table too wide."""
    shown = escape_text(name)
    return shown if len(shown) <= LONGEST_NAME else shown[: LONGEST_NAME - 1] + "…"


def _footer(result: Result) -> list[str]:
    certificate, first, last = result["certificate"], result["first_merge"], result["merges"]
    absent = result["merges_absent"]
    used = f"merges {first:,} to {last - 1:,}: {result['merges_used']:,} used"
    seconds = ", ".join(f"{phase} {time:.1f}" for phase, time in result["seconds"].items() if time > 0.01)
    return [
        *map(_together, result["indistinguishable"]),
        f"fit {result['verdict']}: {result['fit']['reason']}",
        f"{used}, {absent:,} absent from all samples ({absent / (last - first):.1%})",
        f"disagreement {certificate['objective']:.4g} (at least {certificate['lower_bound']:.4g}, "
        f"gap {certificate['gap']:.1e}; {certificate['status']})",
        f"seconds: {seconds}",
        *(f"note: {note}" for note in result["notes"]),
    ]
