"""Which merges a category would have brought into a list, had it been a given share of the training text.

Two lists are trained on the samples: one on the fitted mixture without the promised categories, and one on
the same mixture with each of them at its promised share. Merges that only the second list has, and that come
mostly from the category, should be in the tokenizer's list if the promise was kept; without the category
in the training text, few of them are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bpeinfer.counting.counts import PretokenCounts
from bpeinfer.diagnostics.own_merges import MOSTLY, log_odds
from bpeinfer.loading.trainer_limits import TrainerLimits
from bpeinfer.merges import MergeList
from bpeinfer.pair_history import merge_sums
from bpeinfer.replay import replay
from bpeinfer.token_text import token_text
from bpeinfer.training import train

__all__ = ["Brought", "Members", "brought_merges", "own_merges"]

Floats = NDArray[np.float64]
Members = Sequence[tuple[NDArray[np.bool_], float]]
"""For each promise, its categories, bool[n], and their share of bytes; no category is in two promises."""

FEWEST_OTHERS = 0.5
"""If the fitted share of all other categories is below this, promises are checked one at a time."""

EXAMPLES = 40
"""Number of a promise's merges, found or missing, listed in plain data; there may be thousands."""


@dataclass(frozen=True, kw_only=True)
class Brought:
    """The merges that one promised set of categories would have brought.

    Attributes:
        found: those that the tokenizer's list has, as (the rank they would have had, the token).
        missing: those that it lacks, likewise.
        evidence: logarithm of how many times as likely these are to be found and missing if the share was kept as if
            the training text had nothing of it, were they independent of each other.
    """

    found: tuple[tuple[int, bytes], ...]
    missing: tuple[tuple[int, bytes], ...]
    evidence: float

    def __len__(self) -> int:
        return len(self.found) + len(self.missing)

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for JSON."""
        shown = {
            name: [{"rank": rank, "token": token_text(token)} for rank, token in tokens[:EXAMPLES]]
            for name, tokens in (("found", self.found), ("missing", self.missing))
        }
        return {
            "expected": len(self),
            "found": len(self.found),
            "evidence": self.evidence,
            "examples": shown,
        }


def brought_merges(
    counts: PretokenCounts,
    byte_shares: Floats,
    promised: Members,
    listed: MergeList,
    limits: TrainerLimits | None = None,
) -> tuple[Brought, ...]:
    """Work out which merges each promised set of categories would have brought, and which the list has.

    Args:
        counts: the samples' pretokens.
        byte_shares: float64[n], the fitted mixture.
        promised: the categories of each promise, and their share.
        listed: the tokenizer's merges up to the last one used as evidence; the lists trained are equally
            long.
        limits: tokens that the trainer was not allowed to make are not counted.
    """
    others = ~np.any([members for members, _ in promised], axis=0)
    if byte_shares[others].sum() >= FEWEST_OTHERS:
        return _brought(counts, byte_shares, promised, listed, limits)
    # Together they are nearly the whole text, and little is left to compare with: check them one at a time.
    return tuple(
        brought for one in promised for brought in _brought(counts, byte_shares, [one], listed, limits)
    )


def _brought(
    counts: PretokenCounts,
    byte_shares: Floats,
    promised: Members,
    listed: MergeList,
    limits: TrainerLimits | None,
) -> tuple[Brought, ...]:
    own = np.array(
        [share * _within(members, byte_shares, counts.category_bytes) for members, share in promised]
    )
    rest = np.where(own.any(axis=0), 0.0, byte_shares)
    if rest.any():
        rest *= max(1.0 - own.sum(), 0.0) / rest.sum()
    without = set(_trained(counts, rest, listed).symbols) if rest.any() else set()
    learned = _trained(counts, rest + own.sum(axis=0), listed)
    parts = _parts(counts, rest, own, learned)
    there = {listed.symbols[product] for product in listed.product.tolist()}
    fresh = [entry for entry in _made(learned, limits) if entry[1] not in without]
    return tuple(
        own_merges([entry for entry in fresh if part[entry[0]] >= MOSTLY], part, there) for part in parts.T
    )


def own_merges(own: Sequence[tuple[int, bytes]], part: Floats, there: set[bytes]) -> Brought:
    """Return a category's own merges, found or missing; float64[T] `part` is how much of each rank's merge it has."""
    has = np.array([token in there for _, token in own], dtype=bool)
    odds = log_odds(part[[rank for rank, _ in own]], has)
    return Brought(
        found=tuple(entry for entry, found in zip(own, has, strict=True) if found),
        missing=tuple(entry for entry, found in zip(own, has, strict=True) if not found),
        evidence=float(odds.sum()),
    )


def _made(learned: MergeList, limits: TrainerLimits | None) -> list[tuple[int, bytes]]:
    """Return rank and product of each merge that the trainer was allowed to make."""
    products = [learned.symbols[product] for product in learned.product.tolist()]
    return [
        (rank, token)
        for rank, token in enumerate(products)
        if limits is None or limits.allows(token.decode("utf-8", "replace"))
    ]


def _within(members: NDArray[np.bool_], byte_shares: Floats, sizes: NDArray[np.int64]) -> Floats:
    """Return float64[n], summing to one: a set's parts as fitted, or by sample bytes if it has no share."""
    inside = np.where(members, byte_shares, 0.0)
    if not inside.sum() > 0:
        inside = np.where(members, sizes, 0).astype(np.float64)
    parts: Floats = inside / inside.sum()
    return parts


def _trained(counts: PretokenCounts, byte_shares: Floats, like: MergeList) -> MergeList:
    """Train on the samples, weighted to these shares, with the alphabet and length of another list."""
    times = byte_shares / np.maximum(counts.category_bytes, 1)
    whole = np.rint(times * (1e6 / times.max())).astype(np.int64)
    weighed = np.asarray(counts.counts @ whole[counts.block_category])
    kept = np.flatnonzero(weighed)
    return train(*counts.pretokens_at(kept), weighed[kept], len(like), like)


def _parts(counts: PretokenCounts, rest: Floats, own: Floats, learned: MergeList) -> Floats:
    """Return float64[T, k]: the part of each merge of a list that comes from each of k promises."""
    segmentation = replay(learned, counts.blob, counts.offsets)
    by_category = counts.by_category()
    sizes = np.maximum(counts.category_bytes, 1)
    of = np.column_stack(
        [merge_sums(segmentation, by_category @ (shares / sizes)) for shares in (rest, *own)]
    )
    total = of.sum(axis=1, keepdims=True)
    parts: Floats = np.divide(of, total, out=np.zeros_like(of), where=total > 0)[:, 1:]
    return parts
