"""The fit verdict and the evidence behind a share, on mixtures of made-up languages."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from gpt2 import gpt2

from bpeinfer.corpora.corpus import Corpus
from bpeinfer.counting.counts import PretokenCounts
from bpeinfer.counting.jobs import count_pretokens
from bpeinfer.counting.memory import JOINED
from bpeinfer.diagnostics.evidence import evidence
from bpeinfer.diagnostics.languages import relatives
from bpeinfer.diagnostics.misfit import misfit_of, variance_of_merges
from bpeinfer.diagnostics.missing_kinds import share_that_would_show
from bpeinfer.diagnostics.null_distribution import (
    SCATTER_FACTOR,
    compare_with_chance,
    decided,
    of_same_register,
)
from bpeinfer.diagnostics.ruled_out import RuledOutTogether
from bpeinfer.diagnostics.verdict import Verdict, judge
from bpeinfer.inference.tracing import fit_mixture
from bpeinfer.merges import MergeList
from bpeinfer.pair_counts import PairCounts
from bpeinfer.pair_history import PairHistory
from bpeinfer.replay import replay
from bpeinfer.solving import evaluate
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
    return count_pretokens(Corpus.from_texts(texts), gpt2().pretokenizer)


@pytest.fixture(scope="module")
def merges() -> MergeList:
    """60 % Latin, 30 % Greek, 10 % Cyrillic words, other text than the samples."""
    parts = {
        name: documents(ALPHABETS[name], seed=2, words=words)
        for name, words in (("latin", 12_000), ("greek", 6_000), ("cyrillic", 2_000))
    }
    counts = count_pretokens(Corpus.from_texts(parts), gpt2().pretokenizer)
    return train(counts.blob, counts.offsets, np.asarray(counts.counts.sum(axis=1)).ravel(), 600)


def test_a_solution_far_from_the_optimum_is_poor(samples, merges):
    fitted, fit = judged(samples, merges, ["latin", "greek", "cyrillic"])
    assert fit.verdict is Verdict.GOOD
    far = judge(replace(fitted, solution=replace(fitted.solution, gap=0.5)))
    assert far.verdict is Verdict.POOR
    assert "stopped at a relative gap of 5.0e-01" in far.reason


def test_what_was_left_out_and_is_spoken_for_together_makes_single_shares_doubtful(samples, merges):
    fitted, fit = judged(samples, merges, ["latin", "greek", "cyrillic"])
    silent = RuledOutTogether(found=3, missing=9, speaks=False, examples=())
    assert judge(fitted, together=silent).advice == fit.advice
    beside = judge(fitted, together=replace(silent, found=9, missing=0, speaks=True))
    assert (fit.verdict, beside.verdict) == (Verdict.GOOD, Verdict.DOUBTFUL)
    assert beside.advice.startswith("quote no share")
    assert beside.advice.endswith("some of what was left out may be there, and it cannot be said which")


def judged(samples: PretokenCounts, merges: MergeList, names: list[str], seed: int = 0):
    part = samples.select(names)
    fitted = fit_mixture(merges, part)
    return fitted, judge(fitted, seed)


def few_documents(number: int) -> PretokenCounts:
    """Samples of so many documents of 100 words."""
    texts = {name: documents(alphabet, seed=1, words=100 * number) for name, alphabet in ALPHABETS.items()}
    return count_pretokens(Corpus.from_texts(texts), gpt2().pretokenizer)


def test_samples_are_of_the_same_register_only_if_another_would_have_shown():
    """Misfit beside that by chance, of lists with known sources: the texts' own, other ones, other ones in 80 kB."""
    assert of_same_register(0.003, 0.008)
    assert not of_same_register(0.013, 0.007)
    assert not of_same_register(0.009, 0.014)


def test_right_categories_read_good(samples, merges):
    *_, fit = judged(samples, merges, ["latin", "greek", "cyrillic"])
    assert fit.verdict is Verdict.GOOD, fit.reason
    assert "no more than with the right categories" in fit.reason
    assert fit.unexplained < 0.01
    assert fit.explained > 0.5


def test_right_categories_misfit_less_than_lists_from_half_the_text(samples, merges):
    *_, fit = judged(samples, merges, ["latin", "greek", "cyrillic"])
    assert len(fit.chance) == 1  # the first list leaves no doubt
    assert 0 < fit.misfit < fit.chance.min()
    assert fit.chance.max() < 0.01


