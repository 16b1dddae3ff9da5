"""Promised categories as a report, from the plain data of `InclusionCheck.to_dict`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bpeinfer.reports.columns import token_as_text
from bpeinfer.reports.document import Document, Section, Table, Text
from bpeinfer.reports.numbers import ends_as_text, share_as_text
from bpeinfer.reports.terminal import words_first

__all__ = ["WORDS", "promises_document"]

Result = Mapping[str, Any]

WORDS = {"kept": "in", "broken": "not in", "not_told": "inconclusive"}
"""Outcomes of a promise, in the words shown to the user."""

_NOT_KEPT = {"broken": "Not in, or less than promised", "not_told": "Inconclusive"}

NAMED = 12
"""Number of merges named for each promise."""


def promises_document(result: Result) -> Document:
    """Return a report of which promises were kept, with the merges that are missing from the list."""
    tokenizer, promises = result["tokenizer"], result["promises"]
    not_kept = [
        f"{head}: {', '.join(names)}."
        for status, head in _NOT_KEPT.items()
        if (names := [promise["name"] for promise in promises if promise["status"] == status])
    ]
    rows = tuple(_row(promise, result["withheld"] is None) for promise in promises)
    table = Table(
        caption="Promises: share of bytes in percent, and the merges that only this share would have brought",
        columns=("promised", "", "at least %", "bytes %", "total 95 %", "own merges"),
        rows=rows,
        words=2,
        main=True,
    )
    sections = [Section("Promises", (table,))]
    sections += [Section(promise["name"], tuple(_why(promise))) for promise in promises]
    if result["notes"]:
        sections.append(Section("Notes", tuple(map(Text, result["notes"])), folded=True))
    return Document(
        title=f"{tokenizer['name']}: does it include what was promised?",
        subtitle=f"{tokenizer['merges']:,} merges, ranks {result['first_merge']:,} to {result['merges'] - 1:,} used",
        lead=(Text(" ".join(not_kept) or "Every promise was kept.", strong=True),),
        sections=tuple(sections),
        records=tuple(map(_record, promises)),
    )


def _outcome_in_a_word(promise: Result) -> str:
    ends = promise["total_interval"] or (0.0, 0.0)
    return "too little" if promise["status"] == "broken" and ends[0] > 0 else WORDS[promise["status"]]


def _row(promise: Result, told: bool) -> tuple[str, ...]:
    ends = promise["total_interval"] or ()
    own = promise["own_merges"]
    return (
        promise["name"],
        _outcome_in_a_word(promise),
        f"{100 * promise['at_least']:g}",
        share_as_text(promise["byte_share"], ends) if told else "",
        ends_as_text(ends) if told else "",
        ""
        if own is None
        else f"{own['found']:,} of {own['expected']:,} found"
        if own["expected"]
        else "none expected",
    )


def _why(promise: Result) -> list[Text]:
    found = [Text(f"{_outcome_in_a_word(promise).capitalize()}: {promise['reason']}.")]
    own = promise["own_merges"]
    for which, words in (("missing", "Expected but missing"), ("found", "Found")):
        if own is not None and own["examples"][which]:
            ordered = words_first(own["examples"][which])
            tokens = [
                f"{token_as_text(entry['token'])} (about rank {entry['rank']:,})" for entry in ordered[:NAMED]
            ]
            total = own["found"] if which == "found" else own["expected"] - own["found"]
            more = f", and {total - len(tokens):,} more" if total > len(tokens) else ""
            found.append(Text(f"{words}: {', '.join(tokens)}{more}"))
    return found


def _record(promise: Result) -> dict[str, Any]:
    low, high = promise["total_interval"] or (None, None)
    own = promise["own_merges"] or {"expected": None, "found": None}
    return {
        "name": promise["name"],
        "status": promise["status"],
        "at_least": promise["at_least"],
        "byte_share": promise["byte_share"],
        "total_low": low,
        "total_high": high,
        "own_expected": own["expected"],
        "own_found": own["found"],
        "reason": promise["reason"],
    }
