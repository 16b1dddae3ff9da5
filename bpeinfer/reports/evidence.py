"""The evidence behind a category's share as a page of text, from the plain data of a result."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bpeinfer.reports.terminal import escape_text

__all__ = ["evidence_as_text"]


def evidence_as_text(result: Mapping[str, Any], category: str, limit: int) -> str:
    """Return the page that ``bpeinfer explain`` prints: the comparisons that pull the share up and hold it down."""
    entry = next(entry for entry in result["categories"] if entry["name"] == category)
    comparisons = result["evidence"].get(category, [])
    lines = [
        f"{escape_text(category)}: {entry['byte_share']:.2%} of bytes, {entry['pair_share']:.2%} of pairs "
        f"in {escape_text(result['tokenizer']['source'])}"
    ]
    if not comparisons:
        return "\n".join(
            [*lines, "", "its share is too small for evidence to have been kept", *_moves(result, entry)]
        )
    for title, sign in (("these ask for more of it", -1), ("these ask for less of it", 1)):
        chosen = [comparison for comparison in comparisons if comparison["effect"] * sign > 0][:limit]
        lines += ["", f"{title}:"]
        rows = [("rank", "kind", "token", "count here", "elsewhere", "effect")]
        rows += [
            (
                f"{comparison['rank']:,}",
                escape_text(comparison["kind"]),
                repr(comparison["token"]),
                f"{comparison['count']:,}",
                f"{comparison['others']:,}",
                f"{comparison['effect']:+.2g}",
            )
            for comparison in chosen
        ]
        wide = [max(map(len, column)) for column in zip(*rows, strict=True)]
        lines += ["  ".join(cell.rjust(width) for cell, width in zip(row, wide, strict=True)) for row in rows]
    lines += _moves(result, entry)
    lines += [
        "",
        "merge: the list merged this pair earlier than the mixture's counts explain; "
        "rival: it passed this pair over although the mixture holds much of it.",
        "effect: change of the disagreement for each unit of weight moved to the category.",
    ]
    return "\n".join(lines)


def _moves(result: Mapping[str, Any], entry: Mapping[str, Any]) -> list[str]:
    """Say what the share would be without each run of merges."""
    if "jackknife" not in entry:
        return ["", "what its share would be without a run of merges: run infer with --jackknife 10"]
    moves = entry["jackknife"]["byte_share"]
    lines = ["", "without these merges its share of bytes would be:"]
    lines += [
        f"{first:>8,} to {last:<8,} {share:>8.2%}  {100 * (share - entry['byte_share']):+.2f}"
        for (first, last), share in zip(result["left_out"], moves["without"], strict=True)
    ]
    return lines
