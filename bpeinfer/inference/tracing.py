"""Samples → counts → pair trajectories of a merge list."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from bpeinfer.corpora.corpus import Corpus
from bpeinfer.counting.counts import PretokenCounts
from bpeinfer.counting.jobs import count_pretokens
from bpeinfer.counting.memory import Budget
from bpeinfer.counting.spilled_counts import AnyCounts
from bpeinfer.diagnostics.fitted import Fitted
from bpeinfer.errors import InferenceError
from bpeinfer.inference.arguments import names_of
from bpeinfer.inference.clock import Clock
from bpeinfer.inference.followed_parts import follow_parts
from bpeinfer.inference.stored_histories import StoredHistories
from bpeinfer.loading import GivenTokenizer, Tokenizer, as_merges
from bpeinfer.merges import MergeList
from bpeinfer.pair_changes import ChangeSums, PairSteps
from bpeinfer.pair_counts import PairCounts
from bpeinfer.pair_history import PairHistory
from bpeinfer.pair_sketch import PairSketch
from bpeinfer.progress import SILENT, Progress
from bpeinfer.replay import Segmentation, replay
from bpeinfer.solving import MixtureProblem, solve
from bpeinfer.trajectory import PairTrajectories

__all__ = ["Followed", "counts_of", "fit_mixture", "follow", "follow_all", "held_counts_of", "trace"]

_CHANGES = 0.6
"""Changes of pairs, times categories, for each sum that a quarter of the memory holds: with running sums, resamples and
program they then fill all of it (measured: 40 to 55 bytes for each category of a change, before rivals' counts were
added up only where asked for)."""


def counts_of(
    samples: Corpus | AnyCounts,
    given: AnyCounts | None,
    tokenizer: Tokenizer,
    progress: Progress,
    workers: int,
    cache: str | Path | None,
    memory: int | Budget | None = None,
) -> AnyCounts:
    """Return the counts of samples under a tokenizer's pre-tokenizer; if they are `given`, check that they fit.

    Raises:
        InferenceError: the counts are of other categories, or were made with another pre-tokenizer.
        CorpusError: a sample cannot be read.
    """
    if given is not None and given.categories != tuple(names_of(samples)):
        raise InferenceError("the given counts do not belong to the given samples: their categories differ")
    samples = samples if given is None else given
    if isinstance(samples, Corpus):
        progress.start("counting pretokens", total=float(samples.size) or None, unit="B")
        return count_pretokens(
            samples,
            tokenizer.pretokenizer,
            progress=lambda name, size: progress.advance(size, name),
            workers=workers,
            cache=cache,
            memory=memory,
        )
    wanted = tokenizer.pretokenizer.fingerprint
    if samples.fingerprint not in ("", wanted):
        raise InferenceError(
            f"the counts were made with another pre-tokenizer (fingerprint {samples.fingerprint[:12]}…, this "
            f"tokenizer's is {wanted[:12]}…); count the samples again with this tokenizer"
        )
    return samples


def held_counts_of(
    samples: Corpus | AnyCounts,
    tokenizer: Tokenizer,
    progress: Progress,
    workers: int,
    cache: str | Path | None,
) -> PretokenCounts:
    """Return the counts of samples in memory; otherwise as `counts_of`.

    Raises:
        InferenceError: they are counts on disk, or were made with another pre-tokenizer.
        CorpusError: a sample cannot be read.
    """
    counts = counts_of(samples, None, tokenizer, progress, workers, cache)
    if not isinstance(counts, PretokenCounts):
        raise InferenceError(
            "these counts lie on disk, and this job needs them in memory: count the samples again without memory=…"
        )
    return counts


def trace(
    merges: MergeList | GivenTokenizer, counts: AnyCounts, *, progress: Progress = SILENT
) -> PairTrajectories:
    """Replay the merges on all pretokens and sum up each category's pair counts over the steps.

    Args:
        merges: the merge list, or its tokenizer.
        counts: from `count_pretokens` with this tokenizer.
        progress: receives a callback for each phase.

    Raises:
        InferenceError: `merges` or `counts` are something else.
    """
    if not isinstance(counts, AnyCounts):
        raise InferenceError(
            f"counts are of type {type(counts).__name__}, expected what bi.count_pretokens returns for the samples"
        )
    return follow_all(as_merges(merges), counts, progress, Clock()).trajectories


def fit_mixture(merges: MergeList, counts: AnyCounts, *, tolerance: float = 1e-6) -> Fitted:
    """Fit the mixture of samples to a whole list as `infer` does by default, without categories ruled out or diagnoses.

    Args:
        merges: the list.
        counts: of the samples, under the tokenizer's pre-tokenizer.
        tolerance: see `solve`.

    Raises:
        InferenceError: no merge occurs in any sample.
    """
    followed = follow_all(merges, counts, SILENT, Clock())
    problem = MixtureProblem.from_trajectories(followed.trajectories)
    return Fitted(
        counts=counts,
        pairs=followed.pairs,
        trajectories=followed.trajectories,
        problem=problem,
        solution=solve(problem, tolerance=tolerance),
    )


def follow(
    merges: MergeList, counts: PretokenCounts, progress: Progress, clock: Clock
) -> tuple[PairHistory, PairTrajectories]:
    """Replay the merges on all pretokens; return the pairs' lifetimes and each category's counts over the steps."""
    return _follow(_segment(merges, counts, progress, clock), counts, progress, clock)


def _segment(merges: MergeList, counts: PretokenCounts, progress: Progress, clock: Clock) -> Segmentation:
    with clock.time("replay"):
        progress.start("replaying merges", total=float(len(counts.blob)), unit="B")
        return replay(merges, counts.blob, counts.offsets, progress.advance)


def _follow(
    segmentation: Segmentation, counts: PretokenCounts, progress: Progress, clock: Clock
) -> tuple[PairHistory, PairTrajectories]:
    with clock.time("aggregation"):
        progress.start("summing up pair counts")
        history = PairHistory.of(segmentation)
        return history, history.trajectories(counts.by_category(), counts.category_bytes)


@dataclass(frozen=True, eq=False, kw_only=True)
class Followed:
    """What the replay of a merge list on counts gives.

    Attributes:
        pairs: the counts of the pairs in each block.
        trajectories: each category's counts over the steps.
        segmentation: the pretokens after the last merge; None for counts on disk.
    """

    pairs: PairCounts
    trajectories: PairTrajectories
    segmentation: Segmentation | None


def follow_all(
    merges: MergeList, counts: AnyCounts, progress: Progress, clock: Clock, workers: int = 1
) -> Followed:
    """Do the same for counts in memory or on disk; return the counts of the pairs in each block instead of lifetimes.

    Counts on disk are followed part by part: the pairs' counts are sums over pretokens, so those of the parts add up.
    If memory does not hold all pairs, the rarest are left out (`PairTrajectories.left_out`).
    """
    if isinstance(counts, PretokenCounts):
        segmentation = _segment(merges, counts, progress, clock)
        history, trajectories = _follow(segmentation, counts, progress, clock)
        pairs = PairCounts.of(history, counts.counts)
        return Followed(pairs=pairs, trajectories=trajectories, segmentation=segmentation)
    histories, sketch, sums = StoredHistories(merges, counts), PairSketch(), ChangeSums()
    initial_pairs = np.zeros(len(counts.block_category), dtype=np.int64)
    progress.start("replaying merges, part by part", total=float(counts.blob_bytes), unit="B")
    for part in follow_parts(merges, counts, workers, clock):
        progress.advance(part.text_bytes)
        histories.add(part.history)
        sketch.add(part.amounts)
        initial_pairs += part.initial_pairs
    progress.start("summing up pair counts")
    with clock.time("aggregation"):
        most = counts.budget.sums
        least = sketch.least(None if most is None else int(_CHANGES * most / len(counts.categories)))
        for history, by_category in histories.by_category():
            sums.add(history.changes_in(by_category, sketch.keeps(history, least)))
        changes = sums.total()
        steps = PairSteps(
            merges=merges,
            change_pair=changes.change_pair,
            change_step=changes.change_step,
            pair_left=changes.pair_left,
            pair_right=changes.pair_right,
        )
        return Followed(
            pairs=PairCounts(steps, lambda: iter(histories), initial_pairs, most),
            trajectories=replace(changes.trajectories(counts.category_bytes), left_out=least),
            segmentation=None,
        )
