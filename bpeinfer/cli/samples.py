"""Samples and kept counts, as several commands take them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bpeinfer.cli.bars import progress_bars
from bpeinfer.corpora.corpus import STARTER, Corpus
from bpeinfer.corpora.load import load_corpus
from bpeinfer.counting.cache_folder import cache_folder

__all__ = ["kept_counts", "read_samples"]


def read_samples(paths: str | Path | Sequence[str | Path] | None, **options: Any) -> Corpus:
    """Load samples (the starter pack if no paths are given), with a bar for what is fetched from the hub.

    Args:
        paths: as for `load_corpus`.
        options: other arguments of `load_corpus`.
    """
    with progress_bars() as progress:
        return load_corpus(paths or [STARTER], progress=progress, **options)


def kept_counts(cache: bool) -> Path | None:
    """Return the folder in which counts are kept, None if they should not be."""
    return cache_folder() if cache else None
