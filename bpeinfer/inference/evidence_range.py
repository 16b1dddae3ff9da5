"""Which merges are evidence: after a head copied from an older tokenizer, up to a second stage of training."""

from __future__ import annotations

from typing import Literal

from bpeinfer.inference.arguments import checked_range
from bpeinfer.inspection.self_check import self_check
from bpeinfer.loading import Tokenizer
from bpeinfer.loading.consistency import QUICK, check_merges
from bpeinfer.reports.numbers import COPIED

__all__ = ["evidence_range"]

MOST_UNPRODUCIBLE = 0.01
"""Share of the merges used that the pre-tokenizer may be unable to produce before the result says so."""


def evidence_range(
    tokenizer: Tokenizer, merges: int | None, first_merge: int | Literal["auto"], head: int
) -> tuple[int, int, list[str]]:
    """Return the ranks first .. last-1 that are used as evidence, and notes on the tokenizer and the choice.

    Args:
        tokenizer: the one to be inferred from.
        merges: use the merges before this rank, or all if there are fewer (None: as many as there are of one stage of
            training).
        first_merge: the first rank to use, "auto" for the first after the copied head.
        head: how many merges were copied (`copied_head`).

    Raises:
        InferenceError: the range does not fit the list.
    """
    notes = list(tokenizer.notes)
    check = self_check(tokenizer)
    if check is not None and check.parted:
        notes.append(f"the replay does not encode text as the library does: {check.verdict}")
    if first_merge == "auto":
        first_merge = head if merges is None or merges > head else 0
        notes += _copied(head, first_merge)
    length = len(tokenizer.merges) if merges is not None else tokenizer.first_stage or len(tokenizer.merges)
    last = checked_range(length, merges, first_merge)
    if merges is not None and merges > length:
        notes.append(f"{merges:,} merges were asked for, the list has {length:,}")
    if tokenizer.first_stage is not None and last > tokenizer.first_stage:
        notes.append(f"merges from rank {tokenizer.first_stage:,} on belong to a second stage of training")
    found = check_merges(tokenizer.merges, tokenizer.pretokenizer, range(first_merge, last), seconds=QUICK)
    if found.count > MOST_UNPRODUCIBLE * found.merges:
        about = "" if found.exact else "about "
        notes.append(
            f"{about}{found.count:,} of the {found.merges:,} merges used cannot come from the way text is split "
            f"({tokenizer.pretokenizer_origin}): they say nothing about the mixture; try --pretokenizer auto"
        )
    return first_merge, last, notes


def _copied(head: int, first_merge: int) -> list[str]:
    """Say whether the merges that were copied are used."""
    if not head:
        return []
    which = "only later ones are used" if first_merge else "the result describes that tokenizer's data"
    return [f"the first {head:,} merges {COPIED}: {which}"]
