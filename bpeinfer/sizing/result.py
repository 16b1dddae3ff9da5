"""`TrainingSize`: bytes of training text with an interval, a lower bound, or why there is no answer."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bpeinfer.inspection.trainer_family import ListPart, RuleStatus
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
"""With fewer comparable neighbours there is no answer."""


class SizeStatus(enum.Enum):
    """What can be said about the size; the value is the phrase that users see."""

    MEASURED = "measured"
    AT_LEAST = "a lower bound only: no ties are seen"
    NOT_TOLD = "cannot be told"


@dataclass(frozen=True, kw_only=True)
class SizeWindow:
    """The result from one window of the list alone.

    Attributes:
        first, last: ranks, both included.
        neighbours: neighbours compared.
        ascending: share of them that ascend by the rule.
        merges_a_level: mean number of merges at a count level under the answer for the whole list.
        bytes: the size from this window alone, None if it shows no ties.
        interval: 95 % interval for sampling error alone, None if it shows no ties.
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
    documents that it did not sample, and words below its minimum frequency are not included.

    Attributes:
        status: measured, a lower bound, or not told.
        reason: why there is no estimate ("" if there is one).
        bytes: the estimate, None unless measured.
        interval: 95 % interval in bytes; the upper end is None for a lower bound, both are None if there is no answer.
        basis: "ties" or "counts" (the file contains the counts).
        rule: family of tie rules that was used, None for counts and for bounds.
        first, last: ranks of the merges used, both included.
        last_count: approximate count of the last merge used, None unless measured.
        absent: share of the merges used that the samples lack.
        windows: the results from each window alone, in the order of the list.
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
    """Return a result without an answer."""
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
    """Return the part to measure the size from: of those that the mixture describes, the one with most evidence."""
    own = [part for part in parts if part.last > first_merge]
    return max(own, key=lambda part: part.evidence[0].log_likelihood_ratio, default=None)


def refusal(merges: MergeList, part: ListPart | None) -> str | None:
    """Return why the size cannot be measured with any samples, None if it may be."""
    if merges.falling_counts is not None:
        return None
    if part is None or part.last - part.first < FIRST_USED + FEWEST_NEIGHBOURS:
        return f"too few merges: at least {FIRST_USED + FEWEST_NEIGHBOURS} from one training run are needed"
    if part.status is RuleStatus.UNKNOWN_RULE:
        return "ties are in an order that no known rule explains, so they cannot be counted"
    if part.status is RuleStatus.NOT_TOLD:
        return "ties are in order, but several rules fit equally well, and each would give a different size"
    return None
