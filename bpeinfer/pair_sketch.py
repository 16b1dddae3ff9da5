"""Which pairs are frequent enough to be followed where memory does not hold all: an upper bound of each one's count."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bpeinfer.pair_history import PairHistory

__all__ = ["PairAmounts", "PairSketch"]

Longs = NDArray[np.int64]
Floats = NDArray[np.float64]

_BITS = 23
_ODD = np.uint64(0x9E3779B97F4A7C15)


class PairAmounts(NamedTuple):
    """The pairs of a part of the pretokens: int64[R] places in the sketch, float32[R] bounds, int32[R] changes."""

    places: Longs
    bounds: NDArray[np.float32]
    changes: NDArray[np.int32]

    @classmethod
    def of(cls, history: PairHistory, amounts: Floats) -> PairAmounts:
        """Return those of pretokens of which there are `amounts`, float64[P]."""
        kinds = np.concatenate((history.parts @ (history.tokens @ amounts), history.finals @ amounts))
        born = np.maximum(history.changes @ kinds, 0.0)
        pairs = len(history.pair_left)
        return cls(
            _places(history.keys),
            np.bincount(history.change_pair, born, pairs).astype(np.float32),
            np.bincount(history.change_pair, minlength=pairs).astype(np.int32),
        )


class PairSketch:
    """Adds up how often pairs occur, in places that several pairs may share.

    Memory: 64 MB, and 200 MB more while `least` is asked for, however many pairs there are.

    Source: one row of a count-min sketch (Cormode and Muthukrishnan 2005, doi:10.1016/j.jalgor.2003.12.001).
    """

    def __init__(self) -> None:
        self._bounds = np.zeros(1 << _BITS, dtype=np.float32)
        self._changes = np.zeros(1 << _BITS, dtype=np.int32)

    def add(self, pairs: PairAmounts) -> None:
        """Take the pairs of another part of the pretokens."""
        np.add.at(self._bounds, pairs.places, pairs.bounds)
        np.maximum.at(self._changes, pairs.places, pairs.changes)  # parts change the same pairs at like steps

    def least(self, most: int | None) -> float:
        """Return the amount below which pairs are left out so that about `most` changes of pairs remain; 0: all do."""
        if most is None or self._changes.sum(dtype=np.int64) <= most:
            return 0.0
        order = np.argsort(-self._bounds)
        kept = np.searchsorted(np.cumsum(self._changes[order], dtype=np.int64), most, side="right")
        return float(self._bounds[order[max(int(kept) - 1, 0)]])

    def keeps(self, history: PairHistory, least: float) -> NDArray[np.bool_]:
        """Return bool[R]: which pairs may occur as often as `least`, or are merged."""
        kept: NDArray[np.bool_] = self._bounds[_places(history.keys)] >= least
        merged = history.pairs_of_merges()
        kept[merged[merged >= 0]] = True
        return kept


def _places(keys: Longs) -> Longs:
    hashed = keys.astype(np.uint64) * _ODD
    return (hashed >> np.uint64(64 - _BITS)).astype(np.int64)
