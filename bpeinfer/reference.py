"""A slow, obvious twin of the counting core and a tiny BPE trainer, which the tests trust.

Everything here follows the definition of BPE training step by step, with dictionaries and loops, so that it
can be read in one sitting. Nothing outside the tests should call it on real amounts of text.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from bpeinfer.merges import MergeList

__all__ = ["count_pairs", "merge_pair", "pair_counts_by_step", "train"]

Pretoken = tuple[int, ...]
Pair = tuple[int, int]


def count_pairs(pretokens: Mapping[Pretoken, int]) -> Counter[Pair]:
    """Count adjacent symbol pairs, overlapping occurrences included.

    >>> count_pairs({(7, 7, 7): 2})
    Counter({(7, 7): 4})
    """
    counts: Counter[Pair] = Counter()
    for symbols, times in pretokens.items():
        for pair in pairwise(symbols):
            counts[pair] += times
    return counts


def merge_pair(symbols: Sequence[int], pair: Pair, product: int) -> Pretoken:
    """Replace each occurrence of `pair`, left to right and without overlaps, by `product`.

    >>> merge_pair((7, 7, 7), (7, 7), 9)
    (9, 7)
    """
    merged: list[int] = []
    position = 0
    while position < len(symbols):
        if tuple(symbols[position : position + 2]) == pair:
            merged.append(product)
            position += 2
        else:
            merged.append(symbols[position])
            position += 1
    return tuple(merged)


def pair_counts_by_step(merges: MergeList, pretokens: Mapping[Pretoken, int]) -> Iterator[Counter[Pair]]:
    """Yield the pair counts before merge 0, 1, ... T-1 and, last, after all merges.

    Args:
        merges: the merge list to replay.
        pretokens: distinct pretokens as tuples of symbol ids, with the number of times each occurs.
    """
    current = dict(pretokens)
    yield count_pairs(current)
    for left, right, product in zip(merges.left, merges.right, merges.product, strict=True):
        after: Counter[Pretoken] = Counter()
        for symbols, times in current.items():
            after[merge_pair(symbols, (int(left), int(right)), int(product))] += times
        current = dict(after)
        yield count_pairs(current)


def train(alphabet: Sequence[bytes], pretokens: Mapping[bytes, int], merges: int) -> MergeList:
    """Train BPE as the Hugging Face trainer does: most frequent pair, ties to the smallest (left id, right
    id).

    A token that another pair makes again keeps its id, as in Hugging Face. Training ends early when no
    pair is left.

    Args:
        alphabet: starting symbols, in id order; pretokens are split into them byte by byte.
        pretokens: distinct pretokens as bytes, with the number of times each occurs.
        merges: maximum number of merges.
    """
    symbols = list(alphabet)
    ids = {symbol: number for number, symbol in enumerate(symbols)}
    current: dict[Pretoken, int] = Counter()
    for pretoken, times in pretokens.items():
        current[tuple(ids[pretoken[i : i + 1]] for i in range(len(pretoken)))] += times
    pairs: list[tuple[bytes, bytes]] = []
    for _ in range(merges):
        counts = count_pairs(current)
        if not counts:
            break
        best = min(counts, key=lambda pair: (-counts[pair], pair))
        product = symbols[best[0]] + symbols[best[1]]
        if product not in ids:
            ids[product] = len(symbols)
            symbols.append(product)
        pairs.append((symbols[best[0]], symbols[best[1]]))
        after: Counter[Pretoken] = Counter()
        for pretoken_symbols, times in current.items():
            after[merge_pair(pretoken_symbols, best, ids[product])] += times
        current = after
    return MergeList.from_pairs(alphabet, pairs)
