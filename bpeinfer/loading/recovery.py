"""The replay rule: from tokens in the order of their creation back to the merges that made them.

Sort the learned tokens by creation id. Run pair-BPE on each with the merges found so far. If exactly two
parts remain, they are the merge. Otherwise the token is *unreachable*: no text is ever encoded with it.

Running BPE on every token costs a second per 50,000 tokens in Python. Instead every split of a token into two
existing tokens is tested with `_meets`, which decides, in a few steps down the two split trees, whether BPE
would leave exactly these two parts. Both ways give the same merges: `tests/test_recovery.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bpeinfer.loading.raw import Token

__all__ = ["Recovery", "SplitTrees", "recover_merges"]


@dataclass(frozen=True, kw_only=True)
class Recovery:
    """What the replay rule found.

    Attributes:
        left, right: for each recovered merge the ids of its parts; ids 0..A-1 are the alphabet, then come the
            tokens of `made`.
        made: for each recovered merge the token it makes, in creation order.
        unreachable: positions in `made` of tokens that BPE never leaves whole; their merge is the fallback
            split.
        impossible: tokens that no two existing tokens make; they have no merge and no id.
    """

    left: list[int]
    right: list[int]
    made: list[Token]
    unreachable: list[int]
    impossible: list[Token]


def recover_merges(alphabet: Sequence[Token], tokens: Iterable[Token]) -> Recovery:
    """Find the merge that made each of `tokens` (in creation order, without the alphabet).

    An unreachable token gets the split whose later part was made earliest (ties: the other part earliest).

    Example:
        >>> found = recover_merges([b"a", b"b"], [b"ab", b"aba"])
        >>> found.left, found.right
        ([0, 2], [1, 0])

    Source: Hayase et al. 2024, section 2.
    """
    ids: dict[Token, int] = {token: number for number, token in enumerate(alphabet)}
    alphabet_size = len(ids)
    # Split tree of each id. An alphabet symbol is its own left and right part; None marks the unreachable.
    left_part = list(range(alphabet_size))
    right_part = list(range(alphabet_size))
    reachable = [True] * alphabet_size
    pairs: dict[tuple[int, int], int] = {}
    made: list[Token] = []
    unreachable: list[int] = []
    impossible: list[Token] = []
    get = ids.get
    for token in tokens:
        if token in ids:
            continue
        fallback: tuple[int, int, int] | None = None
        found = None
        for cut in range(1, len(token)):
            right = get(token[cut:])
            if right is None:
                continue
            left = get(token[:cut])
            if left is None:
                continue
            if reachable[left] and reachable[right] and _meets(left, right, pairs, left_part, right_part):
                found = (left, right)
                break
            order = (max(left, right), min(left, right), cut)
            if fallback is None or order < fallback:
                fallback = order
        if found is None:
            if fallback is None:
                impossible.append(token)
                continue
            cut = fallback[2]
            found = (ids[token[:cut]], ids[token[cut:]])
            unreachable.append(len(made))
        number = alphabet_size + len(made)
        reachable.append(not unreachable or unreachable[-1] != len(made))
        ids[token] = number
        left_part.append(found[0])
        right_part.append(found[1])
        pairs.setdefault(found, number)
        made.append(token)
    return Recovery(
        left=left_part[alphabet_size:],
        right=right_part[alphabet_size:],
        made=made,
        unreachable=unreachable,
        impossible=impossible,
    )


class SplitTrees:
    """The split trees of tokens, built from merges added one by one; single units are known from the start.

    Example:
        >>> trees = SplitTrees()
        >>> trees.add("a", "b")
        >>> trees.leaves("ab", "c"), trees.leaves("a", "bc"), trees.knows("bc")
        (True, False, False)
    """

    def __init__(self) -> None:
        """Start without merges."""
        self._ids: dict[Token, int] = {}
        self._left: list[int] = []
        self._right: list[int] = []
        self._pairs: dict[tuple[int, int], int] = {}

    def knows(self, token: Token) -> bool:
        """Return whether `token` is a unit or the product of a merge."""
        return len(token) == 1 or token in self._ids

    def age(self, left: Token, right: Token) -> tuple[int, int]:
        """Return a sort key by which pairs of earlier tokens come first."""
        ages = sorted(self._ids.get(token, -1) for token in (left, right))
        return ages[1], ages[0]

    def add(self, left: Token, right: Token) -> None:
        """Add a merge; if a token is made twice, its first split is kept."""
        parts = self._id(left), self._id(right)
        whole: Token = left + right  # type: ignore[operator]  # both are bytes or both are str
        if whole not in self._ids:
            self._ids[whole] = len(self._left)
            self._left.append(parts[0])
            self._right.append(parts[1])
        self._pairs.setdefault(parts, self._ids[whole])

    def leaves(self, left: Token, right: Token) -> bool:
        """Return whether BPE with these merges leaves `left` + `right` as just these two symbols."""
        if not (self.knows(left) and self.knows(right)):
            return False
        return _meets(self._id(left), self._id(right), self._pairs, self._left, self._right)

    def _id(self, token: Token) -> int:
        number = self._ids.setdefault(token, len(self._left))
        if number == len(self._left):  # a unit, or a part that no merge makes: its own left and right part
            self._left.append(number)
            self._right.append(number)
        return number


def _meets(
    left: int,
    right: int,
    pairs: dict[tuple[int, int], int],
    left_part: list[int],
    right_part: list[int],
) -> bool:
    """Return whether BPE on the text of `left` followed by that of `right` ends in just these two symbols.

    Repeatedly undo the last merge next to the boundary. If at any point the two symbols that touch there have a
    merge earlier than the next one undone, BPE would have made it and crossed the boundary. Of two equal merges,
    BPE makes the leftmost: hence the limit that is one higher on the right side.
    """
    limit = 1 << 62
    get = pairs.get
    while True:
        product = get((left, right))
        if product is not None and product < limit:
            return False
        if left > right:
            limit = left
            left = right_part[left]
            if left == limit:
                limit = right + 1
                right = left_part[right]
                if right + 1 == limit:
                    return True
        else:
            limit = right + 1
            right = left_part[right]
            if right + 1 == limit:
                limit = left
                left = right_part[left]
                if left == limit:
                    return True
