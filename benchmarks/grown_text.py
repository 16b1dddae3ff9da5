"""Text larger than there is, drawn from what there is: old words at new rates, and new words as often as in real text.

A category's words are taken for the beginning of a longer text from a Pitman-Yor process (Pitman and Yor 1997), under
which the number of distinct words grows as a power of the length, as in real text (Heaps' law). The discount d is
n1 / (n1 + 2 n2) (n1 words occur once, n2 twice). Given the counts c, the rates of the V old words and of all new ones
together are Dirichlet(c - d, ..., dV); those of the new ones follow by breaking sticks, the j-th at
Beta(1 - d, d (V + j)). Counts are Poisson about their rates. Whole documents are weighted by a gamma factor first, so
that topics change their proportions, too. A new word is the beginning of one rare word and the end of another.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Grown", "document_factors", "grow"]

Floats = NDArray[np.float64]
Longs = NDArray[np.int64]

RARE = 2
"""New words are made of words that occur at most so often."""
MOST_NEW = 400_000
"""New words of a category at most: rarer ones are left out."""
SHAPE = 4.0


@dataclass(frozen=True, kw_only=True)
class Grown:
    """Counts of a longer text.

    Attributes:
        old: int64[V], of the words there were.
        words: the new words; one may equal an old word or another new one.
        new: int64[N], their counts.
    """

    old: Longs
    words: tuple[bytes, ...]
    new: Longs


def document_factors(documents: int, random: np.random.Generator) -> Floats:
    """Return float64[documents]: how many times more often each one's topic occurs than in the samples."""
    return random.gamma(SHAPE, 1 / SHAPE, documents)


def grow(
    words: Sequence[bytes], seen: Longs, weighted: Floats, tokens: float, random: np.random.Generator
) -> Grown:
    """Draw the counts of about `tokens` words of text.

    Args:
        words: the V distinct words, UTF-8.
        seen: int64[V], how often each occurs, at least once.
        weighted: float64[V], the same with every document weighted by its factor.
        tokens: words of the longer text.
        random: source of chance.
    """
    once, twice = int((seen == 1).sum()), int((seen == 2).sum())
    discount = min(max(once / max(once + 2 * twice, 1), 0.05), 0.95)
    rate = random.gamma(np.maximum(weighted * (1 - discount / seen), 1e-9))
    of_new = float(random.gamma(discount * len(seen)))
    scale = tokens / (float(rate.sum()) + of_new)
    left = scale * of_new
    sticks = np.arange(1, min(MOST_NEW, int(4 * left)) + 1)
    broken = random.beta(1 - discount, discount * (len(seen) + sticks))
    before = np.concatenate([[0.0], np.cumsum(np.log1p(-broken))[:-1]])
    counts = random.poisson(left * broken * np.exp(before))
    counts = counts[counts > 0]
    made = _new_words([words[place] for place in np.flatnonzero(seen <= RARE).tolist()], len(counts), random)
    return Grown(
        old=random.poisson(scale * rate).astype(np.int64),
        words=made,
        new=counts[: len(made)].astype(np.int64),
    )


def _new_words(rare: Sequence[bytes], wanted: int, random: np.random.Generator) -> tuple[bytes, ...]:
    """Return beginnings of rare words joined to ends of others; the cut is between characters."""
    starts, ends = [], []
    for word in rare:
        text = word.decode("utf-8", "replace")
        if len(text) > 2:
            cut = int(random.integers(1, len(text)))
            starts.append(text[:cut].encode())
            ends.append(text[cut:].encode())
    if not starts:
        return ()
    left, right = random.integers(len(starts), size=(2, wanted)).tolist()
    return tuple(starts[first] + ends[second] for first, second in zip(left, right, strict=True))
