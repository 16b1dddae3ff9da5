"""Which parts of tokens are tokens themselves, looked up all at once by hashes of substrings."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from bpeinfer.loading.raw import Token
from bpeinfer.ragged import ranges, run_starts

__all__ = ["Substrings"]

Longs = NDArray[np.int64]
Hashes = NDArray[np.uint64]

_AT_ONCE = 1 << 16
"""Number of cuts that are looked up at once: what is computed for them stays in the cache."""


class Substrings:
    """Hashes of all substrings of tokens: a polynomial of each unit's random number, modulo 2⁶⁴.

    Other strings can have a token's hash, unlikely as it is: whoever uses this checks what is found.

    Attributes:
        lengths: int64[n], length of each token in bytes or characters.
        distinct: whether no two tokens have one hash.

    Example:
        >>> strings = Substrings([b"a", b"b", b"ab", b"aba"], seed=0)
        >>> [places.tolist() for places in strings.earlier_parts(np.array([2, 3]))]
        [[2, 3], [0, 2], [1, 0]]
        >>> strings.joined(np.array([0, 1]), np.array([1, 0])).tolist()
        [2, -1]
    """

    def __init__(self, tokens: Sequence[Token], seed: int) -> None:
        """Hash the tokens (all bytes or all str, none twice)."""
        self.lengths: Longs = np.fromiter(map(len, tokens), np.int64, len(tokens))
        self._ends = np.cumsum(self.lengths)
        random = np.random.default_rng(seed)
        units = self._units = _units(tokens)
        values = random.integers(0, 1 << 64, int(units.max(initial=0)) + 1, np.uint64)
        base = random.integers(0, 1 << 63, dtype=np.uint64) * np.uint64(2) + np.uint64(1)
        self._powers = _powers(base, len(units) + 1)
        self._inverses = _powers(np.uint64(pow(int(base), -1, 1 << 64)), len(units) + 1)
        self._sums = np.zeros(len(units) + 1, np.uint64)
        np.cumsum(values[units] * self._powers[:-1], out=self._sums[1:])
        self._own = self._hash(self._ends - self.lengths, self._ends)
        # Chains of the tokens whose hashes begin with the same bits: most lookups end at the first. The last element,
        # which place -1 stands for, ends them.
        place = np.argsort(self._own)
        ascending = self._own[place]
        self.distinct = bool((ascending[1:] != ascending[:-1]).all())
        self._hashes = np.append(self._own, np.uint64(0))
        bits = max(4 * len(tokens), 1).bit_length()
        self._shift = np.uint64(64 - bits)
        bucket = (ascending >> self._shift).astype(np.int64)
        begins = run_starts(bucket)
        self._first = np.full(1 << bits, -1)
        self._first[bucket[begins]] = place[begins]
        self._next = np.full(len(tokens) + 1, -1)
        self._next[place[:-1]] = np.where(begins[1:], -1, place[1:])

    def earlier_parts(self, tokens: Longs) -> tuple[Longs, Longs, Longs]:
        """Find every cut of these tokens into two tokens that come before them.

        Returns:
            int64[c] each, the token that is cut, its left and its right part; tokens in the order given, cuts from left
            to right.
        """
        found = []
        ends = np.cumsum(self.lengths[tokens])
        # At least one run, so that there is something to join.
        edges = np.searchsorted(ends, np.arange(0, self.lengths.sum() + _AT_ONCE + 1, _AT_ONCE), side="right")
        for first, after in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True):
            found.append(self._cut(tokens[first:after]))
        return tuple(map(np.concatenate, zip(*found, strict=True)))  # type: ignore[return-value]

    def joined(self, left: Longs, right: Longs) -> Longs:
        """Return the token that each pair of tokens spells, -1 where there is none."""
        return self._lookup(self._own[left] + self._own[right] * self._powers[self.lengths[left]])

    def spelled(self, tokens: Longs) -> NDArray[np.uint8] | NDArray[np.uint32]:
        """Return the bytes (uint8) or code points (uint32) of these tokens, one token after another."""
        lengths = self.lengths[tokens]
        return self._units[ranges(self._ends[tokens] - lengths, lengths)]

    def _cut(self, tokens: Longs) -> tuple[Longs, Longs, Longs]:
        cuts = np.maximum(self.lengths[tokens] - 1, 0)
        token = np.repeat(tokens, cuts)
        place = np.arange(cuts.sum()) - np.repeat(np.cumsum(cuts) - cuts, cuts) + 1
        end = self._ends[token]
        middle = end - self.lengths[token] + place
        right = self._lookup(self._hash(middle, end))
        kept = (right >= 0) & (right < token)
        token, right, middle = token[kept], right[kept], middle[kept]
        left = self._lookup(self._hash(self._ends[token] - self.lengths[token], middle))
        kept = (left >= 0) & (left < token)
        return token[kept], left[kept], right[kept]

    def _hash(self, start: Longs, end: Longs) -> Hashes:
        return (self._sums[end] - self._sums[start]) * self._inverses[start]

    def _lookup(self, hashes: Hashes) -> Longs:
        found: Longs = self._first[(hashes >> self._shift).astype(np.int64)]
        wrong = np.flatnonzero(self._hashes[found] != hashes)
        while len(wrong):
            found[wrong] = after = self._next[found[wrong]]
            wrong = wrong[(after >= 0) & (self._hashes[after] != hashes[wrong])]
        return found


def _units(tokens: Sequence[Token]) -> NDArray[np.uint8] | NDArray[np.uint32]:
    if tokens and isinstance(tokens[0], bytes):
        return np.frombuffer(b"".join(tokens), np.uint8)  # type: ignore[arg-type]
    return np.frombuffer("".join(tokens).encode("utf-32-le", "surrogatepass"), "<u4")  # type: ignore[arg-type]


def _powers(base: np.uint64, count: int) -> Hashes:
    powers, done = np.ones(count, np.uint64), 1
    while done < count:  # twice as many each time: 13 times as fast as a cumulative product
        more = min(done, count - done)
        powers[done : done + more] = powers[:more] * (powers[done - 1 : done] * base)
        done += more
    return powers
