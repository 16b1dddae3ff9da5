"""What callers may give as a tokenizer and as samples, and the errors for anything else."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping

from bpeinfer.corpora.corpus import Corpus
from bpeinfer.corpora.load import load_corpus
from bpeinfer.counting.counts import PretokenCounts
from bpeinfer.errors import InferenceError
from bpeinfer.loading import Tokenizer, load_tokenizer

__all__ = ["GivenSamples", "GivenTokenizer", "as_samples", "as_tokenizer"]

GivenTokenizer = Tokenizer | str | os.PathLike[str]
GivenSamples = Corpus | PretokenCounts | Mapping[str, Iterable[str]] | str | os.PathLike[str]


def as_tokenizer(given: GivenTokenizer) -> Tokenizer:
    """Return a tokenizer, loaded if it is not one yet.

    Raises:
        InferenceError: it is neither a tokenizer nor a source of one.
    """
    if isinstance(given, Tokenizer):
        return given
    if isinstance(given, str | os.PathLike):
        return load_tokenizer(given)
    raise InferenceError(
        f"tokenizer is a {type(given).__name__}, expected what bi.load_tokenizer returns or takes: a path, a hub id, "
        "bundled:gpt2"
    )


def as_samples(given: GivenSamples) -> Corpus | PretokenCounts:
    """Return samples: paths are loaded, documents by category are made a corpus.

    Raises:
        InferenceError: it is none of these.
        CorpusError: the documents of a category are not strings.
    """
    if isinstance(given, Corpus | PretokenCounts):
        return given
    if isinstance(given, str | os.PathLike):
        return load_corpus(os.fspath(given))
    if isinstance(given, Mapping):
        return Corpus.from_texts(given)
    raise InferenceError(
        f"samples are a {type(given).__name__}, expected documents by category ({{'en': [...], 'de': [...]}}), a "
        "folder, or what bi.load_corpus, bi.starter_corpus or bi.count_pretokens returns"
    )
