"""Which tokens of a list does BPE leave whole? Decided for all of them at once, without encoding."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bpeinfer.merges import MergeList
from bpeinfer.pair_ranks import NEVER, PairRanks

__all__ = ["left_whole"]

Bools = NDArray[np.bool_]


def left_whole(merges: MergeList, ranks: PairRanks | None = None) -> Bools:
    """Return for each symbol whether BPE leaves its own text whole: bool[S]; `ranks` may be at hand.

    A merge undoes nothing, so two parts meet unless an earlier merge crosses the border between them: the last merge
    next to the border is undone again and again, and each time the two symbols that touch there are looked up.

    Example:
        >>> merges = MergeList.from_pairs([b"a", b"b", b"c"], [(b"b", b"c"), (b"a", b"b"), (b"ab", b"c")])
        >>> [symbol for symbol, whole in zip(merges.symbols, left_whole(merges)) if not whole]
        [b'abc']
    """
    ranks = PairRanks(merges) if ranks is None else ranks
    made = np.full(len(merges.symbols), -1, dtype=np.int32)
    made[merges.product[::-1]] = np.arange(len(merges), dtype=np.int32)[::-1]
    meets = np.ones(len(merges), dtype=bool)
    merge = np.arange(len(merges), dtype=np.int32)
    left, right = merges.left.copy(), merges.right.copy()
    limit = (
        2 * merge
    )  # twice the rank of the last merge undone, plus one on the right: of equal ranks the left is first
    while len(merge):
        found = ranks.find(left, right, np.full(len(left), -1, dtype=np.int32))
        crossed = (found != NEVER) & (2 * found.astype(np.int64) < limit)
        meets[merge[crossed]] = False
        undo_left = made[left] > made[right]
        latest = np.where(undo_left, made[left], made[right])
        going = ~crossed & (latest >= 0)
        merge, left, right, undo_left, latest = (
            array[going] for array in (merge, left, right, undo_left, latest)
        )
        left, right = (
            np.where(undo_left, merges.right[latest], left),
            np.where(undo_left, right, merges.left[latest]),
        )
        limit = 2 * latest + ~undo_left
    whole = np.ones(len(merges.symbols), dtype=bool)
    while True:
        holds = meets & whole[merges.left] & whole[merges.right]
        now = np.arange(len(whole)) < merges.alphabet_size
        now[merges.product[holds]] = True
        if (now == whole).all():
            return whole
        whole = now