def test_halves_depend_on_the_seed_alone(samples, merges):
    names = ["latin", "greek", "cyrillic"]
    one, same, other = (judged(samples, merges, names, seed)[-1].chance for seed in (1, 1, 2))
    assert (one == same).all()
    assert (one != other).any()


def test_missing_script_is_noticed_and_named(samples, merges):
    *_, fit = judged(samples, merges, ["latin", "cyrillic"])
    assert fit.verdict is Verdict.POOR, fit.reason
    assert next(iter(fit.scripts)) == "Greek"
    assert "Greek script" in fit.reason
    assert fit.misfit > 10 * fit.chance.max()
    assert fit.interval[0] <= fit.unexplained <= fit.interval[1]
    assert fit.missing.sum() == pytest.approx(fit.unexplained)
    assert (np.diff(fit.missing) <= 0).all()
    whole = [token.decode("utf-8", "ignore") for token in fit.tokens]
    assert sum(any(letter in ALPHABETS["greek"] for letter in token) for token in whole) > 50


def test_missing_tenth_in_a_script_that_others_share_is_noticed(samples):
    """Other words of Latin letters hold a tenth of the training text: no letter is missing, only words."""
    parts = {
        "latin": documents(ALPHABETS["latin"], 2, 12_000),
        "greek": documents(ALPHABETS["greek"], 2, 6_000),
    }
    parts["other"] = documents(ALPHABETS["latin"][::-1] + "qrst", 2, 2_000)
    counts = count_pretokens(Corpus.from_texts(parts), gpt2().pretokenizer)
    learned = train(counts.blob, counts.offsets, np.asarray(counts.counts.sum(axis=1)).ravel(), 600)
    *_, fit = judged(samples, learned, ["latin", "greek"])
    assert fit.verdict is not Verdict.GOOD, fit.reason
    assert "missing" in fit.reason


@pytest.mark.parametrize(
    ("names", "verdict"),
    [(("one", "two"), Verdict.DOUBTFUL), (("la-one", "la-two"), Verdict.GOOD)],
    ids=["kinds that can stand in for each other", "registers of one language"],
)
def test_single_shares_may_be_quoted_if_a_missing_kind_would_show(names, verdict):
    """Of two kinds of text with the same words either could be missing; of two registers the sum is all the same."""
    split = gpt2().pretokenizer
    texts = {name: documents(ALPHABETS["latin"], seed=seed) for seed, name in enumerate(names, 3)}
    counts = count_pretokens(Corpus.from_texts({"all": documents(ALPHABETS["latin"], 2, 12_000)}), split)
    learned = train(counts.blob, counts.offsets, np.asarray(counts.counts.sum(axis=1)).ravel(), 600)
    fitted, fit = judged(count_pretokens(Corpus.from_texts(texts), split), learned, list(names))
    assert fit.verdict is verdict, fit.reason
    assert ("unless you know" in fit.advice) == (verdict is Verdict.DOUBTFUL)
    threshold = evaluate(fitted.problem, fitted.problem.weights(fitted.solution.alpha)).fit.threshold
    sets = relatives(fitted.counts.categories, fitted.counts.groups)
    shown = share_that_would_show(fitted.problem, fitted.solution.alpha, threshold, sets, 0.015)
    assert shown == pytest.approx(1.0 if verdict is Verdict.GOOD else 0.0)


def test_small_samples_do_not_read_good(merges):
    *_, fit = judged(few_documents(3), merges, ["latin", "greek", "cyrillic"])
    assert fit.verdict is Verdict.DOUBTFUL, fit.reason
    assert "the samples are too small to tell" in fit.reason


def test_samples_of_one_document_do_not_read_good(merges):
    *_, fit = judged(few_documents(1), merges, ["latin", "greek", "cyrillic"])
    assert fit.verdict is Verdict.DOUBTFUL, fit.reason
    assert "give more than one for each category" in fit.reason
    assert len(fit.chance) == 0


@pytest.mark.parametrize("merges_used", [1, 20])
def test_few_merges_do_not_read_good(samples, merges, merges_used):
    *_, fit = judged(samples, merges.head(merges_used), ["latin", "greek", "cyrillic"])
    assert fit.verdict is Verdict.DOUBTFUL, fit.reason
    assert fit.reason.startswith(f"only {merges_used} of {merges_used} merges")
    assert "too few to tell" in fit.reason


