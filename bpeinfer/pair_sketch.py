"""Which pairs are frequent enough to be followed where memory does not hold all: an upper bound of each one's count."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bpeinfer.pair_history import PairHistory
from bpeinfer.ragged import sorted_unique

__all__ = ["PairAmounts", "PairSketch"]

Longs = NDArray[np.int64]
Floats = NDArray[np.float64]

_BITS = 23
_ODD = np.uint64(0x9E3779B97F4A7C15)
_STEP_BITS = np.int64(31)
MOST_CHANGES = 4_000_000
"""Changes of pairs that are kept to see how many there are."""


class PairAmounts(NamedTuple):
    """The pairs of a part of the pretokens: int64[R] places in the sketch, float32[R] bounds, and int64[E] changes.

    Pairs that are merged have no bound (infinity): they are always followed. A change is numbered by the place of its
    pair and its step.
    """

    places: Longs
    bounds: NDArray[np.float32]
    changes: Longs

    @classmethod
    def of(cls, history: PairHistory, amounts: Floats) -> PairAmounts:
        """Return those of pretokens of which there are `amounts`, float64[P]."""
        kinds = np.concatenate((history.parts @ (history.tokens @ amounts), history.finals @ amounts))
        born = np.maximum(history.changes @ kinds, 0.0)
        places = _places(history.keys)
        bounds = np.bincount(history.change_pair, born, len(places)).astype(np.float32)
        merged = history.pairs_of_merges()
        bounds[merged[merged >= 0]] = np.inf
        return cls(
            places,
            bounds,
            (places[history.change_pair] << _STEP_BITS) | history.change_step,
        )


class PairSketch:
    """Adds up how often pairs occur, in places that several pairs may share, and counts the changes of pairs.

    The parts change a pair at the same steps or at others, so that changes are counted as a set: of all pairs, and
    where there are more than `most_changes`, of those in every second, fourth, … place.

    Memory: 64 MB, however many pairs there are, and the changes of one part a few times over while it is added.

    Source: one row of a count-min sketch (Cormode and Muthukrishnan 2005, doi:10.1016/j.jalgor.2003.12.001); adaptive
    sampling (Flajolet 1990, doi:10.1007/BF02241657).
    """

    def __init__(self, most_changes: int = MOST_CHANGES) -> None:
        self._bounds = np.zeros(1 << _BITS, dtype=np.float32)
        self._changes = np.zeros(0, dtype=np.int64)
        self._most = most_changes
        self._one_in = np.int64(1)

    def add(self, pairs: PairAmounts) -> None:
        """Take the pairs of another part of the pretokens."""
        np.add.at(self._bounds, pairs.places, pairs.bounds)
        changes = pairs.changes[self._sampled(pairs.changes)]
        self._changes = sorted_unique(np.concatenate((self._changes, changes)))
        while len(self._changes) > self._most and self._one_in < 1 << _BITS:
            self._one_in *= 2
            self._changes = self._changes[self._sampled(self._changes)]

    def _sampled(self, changes: Longs) -> NDArray[np.bool_]:
        sampled: NDArray[np.bool_] = (changes >> _STEP_BITS) % self._one_in == 0
        return sampled

    def least(self, most: int | None) -> float:
        """Return the amount below which pairs are left out so that about `most` changes of pairs remain; 0: all do.

        The merged pairs take as many of them as they have; at least half as many are left for their rivals.
        """
        if most is None or len(self._changes) * self._one_in <= most:
            return 0.0
        bounds = self._bounds[self._changes >> _STEP_BITS]
        rivals = np.sort(bounds[np.isfinite(bounds)])[::-1]
        room = int(most // self._one_in)
        room = max(room - (len(bounds) - len(rivals)), room // 2, 1)
        return float(rivals[room - 1]) if room < len(rivals) else 0.0

    def keeps(self, history: PairHistory, least: float) -> NDArray[np.bool_]:
        """Return bool[R]: which pairs may occur as often as `least`, or are merged."""
        kept: NDArray[np.bool_] = self._bounds[_places(history.keys)] >= least  # infinite where merged
        return kept


def _places(keys: Longs) -> Longs:
    hashed = keys.astype(np.uint64) * _ODD
    return (hashed >> np.uint64(64 - _BITS)).astype(np.int64)
