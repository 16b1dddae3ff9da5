"""Relatives of a merge list: which known tokenizer's head it copies, and how many merges it shares with each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bpeinfer.inspection.list_index import (
    SAMPLE,
    STEP,
    KnownList,
    head_digests,
    head_lengths,
    known_lists,
    makes_number,
    pair_hashes,
)
from bpeinfer.loading import Tokenizer
from bpeinfer.merges import MergeList
from bpeinfer.ragged import sorted_unique

__all__ = ["Relative", "copied_head", "head_from", "relatives"]

LEAST_HEAD = 1_000
"""Independent lists share a few dozen first merges; a common head at least this long was copied."""

Hashes = NDArray[np.uint64]


@dataclass(frozen=True, kw_only=True)
class Relative:
    """How one known tokenizer relates to the list at hand.

    Attributes:
        name, since, length: of the known list.
        relation: "identical", "extends" (the known list is a head of this one), "is a head of" (the other way
            round), "same head" (both go on differently) or "shares merges".
        common_head: number of merges at the front that are the same; a lower bound unless `exact`.
        exact: whether the common head is known to the merge; otherwise it is less than 256 merges longer than given.
        without_numbers: the head agrees only when merges that make numbers are left out of the known list.
        shared_merges: merges in both lists, at any rank, estimated from one in 64.
        shared_error: standard error of that estimate (0: not an estimate).
    """

    name: str
    since: str
    length: int
    relation: str
    common_head: int
    exact: bool
    without_numbers: bool
    shared_merges: int
    shared_error: int

    def to_dict(self) -> dict[str, Any]:
        """Return the fields as plain data."""
        return asdict(self)


def relatives(merges: MergeList, known: Sequence[KnownList] | None = None) -> list[Relative]:
    """Compare a merge list with every known one, the closest relatives first.

    Lists that share less than one merge in a hundred and no head are left out.
    """
    known = known_lists() if known is None else known
    hashes = pair_hashes(merges)
    rest = hashes[~makes_number(merges)]
    lengths = {length for entry in known for length in (entry.length, entry.length_without_numbers)}
    plain = head_digests(hashes, [*head_lengths(len(hashes)), *lengths])
    without_numbers = head_digests(rest, [*head_lengths(len(rest)), *lengths])
    sample = sorted_unique(hashes[hashes % SAMPLE == 0])
    found = [_relate(entry, len(hashes), plain, without_numbers, rest, hashes, sample) for entry in known]
    worth = [
        relative
        for relative in found
        if relative.common_head >= LEAST_HEAD
        or relative.shared_merges * 100 >= min(relative.length, len(hashes))
    ]
    return sorted(worth, key=lambda relative: (-relative.common_head, -relative.shared_merges, relative.name))


def _relate(
    entry: KnownList,
    length: int,
    plain: dict[int, int],
    without_numbers: dict[int, int],
    rest: Hashes,
    hashes: Hashes,
    sample: Hashes,
) -> Relative:
    head, exact = _common_head(plain, entry.plain, entry.length)
    numbers_out = False
    head_without, exact_without = _common_head(
        without_numbers, entry.without_numbers, entry.length_without_numbers
    )
    # Only a list that left the numbers out itself is compared without them; its head then has none.
    if head_without > head + STEP and np.array_equal(rest[:head_without], hashes[:head_without]):
        head, exact, numbers_out = head_without, exact_without, True
    whole = entry.length_without_numbers if numbers_out else entry.length
    shared, error = _shared(sample, entry.sample, length, entry.length)
    relation = "shares merges"
    if exact and head == whole == length:
        relation, shared, error = "identical", length, 0
    elif exact and head == whole:
        relation, shared, error = "extends", max(shared, head), error
    elif head >= LEAST_HEAD and head + STEP > length:
        relation, shared = "is a head of", max(shared, head)
    elif head >= LEAST_HEAD:
        relation, shared = "same head", max(shared, head)
    return Relative(
        name=entry.name,
        since=entry.since,
        length=entry.length,
        relation=relation,
        common_head=head,
        exact=exact,
        without_numbers=numbers_out,
        shared_merges=shared,
        shared_error=error,
    )


def _common_head(digests: dict[int, int], known: Hashes, known_length: int) -> tuple[int, bool]:
    """Return the longest agreement of digests in merges, and whether that is exact: the whole known list agrees."""
    lengths = head_lengths(known_length)
    low, high = 0, len(lengths)  # agreement is monotone: bisect for the first disagreement
    while low < high:
        middle = (low + high) // 2
        if digests.get(lengths[middle]) == int(known[middle]):
            low = middle + 1
        else:
            high = middle
    return (lengths[low - 1] if low else 0), low == len(lengths)


def _shared(sample: Hashes, other: Hashes, length: int, other_length: int) -> tuple[int, int]:
    """Estimate the number of shared merges and its standard error from the two samples."""
    common = len(np.intersect1d(sample, other, assume_unique=True))
    estimate = min(common * SAMPLE, length, other_length)
    return estimate, round((common * (SAMPLE - 1) * SAMPLE) ** 0.5)


def copied_head(tokenizer: Tokenizer, known: Sequence[KnownList] | None = None) -> int:
    """Return how many merges at the front were copied from an older known tokenizer; 0 if none.

    A list that is itself a known tokenizer is compared only with older ones. The head of a longer list that
    was cut short is not a copy: it is that list's own.

    Example:
        Llama 3 begins with GPT-4's 100,000 merges, Qwen with 98,900 of them, GPT-2 with no other list's.
    """
    return head_from(relatives(tokenizer.merges, known))


def head_from(found: Sequence[Relative]) -> int:
    """Return how many merges at the front were copied, from what `relatives` found."""
    own = min((relative.since for relative in found if relative.relation == "identical"), default="9999")
    return max(
        (
            relative.common_head
            for relative in found
            if relative.relation in ("extends", "same head")
            and relative.since < own
            and relative.common_head >= LEAST_HEAD
        ),
        default=0,
    )
