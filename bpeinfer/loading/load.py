"""`load_tokenizer`: from the name of a source to a `Tokenizer`."""

from __future__ import annotations

import os
from typing import Any, TypeGuard

from tokenizers import Tokenizer as LibraryTokenizer

from bpeinfer.errors import TokenizerFileError, TokenizerNotFoundError
from bpeinfer.files import digest, shown
from bpeinfer.limits import DEFAULT_LIMITS, Limits
from bpeinfer.loading.found_files import TokenizerFiles, find_files
from bpeinfer.loading.tokenizer import Tokenizer
from bpeinfer.loading.unsplit import UnsplitTokenizer, read_files

__all__ = ["is_source", "load_tokenizer", "load_unsplit"]


def is_source(given: object) -> TypeGuard[str | os.PathLike[str] | LibraryTokenizer]:
    """Return whether `load_tokenizer` accepts it: a name, a path, or a tokenizer of the library `tokenizers`."""
    return isinstance(given, str | os.PathLike) or isinstance(_of_the_library(given), LibraryTokenizer)


def _of_the_library(given: object) -> Any:
    """Return what is inside one of the fast tokenizers of `transformers`, and anything else as it is."""
    return getattr(given, "backend_tokenizer", given)


def load_tokenizer(
    source: str | os.PathLike[str] | LibraryTokenizer,
    *,
    name: str | None = None,
    pretokenizer: str | None = None,
    cache_dir: str | os.PathLike[str] | None = None,
    full: bool = False,
    limits: Limits = DEFAULT_LIMITS,
) -> Tokenizer:
    """Load a tokenizer from ``bundled:gpt2``, a file, a folder or a hub id (``owner/name[@revision]``).

    Args:
        source: what to load; also a ``tokenizers.Tokenizer`` in memory, or a fast tokenizer of transformers.
        name: what reports call it (default: the hub id, or the end of the path).
        pretokenizer: overrides how text is split: a known name (r50k, p50k, cl100k, o200k, …), a pattern, or "auto",
            the known one that can produce most of the merges.
        cache_dir: where hub files are kept (default: the usual huggingface-hub cache).
        full: read the whole list even if the model uses only its first part (tekken, CLIP).
        limits: how large a file may be, and how long its split pattern may take.

    Example:
        >>> tokenizer = load_tokenizer("bundled:gpt2")
        >>> len(tokenizer.merges), tokenizer.merges.pair(0)
        (50000, (b' ', b't'))

    Raises:
        TokenizerNotFoundError: there is nothing by that name, or `source` is neither a name nor a tokenizer.
        TokenizerFileError: `name` is empty, a damaged file, or one whose pre-tokenizer is unknown and not given.
        NotBpeError: the tokenizer is not BPE.
    """
    unsplit = load_unsplit(source, name=name, cache_dir=cache_dir, full=full, limits=limits)
    return unsplit.split_by(pretokenizer)


def load_unsplit(
    source: str | os.PathLike[str] | LibraryTokenizer,
    *,
    name: str | None = None,
    cache_dir: str | os.PathLike[str] | None = None,
    full: bool = False,
    limits: Limits = DEFAULT_LIMITS,
) -> UnsplitTokenizer:
    """Do all of `load_tokenizer` but for the pre-tokenizer, so that two can be tried on a list that is read once."""
    if not is_source(source):
        raise TokenizerNotFoundError(
            f"source is of type {type(source).__name__}, expected a path, a hub id, bundled:gpt2 or a "
            "tokenizers.Tokenizer"
        )
    if isinstance(source, str) and not source.strip():
        raise TokenizerNotFoundError(
            "the tokenizer is named by an empty string; give a path, a hub id or bundled:gpt2"
        )
    if name is not None and not name.strip():
        raise TokenizerFileError("the name given for the tokenizer is empty")
    if isinstance(source, str | os.PathLike):
        called, files = shown(source), find_files(os.fspath(source), cache_dir, limits)
    else:
        called, files = "tokenizers.Tokenizer", _in_memory(_of_the_library(source))
    return read_files(files, called, name, full=full, limits=limits)


def _in_memory(tokenizer: LibraryTokenizer) -> TokenizerFiles:
    """Return the tokenizer.json that the library would write."""
    file, data = "tokenizer.json", tokenizer.to_str().encode()
    return TokenizerFiles(
        name="tokenizers.Tokenizer",
        contents={file: data},
        hashes={file: digest(data)},
        labels={file: "the tokenizers.Tokenizer given"},
        paths={},
    )
