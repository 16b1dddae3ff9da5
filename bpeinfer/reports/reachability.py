"""Which tokens a text can produce, from the plain data of `Reachability.to_dict`: lines of text and blocks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bpeinfer.reports.columns import columns, flow, token_as_text
from bpeinfer.reports.document import Block, Items, Table, Text

__all__ = ["reachability_blocks", "reachability_lines"]

Result = Mapping[str, Any]

MANY = 12
PLACES = {
    "alone": "by themselves: their own text is enough",
    "after_space": "only after a space",
    "after_other": "only after another character",
    "before_other": "only before another character",
    "between": "only between two other characters",
    "in_character": "only as a part of a character",
    "never": "in no text",
}
REASONS = {
    "merges": "the merges leave their own text in other parts",
    "not_utf8": "no text has their bytes",
    "added": "an added token is cut out of their text first",
    "cut": "the splitter cuts or changes them in every text tried",
    "taken": "their edges merge with their neighbours in every text tried",
}
ADDED = "only as added text (special and added tokens)"


def reachability_lines(result: Result) -> list[str]:
    """Return the section of the page, or nothing if it was not asked for."""
    if result["reachability"] is None:
        return []
    lines = [f"Reachability: where the {result['reachability']['tokens']:,} tokens occur"]
    lines += columns([(number, what) for what, number, _ in _rows(result)], right=True)
    for what, _, tokens in _rows(result):
        if tokens:
            lines.append(f"  {what}:")
            lines += flow([token_as_text(token) for token in tokens[:MANY]], more=len(tokens) - MANY)
    return lines


def reachability_blocks(result: Result) -> list[Block]:
    """Return the same as a table and examples."""
    if result["reachability"] is None:
        return []
    rows = _rows(result)
    total = result["reachability"]["tokens"]
    blocks: list[Block] = [
        Table(
            caption=f"Where the {total:,} tokens occur",
            columns=("where", "tokens"),
            rows=tuple((what, number) for what, number, _ in rows),
        )
    ]
    for what, _, tokens in rows:
        if tokens:
            first = f" (the first {MANY})" if len(tokens) > MANY else ""
            shown = tuple(token_as_text(token) for token in tokens[:MANY])
            blocks += [Text(f"{what[0].upper()}{what[1:]}{first}:"), Items(shown, tokens=True)]
    return blocks


def _rows(result: Result) -> list[tuple[str, str, list[str]]]:
    """Return what each row says, its number, and the tokens."""
    found = result["reachability"]
    rows: list[tuple[str, str, list[str]]] = []
    for place, words in PLACES.items():
        listed = [entry for entry in found["listed"] if entry["place"] == place]
        if place != "never":
            rows.append((words, f"{found['places'][place]:,}", [entry["token"] for entry in listed]))
            continue
        for reason, why in REASONS.items():
            of_reason = [entry["token"] for entry in listed if entry["reason"] == reason]
            rows.append((f"{words}: {why}", f"{len(of_reason):,}", of_reason))
    rows += [
        (ADDED, f"{found['added_only']:,}", []),
        ("not judged: their merges belong to another splitter", f"{found['not_judged']:,}", []),
    ]
    return [row for row in rows if row[1] != "0"]
