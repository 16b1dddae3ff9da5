"""The samples that callers may give, and the error for anything else."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping

from bpeinfer.corpora.corpus import Corpus
from bpeinfer.corpora.load import load_corpus
from bpeinfer.errors import InferenceError

__all__ = ["GivenCorpus", "as_corpus"]

GivenCorpus = Corpus | Mapping[str, Iterable[str]] | str | os.PathLike[str]


def as_corpus(given: GivenCorpus) -> Corpus:
    """Return samples as a corpus: paths are loaded, documents by category are wrapped.

    Raises:
        InferenceError: `given` is none of these.
        CorpusError: the documents of a category are not strings.
    """
    if isinstance(given, Corpus):
        return given
    if isinstance(given, str | os.PathLike):
        return load_corpus(os.fspath(given))
    if isinstance(given, Mapping):
        return Corpus.from_texts(given)
    raise InferenceError(
        f"samples are of type {type(given).__name__}, expected documents by category ({{'en': [...], 'de': [...]}}), a "
        "folder, or what bi.load_corpus or bi.starter_corpus returns"
    )
