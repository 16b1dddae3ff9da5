"""The replay rule: from tokens in the order of their creation back to the merges that made them.

Sort the learned tokens by creation id. Run pair-BPE on each with the merges found so far. If exactly two
parts remain, they are the merge. Otherwise the token is *unreachable*: no text is ever encoded with it.

Running BPE on every token costs a second per 50,000 tokens in Python. Instead every split of a token into two
existing tokens is tested with `_meets`, which decides, in a few steps down the two split trees, whether BPE
would leave exactly these two parts. That depends on shorter tokens only, so all tokens of one length are tested
at once. Both ways give the same merges: `tests/test_recovery.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bpeinfer.loading.raw import Token
from bpeinfer.loading.substrings import Substrings
from bpeinfer.ragged import run_starts

__all__ = ["Recovery", "recover_merges"]

Longs = NDArray[np.int64]
Bools = NDArray[np.bool_]

_NO_LIMIT = np.iinfo(np.int64).max
_UNKNOWN = -1


@dataclass(frozen=True, eq=False, kw_only=True)
class Recovery:
    """What the replay rule found.

    Attributes:
        left, right: int64[m], for each recovered merge the ids of its parts; ids 0..A-1 are the alphabet, then come
            the tokens of `made`.
        made: for each recovered merge the token it makes, in creation order.
        unreachable: positions in `made` of tokens that BPE never leaves whole; their merge is the fallback
            split.
        impossible: tokens that no two existing tokens make; they have no merge and no id.
    """

    left: Longs
    right: Longs
    made: list[Token]
    unreachable: list[int]
    impossible: list[Token]


def recover_merges(alphabet: Sequence[Token], tokens: Iterable[Token]) -> Recovery:
    """Find the merge that made each of `tokens` (in creation order, without the alphabet).

    An unreachable token gets the split whose later part was made earliest (ties: the other part earliest).

    Example:
        >>> found = recover_merges([b"a", b"b"], [b"ab", b"aba"])
        >>> found.left, found.right
        (array([0, 2]), array([1, 0]))

    Source: Hayase et al. 2024, section 2.
    """
    units = list(dict.fromkeys(alphabet))
    every = list(dict.fromkeys([*units, *tokens]))
    seed = 0
    while True:
        splits = _Splits(len(units), Substrings(every, seed))
        splits.find()
        if splits.are_right():
            break
        seed += 1  # two strings have one hash: draw other hashes
    known = np.flatnonzero(splits.left[len(units) :] >= 0) + len(units)
    number = np.full(len(every), _UNKNOWN)
    number[: len(units)] = np.arange(len(units))
    number[known] = np.arange(len(units), len(units) + len(known))
    return Recovery(
        left=number[splits.left[known]],
        right=number[splits.right[known]],
        made=[every[place] for place in known.tolist()],
        unreachable=np.flatnonzero(~splits.reachable[known]).tolist(),
        impossible=[every[place] for place in range(len(units), len(every)) if splits.left[place] < 0],
    )


class _Splits:
    """The split of every token into two earlier ones; a unit is its own left and right part.

    Attributes:
        left, right: int64[n], the parts' places in the list of tokens; -1 where there are none.
        reachable: bool[n], whether BPE leaves the token whole.
    """

    def __init__(self, units: int, strings: Substrings) -> None:
        self._strings = strings
        places = np.arange(len(strings.lengths))
        self.left = np.where(places < units, places, _UNKNOWN)
        self.right = self.left.copy()
        self.reachable = np.ones(len(places), bool)
        self._longer = places[units:]

    def find(self) -> None:
        """Find the splits of all tokens, the short ones first."""
        lengths = self._strings.lengths[self._longer]
        ordered = self._longer[np.argsort(lengths, kind="stable")]
        whole, left, right = self._strings.earlier_parts(ordered)
        ends = np.flatnonzero(np.diff(self._strings.lengths[whole], append=-1)) + 1
        first = 0
        for end in ends.tolist():
            self._split(whole[first:end], left[first:end], right[first:end])
            first = end

    def are_right(self) -> bool:
        """Return whether no hash misled the search: the parts of every token that was split make it up."""
        split = self._longer[self.left[self._longer] >= 0]
        left, right, lengths = self.left[split], self.right[split], self._strings.lengths
        if not self._strings.distinct or not np.array_equal(lengths[left] + lengths[right], lengths[split]):
            return False
        parts = np.column_stack([left, right]).ravel()
        return np.array_equal(self._strings.spelled(parts), self._strings.spelled(split))

    def _split(self, whole: Longs, left: Longs, right: Longs) -> None:
        """Split the tokens of one length, given every cut into two earlier tokens, in the order of the cuts."""
        known = (self.left[left] >= 0) & (self.left[right] >= 0)
        whole, left, right = whole[known], left[known], right[known]
        good = self.reachable[left] & self.reachable[right]
        good[good] = self._meet(left[good], right[good])
        if not len(whole):
            return
        # Of the cuts that BPE leaves, the first; of the others, the one whose later part is the earliest.
        later, other = np.maximum(left, right), np.minimum(left, right)
        rank = np.where(good, -1, later * len(self.left) + other)
        starts = np.flatnonzero(run_starts(whole))
        best = np.repeat(np.minimum.reduceat(rank, starts), np.diff(starts, append=len(whole)))
        chosen = np.flatnonzero(rank == best)
        chosen = chosen[run_starts(whole[chosen])]
        token = whole[chosen]
        self.left[token], self.right[token] = left[chosen], right[chosen]
        self.reachable[token] = good[chosen]

    def _meet(self, left: Longs, right: Longs) -> Bools:
        """Return whether BPE on the text of `left` followed by that of `right` ends in just these two symbols.

        Repeatedly undo the last merge next to the boundary. If at any point the two symbols that touch there have a
        merge earlier than the next one undone, BPE would have made it and crossed the boundary. Of two equal merges,
        BPE makes the leftmost: hence the limit that is one higher on the right side.
        """
        meet = np.zeros(len(left), bool)
        active = np.arange(len(left))
        while len(active):
            inner_left, inner_right = self.right[left], self.left[right]
            left_unit, right_unit = inner_left == left, inner_right == right
            undo_left = ~left_unit & ((left > right) | right_unit)
            limit = np.where(undo_left, left, right + 1)
            whole = left_unit & right_unit
            meet[active[whole]] = True
            left, right = np.where(undo_left, inner_left, left), np.where(undo_left, right, inner_right)
            apart = ~whole & (self._product(left, right) >= limit)
            active, left, right = active[apart], left[apart], right[apart]
        return meet

    def _product(self, left: Longs, right: Longs) -> Longs:
        """Return the token that each pair makes, or the greatest number where it has no merge."""
        joined = self._strings.joined(left, right)
        merged = (joined >= 0) & (self.left[joined] == left) & (self.right[joined] == right)
        return np.where(merged, joined, _NO_LIMIT)
