"""`Expectation`: the shares that a result should have, as tests and CI state them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bpeinfer.diagnostics.languages import languages
from bpeinfer.errors import InferenceError
from bpeinfer.near_names import there_are
from bpeinfer.reports.columns import columns
from bpeinfer.reports.numbers import ends_as_text, ends_of, entries_of
from bpeinfer.reports.table_of_results import SHARES, Unit
from bpeinfer.reports.terminal import escape_text

__all__ = ["Expectation"]


@dataclass(frozen=True)
class Expectation:
    """Expected shares of categories, groups or languages, and how far a result may be off each.

    Attributes:
        shares: by the name of a category, group or language (``pt*``), from 0 to 1; unnamed ones may be anything.
        within: the largest difference allowed, from 0 to 1.
        unit: of the shares.

    Raises:
        InferenceError: no share is given, or one is not from 0 to 1.
    """

    shares: Mapping[str, float]
    within: float = 0.02
    unit: Unit = "bytes"

    def __post_init__(self) -> None:
        if not self.shares:
            raise InferenceError("no share is expected; name some, such as fr=50,de=30")
        for name, share in (*self.shares.items(), ("within", self.within)):
            if not (isinstance(share, int | float) and 0 <= share <= 1):
                raise InferenceError(f"{name} is {share!r}, expected a share from 0 to 1 (0.5 is half)")

    @classmethod
    def from_text(cls, text: str, within: float = 2.0) -> Expectation:
        """Read shares in percent, ``fr=50,de=30``, and the points that they may be off.

        Example:
            >>> Expectation.from_text("fr=50, de=30", 2).shares
            {'fr': 0.5, 'de': 0.3}

        Raises:
            InferenceError: the text is not of this form.
        """
        shares = {}
        for part in filter(None, (part.strip() for part in text.split(","))):
            name, found, amount = part.rpartition("=")
            try:
                share = float(amount) / 100
            except ValueError:
                share = math.nan
            if not (found and name.strip() and 0 <= share <= 1):
                raise InferenceError(
                    f"--expect has {part!r}, expected a name and percent from 0 to 100, such as fr=50"
                )
            shares[name.strip()] = share
        if len(shares) > 1 and 0 < sum(shares.values()) <= 0.01:
            raise InferenceError(
                f"--expect has {text!r}, which sums to {100 * sum(shares.values()):.3g} percent; give percent, such "
                "as fr=50,de=30"
            )
        if not 0 <= within <= 100:
            raise InferenceError(f"--within is {within:g}, expected points from 0 to 100")
        return cls(shares, within / 100)

    def check_names(self, categories: Sequence[str], groups: Sequence[str]) -> None:
        """Refuse names that are no category, group or language: before the work, not after it.

        Args:
            categories: their names.
            groups: the group of each category, "" if it has none.

        Raises:
            InferenceError: a name is none of them, or shares that cannot overlap sum to more than 1.
        """
        kinds = {
            "categories": categories,
            "groups": groups,
            "languages": tuple(languages(categories, groups)),
        }
        names = {name for known_names in kinds.values() for name in known_names}
        for name in self.shares:
            if name not in names:
                raise InferenceError(
                    f"a share of {name!r} is expected, but there is no such category, group or language"
                    + there_are(name, sorted(filter(None, names)))
                )

        for kind, known_names in kinds.items():
            total = sum(share for name, share in self.shares.items() if name in known_names)
            if total > 1 + 1e-9:
                raise InferenceError(
                    f"the shares expected of {kind} sum to {100 * total:g} %, expected 100 % at most"
                )

    def misses(self, result: Mapping[str, Any]) -> list[str]:
        """Return the names whose shares are off by more than allowed, or all if the result withholds its shares."""
        if result["withheld"]:
            return list(self.shares)
        return [
            name for name, entry in self._entries(result).items() if abs(self._off(name, entry)) > self.within
        ]

    def as_text(self, result: Mapping[str, Any]) -> str:
        """Return expected and estimated shares side by side, in percent, with the difference in points."""
        missed = self.misses(result)
        name = escape_text(result["tokenizer"]["name"], keep="\\")
        said = "are not as expected" if missed else "are as expected"
        head = f"{name}: shares {said} (within {100 * self.within:g} points of {self.unit})"
        if result["withheld"]:
            return f"{head}\n{result['withheld']}"
        rows = [("", "expected", "estimate", "off", "total 95 %", "")]
        for name, entry in self._entries(result).items():
            share = SHARES[self.unit]
            rows.append(
                (
                    escape_text(name),
                    f"{100 * self.shares[name]:.1f}",
                    f"{100 * entry[share]:.1f}",
                    f"{100 * self._off(name, entry):+.1f}",
                    ends_as_text(ends_of(entry, "total_interval", share)),
                    "too far" if name in missed else "",
                )
            )
        if missed and 0 < sum(self.shares.values()) <= 0.01:
            given, amount = next((one, 100 * share) for one, share in self.shares.items())
            head += f"\nshares are in percent: {given}={amount:g} is {amount:g} %, not {100 * amount:g} %"
        return "\n".join([head, *_side_by_side(rows), f"{result['verdict']}: {result['fit']['reason']}"])

    def _entries(self, result: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
        known = entries_of(result)
        categories = result["categories"]
        self.check_names(
            [entry["name"] for entry in categories], [entry.get("group") or "" for entry in categories]
        )
        return {name: known[name] for name in self.shares}

    def _off(self, name: str, entry: Mapping[str, Any]) -> float:
        return float(entry[SHARES[self.unit]] - self.shares[name])


def _side_by_side(rows: Sequence[tuple[str, ...]]) -> list[str]:
    """Return rows as lines, without columns of which only the head is filled."""
    filled = [column for column in zip(*rows, strict=True) if any(column[1:])]
    return [line.removeprefix("  ") for line in columns(list(zip(*filled, strict=True)), right_from=1)]
