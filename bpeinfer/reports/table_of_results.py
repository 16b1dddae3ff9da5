"""Several results side by side: a table, the differences of two, and what keeps results from being comparable."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from operator import itemgetter
from typing import Any, Literal

from bpeinfer.reports.columns import all_of, count_of
from bpeinfer.reports.document import Document, Section, Table, Text
from bpeinfer.reports.estimate_report import records_of
from bpeinfer.reports.numbers import (
    COPIED,
    advice_of,
    decimals_of,
    digits,
    ends_as_text,
    ends_of,
    entries_of,
    outside_as_text,
    share_as_text,
    with_a_row,
)
from bpeinfer.reports.quotable import parts_of

__all__ = ["SHARES", "Unit", "difference_interval", "differences_document", "table_document", "what_differs"]

Result = Mapping[str, Any]
Unit = Literal["bytes", "pairs"]

# Columns of a table if results have no groups.
LARGEST = 8
SHARES: Mapping[str, str] = {"bytes": "byte_share", "pairs": "pair_share"}
_OPTIONS = ("form", "normalization")
SKIPPED = 0.05
"""Largest part of the same documents that a trainer's limit on the length of lines leaves out."""


def table_document(results: Sequence[Result], unit: Unit = "bytes", names: Sequence[str] = ()) -> Document:
    """Return a table with one row for each result and one column for each group.

    Args:
        results: plain data of estimates.
        unit: of the shares.
        names: groups, languages or categories to show; none: all groups, or the largest categories if there are no
            groups.
    """
    share = SHARES[unit]
    columns = tuple(names) or _columns(results, share)
    any_outside = any(result["not_in_categories"]["at_least"] for result in results)
    rows = []
    for result, called in zip(results, _names(results), strict=True):
        entries = entries_of(result)
        cells = [
            ""
            if result["withheld"] or name not in entries
            else _cell(entries[name], share, decimals_of(result))
            for name in columns
        ]
        cells += [outside_as_text(result) if result["not_in_categories"]["at_least"] else ""] * any_outside
        used = f"{result['first_merge']:,} – {result['merges'] - 1:,}"
        rows.append((called, *cells, used, result["verdict"]))
    shares = [f"{name} %" for name in columns] + ["none of these %"] * any_outside
    heads = ("tokenizer", *shares, "merges", "verdict")
    caption = f"Share of the training text's {unit} (95 % total interval)"
    lead = [Text(f"Share of {unit} in percent by tokenizer, with the 95 % total interval in brackets.")]
    lead += _warnings(results)
    lead += [] if names else _without_groups(results)
    differing = what_differs(results)
    if differing:
        lead.append(Text(f"Compare with care: {'; '.join(differing)}."))
    return Document(
        title=f"What {count_of(len(results), 'tokenizer')} {'was' if len(results) == 1 else 'were'} trained on",
        lead=tuple(lead),
        sections=(
            Section("Tokenizers", (Table(caption=caption, columns=heads, rows=tuple(rows), main=True),)),
        ),
        records=tuple(record for result in results for record in records_of(result)),
    )


def _names(results: Sequence[Result]) -> list[str]:
    """Return what to call each tokenizer: its name, or its whole source where others have the same name."""
    names = [result["tokenizer"]["name"] for result in results]
    return [
        result["tokenizer"]["source"] if names.count(name) > 1 else name
        for result, name in zip(results, names, strict=True)
    ]


def _warnings(results: Sequence[Result]) -> list[Text]:
    said = []
    if any(result["withheld"] for result in results):
        said.append("Shares that should not be quoted are left out: see the report of that tokenizer.")
    if any(result["verdict"] == "poor" and not result["withheld"] for result in results):
        said.append("Where the verdict is poor, no share can be quoted.")
    if any(result["not_in_categories"]["at_least"] and not result["withheld"] for result in results):
        said.append(
            "Where part of the text is like none of the samples, shares are of the rest, and that part has its 95 % "
            "interval in brackets."
        )
    for result, called in zip(results, _names(results), strict=True):
        # Such a row repeats that tokenizer's.
        said += [f"{called}: {note}." for note in result["notes"] if COPIED in note]
    return list(map(Text, said))


