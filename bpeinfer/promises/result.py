"""`InclusionCheck`: the share of each promised category or group, its own merges, and whether it was kept."""

from __future__ import annotations

import enum
import math
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from bpeinfer.estimate import MixtureEstimate
from bpeinfer.promises.brought import Brought
from bpeinfer.reports.document import Document
from bpeinfer.reports.formats import Reportable
from bpeinfer.reports.promises import WORDS, promises_document

__all__ = [
    "FEWEST_OWN",
    "LEAST_EVIDENCE",
    "SCHEMA_VERSION",
    "InclusionCheck",
    "Promise",
    "PromiseStatus",
    "judge",
]

SCHEMA_VERSION = 1
"""Version of `InclusionCheck.to_dict`, increased when a field changes its meaning or is removed."""

FEWEST_OWN = 3
"""Number of own merges below which they are not used as evidence."""
LEAST_EVIDENCE = math.log(3)
"""Own merges decide if they are at least three times as likely one way as the other."""


class PromiseStatus(enum.Enum):
    """Outcome of a promise; the value is the word shown to the user."""

    KEPT = WORDS["kept"]
    BROKEN = WORDS["broken"]
    NOT_TOLD = WORDS["not_told"]


@dataclass(frozen=True, kw_only=True)
class Promise:
    """A category or group that the training text should include.

    Attributes:
        name: the category's or group's name.
        at_least: the share of bytes that was promised.
        byte_share: the estimate.
        total_interval: its total 95 % interval, None if there is none.
        own: merges that this share would have brought into the list and that come mostly from this
            category or group, found in the list or missing; None if they were not worked out.
        status: kept, broken or inconclusive.
        reason: why, in words.
    """

    name: str
    at_least: float
    byte_share: float
    total_interval: tuple[float, float] | None
    own: Brought | None
    status: PromiseStatus
    reason: str

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for JSON."""
        return {
            "name": self.name,
            "at_least": self.at_least,
            "status": self.status.name.lower(),
            "reason": self.reason,
            "byte_share": self.byte_share,
            "total_interval": None if self.total_interval is None else list(self.total_interval),
            "own_merges": None if self.own is None else self.own.to_dict(),
        }


@dataclass(frozen=True, kw_only=True, repr=False)
class InclusionCheck(Reportable):
    """Whether each promise was kept.

    Attributes:
        promises: in the order in which they were given.
        tokenizer: the tokenizer's source, format, number of merges and hashes.
        estimate: the estimate that the shares come from.
    """

    promises: tuple[Promise, ...]
    tokenizer: MappingProxyType[str, Any]
    estimate: MixtureEstimate

    @property
    def passed(self) -> bool:
        """Whether every promise was kept; an inconclusive one counts as not kept."""
        return all(promise.status is PromiseStatus.KEPT for promise in self.promises)

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for JSON (the same as ``bpeinfer check --json``)."""
        return {
            "schema_version": SCHEMA_VERSION,
            "tokenizer": dict(self.tokenizer),
            "provenance": dict(self.estimate.provenance),
            "passed": self.passed,
            "promises": [promise.to_dict() for promise in self.promises],
            "verdict": self.estimate.verdict.value,
            "withheld": self.estimate.withheld,
            "first_merge": self.estimate.first_merge,
            "merges": self.estimate.merges,
            "notes": list(self.estimate.notes),
        }

    def report(self) -> Document:
        """Return the promises as a table, with the merges that should be in the list but are missing."""
        return promises_document(self.to_dict())

    def __repr__(self) -> str:
        kept = sum(promise.status is PromiseStatus.KEPT for promise in self.promises)
        return f"InclusionCheck({kept} of {len(self.promises)} in)"


def judge(
    at_least: float, total: tuple[float, float] | None, own: Brought | None, withheld: str | None
) -> tuple[PromiseStatus, str]:
    """Decide whether a promise was kept, and say why.

    A total interval that ends below the promised share breaks it. So does a list that lacks the merges that the
    share would have brought: for small shares, and for languages that resemble another one in the text, the
    interval is wide, but these merges can still decide.
    """
    if withheld is not None:
        return PromiseStatus.NOT_TOLD, f"the shares are withheld: {withheld}"
    evidence = own.evidence if own is not None and len(own) >= FEWEST_OWN else 0.0
    if own is not None and evidence <= -LEAST_EVIDENCE:
        return (
            PromiseStatus.BROKEN,
            f"{len(own.missing):,} of the {len(own):,} merges that this share would have brought are not in the list",
        )
    there = evidence >= LEAST_EVIDENCE
    if total is None:
        if there:
            return PromiseStatus.KEPT, "the list has the merges that this share would have brought"
        return (
            PromiseStatus.NOT_TOLD,
            "too little sample text for an interval, and too few merges of its own to decide",
        )
    if total[1] < at_least:
        return PromiseStatus.BROKEN, "the total interval of its share ends below what was promised"
    if there or total[0] > 0:
        return PromiseStatus.KEPT, "the total interval of its share reaches what was promised"
    return (
        PromiseStatus.NOT_TOLD,
        "its share may be zero or as promised, and the merges that so small a share would bring do not decide: "
        "use more merges, samples of more sources, or check for a larger share",
    )
