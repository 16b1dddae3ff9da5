"""`TrainingSize`: bytes of training text with an interval, a lower bound, or why it is not told."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bpeinfer.inspection.trainer import ListPart, RuleStatus
from bpeinfer.merges import MergeList
from bpeinfer.reports.size import size_as_text

__all__ = [
    "FEWEST_NEIGHBOURS",
    "FIRST_USED",
    "SizeStatus",
    "SizeWindow",
    "TrainingSize",
    "not_told",
    "refusal",
    "sized_part",
]

FIRST_USED = 100
"""Merges at the front of a part that are not used: their counts are far apart and fall in steps."""
FEWEST_NEIGHBOURS = 300
"""With fewer comparable neighbours nothing is told."""


class SizeStatus(enum.Enum):
    """What can be said of the size; the value is the sentence for the user."""

    MEASURED = "measured"
    AT_LEAST = "a lower bound only: no ties are seen"
    NOT_TOLD = "cannot be told"


@dataclass(frozen=True, kw_only=True)
class SizeWindow:
    """What one window of the list says by itself.

    Attributes:
        first, last: ranks, both included.
        neighbours: neighbours compared.
        ascending: share of them that ascend by the rule.
        merges_a_level: mean number of merges at a count level under the answer for the whole list.
        bytes: the size by this window alone, None where it shows no ties.
        interval: 95 % interval of sampling error alone, None where it shows no ties.
    """

    first: int
    last: int
    neighbours: int
    ascending: float
    merges_a_level: float
    bytes: float | None
    interval: tuple[float, float] | None


@dataclass(frozen=True, kw_only=True, repr=False)
class TrainingSize:
    """How many bytes of text a tokenizer's trainer counted.

    Bytes of UTF-8 after normalization and after the trainer's own filters: lines that it left out as too long,
    documents that it did not sample, and words below its lowest frequency are not in it.

    Attributes:
        status: measured, a lower bound, or not told.
        reason: why there is no measure ("" where there is one).
        bytes: the estimate, None unless measured.
        interval: 95 % interval in bytes; the upper end is None for a lower bound, both are None where nothing is told.
        basis: "ties" or "counts" (the file holds the counts).
        rule: family of tie rules that was used, None for counts and for bounds.
        first, last: ranks of the merges used, both included.
        last_count: about how often the pair of the last merge used was counted, None unless measured.
        absent: share of the merges used that the samples lack.
        windows: what each window says by itself, in the order of the list.
    """

    status: SizeStatus
    reason: str
    bytes: float | None
    interval: tuple[float | None, float | None]
    basis: str
    rule: str | None
    first: int
    last: int
    last_count: float | None
    absent: float
    windows: tuple[SizeWindow, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for JSON."""
        return {
            "status": self.status.name.lower(),
            "reason": self.reason or None,
            "bytes": self.bytes,
            "interval": list(self.interval),
            "basis": self.basis,
            "rule": self.rule,
            "first_merge": self.first,
            "last_merge": self.last,
            "last_count": self.last_count,
            "merges_absent": self.absent,
            "windows": [
                {
                    "first": window.first,
                    "last": window.last,
                    "neighbours": window.neighbours,
                    "ascending": window.ascending,
                    "merges_a_level": window.merges_a_level,
                    "bytes": window.bytes,
                    "interval": window.interval and list(window.interval),
                }
                for window in self.windows
            ],
        }

    def __repr__(self) -> str:
        return size_as_text(self.to_dict())


def not_told(reason: str, part: ListPart | None = None, absent: float = 0.0) -> TrainingSize:
    """Return the answer that there is none."""
    return TrainingSize(
        status=SizeStatus.NOT_TOLD,
        reason=reason,
        bytes=None,
        interval=(None, None),
        basis="ties",
        rule=part.family if part else None,
        first=part.first if part else 0,
        last=part.last if part else 0,
        last_count=None,
        absent=absent,
        windows=(),
    )


def sized_part(parts: Sequence[ListPart], first_merge: int) -> ListPart | None:
    """Return the part that tells the size: of those that the mixture describes, that with most evidence."""
    own = [part for part in parts if part.last > first_merge]
    return max(own, key=lambda part: part.evidence[0].log_likelihood_ratio, default=None)


def refusal(merges: MergeList, part: ListPart | None) -> str | None:
    """Return why the size cannot be told whatever the samples, None where it may be."""
    if merges.counts is not None:
        return None
    if part is None or part.last - part.first < FIRST_USED + FEWEST_NEIGHBOURS:
        return f"too few merges: at least {FIRST_USED + FEWEST_NEIGHBOURS} of one training are needed"
    if part.status is RuleStatus.UNKNOWN_RULE:
        return "ties are in an order that no known rule explains, so that they cannot be counted"
    if part.status is RuleStatus.NOT_TOLD:
        return "ties are in order, but several rules fit alike, and each would give another size"
    return None
