"""`MemberCheck`: a text's peculiar pieces in a list, beside those of controls."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from bpeinfer.reports.columns import count_of
from bpeinfer.reports.document import Document
from bpeinfer.reports.formats import Reportable
from bpeinfer.reports.membership import WORDS, member_document
from bpeinfer.token_text import token_text

__all__ = [
    "LEVEL",
    "SCHEMA_VERSION",
    "MemberCheck",
    "MemberStatus",
    "PieceOfText",
    "TextPieces",
    "judge_member",
    "p_value_of",
]

SCHEMA_VERSION = 1
"""Version of `MemberCheck.to_dict`, increased when a field changes its meaning or is removed."""

LEVEL = 0.05
"""Largest p-value that counts as evidence."""
FEWEST_PIECES = 10
"""Number of peculiar pieces below which a large p-value says nothing."""
EXAMPLES = 40
"""Pieces listed in plain data, of those found and of those missing."""


class MemberStatus(enum.Enum):
    """What the list says of a text; the value is the phrase shown to the user."""

    IN_IT = WORDS["in_it"]
    NOT_SEEN = WORDS["not_seen"]
    NOT_TOLD = WORDS["not_told"]


@dataclass(frozen=True, kw_only=True)
class PieceOfText:
    """A piece that is peculiar to the text.

    Attributes:
        token: its bytes.
        rank: its rank in the list, None if the list lacks it.
        count: occurrences in the whole text.
        times: its frequency in the text divided by that outside.
        chance: share of the controls' equally frequent pieces that the list has, None without controls.
    """

    token: bytes
    rank: int | None
    count: int
    times: float
    chance: float | None

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for JSON."""
        return vars(self) | {"token": token_text(self.token)}


@dataclass(frozen=True, kw_only=True)
class TextPieces:
    """The peculiar pieces of the text or of a control, in number.

    Attributes:
        name: as given.
        bytes: bytes of text compared, about the same for all.
        pieces: its peculiar pieces.
        found: those that the list has.
        expected: how many it would have if they were as likely to be in it as those of the others; None without
            controls.
        excess: found beyond expected, weighted, in standard deviations; None without controls.
    """

    name: str
    bytes: int
    pieces: int
    found: int
    expected: float | None
    excess: float | None


@dataclass(frozen=True, kw_only=True, repr=False)
class MemberCheck(Reportable):
    """Whether a text is in the text that a tokenizer was trained on, as far as its list can tell.

    Attributes:
        text: the text's pieces, in number.
        controls: those of the controls.
        p_value: share of the text and its controls whose excess is at least the text's; None without controls.
        status: in it, not seen, or not told.
        reason: why, in words.
        found, missing: the text's peculiar pieces, the most telling first.
        last_count: about how often the list's last merge occurs in the training text, None if that is not known.
        too_frequent: pairs that occur more than twice as often in the text alone, yet were not merged: the training
            text cannot have had the whole of it. None if `last_count` is not known.
        tokenizer: the tokenizer's source, format, number of merges and hashes.
        first_merge, merges: the ranks first_merge .. merges-1 were examined.
        notes: what the reader should know.
    """

    text: TextPieces
    controls: tuple[TextPieces, ...]
    p_value: float | None
    status: MemberStatus
    reason: str
    found: tuple[PieceOfText, ...]
    missing: tuple[PieceOfText, ...]
    last_count: float | None
    too_frequent: int | None
    tokenizer: MappingProxyType[str, Any]
    first_merge: int
    merges: int
    notes: tuple[str, ...]

    @property
    def least_p_value(self) -> float | None:
        """The smallest p-value that so many controls can give, None without controls."""
        return 1 / (len(self.controls) + 1) if self.controls else None

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for JSON (the same as ``bpeinfer member --json``)."""
        return {
            "schema_version": SCHEMA_VERSION,
            "tokenizer": dict(self.tokenizer),
            "first_merge": self.first_merge,
            "merges": self.merges,
            "status": self.status.name.lower(),
            "reason": self.reason,
            "p_value": self.p_value,
            "least_p_value": self.least_p_value,
            "text": vars(self.text),
            "controls": [vars(control) for control in self.controls],
            "found": [piece.to_dict() for piece in self.found[:EXAMPLES]],
            "missing": [piece.to_dict() for piece in self.missing[:EXAMPLES]],
            "last_count": self.last_count,
            "too_frequent": self.too_frequent,
            "notes": list(self.notes),
        }

    def report(self) -> Document:
        """Return the answer, the text beside its controls, and the pieces found and missing."""
        return member_document(self.to_dict())

    def __repr__(self) -> str:
        p_value = "no p-value" if self.p_value is None else f"p = {self.p_value:.3g}"
        return f"MemberCheck({self.text.name!r}: {self.status.value}, {p_value})"


def p_value_of(text: TextPieces, controls: tuple[TextPieces, ...]) -> float | None:
    """Return the share of all texts, this one included, whose excess is at least this one's; None without controls.

    If the text is exchangeable with its controls, this is at most a with a chance of at most a (conformal p-value:
    Vovk, Gammerman and Shafer, *Algorithmic Learning in a Random World*, 2005, proposition 2.8).

    >>> made = [TextPieces(name="", bytes=1, pieces=1, found=1, expected=0.5, excess=e) for e in (2, 1, 3)]
    >>> p_value_of(made[0], tuple(made[1:]))
    0.6666666666666666
    """
    if not controls or text.excess is None:
        return None
    higher = sum(control.excess is not None and control.excess >= text.excess for control in controls)
    return (1 + higher) / (1 + len(controls))


def judge_member(text: TextPieces, controls: int, p_value: float | None) -> tuple[MemberStatus, str]:
    """Say what a p-value means, never more than it holds.

    Args:
        text: its peculiar pieces.
        controls: the number of controls.
        p_value: from `p_value_of`.
    """
    if p_value is None:
        return MemberStatus.NOT_TOLD, (
            f"{text.found:,} of its {text.pieces:,} peculiar pieces are in the list, but without controls nobody "
            "knows how many would be there by chance"
        )
    numbers = (
        f"{text.found:,} of its {text.pieces:,} peculiar pieces are in the list, {text.expected:.3g} expected"
    )
    if p_value <= LEVEL:
        return MemberStatus.IN_IT, f"{numbers}: more than in all but a few of the {controls:,} controls"
    if 1 / (controls + 1) > LEVEL:
        return MemberStatus.NOT_TOLD, (
            f"{numbers}; with {count_of(controls, 'control')} no p-value is below {1 / (controls + 1):.2g}: give at "
            f"least {round(1 / LEVEL) - 1}"
        )
    if text.pieces < FEWEST_PIECES:
        return MemberStatus.NOT_TOLD, f"{numbers}: too few pieces to tell; more text may have more"
    return MemberStatus.NOT_SEEN, f"{numbers}: no more than in the controls"
