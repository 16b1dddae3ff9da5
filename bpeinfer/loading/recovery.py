"""The replay rule: from tokens in the order of their creation back to the merges that made them.

Sort the learned tokens by creation id. Run pair-BPE on each with the merges found so far. If exactly two
parts remain, they are the merge. A token for which they do not is *unreachable*: no text is ever encoded with
it.

Running BPE on every token anew costs a second per 50,000 tokens in Python. Instead every split of a token
into two existing tokens is tested with `_meets`, which decides, in a few steps down the two split trees,
whether BPE would leave exactly these two parts. Both ways give the same merges: `tests/test_recovery.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bpeinfer.loading.raw import Token

__all__ = ["Recovery", "recover_merges"]


@dataclass(frozen=True)
class Recovery:
    """What the replay rule found.

    Attributes:
        left, right: for each recovered merge the ids of its parts; ids 0..A-1 are the alphabet, then tokens
            as made.
        made: for each recovered merge the token it makes, in creation order.
        unreachable: positions in `made` of tokens that BPE never leaves whole; their merge is the fall-back
            split.
        impossible: tokens that no two existing tokens make up; they have no merge and no id.
    """

    left: list[int]
    right: list[int]
    made: list[Token]
    unreachable: list[int]
    impossible: list[Token]


def recover_merges(alphabet: Sequence[Token], tokens: Iterable[Token]) -> Recovery:
    """Find the merge behind every token of `tokens` (creation order, alphabet left out).

    An unreachable token gets the split whose later part was made earliest (ties: the other part earliest).

    Example:
        >>> found = recover_merges([b"a", b"b"], [b"ab", b"aba"])
        >>> found.left, found.right
        ([0, 2], [1, 0])

    Source: Hayase et al. 2024, section 2; FORMATS.md, "the rule that works".
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
    return Recovery(left_part[alphabet_size:], right_part[alphabet_size:], made, unreachable, impossible)


def _meets(
    left: int,
    right: int,
    pairs: dict[tuple[int, int], int],
    left_part: list[int],
    right_part: list[int],
) -> bool:
    """Say whether BPE on the text of `left` followed by that of `right` ends in just these two symbols.

    Undo the last merge next to the boundary, again and again. If at some moment the two symbols that touch
    there had a merge earlier than the next one undone, BPE would have taken it and crossed the boundary. Of
    two equal merges BPE takes the leftmost: hence the limit that is one higher on the right side.
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
