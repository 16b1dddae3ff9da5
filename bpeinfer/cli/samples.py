"""Samples and kept counts, as several commands take them."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bpeinfer.cli.bars import progress_bars
from bpeinfer.corpora.corpus import STARTER, Corpus
from bpeinfer.corpora.load import load_corpus
from bpeinfer.counting.cache_folder import cache_folder
from bpeinfer.errors import InferenceError
from bpeinfer.limits import Limits
from bpeinfer.loading.choose_files import choose_files

__all__ = ["first_megabyte", "kept_counts", "read_samples", "refuse_samples"]


def read_samples(paths: str | Path | Sequence[str | Path] | None, **options: Any) -> Corpus:
    """Load samples (the starter pack if no paths are given), with a bar for what is fetched from the hub.

    Args:
        paths: as for `load_corpus`.
        options: other arguments of `load_corpus`.
    """
    with progress_bars() as progress:
        return load_corpus(paths or [STARTER], progress=progress, **options)


def first_megabyte(paths: Sequence[str], limits: Limits) -> list[str]:
    """Read documents from all categories in turn, about a million characters in all, only a part of long documents.

    Args:
        paths: folders or files of samples.
        limits: on what is read.
    """
    corpus = read_samples(paths, minimum=1, limits=limits)
    taken: list[str] = []
    share = max(10_000, 1_000_000 // len(corpus.categories))
    for category in corpus.categories:
        size = 0
        for document in category.documents():
            taken.append(document[: share - size])
            size += len(document)
            if size >= share:
                break
    return taken


def refuse_samples(tokenizers: Sequence[str]) -> None:
    """Refuse a folder of samples given as one of several tokenizers: before the others are inferred from.

    Raises:
        InferenceError: a path is a folder of text or of folders, without a tokenizer file.
    """
    for source in tokenizers:
        folder = Path(source)
        if not os.path.isdir(folder):
            continue
        paths = [*folder.iterdir()]
        has_tokenizer = choose_files([path.name for path in paths]) or any(
            path.suffix in (".json", ".gguf") for path in paths
        )
        if not has_tokenizer and any(
            path.is_dir() or {".txt", ".jsonl"} & set(path.suffixes) for path in paths
        ):
            raise InferenceError(
                f"{source}: a folder without a tokenizer file, given as a tokenizer; give samples as --corpus {source}"
            )


def kept_counts(cache: bool) -> Path | None:
    """Return the folder in which counts are kept, None if they should not be."""
    return cache_folder() if cache else None
