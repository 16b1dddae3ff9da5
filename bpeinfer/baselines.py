"""The simple ways to guess a mixture with which the linear program is compared (uniform, TEE, TC).

These are the paper's three baselines. Uniform uses no evidence. *Tokenizer encoding efficiency* (TEE): a tokenizer
packs the text it was trained on into fewer tokens; its bytes per token, relative to those of a tokenizer trained on
the category alone, rise with the category's share, nearly as a power. *Token classification* (TC): each token is
counted for the category in which it is most frequent.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from bpeinfer.counting.counts import PretokenCounts
from bpeinfer.counting.spilled_counts import AnyCounts
from bpeinfer.errors import InferenceError
from bpeinfer.merges import MergeList
from bpeinfer.replay import Segmentation, replay
from bpeinfer.training import train

__all__ = [
    "BASELINES",
    "EFFICIENCY_EXPONENT",
    "baseline_shares",
    "bytes_per_token",
    "check_baselines",
    "efficiency_exponent",
    "shares_by_efficiency",
    "shares_by_tokens",
    "uniform_shares",
]

Floats = NDArray[np.float64]

BASELINES = ("uniform", "tee", "tc")
"""Names of the baselines, as `baseline_shares` takes them."""

EFFICIENCY_EXPONENT = 5.0
"""The power of the relative efficiency that TEE takes as a share if there are no known mixtures to fit it to. Fitted
to known mixtures of languages it was 3.7 (n = 28) to 7.5 (n = 5), of programming languages about 40."""

OWN_MERGES = 10_000
"""Most merges of the tokenizers whose efficiency TEE compares: single categories rarely have text for more."""


def uniform_shares(categories: int) -> Floats:
    """Return the same share for each category: float64[n]."""
    return np.full(categories, 1 / categories)


def shares_by_tokens(merges: MergeList, counts: AnyCounts) -> Floats:
    """Return token classification (TC): each category's part of the tokens that are most frequent in it.

    A token's frequency in a category is its count there over that of all tokens, with the sample encoded by the
    whole tokenizer. Tokens that no sample contains count for none; a token equally frequent in several categories
    counts for the first.

    Source: Hayase et al. 2024, section 4.
    """
    occurrences = np.zeros((len(merges.symbols) + 1, len(counts.categories)))
    for part in counts.parts():
        occurrences += _occurrences(replay(merges, part.blob, part.offsets), part)
    frequency = occurrences / np.maximum(occurrences.sum(axis=0), 1)
    learned = frequency[merges.alphabet_size : len(merges.symbols)]
    winner = learned[learned.any(axis=1)].argmax(axis=1)
    votes = np.bincount(winner, minlength=len(counts.categories)).astype(np.float64)
    shares: Floats = votes / max(votes.sum(), 1)
    return shares


def bytes_per_token(merges: MergeList, counts: AnyCounts) -> Floats:
    """Return the bytes per token in each category's sample: float64[n]."""
    tokens = np.zeros(len(counts.categories), dtype=np.int64)
    for part in counts.parts():
        tokens += part.category_sums(np.diff(replay(merges, part.blob, part.offsets).offsets))
    ratio: Floats = counts.category_bytes / np.maximum(tokens, 1)
    return ratio


def shares_by_efficiency(efficiency: Floats, exponent: float = EFFICIENCY_EXPONENT) -> Floats:
    """Return tokenizer encoding efficiency (TEE): shares as a power of the relative efficiency, sum one.

    Args:
        efficiency: float64[n], bytes per token of each category's sample over the bytes per token of a
            tokenizer of this category alone; 1 for a tokenizer trained on nothing else.
        exponent: slope of the line through log share against log efficiency, see `efficiency_exponent`.

    Example:
        >>> shares_by_efficiency(np.array([1.0, 0.5]), exponent=2.0).tolist()
        [0.8, 0.2]

    Source: Hayase et al. 2024, section 4.
    """
    raised = (efficiency / efficiency.max()) ** exponent
    shares: Floats = raised / raised.sum()
    return shares


def efficiency_exponent(efficiencies: Sequence[Floats], truths: Sequence[Floats]) -> float:
    """Fit the slope of log share against log efficiency over tokenizers whose mixture is known.

    Each tokenizer has its own intercept, since shares are renormalised; zero shares are left out.
    """
    across, squared = 0.0, 0.0
    for efficiency, truth in zip(efficiencies, truths, strict=True):
        there = truth > 0
        x, y = np.log(efficiency[there]), np.log(truth[there])
        across += float((x - x.mean()) @ (y - y.mean()))
        squared += float((x - x.mean()) @ (x - x.mean()))
    return across / squared if squared else EFFICIENCY_EXPONENT


def check_baselines(names: Iterable[str], merges: MergeList, on_disk: bool) -> None:
    """Refuse baselines that cannot be computed: before the text is counted, not after.

    Raises:
        InferenceError: no such baseline, TEE for a tokenizer over characters, or TEE for counts on disk.
    """
    for name in names:
        if name not in BASELINES:
            raise InferenceError(f"no baseline {name!r}; there are: {', '.join(BASELINES)}")
        if name == "tee" and merges.unit != "byte":
            raise InferenceError(
                "baseline tee compares with byte-level tokenizers, but this tokenizer is over characters; use tc"
            )
        if name == "tee" and on_disk:
            raise InferenceError(
                "baseline tee trains a tokenizer on each category, which bounded memory does not allow; leave out tee "
                "or --memory"
            )


def baseline_shares(name: str, merges: MergeList, counts: AnyCounts) -> Floats:
    """Return the byte shares that a baseline guesses: float64[n], in the order of `counts.categories`.

    "tee" trains a byte-level tokenizer on each category's sample for comparison, which takes a second or two each.

    Raises:
        InferenceError: no such baseline, TEE for a tokenizer over characters, or TEE for counts on disk.
    """
    check_baselines((name,), merges, not isinstance(counts, PretokenCounts))
    if name == "uniform":
        return uniform_shares(len(counts.categories))
    if name == "tc":
        return shares_by_tokens(merges, counts)
    assert isinstance(counts, PretokenCounts)
    head = merges.head(OWN_MERGES)
    return shares_by_efficiency(bytes_per_token(head, counts) / own_efficiency(counts, len(head)))


def own_efficiency(samples: PretokenCounts, merges: int, training: PretokenCounts | None = None) -> Floats:
    """Return, for each category, bytes per token of its sample under a tokenizer of this category alone.

    Args:
        samples: what the tokenizers encode.
        merges: how many merges they have.
        training: text of the same categories that they are trained on; None: the samples themselves.
    """
    efficiency = np.ones(len(samples.categories))
    for number, name in enumerate(samples.categories):
        own = (training or samples).select([name])
        learned = train(own.blob, own.offsets, own.counts.sum(axis=1), merges)
        efficiency[number] = bytes_per_token(learned, samples.select([name]))[0]
    return efficiency


def _occurrences(segmentation: Segmentation, counts: PretokenCounts) -> Floats:
    """Return float64[S + 1, n]: how often each symbol occurs in each category's sample (last: unknown)."""
    occurrences = np.zeros((len(segmentation.merges.symbols) + 1, len(counts.categories)))
    by_category = counts.by_category()
    pretoken = np.repeat(np.arange(len(counts)), np.diff(segmentation.offsets))
    symbol = segmentation.nodes.symbol[segmentation.tokens]
    for category in range(len(counts.categories)):
        times = by_category[:, [category]].toarray().ravel()
        occurrences[:, category] = np.bincount(symbol, times[pretoken], minlength=len(occurrences))
    return occurrences
