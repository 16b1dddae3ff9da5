"""Do the merges fit the pre-tokenizer? If no pretoken can contain a learned token, the declared one is wrong."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice, pairwise

import numpy as np
from numpy.typing import NDArray

from bpeinfer.loading.fragments import readings
from bpeinfer.merges import MergeList
from bpeinfer.pretokenize import Pieces, Pretokenizer
from bpeinfer.ragged import ranges, sorted_unique, starts_of

__all__ = ["QUICK", "Consistency", "check_merges"]

Longs = NDArray[np.int64]

_NEIGHBOURS = ("", "a", " ", "\n", "1", ".", "(", "A", "m", " " * 3, " " * 7)

QUICK = 1.0
"""Rough duration of a quick check on one core, in seconds; what it has no time to examine, it estimates."""
_VECTORISED, _ONE_BY_ONE = 8_000_000, 700_000
"""Characters per second of many short texts, for a vectorised pre-tokenizer and one that splits text by text."""
FIRST_READINGS = 8
"""Number of a fragment's completions to try first: nearly all fragments pass with one of them."""
_PER_TOKEN, _PER_TEXT = 8, 12
"""Typical length of a token, and the fixed cost of a text, both in characters."""


@dataclass(frozen=True, kw_only=True)
class Consistency:
    """Which merges a pre-tokenizer can produce.

    Attributes:
        merges: how many there are.
        unproducible: ranks of merges whose product lies in no pretoken of any text tried, among those examined.
        count: how many merges cannot be produced; a rounded estimate unless all were examined.
        exact: whether all were examined.
    """

    merges: int
    unproducible: tuple[int, ...]
    count: int
    exact: bool = True

    @property
    def share(self) -> float:
        """The share of the merges that can be produced."""
        return 1 - self.count / max(self.merges, 1)


def check_merges(
    merges: MergeList,
    pretokenizer: Pretokenizer,
    among: Sequence[int] | None = None,
    seconds: float | None = None,
    most_neighbours: int = 2,
) -> Consistency:
    """Find the merges whose product lies in no pretoken of any text tried.

    Each product is split by itself and, where that cuts it, between neighbours of several kinds. Fragments of
    characters are completed to characters of each kind. Passing is necessary, not sufficient: a pretoken that
    contains the product need not have occurred in training.

    Args:
        merges: the learned merges.
        pretokenizer: text → pretokens.
        among: examine these ranks only.
        seconds: rough time limit on one core, beyond which the rest is estimated from an even sample. The amount of
            text decides, not the clock, so that results are reproducible. None: examine all.
        most_neighbours: try contexts with at most this many neighbours.
    """
    speed = _ONE_BY_ONE if pretokenizer.slow_because else _VECTORISED
    left = float("inf") if seconds is None else seconds * speed
    ranks = np.arange(len(merges)) if among is None else np.asarray(among, dtype=np.int64)
    total = len(ranks)
    ranks = ranks[:: max(1, math.ceil(total * 2 * (_PER_TOKEN + _PER_TEXT) / left))]
    weight = total / max(len(ranks), 1)
    tokens, token_of = _tokens(merges, ranks)
    lengths = np.fromiter(map(len, tokens), np.int64, len(tokens))
    waiting = np.arange(len(tokens))
    contexts = [pair for pair in _contexts() if bool(pair[0]) + bool(pair[1]) <= most_neighbours]
    for number, (before, after) in enumerate(contexts):
        ahead = len(contexts) - number if number else 2  # most tokens pass alone
        around = len(before) + len(after) + _PER_TEXT
        cost = (int(lengths[waiting].sum()) + around * len(waiting)) * ahead
        if cost > left and len(waiting) > 1:
            kept = waiting[:: max(2, round(cost / left))]
            weight *= len(waiting) / len(kept)
            waiting = kept
        examined = [tokens[place] for place in waiting.tolist()]
        failing, characters = _in_no_pretoken(pretokenizer, examined, before, after)
        left -= characters
        waiting = waiting[failing]
        if not len(waiting):
            break
    found = np.sort(ranks[np.isin(token_of, waiting)]).tolist()
    count = round(len(found) * weight)
    return Consistency(merges=total, unproducible=tuple(found), count=min(count, total), exact=weight == 1)


def _tokens(merges: MergeList, ranks: Longs) -> tuple[list[bytes], Longs]:
    """Return the distinct tokens without marks that these merges make, and the place of each merge's among them."""
    marked = bool(merges.end_of_word or merges.continuing_prefix)
    products = merges.product[ranks]
    symbols = [merges.symbols[product] for product in products.tolist()]
    if not marked and len(sorted_unique(products)) == len(products):
        return symbols, np.arange(len(symbols))
    place: dict[bytes, int] = {}
    made = [_unmarked(symbol, merges) for symbol in symbols] if marked else symbols
    token_of = np.array([place.setdefault(token, len(place)) for token in made], dtype=np.int64)
    return list(place), token_of


