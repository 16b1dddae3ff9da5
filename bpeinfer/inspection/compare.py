"""How two merge lists differ."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from bpeinfer.inspection.composition import (
    EXAMPLES,
    Composition,
    composition,
)
from bpeinfer.loading import GivenTokenizer, Tokenizer, as_tokenizer
from bpeinfer.merges import MergeList
from bpeinfer.reports.comparison import comparison_as_text, comparison_document
from bpeinfer.reports.document import Document
from bpeinfer.reports.formats import Readable
from bpeinfer.token_text import token_text

__all__ = ["TokenizerComparison", "compare_tokenizers"]


@dataclass(frozen=True, eq=False, kw_only=True, repr=False)
class TokenizerComparison(Readable):
    """How two merge lists differ.

    Attributes:
        first, second: the two tokenizers.
        common_head: merges at the front that are the same in both.
        shared_merges: merges (pairs) in both lists, at any rank.
        shared_tokens: products in both lists, whatever pair made them.
        rank_correlation: Spearman's correlation of the shared merges' ranks; None if fewer than three are
            shared.
        after_head: the first merges after the common head, of each list, as (left, right) bytes.
        only_first, only_second: products in one list that the other lacks, earliest first, as (rank, bytes).
        compositions: of the two lists.
    """

    first: Tokenizer
    second: Tokenizer
    common_head: int
    shared_merges: int
    shared_tokens: int
    rank_correlation: float | None
    after_head: tuple[tuple[tuple[bytes, bytes], ...], tuple[tuple[bytes, bytes], ...]]
    only_first: tuple[tuple[int, bytes], ...]
    only_second: tuple[tuple[int, bytes], ...]
    compositions: tuple[Composition, Composition]

    def report(self) -> Document:
        """Return the report as blocks of text, tables and pictures."""
        return comparison_document(self.to_dict())

    def __str__(self) -> str:
        return comparison_as_text(self.to_dict())

    def __repr__(self) -> str:
        return f"TokenizerComparison({self.first.name} and {self.second.name}: {self.shared_merges:,} shared merges)"

    def to_dict(self) -> dict[str, Any]:
        """Return the comparison as plain data."""
        sides = []
        for tokenizer, after, only, made in zip(
            (self.first, self.second),
            self.after_head,
            (self.only_first, self.only_second),
            self.compositions,
            strict=True,
        ):
            sides.append(
                {
                    "name": tokenizer.name,
                    "source": tokenizer.provenance.source,
                    "sha256": tokenizer.provenance.sha256,
                    "merges": len(tokenizer.merges),
                    "only_merges": len(tokenizer.merges) - self.shared_merges,
                    "only_tokens": len(only),
                    "first_only_tokens": [[rank, token_text(token)] for rank, token in only[:EXAMPLES]],
                    "after_head": [[token_text(part) for part in pair] for pair in after],
                    "composition": made.to_dict(),
                }
            )
        return {
            "common_head": self.common_head,
            "shared_merges": self.shared_merges,
            "shared_tokens": self.shared_tokens,
            "rank_correlation": self.rank_correlation,
            "tokenizers": sides,
        }


def compare_tokenizers(first: GivenTokenizer, second: GivenTokenizer) -> TokenizerComparison:
    """Compare the merge lists of two tokenizers, pair by pair; space signs count as spaces."""
    first, second = as_tokenizer(first), as_tokenizer(second)
    pairs_first, pairs_second = _pairs(first.merges), _pairs(second.merges)
    head = 0
    for one, other in zip(pairs_first, pairs_second, strict=False):
        if one != other:
            break
        head += 1
    rank_second = {pair: rank for rank, pair in enumerate(pairs_second)}
    shared = [(rank, rank_second[pair]) for rank, pair in enumerate(pairs_first) if pair in rank_second]
    tokens_first, tokens_second = (
        {left + right: rank for rank, (left, right) in reversed(list(enumerate(pairs)))}
        for pairs in (pairs_first, pairs_second)
    )
    return TokenizerComparison(
        first=first,
        second=second,
        common_head=head,
        shared_merges=len(shared),
        shared_tokens=len(tokens_first.keys() & tokens_second.keys()),
        rank_correlation=_spearman(shared),
        after_head=(tuple(pairs_first[head : head + 5]), tuple(pairs_second[head : head + 5])),
        only_first=_only(tokens_first, tokens_second),
        only_second=_only(tokens_second, tokens_first),
        compositions=(composition(first.merges), composition(second.merges)),
    )


def _pairs(merges: MergeList) -> list[tuple[bytes, bytes]]:
    symbols = merges.comparable_symbols()
    return [
        (symbols[left], symbols[right])
        for left, right in zip(merges.left.tolist(), merges.right.tolist(), strict=True)
    ]


def _only(tokens: Mapping[bytes, int], others: Mapping[bytes, int]) -> tuple[tuple[int, bytes], ...]:
    return tuple(sorted((rank, token) for token, rank in tokens.items() if token not in others))


def _spearman(ranks: list[tuple[int, int]]) -> float | None:
    """Return the rank correlation of the shared merges; there are no ties, since ranks are distinct."""
    if len(ranks) < 3:
        return None
    places = [np.argsort(np.argsort([pair[side] for pair in ranks])) for side in (0, 1)]
    return float(np.corrcoef(places[0], places[1])[0, 1])
