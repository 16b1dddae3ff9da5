"""Do the merges fit the pre-tokenizer? If no pretoken can contain a learned token, the declared one is wrong."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from bpeinfer.merges import MergeList
from bpeinfer.pretokenize import Pretokenizer

__all__ = ["QUICK", "Consistency", "check_merges"]

_NEIGHBOURS = ("", "a", " ", "\n", "1", ".", "(", "A", "m", " " * 3, " " * 7)

QUICK = 1.0
"""Rough duration of a quick check on one core, in seconds; what it has no time to examine, it estimates."""
_VECTORISED, _ONE_BY_ONE = 8_000_000, 700_000
"""Characters per second of many short texts, for a vectorised pre-tokenizer and one that splits text by text."""
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
    ranks_of: dict[bytes, list[int]] = {}
    for rank, product in zip(ranks.tolist(), merges.product[ranks].tolist(), strict=True):
        ranks_of.setdefault(_unmarked(merges.symbols[product], merges), []).append(rank)
    waiting = list(ranks_of)
    contexts = [pair for pair in _contexts() if bool(pair[0]) + bool(pair[1]) <= most_neighbours]
    for number, (before, after) in enumerate(contexts):
        ahead = len(contexts) - number if number else 2  # most tokens pass alone
        cost = sum(len(token) + len(before) + len(after) + _PER_TEXT for token in waiting) * ahead
        if cost > left and len(waiting) > 1:
            kept = waiting[:: max(2, round(cost / left))]
            weight *= len(waiting) / len(kept)
            waiting = kept
        failing, characters = _in_no_pretoken(pretokenizer, waiting, before, after)
        left -= characters
        waiting = failing
        if not waiting:
            break
    found = sorted(rank for token in waiting for rank in ranks_of[token])
    count = round(len(found) * weight)
    return Consistency(merges=total, unproducible=tuple(found), count=min(count, total), exact=weight == 1)


def _in_no_pretoken(
    pretokenizer: Pretokenizer, tokens: Sequence[bytes], before: str, after: str
) -> tuple[list[bytes], int]:
    """Return the tokens that no pretoken contains whole between these two neighbours, and the characters split."""
    texts: list[str] = []
    owners: list[int] = []
    for owner, token in enumerate(tokens):
        for text in _readings(token):
            texts.append(before + text + after)
            owners.append(owner)
    pieces = pretokenizer.pieces(texts)
    pretokens, first = pieces.pretokens(), pieces.first.tolist()
    passing = {
        owner
        for place, owner in enumerate(owners)
        if any(tokens[owner] in pretoken for pretoken in pretokens[first[place] : first[place + 1]])
    }
    failing = [token for owner, token in enumerate(tokens) if owner not in passing]
    return failing, sum(map(len, texts)) + _PER_TEXT * len(texts)


def _unmarked(symbol: bytes, merges: MergeList) -> bytes:
    return symbol.removesuffix(merges.end_of_word).removeprefix(merges.continuing_prefix)


@cache
def _contexts() -> tuple[tuple[str, str], ...]:
    """Return the neighbours to try, the plainest first."""
    both = [(left, right) for left in _NEIGHBOURS for right in _NEIGHBOURS]
    return tuple(sorted(both, key=lambda pair: len(pair[0]) + len(pair[1])))


def _readings(token: bytes) -> Iterator[str]:
    """Yield texts whose UTF-8 contains `token`: itself, or with the cut characters at its edges completed."""
    try:
        yield token.decode()
        return
    except UnicodeDecodeError:
        pass
    tail = next((place for place, byte in enumerate(token) if byte & 0xC0 != 0x80), len(token))
    front, rest = token[:tail], token[tail:]
    cut = _cut_character(rest)
    middle, back = rest[: len(rest) - cut], rest[len(rest) - cut :]
    try:
        text = middle.decode()
    except UnicodeDecodeError:
        return
    for before in _completions(front, at_start=True) if front else ("",):
        for after in _completions(back, at_start=False) if back else ("",):
            yield before + text + after


def _cut_character(data: bytes) -> int:
    """Return how many bytes at the end belong to an unfinished character."""
    for length in (1, 2, 3):
        if length <= len(data) and data[-length] >= 0xC0:
            need = 2 if data[-length] < 0xE0 else 3 if data[-length] < 0xF0 else 4
            return length if need > length else 0
    return 0


@cache
def _completions(fragment: bytes, *, at_start: bool) -> tuple[str, ...]:
    """Return characters of different kinds and blocks whose UTF-8 ends (`at_start`) or begins with `fragment`."""
    kinds: dict[tuple[str, int], str] = {}
    for character in _characters_ending(fragment) if at_start else _characters_beginning(fragment):
        kinds.setdefault((unicodedata.category(character), ord(character) >> 12), character)
    return tuple(kinds.values())


def _characters_ending(fragment: bytes) -> Iterator[str]:
    for lead in range(0xC2, 0xF5):
        length = 2 if lead < 0xE0 else 3 if lead < 0xF0 else 4
        if len(fragment) < length:
            yield from _decoded(
                bytes([lead]) + filler + fragment for filler in _fillers(length - 1 - len(fragment))
            )


def _characters_beginning(fragment: bytes) -> Iterator[str]:
    lead = fragment[0]
    length = 2 if lead < 0xE0 else 3 if lead < 0xF0 else 4
    yield from _decoded(fragment + filler for filler in _fillers(length - len(fragment)))


def _fillers(length: int) -> Iterator[bytes]:
    if length <= 0:
        yield b""
        return
    for byte in range(0x80, 0xC0):
        for rest in _fillers(min(length - 1, 1)):
            yield bytes([byte]) + (b"\x80" * (length - 1 - len(rest))) + rest


def _decoded(candidates: Iterable[bytes]) -> Iterator[str]:
    for data in candidates:
        try:
            text = data.decode()
        except UnicodeDecodeError:
            continue
        yield text
