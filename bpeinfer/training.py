"""A BPE trainer that works on pretoken counts: the Hugging Face trainer's merges, without touching text.

A known-mixture experiment trains hundreds of tokenizers on different mixtures of the same text. The text is
counted once; a mixture is then a vector of counts, from which this trainer starts. All distinct pretokens are
stored in one flat array of symbols linked to their neighbours; a merge updates all its occurrences at once.
"""

from __future__ import annotations

import heapq
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from bpeinfer.loading.bytelevel import CHARACTER_OF_BYTE
from bpeinfer.merges import MergeList
from bpeinfer.ragged import ranges, run_starts
from bpeinfer.starting_symbols import starting_symbols

__all__ = ["BYTES", "train"]

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]

BYTES = MergeList.from_pairs(
    [bytes([byte]) for byte in sorted(CHARACTER_OF_BYTE, key=CHARACTER_OF_BYTE.__getitem__)], []
)
"""The 256 bytes in the order in which the Hugging Face byte-level trainer numbers them, without merges."""


def train(
    blob: NDArray[np.uint8],
    offsets: Longs,
    counts: Longs,
    merges: int,
    alphabet: MergeList = BYTES,
) -> MergeList:
    """Train BPE: the most frequent pair first, ties to the smallest (left id, right id).

    The merges are those of the Hugging Face trainer on text with these pretokens (and no limits on tokens or
    frequencies). A token that another pair makes again keeps its id. Training ends early when no pair is left.

    Args:
        blob: uint8[B], the bytes of the distinct pretokens, one after another.
        offsets: int64[P+1], where each pretoken starts in `blob`.
        counts: int64[P], how often each occurs.
        merges: maximum number of merges.
        alphabet: a list whose alphabet (bytes or characters, in id order) training starts from; its merges are
            ignored. Anything outside the alphabet separates its neighbours.

    Raises:
        InferenceError: the alphabet is characters and the pretokens are not UTF-8.

    Example:
        >>> blob = np.frombuffer(b"ababb", dtype=np.uint8)
        >>> learned = train(blob, np.array([0, 2, 5]), np.array([1, 3]), merges=2)
        >>> [learned.pair(rank) for rank in range(2)]
        [(b'a', b'b'), (b'ab', b'b')]

    Source: Hayase et al. 2024, section 2.
    """
    symbols, starts = starting_symbols(alphabet, blob, offsets)
    state = _Training(np.where(symbols < alphabet.alphabet_size, symbols, -1), starts, counts)
    pairs: list[tuple[int, int]] = []
    names = list(alphabet.symbols[: alphabet.alphabet_size])
    ids = {name: number for number, name in enumerate(names)}
    while len(pairs) < merges and (best := state.best()) is not None:
        left, right = int(state.left[best]), int(state.right[best])
        name = names[left] + names[right].removeprefix(alphabet.continuing_prefix)
        product = ids.setdefault(name, len(names))
        if product == len(names):
            names.append(name)
        pairs.append((left, right))
        state.merge(best, product, seen_before=product != len(names) - 1)
    made = MergeList.from_pairs(
        alphabet.symbols[: alphabet.alphabet_size],
        [(names[left], names[right]) for left, right in pairs],
        alphabet.unit,
        alphabet.end_of_word,
        alphabet.continuing_prefix,
    )
    return replace(made, skips_unknown=alphabet.skips_unknown, joined_marks=alphabet.joined_marks)


