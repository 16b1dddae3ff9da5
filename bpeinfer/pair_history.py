"""From segmentations to pair trajectories: how often each pair occurred in each category before each merge.

Take one place between two neighbouring symbols of a pretoken, a *boundary*. The pair found there at the end
determines all the pairs that were there before: before the younger of its two nodes was made, the child of
that node next to the boundary was in its place. So every pair of nodes has one predecessor and one step at
which it is born, and the pairs form a forest. A pair's count at its birth is the number of boundaries at
which it or one of its descendants is the final pair, and each birth of a successor takes the successor's
count away from it. Counting boundaries is linear in the pretokens' counts, so a new category or a bootstrap
resample costs one sparse product and no new replay.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, eye_array, vstack

from bpeinfer.pair_changes import PairChanges, PairSteps
from bpeinfer.pair_forest import descendants_of, forest_of, incidence, key_of, narrow, nodes_of
from bpeinfer.ragged import ranges, run_starts
from bpeinfer.replay import Nodes, Segmentation
from bpeinfer.trajectory import PairTrajectories

__all__ = ["PairHistory", "merge_sums"]

SORTED_BITS = 63
"""Of the numbers by which boundaries are sorted: two nodes and a pretoken."""

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False, kw_only=True)
class PairHistory(PairSteps):
    """The lifetimes of all pairs, independent of the pretokens' counts in the categories.

    It is made once from a replay; `trajectories` then takes the pretokens' counts in any number of categories.
    A boundary is either inside a token (one kind for each node: its two parts) or between two final tokens of
    a pretoken (one kind for each pair of nodes).

    Attributes (besides those of `PairSteps`):
        tokens: csr int64[N, P], how often each node is a final token of each pretoken.
        parts: csr int64[D, N], how often each merge node occurs in the tree of each node.
        finals: csr int64[F, P], how often each pair of final tokens occurs in each pretoken.
        changes: csr int64[E, D + F]; row e times the counts of the D + F kinds of boundary is the change in
            one symbol pair's count at one step.
    """

    tokens: csr_array
    parts: csr_array
    finals: csr_array
    changes: csr_array

    @classmethod
    def of(cls, segmentation: Segmentation) -> PairHistory:
        """Work out all pairs' lifetimes from the final segmentation of every pretoken."""
        merges, nodes = segmentation.merges, segmentation.nodes
        steps, size = len(merges), len(nodes.step)
        made = np.arange(nodes.leaves, size)
        final_keys, finals = _final_boundaries(segmentation)
        boundary_keys = np.concatenate([key_of(nodes, nodes.left[made], nodes.right[made]), final_keys])

        keys, pred = forest_of(nodes, boundary_keys)
        pair_of_boundary = np.searchsorted(keys, boundary_keys)
        left, right = nodes_of(nodes, keys)
        birth = np.maximum(nodes.step[left], nodes.step[right]) + 1

        # The count of a pair of nodes at its birth is summed over the boundaries it turns into. A symbol
        # pair's count rises when one of its node pairs is born, and falls when a successor replaces that node
        # pair or it is merged.
        born = descendants_of(pred, pair_of_boundary)
        base = np.int64(len(merges.symbols) + 1)
        symbol_keys, symbol_pair = np.unique(
            nodes.symbol[left] * base + nodes.symbol[right], return_inverse=True
        )
        follows = np.flatnonzero(pred >= 0)
        pairs = np.arange(len(keys))
        at_pair = np.concatenate(
            [symbol_pair, symbol_pair[pred[follows]], symbol_pair[pair_of_boundary[made - nodes.leaves]]]
        )
        at_step = np.concatenate([birth, birth[follows], nodes.step[made] + 1])
        of = np.concatenate([pairs, follows, len(keys) + made - nodes.leaves])
        sign = np.repeat(np.array([1, -1, -1]), [len(pairs), len(follows), len(made)])
        in_time = at_step < steps
        events, row = np.unique(at_pair[in_time] * np.int64(steps) + at_step[in_time], return_inverse=True)
        signed = csr_array(
            (sign[in_time], (row, of[in_time])), shape=(len(events), len(keys) + len(boundary_keys))
        )
        itself = eye_array(len(boundary_keys), dtype=np.int64, format="csr")
        return cls(
            merges=merges,
            tokens=_token_counts(segmentation),
            parts=_parts(nodes),
            finals=finals,
            changes=signed @ vstack([born, itself], format="csr"),
            change_pair=(events // steps).astype(np.int32),
            change_step=(events % steps).astype(np.int32),
            pair_left=(symbol_keys // base).astype(np.int32),
            pair_right=(symbol_keys % base).astype(np.int32),
        )

    def trajectories(self, counts: csr_array, category_bytes: Longs) -> PairTrajectories:
        """Sum up the trajectories of every category.

        Args:
            counts: csr int64[P, n], how often each pretoken occurs in each category.
            category_bytes: int64[n], UTF-8 bytes of each category's sample.
        """
        return self.changes_in(counts).trajectories(category_bytes)

    def changes_in(self, counts: csr_array, kept: NDArray[np.bool_] | None = None) -> PairChanges:
        """Sum up the changes of the pairs' counts in every category.

        Args:
            counts: as for `trajectories`.
            kept: bool[R], the pairs to keep (None: all).
        """
        pair_left, pair_right = self.pair_left, self.pair_right
        changes, pair, step = self.changes, self.change_pair, self.change_step
        if kept is not None:
            rows = np.flatnonzero(kept[pair])
            pair_left, pair_right = pair_left[kept], pair_right[kept]
            changes, pair, step = changes[rows], (np.cumsum(kept, dtype=np.int32) - 1)[pair[rows]], step[rows]
        kinds = np.flatnonzero(np.bincount(changes.indices, minlength=changes.shape[1]))
        return PairChanges(
            merges=self.merges,
            change_pair=pair,
            change_step=step,
            pair_left=pair_left,
            pair_right=pair_right,
            changes=narrow(changes[:, kinds] @ self.boundary_counts(counts, kinds)),
            initial_pairs=np.asarray(self.initial_pairs @ counts, dtype=np.int64),
        )

    def boundary_counts(self, counts: csr_array, kinds: Longs | None = None) -> csr_array:
        """Return csr int64[D + F, n]: how often each kind of boundary occurs, given the pretokens' `counts`.

        Args:
            counts: int64 (P × n).
            kinds: int64[k], ascending: only these kinds of boundary, k rows (None: all).
        """
        parts, finals = self.parts, self.finals
        if kinds is not None:
            inside = int(np.searchsorted(kinds, parts.shape[0]))
            parts, finals = parts[kinds[:inside]], finals[kinds[inside:] - parts.shape[0]]
        return vstack([parts @ (self.tokens @ counts), finals @ counts], format="csr")

    @property
    def initial_pairs(self) -> Longs:
        """int64[P], the number of adjacent pairs in each pretoken before the first merge, one at each boundary."""
        inside = np.asarray(self.parts.sum(axis=0)) @ self.tokens
        pairs: Longs = inside + np.asarray(self.finals.sum(axis=0))
        return pairs

    def rows_at(self, pairs: Longs, steps: Longs) -> csr_array:
        """Return csr int64[k, D + F]: rows that, times boundary counts, give each pair's count before its step.

        Args:
            pairs: int64[k], index into `pair_left`; -1 gives an empty row.
            steps: int64[k].
        """
        last = self.changes_at(pairs, steps)
        first = np.where(last >= 0, np.searchsorted(self.change_pair, pairs), 0)
        count = last + 1 - first
        row = np.repeat(np.arange(len(pairs)), count)
        column = ranges(first, count)
        return incidence([row], [column], (len(pairs), len(self.change_pair))) @ self.changes


def merge_sums(segmentation: Segmentation, weights: Floats) -> Floats:
    """Return how often each merge is made in all pretokens, weighted by `weights`.

    This is the count of the merge's pair before it is made, except for overlaps (in ``aaa`` the pair ``aa`` occurs
    twice and is merged once).

    Args:
        segmentation: the segmentation of P pretokens after T merges.
        weights: float64[P].

    Returns:
        float64[T].
    """
    nodes = segmentation.nodes
    of_tokens = np.repeat(weights, np.diff(segmentation.offsets))
    made = _parts(nodes) @ np.bincount(segmentation.tokens, of_tokens, minlength=len(nodes.step))
    return np.bincount(nodes.step[nodes.leaves :], made, minlength=len(segmentation.merges)).astype(
        np.float64
    )


def _token_counts(segmentation: Segmentation) -> csr_array:
    pretokens = len(segmentation.offsets) - 1
    of = np.repeat(np.arange(pretokens), np.diff(segmentation.offsets))
    ones = np.ones(len(of), dtype=np.int64)
    return narrow(
        csr_array((ones, (segmentation.tokens, of)), shape=(len(segmentation.nodes.step), pretokens))
    )


def _final_boundaries(segmentation: Segmentation) -> tuple[Longs, csr_array]:
    """Return the distinct pairs of neighbouring final tokens and how often each occurs in each pretoken."""
    tokens, nodes = segmentation.tokens, segmentation.nodes
    pretokens = len(segmentation.offsets) - 1
    of = np.repeat(np.arange(pretokens), np.diff(segmentation.offsets))
    outside = nodes.leaves - 1  # a symbol outside the alphabet forms no pair
    real = tokens != outside
    places = np.flatnonzero((of[1:] == of[:-1]) & real[1:] & real[:-1])
    keys, of = key_of(nodes, tokens[places], tokens[places + 1]), of[places]
    bits = pretokens.bit_length()
    if 2 * len(nodes.step).bit_length() + bits <= SORTED_BITS:
        # Sorting numbers alone takes a third of the time of finding an order and following it.
        keys <<= bits
        keys |= of
        keys.sort()
        of = keys & ((1 << bits) - 1)
        keys >>= bits
    else:
        order = np.lexsort((of, keys))
        keys, of = keys[order], of[order]
    first = np.flatnonzero(run_starts(keys))
    ones = np.ones(len(of), dtype=np.int64)
    finals = csr_array((ones, of, np.append(first, len(of))), shape=(len(first), pretokens))
    finals.sum_duplicates()  # pretokens ascend within each row
    return keys[first], narrow(finals)


def _parts(nodes: Nodes) -> csr_array:
    """Return csr int64[D, N]: how often merge node d occurs in the tree of node m, itself included."""
    size = len(nodes.step)
    part = np.arange(nodes.leaves, size)
    whole = part
    rows, columns = [], []
    while len(part):
        rows.append(part)
        columns.append(whole)
        children = np.concatenate([nodes.left[part], nodes.right[part]])
        wholes = np.concatenate([whole, whole])
        merged = children >= nodes.leaves
        part, whole = children[merged], wholes[merged]
    return incidence([row - nodes.leaves for row in rows], columns, (size - nodes.leaves, size))