def _in_no_pretoken(
    pretokenizer: Pretokenizer, tokens: Sequence[bytes], before: str, after: str
) -> tuple[Longs, int]:
    """Return the places of tokens that no pretoken between two neighbours contains, and the characters split."""
    failing, cost = _failing(pretokenizer, tokens, before, after, _first_readings)
    if any(_has_more_readings(tokens[place]) for place in failing.tolist()):
        left = [tokens[place] for place in failing.tolist()]
        again, more = _failing(pretokenizer, left, before, after, readings)
        return failing[again], cost + more
    return failing, cost


def _failing(
    pretokenizer: Pretokenizer,
    tokens: Sequence[bytes],
    before: str,
    after: str,
    complete: Callable[[bytes], Iterable[str]],
) -> tuple[Longs, int]:
    texts: list[str] = []
    encoded: list[bytes] = []
    owners: list[int] = []
    front, back = before.encode(), after.encode()
    for owner, token in enumerate(tokens):
        try:
            texts.append(before + token.decode() + after)
            encoded.append(front + token + back)
            owners.append(owner)
        except UnicodeDecodeError:
            completed = [before + text + after for text in complete(token)]
            texts += completed
            encoded += map(str.encode, completed)
            owners += [owner] * len(completed)
    pieces = pretokenizer.pieces(texts, encoded)
    whole = _unchanged(pieces, encoded)
    owner_of = np.array(owners, dtype=np.int64)
    passing = np.zeros(len(tokens), dtype=bool)
    passing[owner_of[whole]] = True
    changed = np.flatnonzero(~whole)
    sizes = np.array([len(tokens[owner]) for owner in owner_of[changed].tolist()], dtype=np.int64)
    rest = _with_room(pieces, changed, sizes)
    others = pieces.of(rest)
    pretokens, first = others.pretokens(), others.first.tolist()
    contained = [
        any(tokens[owner] in pretoken for pretoken in pretokens[start:stop])
        for owner, (start, stop) in zip(owner_of[rest].tolist(), pairwise(first), strict=True)
    ]
    passing[owner_of[rest][np.array(contained, dtype=bool)]] = True
    return np.flatnonzero(~passing), sum(map(len, texts)) + _PER_TEXT * len(texts)


def _unchanged(pieces: Pieces, encoded: Sequence[bytes]) -> NDArray[np.bool_]:
    """Return for each text whether it is one pretoken, just as it is: bool[texts]."""
    lengths = np.fromiter(map(len, encoded), np.int64, len(encoded))
    alone = np.flatnonzero((np.diff(pieces.first) == 1) & (lengths > 0))
    only = pieces.first[alone]
    fits = pieces.lengths[only] == lengths[alone]
    alone, only = alone[fits], only[fits]
    buffer = np.frombuffer(pieces.buffer, dtype=np.uint8)
    joined = np.frombuffer(b"".join(encoded), dtype=np.uint8)
    own = lengths[alone]
    equal = buffer[ranges(pieces.starts[only], own)] == joined[ranges(starts_of(lengths)[alone], own)]
    unchanged = np.zeros(len(encoded), dtype=bool)
    if len(alone):
        unchanged[alone] = np.logical_and.reduceat(equal, starts_of(own))
    return unchanged


def _with_room(pieces: Pieces, texts: Longs, lengths: Longs) -> Longs:
    """Return those of the texts that have a pretoken of at least the length given for each, in bytes."""
    some = pieces.of(texts)
    text_of = np.repeat(np.arange(len(texts)), np.diff(some.first))
    long = some.byte_lengths() >= lengths[text_of]
    return texts[np.bincount(text_of[long], minlength=len(texts)) > 0]


@cache
def _first_readings(token: bytes) -> tuple[str, ...]:
    """Return the first completions of a fragment, which every pair of neighbours needs again."""
    return tuple(islice(readings(token), FIRST_READINGS))


def _has_more_readings(token: bytes) -> bool:
    return next(islice(readings(token), FIRST_READINGS, None), None) is not None


def _unmarked(symbol: bytes, merges: MergeList) -> bytes:
    return symbol.removesuffix(merges.end_of_word).removeprefix(merges.continuing_prefix)


@cache
def _contexts() -> tuple[tuple[str, str], ...]:
    """Return the neighbours to try, the plainest first."""
    both = [(left, right) for left in _NEIGHBOURS for right in _NEIGHBOURS]
    return tuple(sorted(both, key=lambda pair: len(pair[0]) + len(pair[1])))
