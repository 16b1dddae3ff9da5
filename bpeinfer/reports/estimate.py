"""A mixture estimate as a page of text and as HTML, from the plain data of `MixtureEstimate.to_dict`."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any, NamedTuple

__all__ = ["estimate_as_html", "estimate_as_text"]

BAR_WIDTH = 30
# Categories below this share of bytes are summed up in one line at the end of the table.
SMALL = 0.0005

Result = Mapping[str, Any]


class _Row(NamedTuple):
    """One line of the table, formatted; without a name it is empty."""

    name: str = ""
    in_bytes: str = ""
    interval: str = ""
    in_pairs: str = ""
    bar: float = 0.0


def estimate_as_text(result: Result) -> str:
    """Return the page that ``bpeinfer infer`` prints: tokenizer, shares, groups, certificate, fit."""
    rows = [_Row("category", "bytes %", "95 %" if result["resamples"] else "", "pairs %"), *_rows(result)]
    wide = [max(len(cell) for cell in column) for column in zip(*(row[:4] for row in rows), strict=True)]
    lines = [
        f"{row.name:<{wide[0]}}  {row.in_bytes:>{wide[1]}}  {row.interval:>{wide[2]}}  {row.in_pairs:>{wide[3]}}  "
        + ("█" * round(row.bar * BAR_WIDTH) or ("▏" if row.bar else ""))
        for row in rows
    ]
    return "\n".join([_headline(result), "", *(line.rstrip() for line in lines), "", *_footer(result)])


def estimate_as_html(result: Result) -> str:
    """Return the same page as an HTML fragment, for notebooks."""
    heads = ("category", "bytes %", "95 %" if result["resamples"] else "", "pairs %", "")
    body = []
    for row in _rows(result):
        style = f"background:#4c78a8;height:0.8em;width:{row.bar * 16:.2f}em"
        cells = [*map(escape, row[:4]), f'<div style="{style}"></div>' if row.bar else ""]
        body.append("<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>")
    return (
        f"<p>{escape(_headline(result))}</p><table><thead><tr>"
        + "".join(f"<th>{head}</th>" for head in heads)
        + "</tr></thead><tbody>"
        + "".join(body)
        + "</tbody></table><p>"
        + "<br>".join(map(escape, _footer(result)))
        + "</p>"
    )


def _rows(result: Result) -> list[_Row]:
    categories = result["categories"]
    top = max(category["byte_share"] for category in categories)
    large = [category for category in categories if category["byte_share"] >= SMALL]
    small = [category for category in categories if category["byte_share"] < SMALL]
    rows = [_row(category, category["byte_share"] / top) for category in large]
    if small:
        sums = {unit: sum(category[unit] for category in small) for unit in ("byte_share", "pair_share")}
        rows.append(_row({"name": f"({len(small)} below {SMALL:.2%})", **sums}))
    if result["groups"]:
        rows += [_Row(), *map(_row, result["groups"])]
    return rows


def _row(entry: Mapping[str, Any], bar: float = 0.0) -> _Row:
    interval = ""
    if "interval" in entry:
        low, high = entry["interval"]["byte_share"]
        interval = f"{100 * low:.1f} - {100 * high:.1f}"
    return _Row(
        entry["name"], f"{100 * entry['byte_share']:.2f}", interval, f"{100 * entry['pair_share']:.2f}", bar
    )


def _headline(result: Result) -> str:
    tokenizer = result["tokenizer"]
    return f"{tokenizer['source']} ({tokenizer['format']}, {tokenizer['merges']:,} merges)"


def _footer(result: Result) -> list[str]:
    certificate, first, last = result["certificate"], result["first_merge"], result["merges"]
    absent = result["merges_absent"]
    used = f"merges {first:,} to {last - 1:,}: {result['merges_used']:,} used"
    seconds = ", ".join(f"{phase} {time:.1f}" for phase, time in result["seconds"].items())
    return [
        f"{used}, {absent:,} absent from all samples ({absent / (last - first):.1%})",
        f"disagreement {certificate['objective']:.4g} (at least {certificate['lower_bound']:.4g}, "
        f"gap {certificate['gap']:.1e}; {certificate['status']})",
        f"seconds: {seconds}",
        *(f"note: {note}" for note in result["notes"]),
    ]
