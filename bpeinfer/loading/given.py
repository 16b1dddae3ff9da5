"""The tokenizers that callers may give, and the error for anything else."""

from __future__ import annotations

import os

from tokenizers import Tokenizer as LibraryTokenizer

from bpeinfer.errors import InferenceError
from bpeinfer.loading.load import is_source, load_tokenizer
from bpeinfer.loading.tokenizer import Tokenizer
from bpeinfer.merges import MergeList
from bpeinfer.pretokenize import Pretokenizer

__all__ = ["GivenTokenizer", "as_merges", "as_pretokenizer", "as_tokenizer"]

GivenTokenizer = Tokenizer | LibraryTokenizer | str | os.PathLike[str]
_TAKEN = "what bi.load_tokenizer returns, or takes: a path, a hub id, bundled:gpt2, a tokenizers.Tokenizer"


def as_tokenizer(given: GivenTokenizer) -> Tokenizer:
    """Return a tokenizer, loading it if necessary.

    Raises:
        InferenceError: `given` is neither a tokenizer nor a source of one.
    """
    if isinstance(given, Tokenizer):
        return given
    if is_source(given):
        return load_tokenizer(given)
    raise InferenceError(f"tokenizer is of type {type(given).__name__}, expected {_TAKEN}")


def as_merges(given: MergeList | GivenTokenizer) -> MergeList:
    """Return a merge list, or that of a tokenizer.

    Raises:
        InferenceError: `given` is neither a merge list, nor a tokenizer or a source of one.
    """
    return given if isinstance(given, MergeList) else as_tokenizer(given).merges


def as_pretokenizer(given: Pretokenizer | GivenTokenizer) -> Pretokenizer:
    """Return a pre-tokenizer, or that of a tokenizer.

    Raises:
        InferenceError: `given` is neither a pre-tokenizer, nor a tokenizer or a source of one.
    """
    return given if isinstance(given, Pretokenizer) else as_tokenizer(given).pretokenizer
