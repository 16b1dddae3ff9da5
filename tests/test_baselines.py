"""Uniform, TEE and TC as the paper defines them, by hand and on a known mixture."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import bpeinfer as bi
from bpeinfer.baselines import (
    baseline_shares,
    bytes_per_token,
    efficiency_exponent,
    own_efficiency,
    shares_by_efficiency,
    shares_by_tokens,
)
from bpeinfer.errors import InferenceError
from bpeinfer.pretokenize import Pretokenizer
from bpeinfer.training import train

CORPUS = Path(__file__).parents[1] / "fixtures" / "corpus"
GPT2 = Pretokenizer.from_spec(None, {"type": "ByteLevel", "add_prefix_space": False, "use_regex": True})
BYTES = [bytes([byte]) for byte in range(256)]


def counts_of(texts):
    return bi.count_pretokens(bi.Corpus.from_texts(texts), GPT2)


def test_token_classification_by_hand():
    """ab and abc are most frequent in the first category, xy in the second, zz in none."""
    merges = bi.MergeList.from_pairs(BYTES, [(b"a", b"b"), (b"x", b"y"), (b"ab", b"c"), (b"z", b"z")])
    counts = counts_of({"one": ["ab abc ab"], "two": ["xy xy ab xy"]})
    assert shares_by_tokens(merges, counts).tolist() == pytest.approx([2 / 3, 1 / 3])


def test_bytes_per_token_by_hand():
    """``ab ab`` has the pretokens ``ab`` and `` ab``: tokens ab, space, ab; no merge applies to ``xyx``."""
    merges = bi.MergeList.from_pairs(BYTES, [(b"a", b"b")])
    counts = counts_of({"one": ["ab ab"], "two": ["xyx"]})
    assert bytes_per_token(merges, counts).tolist() == pytest.approx([5 / 3, 1.0])


def test_the_exponent_is_the_slope_of_the_line():
    random = np.random.default_rng(0)
    efficiencies = [random.uniform(0.4, 1, 5) for _ in range(4)]
    truths = [shares_by_efficiency(efficiency, 3.7) for efficiency in efficiencies]
    assert efficiency_exponent(efficiencies, truths) == pytest.approx(3.7)


@pytest.fixture(scope="module")
def mixture():
    """A tokenizer of 1,500 merges on nine parts of German and one part of Python, and samples."""
    names = "de,python"
    training = bi.count_pretokens(bi.load_corpus(CORPUS / "train", categories=names), GPT2)
    weights = training.by_category() @ np.array([9, 1])
    merges = train(training.blob, training.offsets, weights, 1500)
    truth = training.category_bytes * [9, 1]
    samples = bi.count_pretokens(bi.load_corpus(CORPUS / "sample", categories=names), GPT2)
    return merges, samples, truth / truth.sum()


def test_a_tokenizer_of_one_category_is_as_efficient_as_its_own(mixture):
    _, samples, _ = mixture
    german = samples.select(["de"])
    alone = train(german.blob, german.offsets, german.by_category().sum(axis=1), 500)
    assert bytes_per_token(alone, german) / own_efficiency(german, 500) == pytest.approx([1.0])


@pytest.mark.parametrize("name", ["tc", "tee"])
def test_baselines_see_the_larger_share_and_beat_uniform(name, mixture):
    merges, samples, truth = mixture
    guess = baseline_shares(name, merges, samples)
    assert guess.sum() == pytest.approx(1)
    assert np.argmax(guess) == np.argmax(truth)
    assert np.mean((guess - truth) ** 2) < np.mean((baseline_shares("uniform", merges, samples) - truth) ** 2)


def test_an_unknown_baseline_is_named_with_those_there_are(mixture):
    merges, samples, _ = mixture
    with pytest.raises(InferenceError, match=r"no baseline 'best'; there are: uniform, tee, tc"):
        baseline_shares("best", merges, samples)


def test_tee_needs_bytes():
    merges = bi.MergeList.from_pairs([b"a", "é".encode()], [(b"a", "é".encode())], unit="character")
    with pytest.raises(InferenceError, match=r"over characters; use tc"):
        baseline_shares("tee", merges, counts_of({"one": ["aé"], "two": ["a"]}))
