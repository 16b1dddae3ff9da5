"""The merges that a file's encoder uses, where they are not the learned ones in their order."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from bpeinfer.loading.audit import MergeAudit
from bpeinfer.loading.building import as_bytes
from bpeinfer.loading.raw import RawTokenizer, join_tokens
from bpeinfer.merges import MergeList

__all__ = ["encoder_merges"]


def encoder_merges(raw: RawTokenizer, merges: MergeList, audit: MergeAudit) -> MergeList | None:
    """Return all merges that the file lists, in its order, if an encoder may act otherwise with them.

    This is so where the list is in another order than the learned merges, or holds merges that were added after
    training or are listed twice (the last place counts, as in Hugging Face's encoder). Of several splits of one token
    in a list that is in the learned order, only the learned one is ever met.

    Returns:
        a list whose symbols are those of `merges`, in their order, then others; None if `merges` will do, if the file
        lists none, or if tokens carry marks of word ends, which no converter writes.
    """
    aside = audit.merges_set_aside
    differs = audit.order_inversions if audit.method == "replay" else 0
    if raw.merges is None or raw.marks or merges.joined_marks:
        return None
    if not (differs or aside.get("merges_added_by_hand") or aside.get("repeated_merges")):
        return None
    numbers = {symbol: number for number, symbol in enumerate(merges.symbols)}
    ranks: dict[tuple[int, int, int], int] = {}
    for rank, (left, right) in enumerate(raw.merges):
        first, second, whole = (
            numbers.setdefault(as_bytes(token), len(numbers))
            for token in (left, right, join_tokens(left, right))
        )
        ranks[first, second, whole] = rank
    columns = np.array(sorted(ranks, key=ranks.__getitem__), dtype=np.int32)
    return replace(
        merges,
        symbols=tuple(numbers),
        left=columns[:, 0],
        right=columns[:, 1],
        product=columns[:, 2],
        skips_unknown=False,
        counts=None,
    )
