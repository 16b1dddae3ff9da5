"""Whether a text reproduces a merge list exactly: each merge is the most frequent pair, ties included.

With the counts of the training text itself, no rival ever exceeds the merge that was made, and where a rival
has the same count, the trainer's tie rule puts the merge first. Texts that differ in a few documents differ
in many of the counts that lie close together, so that some comparison comes out wrong.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from bpeinfer.inspection.tie_rules import tie_keys
from bpeinfer.trajectory import PairTrajectories

__all__ = ["FEWEST_TIGHT", "Exactness", "measure_exactness"]

Ints = NDArray[np.int32]

FEWEST_TIGHT = 50
"""Fewest comparisons that one occurrence would reverse, for a list fine enough to tell texts apart."""


@dataclass(frozen=True, kw_only=True)
class Exactness:
    """How the comparisons come out when a list is replayed on a text.

    Attributes:
        merged: sum of the counts of all merges examined; texts with other counts have a different sum.
        wrong: rivals that exceed the merge made, and merges that exceed an earlier one.
        exact_merges: number of merges, from the first one examined, that come out right before the first
            wrong one.
        tight: comparisons that one occurrence more or less would reverse.
        ties: rivals with the same count as the merge made.
        ties_in_order: those that the best-fitting rule puts after it.
        rule: that rule's name in `RULES`, None if there are no ties.
        longest: characters in the longest token of the list, if every rival that exceeds its merge is longer:
            the trainer is then assumed to have limited tokens to this length, and longer rivals are ignored.
            Else None.
    """

    merged: int
    wrong: int
    exact_merges: int
    tight: int
    ties: int
    ties_in_order: int
    rule: str | None
    longest: int | None = None

    @property
    def exact(self) -> bool:
        """Whether every comparison comes out right, ties included, and enough are tight to be evidence."""
        return self.wrong == 0 and self.ties_in_order == self.ties and self.tight >= FEWEST_TIGHT


def measure_exactness(trajectories: PairTrajectories, first: int) -> Exactness:
    """Compare each merge from rank `first` on with all its rivals.

    Args:
        trajectories: of one text (n = 1), without rivals that the trainer was not allowed to merge.
        first: the first merge examined.
    """
    found, over = _compare(trajectories, first, None)
    if not len(over):
        return found
    sizes = np.array([len(symbol.decode("utf-8", "replace")) for symbol in trajectories.merges.symbols])
    longest = int(sizes[trajectories.merges.product].max())
    rival = sizes[trajectories.pair_left] + sizes[trajectories.pair_right]
    if rival[over].min() <= longest:
        return found
    limited, _ = _compare(trajectories, first, rival <= longest)
    return replace(limited, longest=longest)


def _compare(
    trajectories: PairTrajectories, first: int, allowed: NDArray[np.bool_] | None
) -> tuple[Exactness, Ints]:
    """Return how the comparisons come out, and the rivals (pairs) that exceed; only `allowed` pairs count."""
    counts = np.asarray(trajectories.merge_counts)[:, 0]
    steps = len(counts)
    value = trajectories.interval_counts.toarray()[:, 0]
    start, stop = np.maximum(trajectories.interval_start, first), trajectories.interval_stop
    there = (stop > start) & (value > 0)
    if allowed is not None:
        there &= allowed[trajectories.interval_pair]
    kept = np.flatnonzero(there)
    pair, value, start, stop = trajectories.interval_pair[kept], value[kept], start[kept], stop[kept]

    # Counts never rise in training; where they do, the merge before was wrong. The running minimum stands in
    # for them.
    least = counts.copy()
    least[first:] = np.minimum.accumulate(counts[first:])
    rises = first + np.flatnonzero(counts[first + 1 :] > counts[first:-1])
    over = value > least[stop - 1]
    # The first step of an interval at which the merge's count is below the rival's.
    below = first + np.searchsorted(-least[first:], -value[over], side="right")
    wrong_at = np.concatenate([rises, np.maximum(start[over], below), [steps]])
    tied = np.flatnonzero(value == least[stop - 1])
    rule, in_order = None, len(tied)
    if len(tied) and not len(rises) and not over.any():
        at = first + np.searchsorted(-least[first:], -value[tied], side="left")
        rule, in_order = _order(trajectories, pair[tied], np.maximum(start[tied], at), stop[tied] - 1)
    found = Exactness(
        merged=int(counts[first:].sum()),
        wrong=int(over.sum()) + len(rises),
        exact_merges=int(wrong_at.min()) - first,
        tight=int((value >= least[stop - 1] - 1).sum()),
        ties=len(tied),
        ties_in_order=in_order,
        rule=rule,
    )
    return found, pair[over]


def _order(
    trajectories: PairTrajectories, pair: Ints, begin: NDArray[np.int64], end: Ints
) -> tuple[str, int]:
    """Return the rule that puts most ties in order, and how many.

    A rival tied on steps begin to end is compared with the merges made at the first and the last of them.
    """
    merges = trajectories.merges
    left, right = trajectories.pair_left[pair], trajectories.pair_right[pair]
    prefix = merges.continuing_prefix
    made = tuple(
        merges.symbols[one] + merges.symbols[other].removeprefix(prefix)
        for one, other in zip(left.tolist(), right.tolist(), strict=True)
    )
    # The rivals are appended to the list, as merges whose products are symbols of their own.
    together = replace(
        merges,
        symbols=merges.symbols + made,
        left=np.concatenate([merges.left, left]),
        right=np.concatenate([merges.right, right]),
        product=np.concatenate([merges.product, len(merges.symbols) + np.arange(len(made))]),
        counts=None,
    )
    found = []
    for name, key in tie_keys(together).items():
        rival = key[len(merges) :]
        found.append((int(((rival > key[begin]) & (rival > key[end])).sum()), name))
    in_order, rule = max(found)
    return rule, in_order
