"""`TextRanking`: candidate texts, the likeliest first, and how each relates to the tokenizer."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from bpeinfer.ranking.exact import Exactness
from bpeinfer.ranking.fit import TextFit
from bpeinfer.reports.document import Document
from bpeinfer.reports.formats import Reportable
from bpeinfer.reports.ranking import WORDS, ranking_document

__all__ = ["SCHEMA_VERSION", "Candidate", "Likeness", "TextRanking"]

SCHEMA_VERSION = 1
"""Version of `TextRanking.to_dict`, increased when a field changes its meaning or is removed."""


class Likeness(enum.Enum):
    """How a text relates to the tokenizer; the value is the phrase shown to the user."""

    THIS_TEXT = WORDS["this_text"]
    LIKE_IT = WORDS["like_it"]
    NOT_IT = WORDS["not_it"]


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A text that the tokenizer may have been trained on.

    Attributes:
        name: as given.
        likeness: how it relates to the training text.
        reason: why, in words.
        feeding: the feeding in which it explains the list best, a key of `FEEDINGS`.
        part: fraction of its bytes, from the beginning, that explains the list best; 1 for the whole text.
        bytes: size of the whole text.
        fit: how well that part explains the list.
        exactness: whether that part reproduces the list.
        misfit: how far the list's merges fall short in that part, weighted by how precisely their counts are
            known; None if the comparison with chance was not needed or not possible.
        by_chance: the misfit of a list trained on one half of the text and judged by the other; None
            likewise.
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
        first_merge, merges: the ranks first_merge .. merges-1 were examined.
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
