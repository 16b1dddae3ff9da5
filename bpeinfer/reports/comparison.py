"""A comparison of two tokenizers as a page of text, from the plain data of its `to_dict`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bpeinfer.reports.columns import columns, flow, token_as_text
from bpeinfer.reports.composition import composition_blocks
from bpeinfer.reports.document import Document, Page, Section
from bpeinfer.reports.terminal import escape_text

__all__ = ["comparison_as_text", "comparison_document"]

Result = Mapping[str, Any]


def comparison_document(result: Result) -> Document:
    """Return the page of `comparison_as_text` as a report."""
    first, second = (side["source"] for side in result["tokenizers"])
    page = Page(comparison_as_text(result))
    return Document(title=f"{first} and {second}", sections=(Section("Their merge lists", (page,)),))


def comparison_as_text(result: Result) -> str:
    """Return the page that ``bpeinfer compare`` prints."""
    first, second = result["tokenizers"]
    correlation = result["rank_correlation"]
    lines = [f"A  {_name(first)}", f"B  {_name(second)}", ""]
    rows = [
        ("merges", f"{first['merges']:,} in A, {second['merges']:,} in B"),
        ("common head", f"{result['common_head']:,}"),
        ("shared merges", f"{result['shared_merges']:,} ({_share(result['shared_merges'], first, second)})"),
        ("shared tokens", f"{result['shared_tokens']:,}, whatever merge makes them"),
        ("only in A", f"{first['only_merges']:,} merges, {first['only_tokens']:,} tokens"),
        ("only in B", f"{second['only_merges']:,} merges, {second['only_tokens']:,} tokens"),
        (
            "rank correlation",
            "too few shared merges"
            if correlation is None
            else f"{correlation:.4f} (Spearman, of the shared merges)",
        ),
    ]
    lines += columns(rows)
    blocks = [lines]
    if first["after_head"] or second["after_head"]:
        after: list[tuple[str, ...]] = [("merge", "A", "B")]
        for place in range(max(len(first["after_head"]), len(second["after_head"]))):
            sides = [
                " + ".join(map(token_as_text, side["after_head"][place]))
                if place < len(side["after_head"])
                else "—"
                for side in (first, second)
            ]
            after.append((f"{result['common_head'] + place:,}", *sides))
        blocks.append(["Where they diverge", *columns(after)])
    for letter, side in (("A", first), ("B", second)):
        if side["first_only_tokens"]:
            tokens = [token_as_text(token) for _, token in side["first_only_tokens"]]
            blocks.append([f"First tokens only in {letter}", *flow(tokens)])
    blocks += composition_blocks([first["composition"], second["composition"]], ("A", "B"))
    return "\n\n".join("\n".join(block) for block in blocks)


def _name(side: Result) -> str:
    return f"{escape_text(side['source'])} (sha256 {side['sha256'][:16]}…)"


def _share(shared: int, first: Result, second: Result) -> str:
    return f"{shared / first['merges']:.1%} of A, {shared / second['merges']:.1%} of B"
