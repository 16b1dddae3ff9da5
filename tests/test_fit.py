"""The fit verdict and the evidence behind a share, on mixtures of made-up languages."""

from __future__ import annotations

import numpy as np
import pytest

from bpeinfer.corpora import Corpus
from bpeinfer.evidence import evidence
from bpeinfer.fit import Verdict, judge
from bpeinfer.infer import trace
from bpeinfer.loading import load_tokenizer
from bpeinfer.merges import MergeList
from bpeinfer.pretokens import PretokenCounts, count_pretokens
from bpeinfer.solving import MixtureProblem, solve
from bpeinfer.training import train

ALPHABETS = {"latin": "abcdefghijklmnop", "greek": "αβγδεζηθικλμνξοπ", "cyrillic": "абвгдежзиклмнопр"}


def documents(alphabet: str, seed: int, words: int = 6_000) -> list[str]:
    """Text of a language with 300 words of its own, common ones far more often than rare ones."""
    own = np.random.default_rng(sum(map(ord, alphabet)))
    vocabulary = ["".join(own.choice(list(alphabet), own.integers(2, 9))) for _ in range(300)]
    random = np.random.default_rng(seed)
    drawn = np.minimum(random.zipf(1.3, words) - 1, 299)
    text = [vocabulary[number] for number in drawn]
    return [" ".join(text[start : start + 100]) for start in range(0, words, 100)]


@pytest.fixture(scope="module")
def samples() -> PretokenCounts:
    texts = {name: documents(alphabet, seed=1) for name, alphabet in ALPHABETS.items()}
    return count_pretokens(Corpus.from_texts(texts), load_tokenizer("bundled:gpt2").pretokenizer)


@pytest.fixture(scope="module")
def merges() -> MergeList:
    """60 % Latin, 30 % Greek, 10 % Cyrillic words, other text than the samples."""
    parts = {
        name: documents(ALPHABETS[name], seed=2, words=words)
        for name, words in (("latin", 12_000), ("greek", 6_000), ("cyrillic", 2_000))
    }
    counts = count_pretokens(Corpus.from_texts(parts), load_tokenizer("bundled:gpt2").pretokenizer)
    return train(counts.blob, counts.offsets, np.asarray(counts.counts.sum(axis=1)).ravel(), 600)


def judged(samples: PretokenCounts, merges: MergeList, names: list[str]):
    trajectories = trace(merges, samples.select(names))
    problem = MixtureProblem.from_trajectories(trajectories)
    solution = solve(problem)
    return trajectories, problem, solution, judge(trajectories, problem, solution)


def test_right_categories_read_good(samples, merges):
    *_, fit = judged(samples, merges, ["latin", "greek", "cyrillic"])
    assert fit.verdict is Verdict.GOOD, fit.reason
    assert "no more than with the right categories" in fit.reason
    assert fit.unexplained < 0.01
    assert fit.explained > 0.5


def test_missing_script_is_noticed_and_named(samples, merges):
    *_, fit = judged(samples, merges, ["latin", "cyrillic"])
    assert fit.verdict is Verdict.POOR, fit.reason
    assert next(iter(fit.scripts)) == "Greek"
    assert "Greek script" in fit.reason
    assert fit.interval[0] <= fit.unexplained <= fit.interval[1]
    assert fit.missing.sum() == pytest.approx(fit.unexplained)
    assert (np.diff(fit.missing) <= 0).all()
    whole = [token.decode("utf-8", "ignore") for token in fit.tokens]
    assert sum(any(letter in ALPHABETS["greek"] for letter in token) for token in whole) > 50


def test_samples_too_small_to_show_a_lack_do_not_read_good(merges):
    texts = {name: documents(alphabet, seed=1, words=100) for name, alphabet in ALPHABETS.items()}
    few = count_pretokens(Corpus.from_texts(texts), load_tokenizer("bundled:gpt2").pretokenizer)
    *_, fit = judged(few, merges, ["latin", "greek", "cyrillic"])
    assert fit.verdict is Verdict.DOUBTFUL, fit.reason
    assert "the samples are too small to tell" in fit.reason


def test_fit_turns_into_plain_data(samples, merges):
    *_, fit = judged(samples, merges, ["latin", "cyrillic"])
    data = fit.to_dict(tokens=3)
    assert data["verdict"] == "poor"
    assert len(data["examples"]) == 3
    assert data["examples"][0]["rank"] == fit.lacking[0]


def test_effects_balance_at_the_optimum_and_the_strongest_come_first(samples, merges):
    trajectories, problem, solution, _ = judged(samples, merges, ["latin", "greek", "cyrillic"])
    for category in range(3):
        everything = evidence(trajectories, problem, solution, category, limit=10**6)
        effects = np.array([comparison.effect for comparison in everything])
        assert abs(effects.sum()) < 1e-3 * np.abs(effects).sum()
        assert (np.diff(np.abs(effects)) <= 0).all()
        assert evidence(trajectories, problem, solution, category, limit=5) == everything[:5]


def test_evidence_quotes_counts_of_the_samples(samples, merges):
    trajectories, problem, solution, _ = judged(samples, merges, ["latin", "greek", "cyrillic"])
    for comparison in evidence(trajectories, problem, solution, 1, limit=30):
        assert comparison.token == comparison.pair[0] + comparison.pair[1]
        if comparison.kind == "merge":
            counts = trajectories.merge_counts[comparison.rank]
            assert (comparison.count, comparison.others) == (counts[1], counts[0] + counts[2])
            assert merges.pair(comparison.rank) == comparison.pair
        else:
            assert comparison.count + comparison.others > 0
            assert merges.pair(comparison.rank) != comparison.pair
