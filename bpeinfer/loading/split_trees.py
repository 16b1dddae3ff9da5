"""Split trees of tokens, built merge by merge: which of two tokens side by side BPE leaves as they are."""

from __future__ import annotations

from bpeinfer.loading.raw import Token

__all__ = ["SplitTrees"]


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

    By the rule of `recovery`, which tests many pairs at once: here each merge may depend on the answer before.
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
