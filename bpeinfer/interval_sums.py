"""`IntervalSums`: how often pairs occur between changes of their counts, kept as these changes."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_array, csr_array, vstack

from bpeinfer.pair_forest import narrow
from bpeinfer.ragged import ranges, sorted_unique

__all__ = ["IntervalSums"]

Longs = NDArray[np.int64]

_AT_ONCE = 4_000_000
"""Changes that are summed up at once: their working arrays, about 100 bytes each, are small beside the result."""


@dataclass(frozen=True, eq=False, kw_only=True)
class IntervalSums:
    """The counts of J intervals in n categories, of which only those are added up that are asked for.

    A program compares merges with the last interval of each pair; all intervals together have seven times as many
    counts (GPT-2's pairs in the starter pack).

    Attributes:
        changes: csr int64[E, n].
        first, last: int64[J], the changes of which each interval's counts are the sum, both included. Intervals with
            the same first change are of one pair, and changes from one such on are of that pair up to the next.
    """

    changes: csr_array
    first: Longs
    last: Longs

    @classmethod
    def of(cls, counts: csr_array) -> IntervalSums:
        """Take the counts themselves, csr int64[J, n]."""
        each = np.arange(counts.shape[0])
        return cls(changes=counts, first=each, last=each)

    def kept(self, intervals: Longs) -> IntervalSums:
        """Keep some intervals, by number."""
        return replace(self, first=self.first[intervals], last=self.last[intervals])

    def of_columns(self, categories: Longs | list[int]) -> IntervalSums:
        """Keep some categories, by number."""
        return replace(self, changes=csr_array(self.changes[:, categories]))

    def counts(self) -> csr_array:
        """Add up; return csr int64[J, n] without zeros, categories ascending in each row."""
        ends = self.changes.indptr
        if int((ends[self.last + 1] - ends[self.first]).sum()) > 2 * self.changes.nnz:
            pair = np.searchsorted(sorted_unique(self.first), np.arange(self.changes.shape[0]), side="right")
            return csr_array(_running_sums(self.changes, pair)[self.last])
        length = self.last + 1 - self.first
        summands = ranges(self.first, length)
        ones = np.ones(len(summands), dtype=np.int64)
        starts = np.concatenate(([0], np.cumsum(length)))
        added = narrow(csr_array((ones, summands, starts), shape=(len(length), len(ends) - 1)))
        counts = added @ self.changes
        counts.eliminate_zeros()
        counts.sort_indices()
        return counts


def _running_sums(changes: csr_array, group: Longs) -> csr_array:
    """Return the running sums of `changes` down its rows, restarting at each group of rows."""
    ends = changes.indptr
    found: list[csr_array] = []
    stop = 0
    while not found or stop < len(group):
        start = stop
        stop = max(int(np.searchsorted(ends, ends[start] + _AT_ONCE)), start + 1)
        # Up to the end of a group.
        stop = int(np.searchsorted(group, group[stop - 1], side="right")) if stop < len(group) else len(group)
        found.append(_sums_at_once(changes[start:stop], group[start:stop]))
    return found[0] if len(found) == 1 else csr_array(vstack(found, format="csr"))


def _sums_at_once(changes: csr_array, group: Longs) -> csr_array:
    """Return the running sums of few changes."""
    rows, width = changes.shape
    # By columns: the changes of one column in one group of rows, a run, are then contiguous and in order.
    by_column = changes.tocsc()
    del changes  # memory peaks here, so what is no longer needed is freed
    row, ends = by_column.indices, by_column.indptr
    group_of = group[row]
    opens = np.ones(len(row), dtype=bool)
    np.not_equal(group_of[1:], group_of[:-1], out=opens[1:])
    opens[ends[:-1][np.diff(ends) > 0]] = True
    first = np.flatnonzero(opens)
    sums = np.cumsum(by_column.data)
    sums -= np.repeat(np.concatenate([[0], sums])[first], np.diff(first, append=len(row)))
    # A sum holds until the next change of its run, or to the end of the group's rows.
    last = np.append(first[1:], len(row))[: len(first)] - 1
    until = np.append(row[1:], row[:1])
    until[last] = np.searchsorted(group, group_of[last], side="right")
    held = np.where(sums != 0, until - row, 0)
    values = np.repeat(sums, held)
    del sums, until, by_column, opens, group_of
    after = np.cumsum(held)
    at = np.arange(len(values), dtype=row.dtype) + np.repeat((row - after + held).astype(row.dtype), held)
    column_ends = np.concatenate([[0], after])[ends]
    del row, after, held
    return csc_array((values, at, column_ends), shape=(rows, width)).tocsr()