def test_lists_too_long_to_simulate_do_not_read_good(samples, merges, monkeypatch):
    monkeypatch.setattr("bpeinfer.diagnostics.null_distribution.LONGEST_SIMULATED", 500)
    *_, fit = judged(samples, merges, ["latin", "greek", "cyrillic"])
    assert fit.verdict is Verdict.DOUBTFUL, fit.reason
    assert "not calibrated beyond 500 merges" in fit.reason
    *_, lacking = judged(samples, merges, ["latin", "cyrillic"])
    assert lacking.verdict is Verdict.POOR, lacking.reason


def test_misfit_by_hand():
    """Both merges are as precise; the second, of a third of the mass, falls short by a quarter."""
    expected, held = np.array([4.0, 2.0]), np.array([4.0, 1.5])
    assert misfit_of(expected, held, np.zeros(2)) == pytest.approx((1 / 4) ** 2 / 3)
    assert misfit_of(expected, expected * 1.5, np.zeros(2)) == 0
    # A count that scatters as much as its size weighs next to nothing, …
    assert misfit_of(expected, held, np.array([0.0, 1.5**2])) < 1e-4
    # … and one that does not occur scatters like the others.
    assert misfit_of(expected, np.array([4.0, 0.0]), np.array([4.0, 0.0])) == pytest.approx(1 / 5, rel=0.01)


@pytest.mark.parametrize("most", [None, 0])
def test_variance_is_that_of_sums_over_blocks(samples, merges, most):
    """With little memory, it is that of sums over neighbouring blocks, one category after another."""
    part = samples.select(["latin", "greek"])
    history = PairHistory.of(replay(merges, part.blob, part.offsets))
    occurrence = np.array([0.5, 2.0])
    pairs = PairCounts.of(history, part.counts)
    pairs.most = most
    variance = variance_of_merges(pairs, part.block_category, occurrence, np.arange(600))
    blocks = history.trajectories(
        part.counts.tocsr(), np.ones(part.counts.shape[1], dtype=np.int64)
    ).merge_counts
    slow = np.zeros(600)
    for category in range(2):
        own = blocks[:, part.block_category == category] * occurrence[category]
        if most is not None:
            groups = np.arange(own.shape[1]) * JOINED // own.shape[1]
            own = np.array([own[:, groups == group].sum(axis=1) for group in range(JOINED)]).T
        slow += ((own - own.mean(axis=1, keepdims=True)) ** 2).sum(axis=1)
    assert variance == pytest.approx(slow, rel=1e-9, abs=1e-6)


def test_fit_turns_into_plain_data(samples, merges):
    *_, fit = judged(samples, merges, ["latin", "cyrillic"])
    data = fit.to_dict(tokens=3)
    assert data["verdict"] == "poor"
    assert len(data["examples"]) == 3
    assert data["examples"][0]["rank"] == fit.lacking[0]


def test_effects_balance_at_the_optimum_and_the_strongest_come_first(samples, merges):
    fitted, _ = judged(samples, merges, ["latin", "greek", "cyrillic"])
    for category in range(3):
        everything = evidence(fitted, category, limit=10**6)
        effects = np.array([comparison.effect for comparison in everything])
        assert abs(effects.sum()) < 1e-3 * np.abs(effects).sum()
        assert (np.diff(np.abs(effects)) <= 0).all()
        assert evidence(fitted, category, limit=5) == everything[:5]


def test_evidence_quotes_counts_of_the_samples(samples, merges):
    fitted, _ = judged(samples, merges, ["latin", "greek", "cyrillic"])
    for comparison in evidence(fitted, 1, limit=30):
        assert comparison.token == comparison.pair[0] + comparison.pair[1]
        if comparison.kind == "merge":
            counts = fitted.trajectories.merge_counts[comparison.rank]
            assert (comparison.count, comparison.others) == (counts[1], counts[0] + counts[2])
            assert merges.pair(comparison.rank) == comparison.pair
        else:
            assert comparison.count + comparison.others > 0
            assert merges.pair(comparison.rank) != comparison.pair


@pytest.mark.parametrize("misfit", [0.0005, 0.0014, 0.006, 0.03])
def test_no_third_list_within_the_scatter_changes_what_two_decide(misfit):
    draw = np.random.default_rng(1)
    stops = 0
    for _ in range(300):
        two = draw.uniform(0.0002, 0.02) * draw.uniform(0.85, 1.15, 2)
        third = two.mean() * SCATTER_FACTOR ** draw.uniform(-1, 1)
        if decided(misfit, two):
            stops += 1
            assert compare_with_chance(misfit, np.append(two, third).mean()) == compare_with_chance(
                misfit, two.mean()
            )
    assert 150 < stops < 300
