"""Text larger than there is, drawn from what there is: old words at new rates, and new words as often as in real text.

A category's words are taken for the beginning of a longer text from a Pitman-Yor process (Pitman and Yor 1997), under
which the number of distinct words grows as a power of the length, as in real text (Heaps' law). The discount d is
n1 / (n1 + 2 n2) (n1 words occur once, n2 twice). Given the counts c, the rates of the V old words and of all new ones
together are Dirichlet(c - d, ..., dV); those of the new ones follow by breaking sticks, the j-th at
Beta(1 - d, d (V + j)). Counts are Poisson about their rates. Whole documents are weighted by a gamma factor first, so
that topics change their proportions, too. A new word is the beginning of one rare word and the end of another.

`grow` draws counts of words. `GrownText` writes documents by the same process: those there are, drawn with replacement,
in which an occurrence of a word that occurs c times gives way to a new word with probability d / c. The old words then
keep their rates (c - d) / N, and the number of a new word follows from the sticks' mean lengths: a share
(V / (V + j))^((1 - d) / d) of the new words' occurrences is of words after the j-th.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bpeinfer.corpora.corpus import Category
from bpeinfer.ragged import ranges, starts_of

__all__ = ["Grown", "GrownText", "document_factors", "grow"]

Floats = NDArray[np.float64]
Longs = NDArray[np.int64]

RARE = 2
"""New words are made of words that occur at most so often."""
MOST_NEW = 400_000
"""New words of a category at most: rarer ones are left out."""
SHAPE = 4.0
AT_ONCE = 500_000
"""Bytes of text that are drawn at once: the arrays stay in a processor's cache."""
WORD = re.compile(r"[^\W_]{2,}")


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
    discount = _discount(seen)
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


@dataclass(frozen=True)
class GrownText:
    """Documents of about `size` bytes in all, made anew each time they are iterated over: the same every time.

    Memory: a few times the documents there are, and 20 MB.

    Attributes:
        category: has the documents there are, at least one with a word that occurs once or twice.
        size: bytes to write.
        seed: of the draws.
    """

    category: Category
    size: int
    seed: int = 0

    def __iter__(self) -> Iterator[str]:
        """Yield the documents."""
        random = np.random.default_rng([zlib.crc32(self.category.name.encode()), self.seed])
        sample, left = _Sample.of(list(self.category.documents())), self.size
        starts, ends = _halves(sample.rare, random)
        halves = [*starts, *ends]
        source = np.frombuffer(sample.text + b"".join(halves), dtype=np.uint8)
        half_size = np.array([len(half) for half in halves])
        half_start = starts_of(half_size) + len(sample.text)
        at_once = 1 + AT_ONCE * len(sample.document_size) // len(sample.text)
        while left > 0:
            documents = random.integers(len(sample.document_size), size=at_once)
            word, document = sample.replaced(documents, random)
            # A plain piece before each new word and one at each document's end, each followed by the new word's halves.
            new = np.arange(len(word)) + document
            begin, size = np.empty((2, len(word) + at_once, 3), dtype=np.int64)
            size[:, 1:] = 0
            number = sample.numbers(len(word), random)
            for column, half in enumerate(
                (number % len(starts), len(starts) + (number >> 32) % len(ends)), 1
            ):
                begin[new, column], size[new, column] = half_start[half], half_size[half]
            last = np.cumsum(np.bincount(document, minlength=at_once) + 1) - 1
            stop = size[:, 0]
            begin[np.append(0, last[:-1] + 1), 0] = sample.document_start[documents]
            begin[new + 1, 0] = sample.word_stop[word]
            stop[last] = sample.document_start[documents] + sample.document_size[documents]
            stop[new] = sample.word_start[word]
            stop -= begin[:, 0]
            data = _joined(source, begin.ravel(), size.ravel())
            until = np.cumsum(size.sum(axis=1))[last].tolist()
            for start, end in zip([0, *until], until, strict=False):
                yield data[start:end].decode()
                left -= end - start
                if left <= 0:
                    return