def _without_groups(results: Sequence[Result]) -> list[Text]:
    """Say of which results the samples have no groups, where the columns of a table are those of others."""
    named = zip(results, _names(results), strict=True)
    without = [called for result, called in named if not result["groups"] and not result["withheld"]]
    if not without or not any(result["groups"] for result in results):
        return []
    return [
        Text(
            f"The samples of {all_of([*dict.fromkeys(without)])} have no groups, so these cells are empty: name "
            "categories as columns (--columns)."
        )
    ]


def differences_document(first: Result, second: Result, unit: Unit = "bytes") -> Document:
    """Return the differences between two results, second minus first, with 95 % intervals, in percentage points."""
    share = SHARES[unit]
    sections, records = [], []
    quotable = _quotable(first) and _quotable(second)
    shown = _with_rows(first) | _with_rows(second)
    for title, field in (("Groups", "groups"), ("Samples", "categories")):
        others = {entry["name"]: entry for entry in second[field]}
        rows = []
        for entry in first[field]:
            other = others.get(entry["name"])
            if other is None:
                continue
            between = _between(entry, other, share)
            records.append(
                {
                    "kind": title.lower()[:-1],
                    "name": entry["name"],
                    f"{share}_first": entry[share],
                    f"{share}_second": other[share],
                    "difference": other[share] - entry[share],
                    "low": between[0] if between else None,
                    "high": between[1] if between else None,
                }
            )
            if entry["name"] in shown:
                most = min(map(decimals_of, (first, second)))
                rows.append(_difference_row(entry, other, share, between if quotable else (), most))
        heads = (title.lower()[:-1], "first %", "second %", "difference", "95 %", "they differ")
        if rows:
            caption = f"{title}: share of {unit}, second minus first, in percentage points"
            table = Table(caption=caption, columns=heads, rows=tuple(rows), main=True)
            sections.append(Section(title, (table,)))
    lead = [
        Text(
            "The intervals of differences follow from the total intervals of both, taken as independent (MOVER; Zou "
            "and Donner 2008, doi:10.1002/sim.3095)."
        )
    ]
    if not quotable:
        lead.append(
            Text("No share of a poor result can be quoted, so nothing is said of whether the two differ.")
        )
    names = _names((first, second))
    for which, result, called in zip(("first", "second"), (first, second), names, strict=True):
        said = result["withheld"] or advice_of(result)
        lead.append(Text(f"The {which} is {called} ({result['verdict']}: {said})."))
    if differing := what_differs((first, second)):
        lead.append(Text(f"Compare with care: {'; '.join(differing)}."))
    return Document(
        title=" and ".join(names),
        lead=tuple(lead),
        sections=tuple(sections),
        records=tuple(records),
    )


def _with_rows(result: Result) -> set[str]:
    return {entry["name"] for entry in (*result["groups"], *with_a_row(result))}


def _quotable(result: Result) -> bool:
    return not result["withheld"] and result["verdict"] != "poor"


def _between(first: Result, second: Result, share: str) -> tuple[float, ...]:
    """Return the ends of the difference's interval; empty if one of the shares has no interval."""
    of_first, of_second = (ends_of(one, "total_interval", share) for one in (first, second))
    if not of_first or not of_second:
        return ()
    return difference_interval(first[share], of_first, second[share], of_second)


def _difference_row(
    first: Result, second: Result, share: str, between: tuple[float, ...], most: int
) -> tuple[str, ...]:
    decimals = min(digits(between) if between else 2, most)
    signed = _points(second[share] - first[share], decimals)
    interval = " to ".join(_points(end, decimals) for end in between)
    differ = "" if not between else "no" if between[0] <= 0 <= between[1] else "yes"
    return (first["name"], _cell(first, share, most), _cell(second, share, most), signed, interval, differ)


