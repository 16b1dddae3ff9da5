"""`MergeAudit`: where every token and every listed merge of a tokenizer file went."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

__all__ = ["MergeAudit"]


@dataclass(frozen=True, kw_only=True)
class MergeAudit:
    """The account of one tokenizer: where every token and every listed merge went.

    Two sums hold, and are checked when the account is made::

        vocabulary    == alphabet_tokens + learned_tokens + sum(tokens_set_aside.values())
        listed_merges == learned_merges - learned_not_listed + sum(merges_set_aside.values())

    Attributes:
        method: "listed" (the file's own list is the trained one) or "replay" (recovered by the replay rule).
        order: where the order of the merges comes from: the "list" or, if there is none, the "ids".
        vocabulary: distinct tokens in the file; 0 for a format that lists merges only.
        alphabet_tokens: tokens that training started from.
        learned_tokens: tokens made by a learned merge.
        listed_merges: merges in the file; 0 if the format lists none.
        learned_merges: length of the resulting merge list.
        learned_not_listed: learned merges that the file does not list (all of them if it lists none).
        tokens_set_aside, merges_set_aside: counts by reason.
        unreachable: tokens that BPE never leaves whole; they stay in the list with a fallback split.
        order_inversions: merges whose token has a lower creation id than one made before it.
    """

    method: Literal["listed", "replay"]
    order: Literal["list", "ids"] = "list"
    vocabulary: int
    alphabet_tokens: int
    learned_tokens: int
    listed_merges: int
    learned_merges: int
    learned_not_listed: int
    tokens_set_aside: Mapping[str, int]
    merges_set_aside: Mapping[str, int]
    unreachable: tuple[bytes, ...]
    order_inversions: int

    @property
    def set_aside(self) -> dict[str, int]:
        """Counts by reason, of tokens and merges together."""
        return {**self.tokens_set_aside, **self.merges_set_aside}

    def __post_init__(self) -> None:
        tokens = self.alphabet_tokens + self.learned_tokens + sum(self.tokens_set_aside.values())
        if self.vocabulary and tokens != self.vocabulary:
            raise ValueError(f"{self.vocabulary} tokens in the file, {tokens} accounted for")
        merges = self.learned_merges - self.learned_not_listed + sum(self.merges_set_aside.values())
        if merges != self.listed_merges:
            raise ValueError(f"{self.listed_merges} merges in the file, {merges} accounted for")
