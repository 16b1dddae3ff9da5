"""Known truth: from tokenizers trained on known mixtures of the fixture corpus, the mixture is recovered."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pytest
from gpt2 import gpt2
from trained import hugging_face

import bpeinfer as bi

CORPUS = Path(__file__).parents[1] / "fixtures" / "corpus"
MERGES = 2_000
SHARES_ALONE = {"resamples": 0, "size": False}


@cache
def half(name: str) -> dict[str, list[str]]:
    corpus = bi.load_corpus(CORPUS / name)
    return {category.name: list(category.documents()) for category in corpus.categories}


def draw_mixture(seed: int) -> dict[str, list[str]]:
    """Documents of the training half in proportions drawn uniformly from the simplex."""
    texts = half("train")
    weights = np.random.default_rng(seed).dirichlet(np.ones(len(texts)))
    drawn = {}
    for (name, documents), weight in zip(texts.items(), weights, strict=True):
        room = weight / weights.max() * sum(len(text.encode()) for text in documents)
        ends = np.cumsum([len(text.encode()) for text in documents])
        drawn[name] = documents[: max(1, int(np.searchsorted(ends, room, side="right")))]
    return drawn


def byte_shares(texts: dict[str, list[str]]) -> np.ndarray:
    sizes = np.array([sum(len(text.encode()) for text in documents) for documents in texts.values()])
    return sizes / sizes.sum()


@cache
def trained(seed: int, folder: Path) -> bi.Tokenizer:
    """A byte-level tokenizer that Hugging Face trained on the mixture, read back from its file."""
    texts = (text for documents in draw_mixture(seed).values() for text in documents)
    path = folder / f"tokenizer-{seed}.json"
    hugging_face(texts, MERGES).save(str(path))
    return bi.load_tokenizer(path)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("tokenizers")


def log_error(estimate: bi.MixtureEstimate, truth: np.ndarray) -> float:
    """Log10 of the mean squared error in byte shares, the paper's measure."""
    assert list(estimate.categories) == list(half("train"))
    return float(np.log10(np.mean((estimate.byte_shares - truth) ** 2)))


@pytest.mark.parametrize("seed", [0, 1, pytest.param(2, marks=pytest.mark.long)])
def test_exact_counts_give_the_truth_back(seed, folder):
    """Sample = training text: log10 MSE at most -12 (measured: -30 to -32)."""
    texts = draw_mixture(seed)
    estimate = bi.infer(trained(seed, folder), bi.Corpus.from_texts(texts), **SHARES_ALONE)
    print(f"seed {seed}: log10 MSE {log_error(estimate, byte_shares(texts)):.1f} with exact counts")
    assert log_error(estimate, byte_shares(texts)) <= -12
    assert estimate.solution.objective < 1e-9


@pytest.mark.parametrize("seed", [0, 1, *(pytest.param(seed, marks=pytest.mark.long) for seed in (2, 3, 4))])
def test_disjoint_halves_beat_the_uniform_guess_a_hundredfold(seed, folder):
    """Measured: log10 MSE -3.9 to -4.8 against -1.4 to -1.9 for the uniform guess."""
    truth = byte_shares(draw_mixture(seed))
    estimate = bi.infer(trained(seed, folder), bi.Corpus.from_texts(half("sample")), **SHARES_ALONE)
    uniform = float(np.log10(np.mean((1 / len(truth) - truth) ** 2)))
    print(f"seed {seed}: log10 MSE {log_error(estimate, truth):.2f}, uniform guess {uniform:.2f}")
    assert log_error(estimate, truth) <= uniform - 2


def test_order_and_units_of_the_result(folder):
    estimate = bi.infer(trained(0, folder), bi.Corpus.from_texts(half("sample")), merges=500, resamples=3)
    assert sum(estimate.proportions.values()) == pytest.approx(1)
    assert list(estimate.proportions.values()) == sorted(estimate.proportions.values(), reverse=True)
    assert estimate.pair_shares.sum() == pytest.approx(1)
    assert estimate.merges_used + estimate.merges_absent == 500
    assert estimate.solution.lower_bound <= estimate.solution.objective
    assert list(estimate.to_frame().index) == list(estimate.proportions)
    assert "disagreement" in str(estimate)
    assert "<table>" in estimate._repr_html_()


def test_a_copied_category_is_shared_not_lost(folder):
    """A category given twice under two names: the two shares add up to its share."""
    texts = half("sample")
    truth = dict(zip(texts, byte_shares(draw_mixture(1)), strict=True))
    estimate = bi.infer(
        trained(1, folder), bi.Corpus.from_texts({**texts, "el-again": texts["el"]}), **SHARES_ALONE
    )
    shares = estimate.proportions
    assert shares["el"] + shares["el-again"] == pytest.approx(truth["el"], abs=0.05)


@pytest.mark.parametrize("texts", [{}, {"en": ["one category"]}])
def test_fewer_than_two_categories_are_refused_before_the_work(texts):
    with pytest.raises(bi.BpeInferError, match=r"at least two categories, found \d \((none|en)\)"):
        bi.infer(gpt2(), bi.Corpus.from_texts(texts))
