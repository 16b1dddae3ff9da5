"""`TextRanking`: candidate texts, the likeliest first, and what each is to the tokenizer."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from bpeinfer.ranking.exact import Exactness
from bpeinfer.ranking.fit import TextFit
from bpeinfer.reports.document import Document
from bpeinfer.reports.formats import Reportable
from bpeinfer.reports.ranking import ranking_document

__all__ = ["SCHEMA_VERSION", "Candidate", "Likeness", "TextRanking"]

SCHEMA_VERSION = 1
"""Of `TextRanking.to_dict`; it rises when a field changes its meaning or goes."""


class Likeness(enum.Enum):
    """What a text is to the tokenizer; the value is the phrase for the user."""

    THIS_TEXT = "this very text"
    LIKE_IT = "text like it"
    NOT_IT = "not it"


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A text that the tokenizer may have been trained on.

    Attributes:
        name: as given.
        likeness: what it is.
        reason: why, in words.
        feeding: how it explains the list best, a key of `FEEDINGS`.
        part: share of its bytes, from the beginning, that explains the list best; 1 for the whole.
        bytes: of the whole text.
        fit: of that part.
        exactness: of that part.
        misfit: how far the list's merges fall short in that part, weighted by how well their counts are known; None
            where the comparison with chance was not needed or not possible.
        by_chance: the misfit of a list trained on one half of the text and judged by the other, None likewise.
    """

    name: str
    likeness: Likeness
    reason: str
    feeding: str
    part: float
    bytes: int
    fit: TextFit
    exactness: Exactness
    misfit: float | None
    by_chance: float | None

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for JSON."""
        likelihood = self.fit.log_likelihood
        return {
            "name": self.name,
            "likeness": self.likeness.name.lower(),
            "reason": self.reason,
            "feeding": self.feeding,
            "part": self.part,
            "bytes": self.bytes,
            "disagreement": self.fit.disagreement,
            "log_likelihood": None if likelihood == float("-inf") else likelihood,
            "merges_absent": self.fit.absent,
            "misfit": self.misfit,
            "misfit_by_chance": self.by_chance,
            "exact": vars(self.exactness) | {"exact": self.exactness.exact},
        }


@dataclass(frozen=True, kw_only=True, repr=False)
class TextRanking(Reportable):
    """Candidate texts, the likeliest first.

    Attributes:
        candidates: in that order.
        tokenizer: the tokenizer's source, format, number of merges and hashes.
        first_merge, merges: the ranks first_merge .. merges-1 were looked at.
        notes: what the reader should know.
    """

    candidates: tuple[Candidate, ...]
    tokenizer: MappingProxyType[str, Any]
    first_merge: int
    merges: int
    notes: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for JSON (the same as ``bpeinfer rank --json``)."""
        return {
            "schema_version": SCHEMA_VERSION,
            "tokenizer": dict(self.tokenizer),
            "first_merge": self.first_merge,
            "merges": self.merges,
            "candidates": [candidate.to_dict() for candidate in self.candidates],
            "notes": list(self.notes),
        }

    def report(self) -> Document:
        """Return the candidates as a table, the likeliest first."""
        return ranking_document(self.to_dict())

    def __repr__(self) -> str:
        best = self.candidates[0]
        return f"TextRanking({len(self.candidates)} texts; first {best.name!r}: {best.likeness.value})"
