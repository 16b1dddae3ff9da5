"""The bytes of training text, from a merge list and counts of samples in a fitted mixture."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bpeinfer.counting.counts import PretokenCounts
from bpeinfer.counting.spilled_counts import AnyCounts
from bpeinfer.inspection.trainer_family import ListPart
from bpeinfer.loading import Tokenizer
from bpeinfer.merges import MergeList
from bpeinfer.pair_history import merge_sums
from bpeinfer.pair_ranks import PairRanks
from bpeinfer.progress import SILENT, Progress
from bpeinfer.replay import Segmentation, replay, replay_on
from bpeinfer.sizing.result import TrainingSize, refusal
from bpeinfer.sizing.size import measure_size

__all__ = ["of_one_stage", "size_from_mixture", "why_not_told", "without_remainders"]

Floats = NDArray[np.float64]

SMALLEST_SHARE = 1e-5
"""Categories with a smaller share of the pairs are left out: residues of the solver, whose pretokens take time."""
_NO_ORDER = {"YouTokenToMe": "YouTokenToMe breaks ties in no fixed order, so they leave no trace in the list"}


def of_one_stage(tokenizer: Tokenizer) -> MergeList:
    """Return the merges of the first stage of training."""
    return tokenizer.merges.head(tokenizer.first_stage or len(tokenizer.merges))


def why_not_told(tokenizer: Tokenizer, part: ListPart | None) -> str | None:
    """Return why the size cannot be measured with any samples, None if it may be."""
    return _NO_ORDER.get(tokenizer.provenance.format) or refusal(of_one_stage(tokenizer), part)


def without_remainders(pair_shares: Floats) -> Floats:
    """Return the shares without those that are too small to matter, with sum 1."""
    kept = np.where(pair_shares >= SMALLEST_SHARE, pair_shares, 0.0)
    shares: Floats = kept / kept.sum()
    return shares


def size_from_mixture(
    tokenizer: Tokenizer,
    part: ListPart | None,
    counts: AnyCounts,
    per_pair: Floats,
    sample_bytes: NDArray[np.int64],
    progress: Progress = SILENT,
    earlier: Segmentation | None = None,
) -> TrainingSize:
    """Estimate how much text a tokenizer was trained on, see `bpeinfer.training_size`.

    Args:
        tokenizer: whose list it is.
        part: of its list, from `sized_part`.
        counts: of the samples, n categories.
        per_pair: float64[n], weight of each category's sample in the fitted mixture: its share of the initial pairs for
            each initial pair that it has.
        sample_bytes: int64[n], bytes of each category's sample.
        progress: receives a callback for each phase.
        earlier: all pretokens of `counts` after the first merges of the list, if they are at hand.
    """
    merges = of_one_stage(tokenizer)
    head = merges if part is None else merges.head(part.last + 1)
    if earlier is not None and isinstance(counts, PretokenCounts):
        sums = _sums_from(earlier, head, counts.counts @ per_pair[counts.block_category], progress)
    else:
        sums, ranks = np.zeros(len(head)), PairRanks(head)
        progress.start("replaying merges", total=float(counts.blob_bytes), unit="B")
        for some in counts.parts():
            weights = some.counts @ per_pair[some.block_category]
            held = np.flatnonzero(weights > 0)
            blob, offsets = some.pretokens_at(held)
            sums += merge_sums(replay(head, blob, offsets, progress.advance, ranks), weights[held])
    return measure_size(merges, sums, float(per_pair @ sample_bytes), part)


def _sums_from(earlier: Segmentation, head: MergeList, weights: Floats, progress: Progress) -> Floats:
    """Return how often each merge of `head` is made, going on from pretokens after its first merges."""
    held = np.flatnonzero(weights > 0)
    some = earlier.of(held)
    if len(head) > len(earlier.merges):
        progress.start("replaying merges", total=float(len(some.tokens)))
        some = replay_on(head, some, progress.advance)
    return merge_sums(some, weights[held])[: len(head)]
