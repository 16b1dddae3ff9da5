"""Shares and intervals as text: digits follow the half-width, small shares are bounds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bpeinfer.diagnostics.shown import EXACT_MISFIT, FEWEST, SAY_LITTLE
from bpeinfer.reports.columns import all_of

__all__ = [
    "BOUNDED",
    "COPIED",
    "INTERVALS",
    "NEUTRAL",
    "SMALL",
    "advice_of",
    "decimals_of",
    "digits",
    "ends_as_text",
    "ends_of",
    "entries_of",
    "has_intervals",
    "known_together",
    "of_the_rest",
    "outside_as_text",
    "share_as_text",
    "shown_from",
    "standing_of",
    "too_few_to_tell",
    "with_a_row",
    "with_languages",
]

Result = Mapping[str, Any]

COPIED = "were copied from an older tokenizer"
"""Words of the note on a head of merges copied from another list, which tables repeat."""

NEUTRAL = "neutral"
"""The group of names, places and numbers, which occur in every language; shares are also given without it."""

SMALL = 0.0005
"""Categories below this share of bytes have no row of their own; with intervals, those that may be nothing have none
below `BOUNDED`, either."""

# A result with at most this many categories has a row for each, however small.
FEW = 20

# The intervals of an entry, the one to quote first.
INTERVALS = ("total_interval", "interval")

BOUNDED = 0.005
"""Below this share, if the interval begins at zero, its upper end is shown as a bound instead of the share."""


def decimals_of(result: Result) -> int:
    """Return how many decimals shares may have: none if part of the text is in no category, one without intervals."""
    if result["not_in_categories"]["at_least"]:
        return 0
    return 2 if has_intervals(result) or result["fit"]["misfit"] < EXACT_MISFIT else 1


def has_intervals(result: Result) -> bool:
    """Return whether any category has one: resamples of samples too small to be resampled give none."""
    return any(ends_of(entry, "total_interval", "byte_share") for entry in result["categories"])


def outside_as_text(result: Result) -> str:
    """Return the bound on text of no category, in percent of pairs, with its own 95 % interval if it is not nothing."""
    outside = result["not_in_categories"]
    at_least = f"≥ {100 * outside['at_least']:.0f}"
    return f"{at_least} ({ends_as_text(outside['interval'], most=0)})" if outside["at_least"] else at_least


def of_the_rest(result: Result) -> str:
    """Return what the shares are shares of, "" if no part of the text is known to be in no category."""
    at_least = result["not_in_categories"]["at_least"]
    if not at_least:
        return ""
    return (
        "shares add up to 100 % of the text that is in these categories, which is at most "
        f"{100 * (1 - at_least):.0f} % of all"
    )


def ends_of(entry: Mapping[str, Any], kind: str, unit: str) -> Sequence[float]:
    """Return the ends of an entry's interval, empty if there is none."""
    ends: Sequence[float] = (entry.get(kind) or {}).get(unit, ())
    return ends


def digits(ends: Sequence[float]) -> int:
    """Return how many decimals of a percentage are meaningful given the width of its interval.

    >>> digits([0.26, 0.44]), digits([0.02, 0.03]), digits([0.001, 0.002])
    (0, 1, 2)
    """
    half = 50 * (ends[1] - ends[0])
    return 0 if half >= 3 else 1 if half >= 0.1 else 2


def ends_as_text(ends: Sequence[float], dash: str = " - ", most: int = 2) -> str:
    """Return an interval in percent with as many digits as its width allows, "" if there is none.

    An upper end that is not nothing is not shown as nothing.

    >>> ends_as_text([0.26, 0.44]), ends_as_text(()), ends_as_text([0.0, 0.003], most=0)
    ('26 - 44', '', '0 - 1')
    """
    if not ends:
        return ""
    places = min(digits(ends), most)
    high = max(100 * ends[1], 10.0**-places if ends[1] > 0 else 0.0)
    return f"{100 * ends[0]:.{places}f}{dash}{high:.{places}f}"


def known_together(same: Mapping[str, Any], names: str, dash: str, most: int) -> str:
    """Say of categories, named, that only the sum of their shares is known, and give it."""
    ends = ends_of(same, "total_interval", "byte_share")
    interval = f" ({ends_as_text(ends, dash, most)})" if ends else ""
    together = f"together {share_as_text(same['byte_share'], ends, most)} %{interval} of bytes"
    if same["reason"] == SAY_LITTLE:  # they may be quite unlike
        return f"{names}: {SAY_LITTLE}; {together}"
    return f"{names} cannot be told apart ({same['reason']}): {together}"


