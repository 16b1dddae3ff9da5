"""What callers may give for samples where counts of them do as well."""

from __future__ import annotations

from bpeinfer.corpora.corpus import Corpus
from bpeinfer.corpora.given import GivenCorpus, as_corpus
from bpeinfer.counting.spilled_counts import AnyCounts

__all__ = ["GivenSamples", "as_samples"]

GivenSamples = AnyCounts | GivenCorpus


def as_samples(given: GivenSamples) -> Corpus | AnyCounts:
    """Return counts as they are, and anything else as `as_corpus` does.

    Raises:
        InferenceError: it is neither counts nor samples.
        CorpusError: the documents of a category are not strings.
    """
    return given if isinstance(given, AnyCounts) else as_corpus(given)
