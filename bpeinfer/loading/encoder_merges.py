"""The merges that a file's encoder uses, where they are not the learned ones in their order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import chain

import numpy as np

from bpeinfer.loading.audit import MergeAudit
from bpeinfer.loading.building import as_bytes
from bpeinfer.loading.raw import RawTokenizer, Token, join_tokens
from bpeinfer.merges import MergeList

__all__ = ["acts_otherwise", "encoder_merges"]


def acts_otherwise(raw: RawTokenizer, merges: MergeList, audit: MergeAudit) -> bool:
    """Say whether a file's encoder may act otherwise with the merges listed than with the learned ones.

    This is so where the list is in another order than the learned merges, or holds merges that were added after
    training or are listed twice. Of several splits of one token in a list that is in the learned order, only the
    learned one is ever met. Lists with marks of word ends are not looked at: no converter writes them.
    """
    aside = audit.merges_set_aside
    differs = audit.order_inversions if audit.method == "replay" else 0
    if raw.merges is None or raw.marks or merges.joined_marks:
        return False
    return bool(differs or aside.get("merges_added_by_hand") or aside.get("repeated_merges"))


def encoder_merges(listed: Sequence[tuple[Token, Token]], merges: MergeList) -> MergeList:
    """Return all merges that a file lists, in its order; of one listed twice the last place counts.

    That is what Hugging Face's encoder does.

    Returns:
        a list whose symbols are those of `merges`, in their order, then others.
    """
    numbers = {symbol: number for number, symbol in enumerate(merges.symbols)}
    of_tokens: dict[Token, int] = {}

    def number_of(token: Token) -> int:
        found = of_tokens.get(token)
        if found is None:
            found = of_tokens[token] = numbers.setdefault(as_bytes(token), len(numbers))
        return found

    in_order: dict[tuple[int, int, int], None] = {}
    for left, right in listed:
        merge = number_of(left), number_of(right), number_of(join_tokens(left, right))
        in_order.pop(merge, None)  # the last place counts
        in_order[merge] = None
    columns = np.fromiter(chain.from_iterable(in_order), np.int32, 3 * len(in_order)).reshape(-1, 3)
    return replace(
        merges,
        symbols=tuple(numbers),
        left=columns[:, 0],
        right=columns[:, 1],
        product=columns[:, 2],
        skips_unknown=False,
        counts=None,
    )