def advice_of(result: Result) -> str:
    """Return what to do with the shares: the fit's advice, where there are the intervals that it speaks of."""
    if result["withheld"]:
        return "quote no share"
    advice: str = result["fit"]["advice"]
    if "interval" not in advice or has_intervals(result):
        return advice
    none = "quote no share without its total interval"
    if result["resamples"] < FEWEST:
        return f"{none}: run again with --resamples 20 (in Python, resamples=20)"
    return f"{none}: give more documents, the samples have too few for one"


def standing_of(kind: Mapping[str, Any]) -> str:
    """Say whether text like a kind that was not chosen is in the list, by its own merges."""
    if kind["present"]:
        return "in the list"
    return "too few own merges to tell" if too_few_to_tell(kind) else "not clear"


def too_few_to_tell(kind: Mapping[str, Any]) -> bool:
    """Return whether the list has all own merges of a kind not chosen, and they are too few to speak for it."""
    return not kind["present"] and not kind["missing"]


def with_a_row(result: Result) -> list[Mapping[str, Any]]:
    """Return the categories that tables show one by one: large ones, those of the user's own, and all of a few."""
    categories: list[Mapping[str, Any]] = result["categories"]
    if len(categories) <= FEW:
        return categories
    corpus = (result["provenance"] or {"corpus": {"categories": []}})["corpus"]
    licensed = {entry["name"] for entry in corpus["categories"] if entry["licences"]}
    own = {entry["name"] for entry in corpus["categories"]} - licensed if licensed else set()
    return [
        entry
        for entry in categories
        if entry["name"] in own
        or entry["byte_share"] >= BOUNDED
        or (entry["byte_share"] >= SMALL and not _may_be_nothing(entry))
    ]


def _may_be_nothing(entry: Mapping[str, Any]) -> bool:
    ends = ends_of(entry, "total_interval", "byte_share")
    return bool(ends) and ends[0] <= 0


def shown_from(result: Result) -> str:
    """Return the share from which on a category has a row of its own in any case."""
    return f"{100 * (BOUNDED if has_intervals(result) else SMALL):g} %"


def with_languages(result: Result, categories: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return the rows of some categories, and that of a language's sum before its first one, if it is not small."""
    rows = list(categories)
    for language in result.get("languages", ()):
        place = next((i for i, row in enumerate(rows) if row["name"] in language["names"]), None)
        if language["byte_share"] >= (SMALL if place is not None else BOUNDED):
            together = {**language, "title": f"{all_of(language['names'])} together"}
            rows.insert(len(rows) if place is None else place, together)
    return rows


def entries_of(result: Result) -> dict[str, Mapping[str, Any]]:
    """Return the entries of groups, languages and categories by name; one name of two kinds is the category's."""
    kinds = (result["groups"], result.get("languages", ()), result["categories"])
    return {entry["name"]: entry for entries in kinds for entry in entries}


def share_as_text(share: float, ends: Sequence[float], most: int = 2) -> str:
    """Return a share in percent with as many decimals as its total interval allows, and at most `most`.

    A small share whose interval begins at zero is shown as its upper end, a bound; one that rounds to nothing is not
    shown as nothing.

    >>> share_as_text(0.34961, [0.26, 0.44]), share_as_text(0.0006, [0.0, 0.0043]), share_as_text(0.0006, ())
    ('35', '< 0.4', '0.06')
    >>> share_as_text(0.34961, (), 0), share_as_text(0.0006, (), 0)
    ('35', '< 1')
    >>> share_as_text(0.0048, [0.0004, 0.0092], 0)
    '< 1'
    """
    if not ends:
        return f"{100 * share:.{most}f}" if most or 100 * share >= 1 else "< 1"
    decimals = min(digits(ends), most)
    if ends[0] <= 0 and share < BOUNDED:
        return f"< {max(100 * ends[1], 10.0**-decimals):.{decimals}f}"
    text = f"{100 * share:.{decimals}f}"
    return f"< {10.0**-decimals:.{decimals}f}" if share > 0 and float(text) == 0 else text
