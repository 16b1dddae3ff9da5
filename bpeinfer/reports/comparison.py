"""A comparison of two tokenizers as a page of text and as a report, from the plain data of its `to_dict`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bpeinfer.reports.columns import columns, flow, token_as_text
from bpeinfer.reports.composition import composition_blocks, composition_tables
from bpeinfer.reports.document import Block, Document, Facts, Items, Section, Table, Text
from bpeinfer.reports.terminal import escape_text

__all__ = ["comparison_as_text", "comparison_document"]

Result = Mapping[str, Any]


def comparison_document(result: Result) -> Document:
    """Return the same as a report: what the lists share, where they diverge, what their tokens are made of."""
    sides = dict(zip("AB", result["tokenizers"], strict=True))
    shared: list[Block] = [Facts(tuple(_shared_rows(result)))]
    after = _after_head(result)
    if after:
        heads, *rows = after
        caption = "The first merges after the common head"
        shared.append(Table(caption=caption, columns=heads, rows=tuple(rows), words=3))
    alone: list[Block] = []
    for letter, side in sides.items():
        if side["first_only_tokens"]:
            tokens = tuple(token_as_text(token) for _, token in side["first_only_tokens"])
            alone += [Text(f"First tokens only in {letter}:"), Items(tokens, tokens=True)]
    parts = [side["composition"] for side in sides.values()]
    sections: list[tuple[str, Sequence[Block]]] = [
        ("What they share", shared),
        ("What only one of them has", alone),
        ("What their tokens are made of", composition_tables(parts, ("A", "B"))),
    ]
    return Document(
        title=f"Two merge lists: {' and '.join(side['name'] for side in sides.values())}",
        lead=tuple(Text(f"{letter}: {_name(side)}") for letter, side in sides.items()),
        sections=tuple(Section(title, tuple(blocks)) for title, blocks in sections if blocks),
    )


def comparison_as_text(result: Result) -> str:
    """Return the page that ``bpeinfer compare`` prints."""
    first, second = result["tokenizers"]
    blocks = [[f"A  {_name(first)}", f"B  {_name(second)}", "", *columns(_shared_rows(result))]]
    after = _after_head(result)
    if after:
        blocks.append(["Where they diverge", *columns(after)])
    for letter, side in (("A", first), ("B", second)):
        if side["first_only_tokens"]:
            tokens = [token_as_text(token) for _, token in side["first_only_tokens"]]
            blocks.append([f"First tokens only in {letter}", *flow(tokens)])
    blocks += composition_blocks([first["composition"], second["composition"]], ("A", "B"))
    return "\n\n".join("\n".join(block) for block in blocks)


def _shared_rows(result: Result) -> list[tuple[str, str]]:
    first, second = result["tokenizers"]
    correlation = result["rank_correlation"]
    return [
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


def _after_head(result: Result) -> list[tuple[str, ...]]:
    """Return the first merges after the common head as a table with its heads, nothing if there are none."""
    first, second = result["tokenizers"]
    places = max(len(first["after_head"]), len(second["after_head"]))
    rows: list[tuple[str, ...]] = [("merge", "A", "B")] if places else []
    for place in range(places):
        sides = [
            " + ".join(map(token_as_text, side["after_head"][place]))
            if place < len(side["after_head"])
            else "—"
            for side in (first, second)
        ]
        rows.append((f"{result['common_head'] + place:,}", *sides))
    return rows


def _name(side: Result) -> str:
    return f"{escape_text(side['name'])} (sha256 {side['sha256'][:16]}…)"


def _share(shared: int, first: Result, second: Result) -> str:
    return f"{shared / first['merges']:.1%} of A, {shared / second['merges']:.1%} of B"
