"""What may be quoted of a result: which shares the verdict allows, and which of them their intervals make useless."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from bpeinfer.reports.numbers import ends_of

__all__ = ["in_a_sum", "parts_of", "quotable_parts"]

Result = Mapping[str, Any]
Entry = Mapping[str, Any]


def parts_of(result: Result) -> list[Entry]:
    """Return the groups and the categories that are in none, largest first; nothing if there are no groups."""
    alone = [entry for entry in result["categories"] if not entry.get("group")]
    return (
        sorted([*result["groups"], *alone], key=lambda part: -part["byte_share"]) if result["groups"] else []
    )


def in_a_sum(result: Result) -> set[str]:
    """Return the categories of groups of two or more: a group of one is no more certain than its category."""
    groups = {group["name"] for group in result["groups"]}
    sizes = Counter(entry.get("group") for entry in result["categories"])
    return {
        entry["name"]
        for entry in result["categories"]
        if entry.get("group") in groups and sizes[entry.get("group")] > 1
    }


def quotable_parts(result: Result) -> list[Entry]:
    """Return the groups, and the categories that are in none, whose shares may be quoted, largest first.

    A share without a total interval never may. A single category, or a group of one, may not where the verdict allows
    sums only, or where its interval says little.
    """
    if result["withheld"] or result["verdict"] == "poor":
        return []
    barred = _barred(result, in_a_sum(result))
    return [
        part
        for part in parts_of(result) or result["categories"]
        if ends_of(part, "total_interval", "byte_share") and part["name"] not in barred
    ]


def _barred(result: Result, in_sums: set[str]) -> set[str | None]:
    """Return the single categories that may not be quoted, and the groups of one that are no better."""
    vague = (
        set(result.get("vague") or ())
        if result["verdict"] == "good"
        else {entry["name"] for entry in result["categories"]}
    )
    single = [entry for entry in result["categories"] if entry["name"] in vague - in_sums]
    return {name for entry in single for name in (entry["name"], entry.get("group"))}
