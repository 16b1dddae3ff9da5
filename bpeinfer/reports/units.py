"""Shares in other units than bytes and pairs: characters, pretokens and texts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bpeinfer.errors import InferenceError

__all__ = ["UNITS", "ends_in", "known_units", "shares_in"]

Result = Mapping[str, Any]

UNITS = {
    "bytes": "sample_bytes",
    "characters": "sample_characters",
    "pairs": "sample_pairs",
    "pretokens": "sample_pretokens",
    "texts": "sample_documents",
}
"""Each unit, and the field of a category that says how many its sample has."""


def known_units(result: Result) -> list[str]:
    """Return the units in which the shares can be told: those that all samples with a share have an amount of."""
    carrying = [entry for entry in result["categories"] if entry["pair_share"] > 0]
    return [
        unit
        for unit, field in UNITS.items()
        if unit in ("bytes", "pairs") or all(entry.get(field) for entry in carrying)
    ]


def shares_in(result: Result, unit: str) -> dict[str, float]:
    """Return the share of each category and group in a unit, by name, from 0 to 1.

    A category's text is taken to have as many of the unit to a pair as its sample has. For texts that is the mean
    size of the sample's documents.

    Raises:
        InferenceError: no such unit, or samples without it.
    """
    if unit not in UNITS:
        raise InferenceError(f"no unit {unit!r}; there are: {', '.join(UNITS)}")
    if unit not in known_units(result):
        lacking = next(
            entry["name"]
            for entry in result["categories"]
            if entry["pair_share"] > 0 and not entry.get(UNITS[unit])
        )
        raise InferenceError(f"no shares of {unit}: how many the sample of {lacking!r} has is not known")
    if unit in ("bytes", "pairs"):
        field = f"{unit[:-1]}_share"
        return {entry["name"]: entry[field] for entry in (*result["groups"], *result["categories"])}
    amounts = {
        entry["name"]: entry["pair_share"] * entry[UNITS[unit]] / entry["sample_pairs"]
        if entry["pair_share"] > 0
        else 0.0
        for entry in result["categories"]
    }
    whole = sum(amounts.values())
    shares = {name: amount / whole for name, amount in amounts.items()}
    groups = {
        group["name"]: sum(
            shares[entry["name"]] for entry in result["categories"] if entry["group"] == group["name"]
        )
        for group in result["groups"]
    }
    return groups | shares


def ends_in(ends: Sequence[float], of_bytes: float, in_unit: float) -> tuple[float, ...]:
    """Return the ends of an interval of a share of bytes in another unit, the rest keeping its proportions.

    Args:
        ends: from 0 to 1, or none.
        of_bytes, in_unit: the share itself, above 0 in both.

    >>> ends_in((0.1, 0.3), 0.2, 0.2), ends_in((0.0, 1.0), 0.2, 0.5)
    ((0.1, 0.3), (0.0, 1.0))
    """
    odds = in_unit * (1 - of_bytes)
    rest = of_bytes * (1 - in_unit)
    if not (odds > 0 and rest > 0):
        return tuple(ends)
    return tuple(round(end * odds / (end * odds + (1 - end) * rest), 15) for end in ends)
