"""Ranked texts as a report, from the plain data of `TextRanking.to_dict`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bpeinfer.reports.document import Document, Section, Table, Text
from bpeinfer.reports.size import bytes_in_words

__all__ = ["WORDS", "ranking_document"]

Result = Mapping[str, Any]

WORDS = {"this_text": "this very text", "like_it": "similar text", "not_it": "different text"}
"""How a text relates to the tokenizer, in the words shown to the user."""

FEEDINGS = {"documents": "whole", "lines": "by line", "bare-lines": "by line, without ends"}


def ranking_document(result: Result) -> Document:
    """Return a report of which text a tokenizer was trained on, with the likeliest text first."""
    tokenizer, candidates = result["tokenizer"], result["candidates"]
    best = candidates[0]
    rows = tuple(_row(candidate) for candidate in candidates)
    table = Table(
        caption="Candidate texts, the likeliest first; disagreement in percent of the list's mass",
        columns=("text", "match", "size", "part", "fed", "disagreement %", "misfit / chance", "exact merges"),
        rows=rows,
        words=2,
        main=True,
    )
    sections = [Section("Texts", (table, *(Text(f"{one['name']}: {one['reason']}.") for one in candidates)))]
    if result["notes"]:
        sections.append(Section("Notes", tuple(map(Text, result["notes"])), folded=True))
    return Document(
        title=f"{tokenizer['name']}: which of these texts was it trained on?",
        subtitle=f"{tokenizer['merges']:,} merges, ranks {result['first_merge']:,} to {result['merges'] - 1:,} used",
        lead=(Text(_lead(best), strong=True),),
        sections=tuple(sections),
        records=tuple(map(_record, candidates)),
    )


def _lead(best: Result) -> str:
    part = (
        "" if best["part"] == 1 else f", of which the first {100 * best['part']:.0f} % explains the list best"
    )
    if best["likeness"] == "this_text":
        return f"Trained on {best['name']}, this very text{part} (or the same pretokens in another order)."
    if best["likeness"] == "like_it":
        return f"Trained on text similar to {best['name']}{part}, but not on this very text."
    return (
        f"None of these is the whole training text; {best['name']} is the closest{part}. A text may still be a part of "
        "the training text: rank with the other parts added."
    )


def _row(candidate: Result) -> tuple[str, ...]:
    misfit, chance = candidate["misfit"], candidate["misfit_by_chance"]
    return (
        candidate["name"],
        WORDS[candidate["likeness"]],
        bytes_in_words(candidate["bytes"]),
        "all" if candidate["part"] == 1 else f"first {100 * candidate['part']:.0f} %",
        FEEDINGS[candidate["feeding"]],
        f"{100 * candidate['disagreement']:.3g}",
        "" if not chance else f"{misfit / chance:,.{int(misfit < 10 * chance)}f} times",
        f"{candidate['exact']['exact_merges']:,}",
    )


def _record(candidate: Result) -> dict[str, Any]:
    exact = candidate["exact"]
    plain = {name: value for name, value in candidate.items() if name != "exact"}
    return plain | {
        name: exact[name] for name in ("exact", "exact_merges", "wrong", "tight", "ties", "ties_in_order")
    }
