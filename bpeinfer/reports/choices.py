"""What other choices would have given: the sensitivity table, for every kind of report."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from bpeinfer.reports.columns import all_of
from bpeinfer.reports.numbers import ends_of

__all__ = ["CHOICES_CAPTION", "Choices", "beyond_in_windows", "choices_of"]

# Groups shown, or the largest categories where there are no groups.
COLUMNS = 6

CHOICES_CAPTION = "Bytes % by other choices"


class Choices(NamedTuple):
    """Cells of a table: the column names, then a row per choice, the estimate first and the range last.

    `beyond` says which shares leave their total intervals under some choice, and what to quote then ("" if none do).
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    beyond: str = ""


def choices_of(result: Mapping[str, Any]) -> Choices | None:
    """Return the table of an estimate's plain data, None if no other choices were requested."""
    choices = result.get("sensitivity", [])
    if not choices:
        return None
    field = "groups" if result["groups"] else "categories"
    names = [part["name"] for part in result[field][:COLUMNS]]
    shares = [_shares(result[field], names)] + [_shares(choice[field], names) for choice in choices]
    labels = ["as above", *map(_label, choices)]
    rows = [
        (label, *(f"{100 * share:.1f}" for share in of)) for label, of in zip(labels, shares, strict=True)
    ]
    spans = (f"{100 * min(column):.0f} - {100 * max(column):.0f}" for column in zip(*shares, strict=True))
    beyond = _beyond(result[field], shares)
    advice = (
        f"some choices take {all_of(beyond)} out of the total interval, which is calibrated for the estimate as "
        "above and not for them: quote the interval, and mention the range"
    )
    return Choices(("choice", *names), (*rows, ("smallest - largest", *spans)), advice if beyond else "")


def beyond_in_windows(result: Mapping[str, Any]) -> str:
    """Say which shares leave their total intervals in some window of merges, and what to quote; "" if none do."""
    field = "groups" if result["groups"] else "categories"
    names = [part["name"] for part in result[field][:COLUMNS]]
    beyond = _beyond(result[field], [_shares(window[field], names) for window in result["windows"]])
    if not beyond:
        return ""
    return (
        f"some windows take {all_of(beyond)} out of the total interval, which is for all these merges together and not "
        "for a part of them: quote the interval, and mention the windows"
    )


def _beyond(parts: list[Mapping[str, Any]], shares: list[list[float]]) -> list[str]:
    """Return the names of the parts, in order, whose shares leave their total intervals in some of the lists."""
    return [
        part["name"]
        for part, column in zip(parts, zip(*shares, strict=True), strict=False)
        if (ends := ends_of(part, "total_interval", "byte_share"))
        and not ends[0] <= min(column) <= max(column) <= ends[1]
    ]


def _shares(parts: list[Mapping[str, Any]], names: list[str]) -> list[float]:
    by_name = {part["name"]: float(part["byte_share"]) for part in parts}
    return [by_name.get(name, 0.0) for name in names]


def _label(choice: Mapping[str, Any]) -> str:
    return f"without {choice['choice']}" if choice["kind"] == "category" else str(choice["choice"])
