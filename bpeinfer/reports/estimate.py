"""A mixture estimate as a page of text and as HTML, from the plain data of `MixtureEstimate.to_dict`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

__all__ = ["estimate_as_html", "estimate_as_text"]

BAR_WIDTH = 30
# Categories below this share of bytes are summed up in one line at the end of the table.
SMALL = 0.0005

Result = Mapping[str, Any]


def estimate_as_text(result: Result) -> str:
    """Return the page that ``bpeinfer infer`` prints: tokenizer, shares, groups, certificate, fit."""
    rows = _rows(result)
    column = max(len("category"), *(len(name) for name, _, _, _ in rows))
    lines = [_headline(result), "", f"{'category':<{column}}  bytes %  pairs %"]
    for name, in_bytes, in_pairs, bar in rows:
        if name:
            filled = "█" * round(bar * BAR_WIDTH) or ("▏" if bar else "")
            lines.append(f"{name:<{column}}  {in_bytes:7.2f}  {in_pairs:7.2f}  {filled}".rstrip())
        else:
            lines.append("")
    return "\n".join([*lines, "", *_footer(result)])


def estimate_as_html(result: Result) -> str:
    """Return the same page as an HTML fragment, for notebooks."""
    body = []
    for name, in_bytes, in_pairs, bar in _rows(result):
        cell = f'<div style="background:#4c78a8;height:0.8em;width:{bar * 16:.2f}em"></div>' if bar else ""
        body.append(
            f"<tr><td style='text-align:left'>{escape(name)}</td><td>{in_bytes:.2f}</td>"
            f"<td>{in_pairs:.2f}</td><td>{cell}</td></tr>"
            if name
            else "<tr><td colspan='4'></td></tr>"
        )
    return (
        f"<p>{escape(_headline(result))}</p><table><thead><tr><th style='text-align:left'>category</th>"
        "<th>bytes %</th><th>pairs %</th><th></th></tr></thead><tbody>"
        + "".join(body)
        + "</tbody></table><p>"
        + "<br>".join(map(escape, _footer(result)))
        + "</p>"
    )


def _rows(result: Result) -> list[tuple[str, float, float, float]]:
    """Return (name, byte %, pair %, length of the bar from 0 to 1) for each row; no name: an empty row."""
    categories = result["categories"]
    top = max(category["byte_share"] for category in categories)
    large = [category for category in categories if category["byte_share"] >= SMALL]
    small = [category for category in categories if category["byte_share"] < SMALL]
    rows = [_row(category["name"], [category], category["byte_share"] / top) for category in large]
    if small:
        rows.append(_row(f"({len(small)} below {SMALL:.2%})", small))
    if result["groups"]:
        rows.append(("", 0.0, 0.0, 0.0))
        rows += [_row(group["name"], [group]) for group in result["groups"]]
    return rows


def _row(name: str, parts: Sequence[Mapping[str, Any]], bar: float = 0.0) -> tuple[str, float, float, float]:
    in_bytes = sum(part["byte_share"] for part in parts)
    in_pairs = sum(part["pair_share"] for part in parts)
    return name, 100 * in_bytes, 100 * in_pairs, bar


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
