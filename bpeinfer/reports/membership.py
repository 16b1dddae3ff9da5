"""Whether a text is in a tokenizer's training text, as a report from the plain data of `MemberCheck.to_dict`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bpeinfer.reports.columns import count_of, token_as_text
from bpeinfer.reports.document import Document, Section, Table, Text
from bpeinfer.reports.size import bytes_in_words

__all__ = ["WORDS", "member_document"]

Result = Mapping[str, Any]

WORDS = {
    "in_it": "evidence that it is in it",
    "not_seen": "no evidence that it is in it",
    "not_told": "cannot be told",
}
"""What the list says of a text, in the words shown to the user."""

SHOWN = 12
"""Pieces named, of those found and of those missing."""
CONTROLS = 5
"""Controls shown, those with the largest excess."""


def member_document(result: Result) -> Document:
    """Return a report of the answer, the text beside its controls, and the pieces found and missing."""
    tokenizer, text = result["tokenizer"], result["text"]
    controls = sorted(result["controls"], key=lambda one: -one["excess"])
    rows = tuple(_row(one) for one in (text, *controls[:CONTROLS]))
    shown = f", the {CONTROLS} controls with the largest excess" if len(controls) > CONTROLS else ""
    table = Table(
        caption=f"Peculiar pieces of the text{shown or (', and of the controls' if controls else '')}",
        columns=("text", "size", "pieces", "in the list", "expected", "excess"),
        rows=rows,
        main=True,
    )
    blocks: list[Text | Table] = [table, Text(f"{_lead(result)}.")]
    sections = [Section("Peculiar pieces", tuple(blocks))]
    pieces = [
        _pieces(result[which], words) for which, words in (("found", "In the list"), ("missing", "Not in it"))
    ]
    if any(pieces):
        sections.append(Section("Pieces of the text", tuple(Text(line) for line in pieces if line)))
    if result["notes"]:
        sections.append(Section("Notes", tuple(map(Text, result["notes"])), folded=True))
    return Document(
        title=f"{tokenizer['name']}: is {text['name']} in its training text?",
        subtitle=f"{tokenizer['merges']:,} merges, ranks {result['first_merge']:,} to {result['merges'] - 1:,} used",
        lead=(Text(_headline(result), strong=True),),
        sections=tuple(sections),
        records=tuple({"role": role, **one} for role, one in _roles(result)),
    )


def _headline(result: Result) -> str:
    said = WORDS[result["status"]].capitalize()
    if result["p_value"] is None:
        return f"{said}: no controls, no p-value."
    least = (
        "" if result["p_value"] > result["least_p_value"] else ", the least that so many controls can give"
    )
    return f"{said}: p = {result['p_value']:.2g} among {count_of(len(result['controls']), 'control')}{least}."


def _lead(result: Result) -> str:
    """Return why, and what the counts say of the whole text."""
    reason: str = result["reason"]
    if not result["too_frequent"]:
        return reason
    pairs = count_of(result["too_frequent"], "pair")
    occur = "occurs" if result["too_frequent"] == 1 else "occur"
    return (
        f"{reason}. Not all of it, as it is here, can be in the training text: {pairs} that the list lacks "
        f"{occur} in it more than twice as often as the list's last merge "
        f"in the whole training text (about {result['last_count']:,.0f} times)"
    )


def _row(one: Result) -> tuple[str, ...]:
    return (
        one["name"],
        bytes_in_words(one["bytes"]),
        f"{one['pieces']:,}",
        f"{one['found']:,}",
        "" if one["expected"] is None else f"{one['expected']:.1f}",
        "" if one["excess"] is None else f"{one['excess']:.1f}",
    )


def _pieces(pieces: list[Result], words: str) -> str:
    """Return the most telling pieces as a sentence, "" if there are none."""
    if not pieces:
        return ""
    named = [
        f"{token_as_text(piece['token'])} ("
        + ("" if piece["rank"] is None else f"rank {piece['rank']:,}, ")
        + f"{piece['count']:,} times here, {piece['times']:,.0f} times as often as elsewhere)"
        for piece in pieces[:SHOWN]
    ]
    return f"{words}: {', '.join(named)}"


def _roles(result: Result) -> list[tuple[str, Result]]:
    rest = {name: result[name] for name in ("status", "p_value")}
    return [
        ("text", result["text"] | rest),
        *(("control", one | dict.fromkeys(rest)) for one in result["controls"]),
    ]
