"""Counts on disk → the lifetimes of the pairs in each part, on disk: part by part, by one process or several."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bpeinfer.counting.spilled_counts import SpilledCounts
from bpeinfer.inference.clock import Clock
from bpeinfer.inference.stored_histories import StoredHistory
from bpeinfer.merges import MergeList
from bpeinfer.pair_history import PairHistory
from bpeinfer.pair_ranks import PairRanks
from bpeinfer.pair_sketch import PairAmounts
from bpeinfer.replay import replay
from bpeinfer.workers import results_in_order, worker_pool

__all__ = ["FollowedPart", "follow_parts"]

_WORTH_A_POOL = 4
"""Parts for each worker from which on its start, a second or two, does not matter."""


class FollowedPart(NamedTuple):
    """What is left of a part when its merges have been replayed.

    Attributes:
        history: the lifetimes of its pairs, on disk.
        amounts: how often its pairs occur.
        initial_pairs: int64[K], the adjacent pairs in each block before the first merge.
        text_bytes: of its distinct pretokens.
    """

    history: StoredHistory
    amounts: PairAmounts
    initial_pairs: NDArray[np.int64]
    text_bytes: int


def follow_parts(
    merges: MergeList, counts: SpilledCounts, workers: int, clock: Clock
) -> Iterator[FollowedPart]:
    """Replay the merges on each part of the counts, in order.

    Memory: a part with its working arrays for each worker.

    Args:
        merges: the list.
        counts: of the samples.
        workers: processes, used if there are parts enough.
        clock: of the job.

    Raises:
        OutputError: the disk is full.
        WorkerError: a worker was ended from outside.
    """
    numbers = range(len(counts.stored))
    if workers <= 1 or len(numbers) < _WORTH_A_POOL * workers:
        ranks = PairRanks(merges)
        yield from (_followed(merges, ranks, counts, number, clock) for number in numbers)
        return
    with worker_pool(workers, _begin, (merges, counts)) as pool, clock.time("replay"):
        yield from results_in_order(pool, _followed_by_worker, numbers, ahead=workers)


def _followed(
    merges: MergeList, ranks: PairRanks, counts: SpilledCounts, number: int, clock: Clock
) -> FollowedPart:
    part = counts.part(number)
    with clock.time("replay"):
        segmentation = replay(merges, part.blob, part.offsets, ranks=ranks)
    with clock.time("aggregation"):
        history, by_category = PairHistory.of(segmentation), part.by_category()
        return FollowedPart(
            StoredHistory.write(counts.folder, history, by_category),
            PairAmounts.of(history, by_category @ (1.0 / counts.category_bytes)),
            history.initial_pairs @ part.counts,
            len(part.blob),
        )


_given: tuple[MergeList, PairRanks, SpilledCounts]
"""In a worker: what all its parts have in common."""


def _begin(merges: MergeList, counts: SpilledCounts) -> None:
    global _given  # each process has its own
    _given = merges, PairRanks(merges), counts


def _followed_by_worker(number: int) -> FollowedPart:
    return _followed(*_given, number, Clock())
