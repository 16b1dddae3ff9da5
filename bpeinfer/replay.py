"""Replay training on every distinct pretoken at once: the segmentation each one has after all merges.

Given the merge list, a pretoken's history does not depend on any other pretoken, so the replay vectorises
over pretokens, not over merges: each NumPy round applies to every pretoken the lowest-ranked merge that it
still contains. The number of rounds is the largest number of different merges in one pretoken (tens), not the
length of the list.

Only the final segmentation is kept. A token's own tree shows when each pair inside it was born and died, so
the history of all pairs can be derived from these segmentations (see `bpeinfer.pair_history`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from bpeinfer.merges import MergeList
from bpeinfer.pair_ranks import NEVER, PairRanks
from bpeinfer.ragged import ranges, starts_of
from bpeinfer.starting_symbols import starting_symbols

__all__ = ["Nodes", "Segmentation", "replay", "replay_on"]

# Symbols per batch: a batch's working arrays should stay in a core's cache.
BATCH_SYMBOLS = 1 << 16

Ints = NDArray[np.int32]


@dataclass(frozen=True, eq=False, kw_only=True)
class Nodes:
    """How symbols are derived: a leaf for each alphabet symbol, then one node for each merge.

    A symbol that training reaches by two different merges has two nodes (derivations), since the histories of its
    neighbours differ. A merge whose parts have several derivations gets one more node, at the end of the arrays,
    for each further combination that occurs.

    Attributes:
        symbol: int32[N], the symbol id; the leaf for anything outside the alphabet has the id after the last symbol.
        step: int32[N], the merge that makes the node, -1 for leaves.
        left, right: int32[N], the nodes it is made of, -1 for leaves.
        leaves: number of leaves; node ``leaves + t`` is merge t with the earliest node of each part.
    """

    symbol: Ints
    step: Ints
    left: Ints
    right: Ints
    leaves: int


@dataclass(frozen=True, eq=False)
class Segmentation:
    """Every distinct pretoken after the last merge, as nodes.

    Attributes:
        merges: the merge list that was replayed, length T.
        nodes: what the ids in `tokens` stand for.
        tokens: int32[M], final nodes, one pretoken after another.
        offsets: int64[P+1]; pretoken p is ``tokens[offsets[p]:offsets[p+1]]``.
    """

    merges: MergeList
    nodes: Nodes
    tokens: Ints
    offsets: NDArray[np.int64]

    def of(self, pretokens: NDArray[np.int64]) -> Segmentation:
        """Return some pretokens only (int64[k], numbers)."""
        sizes = np.diff(self.offsets)[pretokens]
        offsets = np.concatenate([[0], np.cumsum(sizes)])
        return replace(self, tokens=self.tokens[ranges(self.offsets[pretokens], sizes)], offsets=offsets)


class _NodeTable:
    """The node arrays while the replay runs; grows only where a symbol has several derivations."""

    def __init__(self, merges: MergeList) -> None:
        size, steps = merges.alphabet_size, len(merges)
        self.leaves = size + 1
        self.symbol = np.concatenate(
            [np.arange(size), [len(merges.symbols)], merges.product], dtype=np.int32, casting="same_kind"
        )
        self.step = np.concatenate([np.full(self.leaves, -1), np.arange(steps)]).astype(np.int32)
        first_node = np.full(len(merges.symbols), -1, dtype=np.int32)
        made = np.arange(len(self.symbol))[::-1]
        made = made[made != size]
        first_node[self.symbol[made]] = made  # written from last to first, so the first remains
        leaf = np.full(self.leaves, -1, dtype=np.int32)
        self.left = np.concatenate([leaf, first_node[merges.left]])
        self.right = np.concatenate([leaf, first_node[merges.right]])
        self._others: dict[tuple[int, int, int], int] = {}

    def take_on(self, earlier: Segmentation) -> Ints:
        """Take on the further derivations met in a replay of a head of the list, and return its tokens as our nodes."""
        nodes, known = earlier.nodes, earlier.nodes.leaves + len(earlier.merges)
        shift = np.int32(len(self.symbol) - known)

        def ours(theirs: Ints) -> Ints:
            return np.where(theirs < known, theirs, theirs + shift)

        steps, lefts, rights = nodes.step[known:], ours(nodes.left[known:]), ours(nodes.right[known:])
        keys = zip(steps.tolist(), lefts.tolist(), rights.tolist(), strict=True)
        self._others = {key: number for number, key in enumerate(keys, len(self.symbol))}
        self._append(steps, lefts, rights)
        return ours(earlier.tokens)

    def _append(self, steps: Ints, lefts: Ints, rights: Ints) -> None:
        self.symbol = np.concatenate([self.symbol, self.symbol[steps + self.leaves]])
        self.step = np.concatenate([self.step, steps])
        self.left = np.concatenate([self.left, lefts])
        self.right = np.concatenate([self.right, rights])

    def made_by(self, rank: Ints, left: Ints, right: Ints) -> Ints:
        """Return the node that merge `rank` makes of these two nodes."""
        nodes = rank + np.int32(self.leaves)
        odd = np.flatnonzero((self.left[nodes] != left) | (self.right[nodes] != right))
        if not len(odd):
            return nodes
        fresh: list[tuple[int, int, int]] = []
        for place in odd:
            key = (int(rank[place]), int(left[place]), int(right[place]))
            if key not in self._others:
                self._others[key] = len(self.symbol) + len(fresh)
                fresh.append(key)
            nodes[place] = self._others[key]
        if fresh:
            self._append(*np.array(fresh, dtype=np.int32).T)
        return nodes


def replay(
    merges: MergeList,
    blob: NDArray[np.uint8],
    offsets: NDArray[np.int64],
    progress: Callable[[int], None] | None = None,
    ranks: PairRanks | None = None,
) -> Segmentation:
    """Segment every pretoken as training leaves it after the last merge.

    A pair is merged only at its own step: if its symbols come together later, it stays unmerged.

    Args:
        merges: the merge list, length T.
        blob: uint8[B], bytes of the distinct pretokens, one after another.
        offsets: int64[P+1], where each pretoken starts in `blob`.
        progress: called after each batch with its number of bytes.
        ranks: of the merge list, if they are at hand from another replay.

    Returns:
        the final nodes of every pretoken. Memory: about 8 bytes for each byte of `blob`.
    """
    symbols, starts = starting_symbols(merges, blob, offsets)
    ranks = PairRanks(merges) if ranks is None else ranks
    return _replayed(merges, _NodeTable(merges), ranks, symbols, starts, offsets, progress)


def replay_on(
    merges: MergeList, earlier: Segmentation, progress: Callable[[int], None] | None = None
) -> Segmentation:
    """Go on where the replay of a head of the list ended.

    Args:
        merges: the merge list; `earlier` is of its first merges.
        earlier: the pretokens as these left them.
        progress: called after each batch with its number of tokens in `earlier`.

    Returns:
        what `replay` returns for these pretokens, but for the order of further derivations among the nodes.
    """
    table = _NodeTable(merges)
    symbols = table.take_on(earlier)
    return _replayed(merges, table, PairRanks(merges), symbols, earlier.offsets, earlier.offsets, progress)


def _replayed(
    merges: MergeList,
    table: _NodeTable,
    ranks: PairRanks,
    symbols: Ints,
    starts: NDArray[np.int64],
    offsets: NDArray[np.int64],
    progress: Callable[[int], None] | None,
) -> Segmentation:
    tokens: list[Ints] = []
    sizes: list[NDArray[np.int64]] = []
    first, pretokens = 0, len(starts) - 1
    while first < pretokens:
        last = int(np.searchsorted(starts, starts[first] + BATCH_SYMBOLS, side="right")) - 1
        last = min(max(last, first + 1), pretokens)
        batch_tokens, batch_sizes = _replay_batch(
            table, ranks, symbols[starts[first] : starts[last]], np.diff(starts[first : last + 1])
        )
        tokens.append(batch_tokens)
        sizes.append(batch_sizes)
        if progress:
            progress(int(offsets[last] - offsets[first]))
        first = last
    nodes = Nodes(
        symbol=table.symbol, step=table.step, left=table.left, right=table.right, leaves=table.leaves
    )
    final_offsets = np.concatenate([[0], *sizes], dtype=np.int64)
    np.cumsum(final_offsets, out=final_offsets)
    return Segmentation(merges, nodes, np.concatenate([np.zeros(0, np.int32), *tokens]), final_offsets)


def _replay_batch(
    table: _NodeTable, ranks: PairRanks, node: Ints, lengths: NDArray[np.int64]
) -> tuple[Ints, NDArray[np.int64]]:
    final_lengths = lengths.copy()
    finished: list[tuple[NDArray[np.int64], Ints]] = []  # (pretoken numbers, their nodes)
    pretoken = np.flatnonzero(lengths > 0)
    lengths = lengths[pretoken]
    starts = starts_of(lengths)
    rank = np.full(len(node), NEVER, dtype=np.int32)
    inner = np.ones(len(node), dtype=bool)  # has a right neighbour in its pretoken
    inner[starts + lengths - 1] = False
    places = np.flatnonzero(inner)
    rank[places] = _ranks_at(table, ranks, node, places)
    while len(pretoken):
        lowest = np.minimum.reduceat(rank, starts)
        done = lowest == NEVER
        if done.any():
            kept = np.repeat(~done, lengths)
            final_lengths[pretoken[done]] = lengths[done]
            finished.append((pretoken[done], node[~kept]))
            node, rank, inner = node[kept], rank[kept], inner[kept]
            pretoken, lengths, lowest = pretoken[~done], lengths[~done], lowest[~done]
            if not len(pretoken):
                break
            starts = starts_of(lengths)
        hits = np.flatnonzero(rank == np.repeat(lowest, lengths))
        touching = hits[1:] == hits[:-1] + 1
        if touching.any():  # runs such as aaaa: every other one, from left to right
            run_start = np.concatenate([[True], ~touching])
            number = np.arange(len(hits))
            since = number - np.maximum.accumulate(np.where(run_start, number, 0))
            hits = hits[since % 2 == 0]
        node[hits] = table.made_by(rank[hits], node[hits], node[hits + 1])
        kept = np.ones(len(node), dtype=bool)
        kept[hits + 1] = False
        inner[hits] = inner[hits + 1]
        gone = np.searchsorted(hits, starts)
        lengths = lengths - np.diff(np.append(gone, len(hits)))
        node, rank, inner = node[kept], rank[kept], inner[kept]
        starts = starts_of(lengths)
        merged = hits - np.arange(len(hits))
        rank[merged] = NEVER
        right = merged[inner[merged]]
        before = merged[merged > 0] - 1
        places = np.concatenate([right, before[inner[before]]])
        rank[places] = _ranks_at(table, ranks, node, places)
    offsets = starts_of(final_lengths)
    tokens = np.empty(int(final_lengths.sum()), dtype=np.int32)
    for numbers, nodes in finished:
        count = final_lengths[numbers]
        tokens[ranges(offsets[numbers], count)] = nodes
    return tokens, final_lengths


def _ranks_at(table: _NodeTable, ranks: PairRanks, node: Ints, places: NDArray[np.int64]) -> Ints:
    left, right = node[places], node[places + 1]
    birth = np.maximum(table.step[left], table.step[right])
    return ranks.find(table.symbol[left], table.symbol[right], birth)