def difference_interval(
    first: float, of_first: Sequence[float], second: float, of_second: Sequence[float]
) -> tuple[float, float]:
    """Return the interval of second − first from the intervals of two independent estimates.

    Example:
        >>> difference_interval(0.5, [0.4, 0.6], 0.8, [0.8, 0.8])
        (0.2, 0.4)

    Source: Zou and Donner 2008, doi:10.1002/sim.3095, equation for θ₁ − θ₂ (MOVER).
    """
    change = second - first
    down = math.hypot(second - of_second[0], of_first[1] - first)
    up = math.hypot(of_second[1] - second, first - of_first[0])
    return round(change - down, 12), round(change + up, 12)


def what_differs(results: Sequence[Result]) -> list[str]:
    """Return what may keep results from being comparable (samples, options, versions); empty if nothing is known to."""
    said = []
    known = [result["provenance"] for result in results if result["provenance"] is not None]
    if len(known) < len(results):
        said.append("it is not known what some of them were made with")
    said += _other_samples([run["corpus"] for run in known])
    said += [f"they differ in {name}" for name in _OPTIONS if _several(run["options"][name] for run in known)]
    used = sorted({result["merges"] - result["first_merge"] for result in results})
    if len(used) > 1:
        said.append(f"they used {used[0]:,} to {used[-1]:,} merges")
    if _several(run["bpeinfer"] for run in known):
        said.append("they come from different versions of bpeinfer")
    return said


def _other_samples(corpora: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return in what the samples differ: long lines are left out of the same ones, or they are others."""
    texts = _of_samples(corpora, "name", "sha256", "bytes")
    if not _several(texts):
        return []
    given = zip(corpora, _of_samples(corpora, "name", "documents"), strict=True)
    other_place = _several((corpus["origin"], documents) for corpus, documents in given)
    # Lines left out change the size, too: samples of one size with other text are others.
    distinct = {text for listed in texts for text in listed}
    same_size = len({(name, size) for name, _, size in distinct}) < len(distinct)
    sizes = [sum(size for *_, size in listed) for listed in texts]
    left_out = max(sizes) - min(sizes)
    if other_place or same_size or left_out > SKIPPED * max(sizes):
        return ["they used different samples"]
    return [
        f"of the same samples up to {left_out:,} of {max(sizes):,} bytes were left out, in lines that the trainer of "
        "some would have skipped"
    ]


def _of_samples(corpora: Sequence[Mapping[str, Any]], *fields: str) -> list[list[tuple[Any, ...]]]:
    """Return some fields of every corpus's categories, in the order of their names."""
    return [
        [
            tuple(map(entry.__getitem__, fields))
            for entry in sorted(corpus["categories"], key=itemgetter("name"))
        ]
        for corpus in corpora
    ]


def _several(values: Any) -> bool:
    found = list(values)
    return any(value != found[0] for value in found[1:])


def _columns(results: Sequence[Result], share: str) -> tuple[str, ...]:
    """Return the groups of all results, or their largest categories, in descending order of weight."""
    field = "groups" if any(result["groups"] for result in results) else "categories"
    weight: dict[str, float] = {}
    for result in results:
        for entry in parts_of(result) or result[field]:
            weight[entry["name"]] = weight.get(entry["name"], 0.0) + entry[share]
    ordered = sorted(weight, key=lambda name: -weight[name])
    return tuple(ordered if field == "groups" else ordered[:LARGEST])


def _cell(entry: Mapping[str, Any], share: str, most: int) -> str:
    ends = ends_of(entry, "total_interval", share)
    interval = f" ({ends_as_text(ends, '–', most)})" if ends else ""
    return f"{share_as_text(entry[share], ends, most)}{interval}"


def _points(difference: float, decimals: int) -> str:
    """Return a difference in percentage points with its sign, but none before a zero."""
    text = f"{100 * difference:+.{decimals}f}"
    return text[1:] if not float(text) else text
