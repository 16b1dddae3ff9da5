"""For test suites: assert that a tokenizer was trained on what it should have been."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from bpeinfer.estimate import MixtureEstimate
from bpeinfer.expectation import Expectation
from bpeinfer.inference.arguments import names_of
from bpeinfer.inference.given import GivenSamples, as_samples
from bpeinfer.inference.job import infer
from bpeinfer.loading import GivenTokenizer, as_tokenizer
from bpeinfer.promises import InclusionCheck, check_includes
from bpeinfer.promises.job import DEFAULT_AT_LEAST
from bpeinfer.reports.table_of_results import Unit

__all__ = ["assert_includes", "assert_mixture"]


def assert_mixture(
    tokenizer: GivenTokenizer,
    expected: Mapping[str, float],
    samples: GivenSamples,
    *,
    within: float = 0.02,
    unit: Unit = "bytes",
    **options: Any,
) -> MixtureEstimate:
    """Assert that the training text had the expected shares; return the estimate.

    Args:
        tokenizer: a loaded tokenizer, or what `load_tokenizer` takes.
        expected: share of each category or group, from 0 to 1; unnamed ones may be anything.
        samples: sample text of every category that the training text has, in any form that `infer` takes.
        within: the largest difference allowed (0.02: two points).
        unit: whether shares are of bytes or of pairs.
        options: other arguments of `infer`.

    Raises:
        AssertionError: a share is off by more, or the shares are withheld; the message has expected and estimated
            shares.
        BpeInferError: the tokenizer or the samples cannot be read, or a name is no category, group or language.
    """
    __tracebackhide__ = True  # pytest then shows the table at the caller's line
    expectation = Expectation(expected, within, unit)
    loaded, texts = as_tokenizer(tokenizer), as_samples(samples)
    expectation.check_names(names_of(texts), texts.groups)
    estimate = infer(loaded, texts, **({"size": False} | options))
    result = estimate.to_dict()
    if expectation.misses(result):
        raise AssertionError(expectation.as_text(result))
    return estimate


def assert_includes(
    tokenizer: GivenTokenizer,
    includes: Iterable[str] | Mapping[str, float],
    samples: GivenSamples,
    *,
    at_least: float = DEFAULT_AT_LEAST,
    **options: Any,
) -> InclusionCheck:
    """Assert that the training text included what was promised; return the check.

    Args:
        tokenizer: a loaded tokenizer, or what `load_tokenizer` takes.
        includes: names of categories or groups, or name → share of bytes, from 0 to 1.
        samples: sample text of every category that the training text may contain.
        at_least: the promised share of names given without one.
        options: other arguments of `check_includes`.

    Raises:
        AssertionError: a promise is broken or inconclusive; the message names the missing merges.
        BpeInferError: the tokenizer or the samples cannot be read, or a name is neither a category nor a group.
    """
    __tracebackhide__ = True
    checked = check_includes(tokenizer, includes, samples, at_least=at_least, **options)
    if not checked.passed:
        raise AssertionError(str(checked))
    return checked
