"""`PublishedTruth`: what a tokenizer's maker says it was trained on; the table that ships with the package."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Literal

from bpeinfer.corpora.text_files import matches

__all__ = ["PublishedTruth", "published_truths"]

GROUP = "group:"
"""Prefix of a group's name among the samples that represent a share."""


@dataclass(frozen=True, kw_only=True)
class PublishedTruth:
    """What a tokenizer's maker says.

    Attributes:
        name: its name in `validate`.
        source: hub id, "" if there is no fixed place to fetch it from.
        url: where the maker says it; a package URL (pkg:…) if a package is the only place.
        sure: "confirmed" (read there), "named" (said elsewhere), or "disputed" (the merges contradict it).
        unit: what the shares count: bytes, texts, weights of data sets, or not stated.
        size: the training text's size in the maker's words, "" if not stated.
        seen: the day on which it was read.
        note: anything else that is said.
        shares: by name, from 0 to 1; the rest, up to 1, is not stated.
        categories: for each share, the samples that represent it: globs of categories, or ``group:NAME``.
    """

    name: str
    source: str
    url: str
    sure: Literal["confirmed", "named", "disputed"]
    unit: Literal["bytes", "texts", "weights", "not stated"]
    size: str
    seen: date
    note: str
    shares: Mapping[str, float]
    categories: Mapping[str, tuple[str, ...]]

    def samples_of(self, share: str, categories: Iterable[str], groups: Iterable[str]) -> list[str]:
        """Return the names of the categories that represent one of the shares."""
        wanted = self.categories[share]
        globs = [pattern for pattern in wanted if not pattern.startswith(GROUP)]
        of_groups = {pattern.removeprefix(GROUP) for pattern in wanted if pattern.startswith(GROUP)}
        return [
            category
            for category, group in zip(categories, groups, strict=True)
            if group in of_groups or matches(category, globs)
        ]

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for JSON."""
        return vars(self) | {
            "seen": self.seen.isoformat(),
            "shares": dict(self.shares),
            "categories": {name: list(globs) for name, globs in self.categories.items()},
        }


@cache
def published_truths() -> Mapping[str, PublishedTruth]:
    """Return the published truths that ship with the package, by name."""
    read = tomllib.loads((files("bpeinfer") / "published.toml").read_text("utf-8"))
    found = {
        entry["name"]: PublishedTruth(
            **entry
            | {
                "shares": MappingProxyType(entry["shares"]),
                "categories": MappingProxyType(
                    {name: tuple(globs) for name, globs in entry["categories"].items()}
                ),
            }
        )
        for entry in read["tokenizer"]
    }
    return MappingProxyType(found)
