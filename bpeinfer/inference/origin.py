"""Who trained a list, and on how much text, once the mixture has been fitted."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from bpeinfer.counting.spilled_counts import AnyCounts
from bpeinfer.estimate import MixtureEstimate
from bpeinfer.inference.clock import Clock
from bpeinfer.inspection.trainer_family import ListPart, trainer_parts
from bpeinfer.loading import Tokenizer
from bpeinfer.progress import SILENT, Progress
from bpeinfer.replay import Segmentation
from bpeinfer.sizing import TrainingSize
from bpeinfer.sizing.from_mixture import of_one_stage, size_from_mixture, why_not_told, without_remainders
from bpeinfer.sizing.result import not_told, sized_part

__all__ = ["origin_of", "size_by", "with_origin"]


def origin_of(
    tokenizer: Tokenizer, head: int, first_merge: int | None = None
) -> tuple[tuple[ListPart, ...], ListPart | None]:
    """Return the parts of a list that follow one tie rule each, and the one to measure the size from.

    Args:
        tokenizer: from `load_tokenizer`.
        head: how many merges were copied from an older tokenizer (`copied_head`).
        first_merge: the first rank that the mixture describes (None: the first after a copied head).
    """
    merges = of_one_stage(tokenizer)
    parts = trainer_parts(merges, head)
    return parts, sized_part(parts, head if first_merge is None else first_merge)


def size_by(
    estimate: MixtureEstimate,
    tokenizer: Tokenizer,
    part: ListPart | None,
    counts: AnyCounts,
    progress: Progress = SILENT,
    earlier: Segmentation | None = None,
) -> TrainingSize:
    """Return the size of the training text from a fitted mixture, or why it is unknown.

    Args:
        estimate: the mixture.
        tokenizer: whose list it is.
        part: of the list, from `origin_of`.
        counts: of the samples.
        progress: receives a callback for each phase.
        earlier: the pretokens of `counts` after the merges that the mixture was inferred from, if they are at hand.
    """
    reason = why_not_told(tokenizer, part) or estimate.withheld
    if reason is not None:
        return not_told(reason, part)
    per_pair = without_remainders(estimate.pair_shares) / np.maximum(estimate.initial_pairs, 1)
    return size_from_mixture(tokenizer, part, counts, per_pair, estimate.sample_bytes, progress, earlier)


def with_origin(
    estimate: MixtureEstimate,
    tokenizer: Tokenizer,
    counts: AnyCounts,
    head: int,
    clock: Clock,
    progress: Progress,
    earlier: Segmentation | None,
) -> MixtureEstimate:
    """Return the estimate with who trained the list, after its copied head, and on how much text."""
    with clock.time("size"):
        parts, part = origin_of(tokenizer, head, estimate.first_merge)
        size = size_by(estimate, tokenizer, part, counts, progress, earlier)
    return replace(estimate, trainer=parts, training_size=size)
