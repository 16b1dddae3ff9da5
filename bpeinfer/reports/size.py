"""The size of a training text as a page or a report, from the plain data of `TrainingSize.to_dict`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from textwrap import wrap
from typing import Any

from bpeinfer.reports.columns import WIDTH, all_of, columns
from bpeinfer.reports.document import Block, Document, Section, Table, Text
from bpeinfer.reports.terminal import escape_text

__all__ = [
    "bytes_in_words",
    "origin_lines",
    "seen_in",
    "size_as_text",
    "size_blocks",
    "size_document",
    "size_in_words",
    "size_notes",
    "trainer_in_words",
]

Result = Mapping[str, Any]

SCATTERED = 0.02
"""Least share of merges absent from the samples that the page mentions."""
UNITS = (
    "Bytes of UTF-8 that the trainer counted, after its own filters: sampling, long lines, rare words. The {ends} "
    "does not allow for a mixture that is wrong."
)
RULES = {
    "ids": "smallest pair of ids first",
    "length": "shortest piece first",
    "greatest": "greatest string first",
    "smallest": "smallest string first",
}


def bytes_in_words(size: float) -> str:
    """Return a number of bytes to two or three digits, in SI units.

    >>> bytes_in_words(39_361_000_000), bytes_in_words(1_480_000), bytes_in_words(8_212.0)
    ('39.4 GB', '1.48 MB', '8.21 kB')
    """
    exact = float(f"{size:.3g}")
    for unit, name in ((1e15, "PB"), (1e12, "TB"), (1e9, "GB"), (1e6, "MB"), (1e3, "kB")):
        if exact >= unit:
            return f"{exact / unit:.3g} {name}"
    return f"{exact:.0f} B"


def size_in_words(size: Result) -> str:
    """Return the answer as a phrase: how much, at least how much, or why it is unknown.

    >>> size_in_words({"status": "at_least", "interval": [2e12, None], "reason": "no ties"})
    'at least 2 TB: no ties'
    """
    low, high = size["interval"]
    if size["status"] == "measured" and None not in (size["bytes"], low, high):
        return (
            f"about {bytes_in_words(size['bytes'])} (95 %: {bytes_in_words(low)} to {bytes_in_words(high)})"
        )
    reason = escape_text(size["reason"] or "not said")
    if size["status"] == "at_least" and low is not None:
        return f"at least {bytes_in_words(low)}: {reason}"
    return f"size unknown: {reason}"


def trainer_in_words(part: Result) -> str:
    """Return what the order of ties in one part of a list says, as a phrase."""
    if not part["family"]:
        return {
            "none_seen": "no ties seen",
            "not_told": "ties are in order, but several rules fit equally well",
            "unknown_rule": "ties are in an order that no known rule explains",
        }[part["status"]]
    return escape_text(f"ties by {part['words']}, {seen_in(part['trainers'])}")


def seen_in(trainers: Sequence[str]) -> str:
    """Return which trainers have been seen to follow a rule, as a phrase.

    >>> seen_in(["a", "b", "c"]), seen_in(["a"])
    ('as in a, b and c', 'as in a')
    """
    if trainers:
        return f"as in {all_of(trainers)}"
    return "used by no known trainer; merges that were sorted afterwards look the same"


def origin_lines(result: Result) -> list[str]:
    """Say who trained the list and on how much text, for the page of a mixture; nothing if it was not requested."""
    size, parts = result.get("training_size"), result.get("trainer") or []
    lines = []
    for part in parts:
        ranks = f"merges {part['first_merge']:,} to {part['last_merge']:,}: " if len(parts) > 1 else ""
        lines.append(f"trainer: {ranks}{trainer_in_words(part)}")
    return [*lines, f"training text: {size_in_words(size)}"] if size else lines


def size_as_text(result: Result) -> str:
    """Return the page that ``bpeinfer size`` prints; ``tokenizer`` in the result heads it."""
    lines = []
    if "tokenizer" in result:
        tokenizer = result["tokenizer"]
        lines += [f"{escape_text(tokenizer['name'])}: {tokenizer['merges']:,} merges", ""]
    answer, *notes = map(escape_text, _findings(result))
    lines += wrap(answer, WIDTH)
    for note in notes:
        lines += wrap(note, WIDTH, initial_indent="  ", subsequent_indent="  ")
    windows = _windows(result)
    return "\n".join([*lines, "", *columns(windows, right_from=0)] if len(windows) > 1 else lines)


def size_document(result: Result) -> Document:
    """Return the report that ``bpeinfer size --html`` writes; the result has a ``tokenizer``."""
    tokenizer = result["tokenizer"]
    answer, *notes = _findings(result)
    blocks = size_blocks(result)
    name = tokenizer["name"]
    return Document(
        title=f"How much text was {name} trained on?",
        subtitle=f"{tokenizer['merges']:,} merges",
        lead=(Text(answer, strong=True), *map(Text, notes)),
        sections=(
            Section("Training text", (_answer_table(result),)),
            *((Section("Windows of the list", blocks),) if blocks else ()),
        ),
        records=tuple({"tokenizer": name} | _record(part) for part in (result, *result["windows"])),
    )


def _answer_table(result: Result) -> Table:
    """Return the answer as a table of one row."""
    low, high = result["interval"]
    size, interval, ranks = "unknown", "", ""
    if result["status"] == "measured":
        size, interval = bytes_in_words(result["bytes"]), f"{bytes_in_words(low)} to {bytes_in_words(high)}"
    elif result["status"] == "at_least":
        size = f"at least {bytes_in_words(low)}"
    if result["status"] != "not_told":
        ranks = f"{result['first_merge']:,}-{result['last_merge']:,}"
    return Table(
        caption="Size of the training text, with its 95 % interval",
        columns=("tokenizer", "merges used", "training text", "95 % interval"),
        rows=((result["tokenizer"]["name"], ranks, size, interval),),
        main=True,
    )


def size_blocks(result: Result) -> tuple[Block, ...]:
    """Return the sizes by windows of the list as a table; nothing if there are none."""
    heads, *rows = _windows(result)
    caption = "Sizes by windows of the list, with 95 % intervals for chance alone"
    return (Table(caption=caption, columns=heads, rows=tuple(rows), main=True),) if rows else ()


def _record(part: Result) -> dict[str, Any]:
    """Return a row for CSV: of the whole list, or of one window of it."""
    low, high = part["interval"] or (None, None)
    first, last = part.get("first_merge", part.get("first")), part.get("last_merge", part.get("last"))
    ranks = {"first_merge": first, "last_merge": last}
    return (
        {"status": part.get("status", "window")} | ranks | {"bytes": part["bytes"], "low": low, "high": high}
    )


def _findings(result: Result) -> list[str]:
    """Return the answer, then what it rests on and what it does not say, a sentence or two each."""
    low, high = result["interval"]
    if result["status"] == "not_told":
        return [f"The size of the training text is unknown: {result['reason']}"]
    if result["status"] == "at_least":
        no_ties = ", or a trainer whose ties leave no trace" if result["reason"].startswith("no ties") else ""
        found = [f"At least {bytes_in_words(low)} of text{no_ties}", result["reason"]]
    else:
        found = [
            f"Trained on about {bytes_in_words(result['bytes'])} of text "
            f"(95 %: {bytes_in_words(low)} to {bytes_in_words(high)})",
            _basis(result),
        ]
    return [*found, *size_notes(result)]


def size_notes(result: Result) -> list[str]:
    """Return what a size means and what its interval, or its lower bound, allows for."""
    ends = "bound" if result["status"] == "at_least" else "interval"
    return [UNITS.format(ends=ends), *_absent(result, ends), *_windows_apart(result["windows"])]


def _basis(result: Result) -> str:
    ranks = f"merges {result['first_merge']:,} to {result['last_merge']:,}"
    if result["basis"] == "counts":
        return f"from the counts in the file, {ranks}; the last of them counted {result['last_count']:,.0f} times"
    return (
        f"from ties ({RULES[result['rule']]}) among {ranks}; the last of them was counted about "
        f"{result['last_count']:,.0f} times"
    )


def _absent(result: Result, ends: str) -> list[str]:
    if result["merges_absent"] < SCATTERED:
        return []
    return [
        f"The samples lack {100 * result['merges_absent']:.0f} % of these merges; the {ends} allows for it."
    ]


def _windows_apart(windows: Sequence[Result]) -> list[str]:
    """Return a sentence if two windows of the list disagree beyond chance: their own 95 % intervals are disjoint."""
    told = [window for window in windows if window["bytes"] is not None]
    if not told:
        return []
    small = min(told, key=lambda window: float(window["interval"][1]))
    large = max(told, key=lambda window: float(window["interval"][0]))
    if small["interval"][1] >= large["interval"][0]:
        return []
    said = [
        f"merges {window['first']:,} to {window['last']:,} alone say {bytes_in_words(window['bytes'])}"
        for window in sorted((small, large), key=lambda window: int(window["first"]))
    ]
    return [
        f"Windows of the list differ by more than chance ({', '.join(said)}): the samples are not quite like the "
        "training text, or it changed along the list. The interval allows for it."
    ]


def _windows(result: Result) -> list[tuple[str, ...]]:
    """Return the rows of the table of windows, its heads first."""
    rows: list[tuple[str, ...]] = [("merges", "in order", "per level", "size from this window alone")]
    for window in result["windows"]:
        level = window["merges_a_level"]
        alone = "too few ties"
        if window["bytes"] is not None:
            low, high = window["interval"]
            alone = f"{bytes_in_words(window['bytes'])} ({bytes_in_words(low)} to {bytes_in_words(high)})"
        rows.append(
            (
                f"{window['first']:,}-{window['last']:,}",
                f"{100 * window['ascending']:.1f} %",
                f"{level:.2f}" if level < 10 else f"{level:,.0f}",
                alone,
            )
        )
    return rows
