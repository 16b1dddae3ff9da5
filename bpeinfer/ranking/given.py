"""What callers may give as candidate texts, and how each becomes one category in one feeding."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping

from bpeinfer.corpora.corpus import Category, Corpus
from bpeinfer.corpora.load import load_corpus
from bpeinfer.errors import InferenceError
from bpeinfer.ranking.feeding import FEEDINGS, fed

__all__ = ["GivenText", "GivenTexts", "as_category", "as_text", "named_texts"]

GivenText = Corpus | str | os.PathLike[str] | Iterable[str]
GivenTexts = Mapping[str, GivenText] | Iterable[str | os.PathLike[str]]


def named_texts(texts: GivenTexts) -> dict[str, GivenText]:
    """Return the candidates by name.

    Raises:
        InferenceError: there are none, or one is given twice.
    """
    if isinstance(texts, str | os.PathLike):
        raise InferenceError(
            f"texts is {os.fspath(texts)!r}, expected a list of files or folders, or texts by name"
        )
    if isinstance(texts, Mapping):
        named = dict(texts)
    else:
        given = [os.fspath(path) for path in texts]
        twice = sorted({path for path in given if given.count(path) > 1})
        if twice:
            raise InferenceError(f"{twice[0]} is given twice: name each text once")
        named = {path: path for path in given}
    if not named:
        raise InferenceError("no text to compare: give files or folders, or texts by name")
    return named


def as_text(name: str, text: GivenText) -> Corpus:
    """Return a candidate as a corpus, all of whose categories are one text.

    Raises:
        CorpusError: the text is missing, or its documents are not strings.
    """
    if isinstance(text, str | os.PathLike):
        return load_corpus(os.fspath(text), minimum=1, whole=True)
    return text if isinstance(text, Corpus) else Corpus.from_texts({name: text})


def as_category(name: str, text: Corpus, feeding: str) -> Category | None:
    """Return everything in a candidate as one category; None if it cannot be fed in this way."""
    sources = [fed(source, feeding) for category in text.categories for source in category.sources]
    if any(source is None for source in sources):
        return None
    told = name if feeding == "documents" else f"{name} ({FEEDINGS[feeding]})"
    return Category(told, tuple(source for source in sources if source is not None))
