"""For test suites: assert that a tokenizer was trained on what it should have been."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from bpeinfer.corpora.corpus import Corpus
from bpeinfer.corpora.load import load_corpus
from bpeinfer.counting.counts import PretokenCounts
from bpeinfer.estimate import MixtureEstimate
from bpeinfer.expectation import Expectation
from bpeinfer.inference.job import infer
from bpeinfer.loading import Tokenizer, load_tokenizer
from bpeinfer.reports.results import Unit

__all__ = ["assert_mixture"]


def assert_mixture(
    tokenizer: Tokenizer | str | os.PathLike[str],
    expected: Mapping[str, float],
    samples: Corpus | PretokenCounts | str | os.PathLike[str],
    *,
    within: float = 0.02,
    unit: Unit = "bytes",
    **options: Any,
) -> MixtureEstimate:
    """Assert that the training text had the shares expected; return the estimate.

    Args:
        tokenizer: a loaded tokenizer, or what `load_tokenizer` takes.
        expected: share of each category or group, from 0 to 1; those that are not named may be anything.
        samples: sample text of every category that the training text has, or the folder that holds it.
        within: the largest difference allowed (0.02: two points).
        unit: whether shares are of bytes or of pairs.
        options: other arguments of `infer`.

    Raises:
        AssertionError: a share is off by more, or none can be told; the message has expected and estimated shares.
        BpeInferError: the tokenizer or the samples cannot be read, or a name is neither a category nor a group.
    """
    expectation = Expectation(expected, within, unit)
    loaded = tokenizer if isinstance(tokenizer, Tokenizer) else load_tokenizer(tokenizer)
    texts = samples if isinstance(samples, Corpus | PretokenCounts) else load_corpus(os.fspath(samples))
    names = texts.names if isinstance(texts, Corpus) else texts.categories
    expectation.check_names({*names, *texts.groups})
    estimate = infer(loaded, texts, **options)
    result = estimate.to_dict()
    if expectation.misses(result):
        raise AssertionError(expectation.as_text(result))
    return estimate
