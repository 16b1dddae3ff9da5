"""Which tokens can a text produce? Decided from the list and its splitter alone, with a text for each one that can.

A token occurs in an encoding only if BPE leaves its own bytes whole: merges inside a token never depend on what is
outside it. The list decides this, without any text (`left_whole`). Some pretoken must also contain the token, and its
edges must not merge with their neighbours. This is tried: each token's own text is split and encoded by itself and
between neighbours of every kind, fragments of characters are completed to characters.

Source: the notion of an unreachable token is that of Land and Bartolo 2024, "Fishing for Magikarp", section 2
(arXiv 2405.05417), which asks a library instead.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bpeinfer.inspection.reachable_texts import PLACES, REASONS, TextSearch, texts_to_try
from bpeinfer.loading import GivenTokenizer, as_tokenizer
from bpeinfer.merges import MergeList
from bpeinfer.token_text import token_text

__all__ = ["Reachability", "reachability"]

Bools = NDArray[np.bool_]


@dataclass(frozen=True, eq=False, kw_only=True)
class Reachability:
    """Where each token of a list occurs.

    Attributes:
        merges: the list; tokens are its symbols, alphabet included.
        judged: bool[S], whether the token was judged; not where its merges belong to another splitter (SuperBPE).
        place: uint8[S], indices of `PLACES`.
        reason: uint8[S], indices of `REASONS` where the place is "never".
        witnesses: for each token a text that produces it, None for those that never occur.
        added: number of tokens that only added text produces (special ones, or added after training).
    """

    merges: MergeList
    judged: Bools
    place: NDArray[np.uint8]
    reason: NDArray[np.uint8]
    witnesses: tuple[str | None, ...]
    added: int

    def tokens(self, place: str, reason: str | None = None) -> list[bytes]:
        """Return the tokens of a place of `PLACES`, for "never" also of a reason of `REASONS`, in the list's order."""
        chosen = self.judged & (self.place == PLACES.index(place))
        if reason is not None:
            chosen &= self.reason == REASONS.index(reason)
        return [self.merges.symbols[number] for number in np.flatnonzero(chosen).tolist()]

    def to_dict(self) -> dict[str, Any]:
        """Return counts by place and reason, and the tokens that do not occur by themselves, as text with a witness."""
        never = PLACES.index("never")
        return {
            "tokens": int(self.judged.sum()),
            "not_judged": int((~self.judged).sum()),
            "added_only": self.added,
            "places": {place: self._count(place) for place in PLACES},
            "reasons": {reason: len(self.tokens("never", reason)) for reason in REASONS},
            "listed": [
                {
                    "token": token_text(self.merges.symbols[number]),
                    "place": PLACES[self.place[number]],
                    "reason": REASONS[self.reason[number]] if self.place[number] == never else None,
                    "text": self.witnesses[number],
                }
                for number in np.flatnonzero(self.judged & (self.place > 0)).tolist()
            ],
        }

    def _count(self, place: str) -> int:
        return int((self.judged & (self.place == PLACES.index(place))).sum())

    def __repr__(self) -> str:
        return f"Reachability({self._count('never'):,} of {int(self.judged.sum()):,} tokens never occur)"


def reachability(tokenizer: GivenTokenizer) -> Reachability:
    """Find out for each token of the list which text produces it, or why none does.

    The answer follows the file: its merges in its own order, how its encoder splits text, and whether it takes a
    pretoken that is a token whole. No library is asked, so that it does not depend on a library's version.

    Args:
        tokenizer: from `load_tokenizer`, or what it takes.

    Example:
        >>> found = reachability("bundled:gpt2")
        >>> found.tokens("never", "not_utf8")[:2]
        [b'\\xc0', b'\\xc1']
    """
    tokenizer = as_tokenizer(tokenizer)
    merges = tokenizer.merges
    search = TextSearch(tokenizer)
    judged = np.ones(len(merges.symbols), dtype=bool)
    if tokenizer.first_stage is not None:
        judged[merges.alphabet_size :] = False
        judged[merges.product[: tokenizer.first_stage]] = True
    waiting = np.flatnonzero(judged & search.possible).tolist()
    for texts_of in texts_to_try(search):
        waiting = search.run(waiting, texts_of)
    return Reachability(
        merges=merges,
        judged=judged,
        place=search.place,
        reason=search.reason,
        witnesses=tuple(search.witnesses),
        added=sum(
            tokenizer.audit.tokens_set_aside.get(reason, 0) for reason in ("special_tokens", "added_tokens")
        ),
    )
