"""`training_size`: from a tokenizer and category samples to the bytes of text its trainer counted."""

from __future__ import annotations

from pathlib import Path

from bpeinfer.errors import InferenceError
from bpeinfer.estimate import MixtureEstimate
from bpeinfer.inference.given import GivenSamples, as_samples
from bpeinfer.inference.job import infer
from bpeinfer.inference.origin import origin_of, size_by
from bpeinfer.inference.tracing import counts_of
from bpeinfer.inspection.lineage import copied_head
from bpeinfer.loading import GivenTokenizer, as_tokenizer
from bpeinfer.progress import SILENT, Progress
from bpeinfer.sizing import TrainingSize
from bpeinfer.sizing.from_mixture import why_not_told
from bpeinfer.sizing.result import not_told

__all__ = ["training_size"]


def training_size(
    tokenizer: GivenTokenizer,
    samples: GivenSamples,
    *,
    estimate: MixtureEstimate | None = None,
    workers: int = 1,
    cache: str | Path | None = None,
    progress: Progress = SILENT,
) -> TrainingSize:
    """Estimate how much text a tokenizer was trained on, from the density of ties in its list and the fitted mixture.

    Late in a list merges have equal counts, and their order follows the trainer's tie rule: the share of neighbours in
    that order shows how fast the counts fall, and samples in the fitted mixture show by what share of the text they
    fall. If the file contains the counts (fastBPE), they are used instead.

    Args:
        tokenizer: from `load_tokenizer`, or what it takes.
        samples: sample text by category, as `infer` takes it, or its counts under this tokenizer's pre-tokenizer.
        estimate: from `infer` with the same samples, so that the mixture is not fitted again (None: it is fitted).
        workers: processes that count text; with more than one, a script needs ``if __name__ == "__main__":``.
        cache: a folder in which the counts of each file are kept, so that the next run skips its text.
        progress: receives a callback for each phase.

    Returns:
        The size in bytes with a 95 % interval, a lower bound if no ties are found, or why there is no answer.

    Raises:
        InferenceError: the estimate and the samples have different categories, or the counts were made with another
            pre-tokenizer; without an estimate also as `infer`.
        CorpusError: a sample cannot be read.
        SolverError: the solver failed.
    """
    tokenizer, samples = as_tokenizer(tokenizer), as_samples(samples)
    _, part = origin_of(tokenizer, copied_head(tokenizer), None if estimate is None else estimate.first_merge)
    reason = why_not_told(tokenizer, part)
    if reason is not None:
        return not_told(reason, part)
    counts = counts_of(samples, None, tokenizer, progress, workers, cache)
    if estimate is None:
        estimate = infer(tokenizer, counts, resamples=0, size=False, progress=progress)
    if estimate.categories != counts.categories:
        raise InferenceError(
            f"the estimate is of {len(estimate.categories)} categories, the samples have {len(counts.categories)} or "
            "different ones: give the samples that the estimate was made from"
        )
    return size_by(estimate, tokenizer, part, counts, progress)
