"""Samples → counts → pair trajectories of a merge list."""

from __future__ import annotations

from pathlib import Path

from bpeinfer.corpora.corpus import Corpus
from bpeinfer.counting.counts import PretokenCounts
from bpeinfer.counting.jobs import count_pretokens
from bpeinfer.errors import InferenceError
from bpeinfer.inference.arguments import names_of
from bpeinfer.inference.clock import Clock
from bpeinfer.loading import GivenTokenizer, Tokenizer, as_merges
from bpeinfer.merges import MergeList
from bpeinfer.pair_history import PairHistory
from bpeinfer.progress import SILENT, Progress
from bpeinfer.replay import replay
from bpeinfer.trajectory import PairTrajectories

__all__ = ["counts_of", "follow", "trace"]


def counts_of(
    samples: Corpus | PretokenCounts,
    given: PretokenCounts | None,
    tokenizer: Tokenizer,
    progress: Progress,
    workers: int,
    cache: Path | None,
) -> PretokenCounts:
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
        )
    wanted = tokenizer.pretokenizer.fingerprint
    if samples.fingerprint not in ("", wanted):
        raise InferenceError(
            f"the counts were made with another pre-tokenizer (fingerprint {samples.fingerprint[:12]}…, this "
            f"tokenizer's is {wanted[:12]}…); count the samples again with this tokenizer"
        )
    return samples


def trace(
    merges: MergeList | GivenTokenizer, counts: PretokenCounts, *, progress: Progress = SILENT
) -> PairTrajectories:
    """Replay the merges on all pretokens and sum up each category's pair counts over the steps.

    Args:
        merges: the merge list, or its tokenizer.
        counts: from `count_pretokens` with this tokenizer.
        progress: receives a callback for each phase.

    Raises:
        InferenceError: `merges` or `counts` are something else.
    """
    if not isinstance(counts, PretokenCounts):
        raise InferenceError(
            f"counts are of type {type(counts).__name__}, expected what bi.count_pretokens returns for the samples"
        )
    return follow(as_merges(merges), counts, progress, Clock())[1]


def follow(
    merges: MergeList, counts: PretokenCounts, progress: Progress, clock: Clock
) -> tuple[PairHistory, PairTrajectories]:
    """Replay the merges on all pretokens; return the pairs' lifetimes and each category's counts over the steps."""
    with clock.time("replay"):
        progress.start("replaying merges", total=float(len(counts.blob)), unit="B")
        segmentation = replay(merges, counts.blob, counts.offsets, progress.advance)
    with clock.time("aggregation"):
        progress.start("summing up pair counts")
        history = PairHistory.of(segmentation)
        return history, history.trajectories(counts.by_category(), counts.category_bytes)
