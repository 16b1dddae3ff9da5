"""What callers may give for samples where counts of them do as well."""

from __future__ import annotations

from bpeinfer.corpora.corpus import Corpus
from bpeinfer.corpora.given import GivenCorpus, as_corpus
from bpeinfer.counting.counts import PretokenCounts

__all__ = ["GivenSamples", "as_samples"]

GivenSamples = PretokenCounts | GivenCorpus


def as_samples(given: GivenSamples) -> Corpus | PretokenCounts:
    """Return counts as they are, and anything else as `as_corpus` does.

    Raises:
        InferenceError: it is neither counts nor samples.
        CorpusError: the documents of a category are not strings.
    """
    return given if isinstance(given, PretokenCounts) else as_corpus(given)
