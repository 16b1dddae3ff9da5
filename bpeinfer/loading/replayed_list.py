"""The learned merges of a list of tokens alone or a converter's list, found by the replay rule (`recovery`)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from bpeinfer.errors import TokenizerFileError
from bpeinfer.loading.audit import MergeAudit
from bpeinfer.loading.building import (
    as_bytes,
    build_merge_list,
    inversions,
    positive,
    require_merges,
    starting_alphabet,
)
from bpeinfer.loading.raw import LONGEST_TOKEN, RawTokenizer, Token, join_tokens
from bpeinfer.loading.recovery import Recovery, recover_merges
from bpeinfer.merges import MergeList

__all__ = ["as_replayed", "recover", "recover_in_trained_order"]

Longs = NDArray[np.int64]

LONGEST_SUM = 10_000_000
"""Most units, in all tokens together, that the replay rule accepts (real lists: 2 million)."""
MOVED_TO_THE_END = 100
"""At most one token in this many was moved to the end of a list because its score was overwritten."""
HAND_MADE_BLOCK = 8
"""At least this many runs of one blank character, with consecutive ids, count as added by hand."""


@dataclass(frozen=True, kw_only=True)
class Recovered:
    """The replay rule's findings for the tokens of a file in one order."""

    found: Recovery
    alphabet: list[Token]
    candidates: int
    by_hand: set[Token]
    order: Literal["ids", "list"] = "ids"

    @property
    def failures(self) -> tuple[int, int]:
        """How many tokens come before their parts (none in a trained order), and how many BPE never leaves whole."""
        return len(self.found.impossible), len(self.found.unreachable)


def recover(raw: RawTokenizer, tokens: Sequence[Token], by_hand: set[Token] | None = None) -> Recovered:
    """Apply the replay rule to the tokens in the order given.

    Raises:
        TokenizerFileError: the tokens are too long to have been learned.
    """
    alphabet = starting_alphabet(raw)
    known = set(alphabet)
    candidates = [token for token in tokens if token not in known]
    by_hand = _added_by_hand(candidates, raw) if by_hand is None else by_hand
    longest, total = max(map(len, candidates), default=0), sum(map(len, candidates))
    if longest > LONGEST_TOKEN or total > LONGEST_SUM:
        raise TokenizerFileError(
            f"tokens of {longest:,} units ({total:,} in all), too long to have been learned "
            f"(at most {LONGEST_TOKEN:,}, and {LONGEST_SUM:,} in all)"
        )
    found = recover_merges(alphabet, [token for token in candidates if token not in by_hand])
    return Recovered(found=found, alphabet=alphabet, candidates=len(candidates), by_hand=by_hand)


def recover_in_trained_order(raw: RawTokenizer, merges: Sequence[tuple[Token, Token]]) -> Recovered:
    """Recover the merges of a list of every split, in the order of the ids or of the list.

    Some converters write the list in the order of creation but renumber the tokens. Others keep the ids and sort
    the list by score, so that tokens whose score was overwritten end up last. If the orders differ otherwise, the
    order in which the replay rule fails on fewer tokens is used (in any order but the trained one, some tokens
    come before their parts), and the list's if neither is better.
    """
    by_id = recover(raw, list(raw.tokens))
    listed = dict.fromkeys(join_tokens(left, right) for left, right in merges)
    place = {token: number for number, token in enumerate(raw.tokens) if token not in by_id.by_hand}
    ids = np.array([place[token] for token in listed if token in place], dtype=np.int64)
    falls = np.flatnonzero(np.diff(ids) < 0)
    if not len(falls) or (falls[0] + 1) * MOVED_TO_THE_END >= len(ids) * (MOVED_TO_THE_END - 1):
        return by_id
    rest = [token for token in raw.tokens if token not in listed]
    by_list = recover(raw, [*listed, *rest], by_id.by_hand)
    if by_id.failures < by_list.failures:
        return by_id
    return replace(by_list, candidates=by_id.candidates, order="list")


def as_replayed(raw: RawTokenizer, recovered: Recovered) -> tuple[MergeList, MergeAudit]:
    """Return the merges that the replay rule found, and the account of the file.

    Raises:
        TokenizerFileError: none was found.
    """
    found, alphabet, by_hand = recovered.found, recovered.alphabet, recovered.by_hand
    require_merges(found.made, raw)
    tokens_aside = Counter(raw.set_aside)
    tokens_aside["tokens_added_by_hand"] += len(by_hand)
    merges_aside: Counter[str] = Counter()
    not_listed = len(found.made)
    order: list[int] = []
    if raw.merges is not None:
        merges_aside, not_listed = _listed_but_not_learned(
            raw.merges, alphabet, found.left, found.right, found.made, by_hand
        )
        rank_of = {token: number for number, token in enumerate(found.made)}
        others = (
            dict.fromkeys(join_tokens(left, right) for left, right in raw.merges)
            if recovered.order == "ids"
            else raw.tokens
        )
        order = [rank_of[token] for token in others if token in rank_of]
    learned_tokens = len(set(raw.tokens).intersection(found.made))  # none is made twice
    tokens_aside["tokens_without_merge"] += recovered.candidates - len(by_hand) - learned_tokens
    audit = MergeAudit(
        method="replay",
        order=recovered.order,
        vocabulary=len(raw.tokens) + sum(raw.set_aside.values()),
        alphabet_tokens=len(raw.tokens) - recovered.candidates,
        learned_tokens=learned_tokens,
        listed_merges=len(raw.merges or ()),
        learned_merges=len(found.made),
        learned_not_listed=not_listed,
        tokens_set_aside=positive(tokens_aside),
        merges_set_aside=positive(merges_aside),
        unreachable=tuple(as_bytes(found.made[position]) for position in found.unreachable),
        order_inversions=inversions(order),
    )
    product = range(len(alphabet), len(alphabet) + len(found.made))
    return build_merge_list(raw, alphabet, found.made, (found.left, found.right, product)), audit


def _listed_but_not_learned(
    merges: Sequence[tuple[Token, Token]],
    alphabet: Sequence[Token],
    left: Longs,
    right: Longs,
    made: Sequence[Token],
    by_hand: set[Token],
) -> tuple[Counter[str], int]:
    symbols = [*alphabet, *made]
    pairs = {
        (symbols[first], symbols[second]) for first, second in zip(left.tolist(), right.tolist(), strict=True)
    }
    aside: Counter[str] = Counter()
    met: set[tuple[Token, Token]] = set()
    for pair in merges:
        if pair in met:
            aside["repeated_merges"] += 1
        elif pair not in pairs:
            hand = join_tokens(*pair) in by_hand
            aside["merges_added_by_hand" if hand else "redundant_splits"] += 1
        met.add(pair)
    return aside, len(pairs - met)


def _added_by_hand(candidates: Sequence[Token], raw: RawTokenizer) -> set[Token]:
    """Return the runs of one blank in a block of creation ids, which were added by hand; others were learned."""
    by_hand: set[Token] = set()
    if raw.unit != "character":
        return by_hand
    runs: dict[str, list[int]] = {blank: [] for blank in (" ", "▁", "\n", "\t", "\r")}
    for number, token in enumerate(candidates):
        blank = str(token[:1])
        if blank in runs and token == blank * len(token):
            runs[blank].append(number)
    for numbers in runs.values():
        if len(numbers) >= HAND_MADE_BLOCK and numbers[-1] - numbers[0] == len(numbers) - 1:
            by_hand.update(candidates[number] for number in numbers)
    return by_hand