class _Training:
    """Pretokens during training.

    Places of the flat array without a symbol hold -1; one such place separates each pretoken from the next.
    """

    def __init__(self, symbols: Ints, offsets: Longs, counts: Longs) -> None:
        kept = np.flatnonzero((counts > 0) & (np.diff(offsets) > 1))
        lengths = np.diff(offsets)[kept]
        ends = np.cumsum(lengths + 1)
        first = ends - lengths  # place 0 is a wall, and one wall follows each pretoken
        at = ranges(first, lengths)
        source = ranges(offsets[kept], lengths)
        size = int(ends[-1]) + 1 if len(ends) else 1
        self.symbol = np.full(size, -1, dtype=np.int32)
        self.symbol[at] = symbols[source]
        self.weight = np.zeros(size, dtype=np.int64)
        self.weight[at] = np.repeat(counts[kept], lengths)
        self.next = np.arange(1, size + 1, dtype=np.int32)
        self.before = np.arange(-1, size - 1, dtype=np.int32)
        self.mark = np.zeros(size, dtype=bool)
        # The pair that starts at each place, -1 for none; and for each pair its count and its places, which are in
        # one of the lists `batches` (`pair` shows which places have changed since).
        self.pair = np.full(size, -1, dtype=np.int32)
        self.pairs = 0
        self.left, self.right = np.zeros(1024, dtype=np.int32), np.zeros(1024, dtype=np.int32)
        self.count = np.zeros(1024, dtype=np.int64)
        self.batch, self.start, self.stop = (np.zeros(1024, dtype=np.int64) for _ in range(3))
        self.waiting = np.zeros(1024, dtype=bool)  # whether the pair is in the heap
        self.batches: list[Longs] = []
        # The heap holds every pair whose count is at least `level`, under a count that may be out of date.
        self.heap: list[tuple[int, int, int, int]] = []
        self.level = np.iinfo(np.int64).max
        places = np.flatnonzero((self.symbol[:-1] >= 0) & (self.symbol[1:] >= 0))
        self._add(places, self.symbol[places], self.symbol[places + 1])

    def best(self) -> int | None:
        """Return the most frequent pair, or None if there is none."""
        heap, count = self.heap, self.count
        while True:
            while heap:
                listed, _, _, pair = heapq.heappop(heap)
                now = int(count[pair])
                if now == -listed:
                    self.waiting[pair] = False
                    return pair
                if now >= self.level:
                    heapq.heappush(heap, (-now, int(self.left[pair]), int(self.right[pair]), pair))
                else:
                    self.waiting[pair] = False
            most = int(count[: self.pairs].max(initial=0))
            if most == 0:
                return None
            # Low enough to let many pairs in at once, high enough to keep out the many rare ones.
            self.level = max(1, min(most, most * 3 // 4))
            self._wait(np.flatnonzero((count[: self.pairs] >= self.level) & ~self.waiting[: self.pairs]))

    def merge(self, pair: int, product: int, seen_before: bool) -> None:
        """Replace every occurrence of `pair`, from left to right and without overlaps."""
        symbol, following, before, weight = self.symbol, self.next, self.before, self.weight
        places = self.batches[self.batch[pair]][self.start[pair] : self.stop[pair]]
        first = places[self.pair[places] == pair]
        if self.left[pair] == self.right[pair]:
            first = self._without_overlaps(np.sort(first))
        second = following[first]
        after, ahead = following[second], before[first]
        # Remove the pairs that the merges break: with the symbol before, and with the one after.
        self.mark[second] = True
        ahead = ahead[~self.mark[ahead]]
        self.mark[second] = False
        broken = np.concatenate([second, ahead])
        broken_pair = self.pair[broken]
        real = broken_pair >= 0
        np.subtract.at(self.count, broken_pair[real], weight[broken[real]])
        self.count[pair] = 0
        following[first] = after
        before[after] = first
        symbol[first] = product
        symbol[second] = -1
        self.pair[second] = -1
        self.pair[first] = -1
        # Add the pairs that they make.
        self.mark[first] = True
        ahead = before[first]
        ahead = ahead[(symbol[ahead] >= 0) & ~self.mark[ahead]]
        self.mark[first] = False
        starting = first[symbol[following[first]] >= 0]
        made = np.concatenate([ahead, starting])
        self._add(made, symbol[made], symbol[following[made]], product if seen_before else None)

    def _without_overlaps(self, places: Longs) -> Longs:
        """Keep every other place of each run of consecutive places."""
        if not len(places):
            return places
        starts = np.concatenate([[True], self.next[places[:-1]] != places[1:]])
        index = np.arange(len(places))
        since = index - index[starts][np.cumsum(starts) - 1]
        kept: Longs = places[since % 2 == 0]
        return kept

    def _add(self, places: Longs, left: Ints, right: Ints, known: int | None = None) -> None:
        """Enter the pairs that now start at `places`; they are new unless they contain the symbol `known`."""
        if not len(places):
            return
        keys = left.astype(np.int64) << 32 | right
        # The first and largest call has byte symbols: 16-bit keys get a radix sort, which is ten times as fast.
        small = not self.pairs and max(left.max(), right.max()) < 256
        order = np.argsort(
            left.astype(np.uint16) << 8 | right.astype(np.uint16) if small else keys, kind="stable"
        )
        keys, places = keys[order], places[order]
        starts = np.flatnonzero(run_starts(keys))
        stops = np.append(starts[1:], len(keys))
        counts = np.add.reduceat(self.weight[places], starts)
        keys = keys[starts]
        numbers = np.arange(self.pairs, self.pairs + len(keys))
        if known is not None:
            numbers = self._numbers(keys, known)
        fresh = numbers >= self.pairs
        self._grow(int(numbers.max()) + 1)
        added = numbers[fresh]
        self.left[added], self.right[added] = keys[fresh] >> 32, keys[fresh] & 0xFFFFFFFF
        self.count[added] = 0
        if not fresh.all():
            old = numbers[~fresh]
            for pair, start, stop in zip(old, starts[~fresh], stops[~fresh], strict=True):
                earlier = self.batches[self.batch[pair]][self.start[pair] : self.stop[pair]]
                joined = np.concatenate([earlier, places[start:stop]])
                self.batch[pair], self.start[pair], self.stop[pair] = len(self.batches), 0, len(joined)
                self.batches.append(joined)
        self.batch[added] = len(self.batches)
        self.start[added], self.stop[added] = starts[fresh], stops[fresh]
        self.batches.append(places)
        self.count[numbers] += counts
        self.pair[places] = np.repeat(numbers, stops - starts)
        self._wait(numbers[self.count[numbers] >= self.level])

    def _numbers(self, keys: Longs, known: int) -> Longs:
        """Return the number of each pair of `keys`; pairs not seen before get new numbers."""
        held = np.flatnonzero((self.left[: self.pairs] == known) | (self.right[: self.pairs] == known))
        there = {
            int(left) << 32 | int(right): int(pair)
            for pair, left, right in zip(held, self.left[held], self.right[held], strict=True)
        }
        numbers = np.array([there.get(key, -1) for key in keys.tolist()], dtype=np.int64)
        new = np.flatnonzero(numbers < 0)
        numbers[new] = np.arange(self.pairs, self.pairs + len(new))
        return numbers

    def _grow(self, pairs: int) -> None:
        if pairs > len(self.count):
            size = max(pairs, 2 * len(self.count))
            for name in ("left", "right", "count", "batch", "start", "stop", "waiting"):
                array = getattr(self, name)
                setattr(self, name, np.concatenate([array, np.zeros(size - len(array), dtype=array.dtype)]))
        self.pairs = max(self.pairs, pairs)

    def _wait(self, pairs: Longs) -> None:
        """Push pairs onto the heap with their current counts."""
        self.waiting[pairs] = True
        for pair, count, left, right in zip(
            pairs.tolist(),
            self.count[pairs].tolist(),
            self.left[pairs].tolist(),
            self.right[pairs].tolist(),
            strict=True,
        ):
            heapq.heappush(self.heap, (-count, left, right, pair))