class _Sample(NamedTuple):
    """The documents there are and their words.

    Attributes:
        text: all of them, UTF-8.
        document_start, document_size: int64[D], where each is in `text`.
        first_word: int64[D + 1], the number of each one's first word.
        word_start, word_stop: int64[W], where each word is in `text`.
        chance: float32[W], the probability that it gives way to a new one.
        rare: words that occur at most `RARE` times.
        distinct, discount: V and d.
    """

    text: bytes
    document_start: Longs
    document_size: Longs
    first_word: Longs
    word_start: Longs
    word_stop: Longs
    chance: NDArray[np.float32]
    rare: list[bytes]
    distinct: int
    discount: float

    @classmethod
    def of(cls, documents: Sequence[str]) -> _Sample:
        """Find the words of some documents."""
        encoded = [document.encode() for document in documents]
        document_size = np.array([len(document) for document in encoded])
        text = "\n".join(documents)
        spans = [found.span() for found in WORD.finditer(text)]
        words = [text[start:stop] for start, stop in spans]
        # From characters to bytes: the bytes that begin a character.
        data = b"\n".join(encoded)
        first_byte = np.append(np.flatnonzero((np.frombuffer(data, np.uint8) & 0xC0) != 0x80), len(data))
        word_start, word_stop = first_byte[np.array(spans).T]
        distinct, which, counts = np.unique(
            np.array(words, dtype=object), return_inverse=True, return_counts=True
        )
        discount = _discount(counts)
        return cls(
            text=data,
            document_start=starts_of(document_size + 1),
            document_size=document_size,
            first_word=np.searchsorted(word_start, np.cumsum(np.append(0, document_size + 1))),
            word_start=word_start,
            word_stop=word_stop,
            chance=(discount / counts[which]).astype(np.float32),
            rare=[word.encode() for word in distinct[counts <= RARE].tolist()],
            distinct=len(distinct),
            discount=discount,
        )

    def replaced(self, documents: Longs, random: np.random.Generator) -> tuple[Longs, Longs]:
        """Choose the words that give way to new ones; return each one's number, and which of the documents it is in."""
        words = self.first_word[documents + 1] - self.first_word[documents]
        places = ranges(self.first_word[documents], words)
        hit = np.flatnonzero(random.random(len(places), dtype=np.float32) < self.chance[places])
        return places[hit], np.searchsorted(np.cumsum(words), hit, side="right")

    def numbers(self, wanted: int, random: np.random.Generator) -> NDArray[np.uint64]:
        """Draw new words; return a number below 2^63 for each, the same for the same word and evenly distributed."""
        discount, distinct = self.discount, self.distinct
        place = distinct * (random.random(wanted) ** (-discount / (1 - discount)) - 1)
        number = np.minimum(place, 2.0**62).astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
        number ^= number >> np.uint64(29)
        return (number * np.uint64(0xC2B2AE3D27D4EB4F)) >> np.uint64(1)


def _joined(source: NDArray[np.uint8], begin: Longs, size: Longs) -> bytes:
    """Return pieces of `source`, one after another."""
    there = np.flatnonzero(size)
    begin, size = begin[there], size[there]
    steps = np.ones(int(size.sum()), dtype=np.int64)
    steps[starts_of(size)] = np.diff(begin, prepend=0) - np.append(0, size[:-1] - 1)
    return source.take(np.cumsum(steps, out=steps)).tobytes()


def _discount(seen: Longs) -> float:
    """Return d from how often each word occurs."""
    once, twice = int((seen == 1).sum()), int((seen == 2).sum())
    return min(max(once / max(once + 2 * twice, 1), 0.05), 0.95)


def _new_words(rare: Sequence[bytes], wanted: int, random: np.random.Generator) -> tuple[bytes, ...]:
    """Return beginnings of rare words joined to ends of others."""
    starts, ends = _halves(rare, random)
    if not starts:
        return ()
    left, right = random.integers(len(starts), size=(2, wanted)).tolist()
    return tuple(starts[first] + ends[second] for first, second in zip(left, right, strict=True))


def _halves(rare: Sequence[bytes], random: np.random.Generator) -> tuple[list[bytes], list[bytes]]:
    """Return beginnings and ends of rare words; the cut is between characters."""
    starts, ends = [], []
    for word in rare:
        text = word.decode("utf-8", "replace")
        if len(text) > 2:
            cut = int(random.integers(1, len(text)))
            starts.append(text[:cut].encode())
            ends.append(text[cut:].encode())
    return starts, ends
