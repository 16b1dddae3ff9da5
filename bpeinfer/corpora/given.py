"""The samples that callers may give, and the error for anything else."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from bpeinfer.corpora.corpus import Corpus
from bpeinfer.corpora.load import load_corpus
from bpeinfer.errors import InferenceError

__all__ = ["GivenCorpus", "as_corpus"]


class DataFrame(Protocol):
    """A data frame with columns ``category`` and ``text``, and perhaps ``group``: pandas, polars, pyarrow."""

    def __getitem__(self, column: str, /) -> Any:
        """Return a column."""


GivenCorpus = Corpus | Mapping[str, Iterable[str]] | DataFrame | str | os.PathLike[str]


def as_corpus(given: GivenCorpus) -> Corpus:
    """Return samples as a corpus: paths are loaded, documents by category and data frames are wrapped.

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
    names = getattr(given, "column_names", getattr(given, "columns", None))
    if names is not None:
        return _of_a_frame(given, list(names))
    raise InferenceError(
        f"samples are of type {type(given).__name__}, expected documents by category ({{'en': [...], 'de': [...]}}), a "
        "data frame, a folder, or what bi.load_corpus or bi.starter_corpus returns"
    )


def _of_a_frame(frame: DataFrame, names: list[Any]) -> Corpus:
    """Return the documents of a data frame, a row each."""
    if not {"category", "text"} <= set(names):
        raise InferenceError(
            f"samples are a data frame with the columns {', '.join(map(str, names))}; expected category and text, "
            "a row for each document"
        )
    categories, documents = _listed(frame["category"]), _listed(frame["text"])
    texts: dict[str, list[str]] = {}
    for category, text in zip(categories, documents, strict=True):
        texts.setdefault(str(category), []).append(text)
    if "group" not in names:
        return Corpus.from_texts(texts)
    groups = dict(zip(map(str, categories), _listed(frame["group"]), strict=True))
    return Corpus.from_texts(texts, groups)


def _listed(column: Any) -> list[Any]:
    values: list[Any] = column.to_pylist() if hasattr(column, "to_pylist") else column.to_list()
    return values
