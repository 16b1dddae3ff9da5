"""Which pairs are frequent enough to be followed where memory does not hold all: an upper bound of each one's count."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bpeinfer.pair_history import PairHistory

__all__ = ["PairSketch"]

Longs = NDArray[np.int64]
Floats = NDArray[np.float64]

_BITS = 24
_ODD = np.uint64(0x9E3779B97F4A7C15)


class PairSketch:
    """Adds up how often pairs occur, in places that several pairs may share.

    Memory: 64 MB, however many pairs there are.

    Source: one row of a count-min sketch (Cormode and Muthukrishnan 2005, doi:10.1016/j.jalgor.2003.12.001).
    """

    def __init__(self) -> None:
        self._bounds = np.zeros(1 << _BITS, dtype=np.float32)
        self._changes = 0

    def add(self, history: PairHistory, amounts: Floats) -> None:
        """Take the pairs of another part of the pretokens, of which there are `amounts`, float64[P]."""
        kinds = np.concatenate((history.parts @ (history.tokens @ amounts), history.finals @ amounts))
        born = np.maximum(history.changes @ kinds, 0.0)
        of_pairs = np.bincount(history.change_pair, born, len(history.pair_left))
        np.add.at(self._bounds, _places(history.keys), of_pairs.astype(np.float32))
        self._changes += len(history.change_pair)

    def least(self, most: int | None) -> float:
        """Return the amount below which pairs are left out so that about `most` changes of pairs remain; 0: all do."""
        if most is None or self._changes <= most:
            return 0.0
        part = most / self._changes * np.count_nonzero(self._bounds)
        place = len(self._bounds) - max(int(part), 1)
        return float(np.partition(self._bounds, place)[place])

    def keeps(self, history: PairHistory, least: float) -> NDArray[np.bool_]:
        """Return bool[R]: which pairs may occur as often as `least`, or are merged."""
        kept: NDArray[np.bool_] = self._bounds[_places(history.keys)] >= least
        merged = history.pairs_of_merges()
        kept[merged[merged >= 0]] = True
        return kept


def _places(keys: Longs) -> Longs:
    hashed = keys.astype(np.uint64) * _ODD
    return (hashed >> np.uint64(64 - _BITS)).astype(np.int64)
