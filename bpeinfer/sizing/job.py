"""`training_size`: from a tokenizer and category samples to the bytes of text its trainer counted."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from bpeinfer.errors import InferenceError
from bpeinfer.estimate import MixtureEstimate
from bpeinfer.inference.given import GivenSamples, as_samples
from bpeinfer.inference.job import infer
from bpeinfer.inference.tracing import counts_of
from bpeinfer.inspection.lineage import copied_head
from bpeinfer.inspection.trainer import trainer_parts
from bpeinfer.loading import GivenTokenizer, as_tokenizer
from bpeinfer.pair_history import merge_sums
from bpeinfer.progress import SILENT, Progress
from bpeinfer.replay import replay
from bpeinfer.sizing.result import TrainingSize, not_told, refusal, sized_part
from bpeinfer.sizing.size import measure_size

__all__ = ["training_size"]

_NO_ORDER = {
    "YouTokenToMe": "YouTokenToMe breaks ties in no fixed order, so that they leave no trace in the list"
}


def training_size(
    tokenizer: GivenTokenizer,
    samples: GivenSamples,
    *,
    estimate: MixtureEstimate | None = None,
    workers: int = 1,
    cache: Path | None = None,
    progress: Progress = SILENT,
) -> TrainingSize:
    """Tell on how much text a tokenizer was trained, from the density of ties along its list and the fitted mixture.

    Late in a list merges have equal counts, and their order follows the trainer's tie rule: how many neighbours are in
    that order tells how fast the counts fall, and samples in the fitted mixture tell by what share of the text they
    fall. Where the file holds the counts (fastBPE), they are used instead.

    Args:
        tokenizer: from `load_tokenizer`, or what it takes.
        samples: sample text by category, as `infer` takes it, or its counts under this tokenizer's pre-tokenizer.
        estimate: from `infer` with the same samples, so that the mixture is not fitted again (None: it is fitted).
        workers: processes that count text; with more than one, a script needs ``if __name__ == "__main__":``.
        cache: a folder in which the counts of each file are kept, so that the next run skips its text.
        progress: receives a callback for each phase.

    Returns:
        The size in bytes with a 95 % interval, or a lower bound where no ties are seen, or why it cannot be told.

    Raises:
        InferenceError: the estimate is of other categories than the samples, or counts were made with another
            pre-tokenizer; as `infer` without an estimate.
        CorpusError: a sample cannot be read.
        SolverError: the solver failed.
    """
    tokenizer, samples = as_tokenizer(tokenizer), as_samples(samples)
    merges = tokenizer.merges.head(tokenizer.first_stage or len(tokenizer.merges))
    head = copied_head(tokenizer)
    part = sized_part(trainer_parts(merges, head), head if estimate is None else estimate.first_merge)
    reason = _NO_ORDER.get(tokenizer.provenance.format) or refusal(merges, part)
    if reason is not None:
        return not_told(reason, part)
    counts = counts_of(samples, None, tokenizer, progress, workers, cache)
    if estimate is None:
        estimate = infer(tokenizer, counts, resamples=0, identified=None, progress=progress)
    if estimate.categories != counts.categories:
        raise InferenceError(
            f"the estimate is of {len(estimate.categories)} categories, the samples have {len(counts.categories)} or "
            "others: give the samples that it was made from"
        )
    if estimate.withheld is not None:
        return not_told(estimate.withheld, part)
    per_pair = estimate.pair_shares / np.maximum(estimate.initial_pairs, 1)
    weights = counts.by_category() @ per_pair
    held = np.flatnonzero(weights > 0)
    progress.start("replaying merges", total=float(len(counts.blob)), unit="B")
    blob, offsets = counts.pretokens_at(held)
    last = len(merges) if part is None else part.last + 1
    replayed = replay(merges.head(last), blob, offsets, progress.advance)
    shares = merge_sums(replayed, weights[held])
    return measure_size(merges, shares, float(per_pair @ estimate.sample_bytes), part)
