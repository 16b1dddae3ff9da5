"""The forest of pairs: each pair of nodes and the pair that was in its place before."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from bpeinfer.ragged import sorted_unique
from bpeinfer.replay import Nodes

__all__ = [
    "descendants_of",
    "forest_of",
    "incidence",
    "key_of",
    "narrow",
    "nodes_of",
    "predecessors_of",
]

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]


def key_of(nodes: Nodes, left: Ints, right: Ints) -> Longs:
    """Return a number (int64) that identifies each pair of nodes."""
    return left.astype(np.int64) * len(nodes.step) + right


def nodes_of(nodes: Nodes, keys: Longs) -> tuple[Longs, Longs]:
    """Return the left and right nodes of pairs from their numbers."""
    left, right = np.divmod(keys, len(nodes.step))
    return left, right


def incidence(rows: list[Longs], columns: list[Longs], shape: tuple[int, int]) -> csr_array:
    """Return the csr int64 matrix that counts how often each (row, column) is listed."""
    if not rows:
        return csr_array(shape, dtype=np.int64)
    row, column = np.concatenate(rows), np.concatenate(columns)
    return csr_array((np.ones(len(row), dtype=np.int64), (row, column)), shape=shape)


def forest_of(nodes: Nodes, boundary_keys: Longs) -> tuple[Longs, Longs]:
    """Return all pairs of nodes that ever occurred at a boundary (sorted keys), and each one's predecessor or -1."""
    found = [sorted_unique(boundary_keys)]
    while len(found[-1]):
        found.append(sorted_unique(predecessors_of(nodes, found[-1])))
    keys = sorted_unique(np.concatenate(found))
    pred = np.full(len(keys), -1, dtype=np.int64)
    left, right = nodes_of(nodes, keys)
    later = np.flatnonzero(np.maximum(nodes.step[left], nodes.step[right]) >= 0)
    pred[later] = np.searchsorted(keys, predecessors_of(nodes, keys))
    return keys, pred


def predecessors_of(nodes: Nodes, keys: Longs) -> Longs:
    """Return the pair that was in each pair's place before it was born; pairs without one are left out."""
    left, right = nodes_of(nodes, keys)
    left_step, right_step = nodes.step[left], nodes.step[right]
    later = np.maximum(left_step, right_step) >= 0
    left, right, left_step, right_step = left[later], right[later], left_step[later], right_step[later]
    before_left = np.where(left_step >= right_step, nodes.right[left], left)
    before_right = np.where(right_step >= left_step, nodes.left[right], right)
    return key_of(nodes, before_left, before_right)


def descendants_of(pred: Longs, pair_of_boundary: Longs) -> csr_array:
    """Return csr int64[Q, B]: 1 where this pair once occurred at this kind of boundary."""
    boundary = np.arange(len(pair_of_boundary))
    pair = pair_of_boundary
    rows, columns = [], []
    while len(pair):
        rows.append(pair)
        columns.append(boundary)
        before = pred[pair]
        going = before >= 0
        pair, boundary = before[going], boundary[going]
    return incidence(rows, columns, (len(pred), len(pair_of_boundary)))


def narrow(matrix: csr_array) -> csr_array:
    """Return the same matrix with places of 32 bits if they fit: half the memory, and as much less to read."""
    most = np.iinfo(np.int32).max
    if matrix.nnz > most or max(matrix.shape) > most:
        return matrix
    places = matrix.indices.astype(np.int32), matrix.indptr.astype(np.int32)
    return csr_array((matrix.data, *places), shape=matrix.shape)
