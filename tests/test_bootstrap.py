"""The bootstrap: block sums are the whole, intervals hold the estimate, and a known truth lies in them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from gpt2 import gpt2
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array
from strategies import merge_lists, packed, pretoken_lists
from trained import hugging_face

import bpeinfer as bi
from bpeinfer.corpora.load import load_corpus
from bpeinfer.counting.jobs import count_pretokens
from bpeinfer.diagnostics.bootstrap import Bootstrap, NearbySearch, bootstrap, byte_shares
from bpeinfer.diagnostics.resample_draws import Resampling
from bpeinfer.inference.tracing import fit_mixture
from bpeinfer.pair_history import PairHistory
from bpeinfer.progress import Progress
from bpeinfer.replay import replay
from bpeinfer.solving import evaluate, solve

SAMPLE = Path(__file__).parents[1] / "fixtures" / "corpus" / "sample"
SHARES_ALONE = {"size": False}


@given(merge_lists(), pretoken_lists(), st.integers(0, 2**32 - 1))
@settings(max_examples=100)
def test_rows_of_chosen_pairs_give_the_trajectories_counts(merges, pretokens, seed):
    """What a resample sums up for merges and rivals is what the full trajectories hold."""
    history = PairHistory.of(replay(merges, *packed(pretokens)))
    counts = csr_array(np.random.default_rng(seed).integers(0, 4, size=(len(pretokens), 3)))
    trajectories = history.trajectories(counts, np.ones(3, dtype=np.int64))
    boundaries = history.boundary_counts(counts)
    steps = np.arange(len(merges))
    own = history.rows_at(history.pairs_of_merges(), steps) @ boundaries
    assert (own.toarray() == trajectories.merge_counts).all()
    pair = trajectories.interval_pair.astype(np.int64)
    rivals = history.rows_at(pair, trajectories.interval_start.astype(np.int64)) @ boundaries
    assert (rivals.toarray() == trajectories.interval_counts.toarray()).all()


@pytest.fixture(scope="module")
def fitted():
    samples = count_pretokens(load_corpus(SAMPLE), gpt2().pretokenizer)
    merges = gpt2(800).merges
    return fit_mixture(merges, samples)


def test_resamples_know_the_rivals_of_categories_that_have_no_share_in_the_estimate():
    """Without them nothing keeps a resample from taking Gujarati, of which a list of C and Java has next to nothing."""
    pack = bi.starter_corpus().select("c,java,gu,ta")
    texts = {category.name: list(category.documents()) for category in pack.categories}
    tokenizer = bi.load_tokenizer(hugging_face([*texts["c"][::2], *texts["java"][::2], texts["gu"][0]], 1500))
    counts = count_pretokens(
        bi.Corpus.from_texts({name: of[1::2] for name, of in texts.items()}), tokenizer.pretokenizer
    )
    fitted = fit_mixture(tokenizer.merges, counts)
    followed = NearbySearch.of(fitted).resampling.problem
    assert "gu" in {counts.categories[number] for number in followed.category}
    for number in followed.category.tolist():
        shares = 0.95 * fitted.solution.alpha
        shares[number] += 0.05
        of_all = evaluate(fitted.problem, fitted.problem.weights(shares)).objective
        assert evaluate(followed, followed.weights(shares)).objective > 0.9 * of_all, counts.categories[
            number
        ]


def test_a_resample_holds_what_counting_its_documents_anew_gives(fitted):
    problem, counts = fitted.problem, fitted.counts
    history = PairHistory.of(replay(fitted.trajectories.merges, counts.blob, counts.offsets))
    blocks = Resampling.of(fitted, problem)
    generator = np.random.default_rng(3)
    draws = [np.ones(len(counts.block_category), dtype=np.int64), *(blocks.draw(generator) for _ in range(3))]
    found = list(blocks.drawn(draws))
    for times, drawn in zip(draws, found, strict=True):
        number = np.arange(len(times))
        by_category = csr_array(
            (times, (number, counts.block_category)), shape=(len(times), problem.categories)
        )
        sizes = np.bincount(counts.block_category) == np.bincount(counts.block_category, times)
        assert sizes.all()
        anew = history.trajectories(csr_array(counts.counts @ by_category), drawn.bytes)
        initial = anew.initial_pairs
        assert (drawn.initial_pairs == initial).all()
        merges = anew.merge_counts[problem.step][:, drawn.problem.category]
        assert drawn.problem.merge_shares == pytest.approx(merges / merges.sum(axis=0))
    blocks.pairs.most = len(blocks.row)  # one resample in each pass over the pretokens
    for drawn, again in zip(blocks.drawn(draws), found, strict=True):
        assert (drawn.problem.rival_shares != again.problem.rival_shares).nnz == 0
    (whole,) = blocks.drawn(draws[:1])
    assert (whole.bytes == counts.category_bytes).all()
    assert (whole.problem.rival_shares != problem.rival_shares).nnz == 0


def test_resamples_are_as_good_as_those_of_the_interior_point(fitted):
    """Each resample's mixture costs no more than a thousandth over the optimum that the slow way proves."""
    found = bootstrap(fitted, 8, seed=1)
    blocks = Resampling.of(fitted, fitted.problem)
    generator = np.random.default_rng(1)
    drawn = blocks.drawn([blocks.draw(generator) for _ in range(8)])
    for shares, resample in zip(found.pair_shares, drawn, strict=True):
        exact = solve(resample.problem, tolerance=1e-6)
        reached = evaluate(resample.problem, resample.problem.weights(shares)).objective
        assert exact.lower_bound <= reached <= 1.001 * exact.objective


@pytest.fixture(scope="module")
def estimate():
    return bi.infer(gpt2(800), bi.load_corpus(SAMPLE), resamples=12, seed=5, **SHARES_ALONE)


def test_intervals_hold_the_estimate_and_stay_within_the_simplex(estimate):
    for entry in estimate.to_dict()["categories"]:
        for unit in ("byte_share", "pair_share"):
            low, high = entry["interval"][unit]
            assert 0 <= low <= entry[unit] <= high <= 1
    assert estimate.bootstrap.pair_shares.shape == (12, 6)
    assert estimate.bootstrap.byte_shares.sum(axis=1) == pytest.approx(np.ones(12))


def test_the_same_seed_draws_the_same_resamples_in_any_number_of_threads(estimate):
    tokenizer, samples = gpt2(800), bi.load_corpus(SAMPLE)
    again = bi.infer(tokenizer, samples, resamples=12, seed=5, workers=3, **SHARES_ALONE)
    other = bi.infer(tokenizer, samples, resamples=12, seed=6, **SHARES_ALONE)
    assert (again.bootstrap.pair_shares == estimate.bootstrap.pair_shares).all()
    assert (other.bootstrap.pair_shares != estimate.bootstrap.pair_shares).any()


class InterruptedAfter(Progress):
    """Imitates a user who presses Ctrl-C once `resamples` are done."""

    def __init__(self, resamples):
        self.left = resamples
        self.phase = ""

    def start(self, phase, total=None, unit=""):
        self.phase = phase

    def advance(self, amount=1, note=""):
        if self.phase == "bootstrap":
            self.left -= 1
            if not self.left:
                raise KeyboardInterrupt


@pytest.mark.parametrize("workers", [1, 2])
def test_an_interrupt_keeps_the_resamples_that_are_done(estimate, workers):
    interrupted = InterruptedAfter(4)
    result = bi.infer(
        gpt2(800),
        bi.load_corpus(SAMPLE),
        resamples=12,
        seed=5,
        workers=workers,
        progress=interrupted,
        **SHARES_ALONE,
    )
    assert (result.bootstrap.pair_shares == estimate.bootstrap.pair_shares[:4]).all()
    assert "the intervals come from 4 of 12 resamples" in " ".join(result.notes)


def test_more_spread_means_a_wider_interval_and_no_spread_none():
    estimate = np.array([0.2, 0.8])
    still = Bootstrap.interval(estimate, np.tile(estimate, (10, 1)))
    assert still.tolist() == [[0.2, 0.8], [0.2, 0.8]]
    draws = estimate + np.linspace(-1, 1, 21)[:, None] * [0.01, -0.01]
    near, far = (
        Bootstrap.interval(estimate, draws),
        Bootstrap.interval(estimate, estimate + 5 * (draws - estimate)),
    )
    assert far[1] - far[0] == pytest.approx(5 * (near[1] - near[0]))


def test_byte_shares_by_hand():
    """A category with 2 bytes a pair against one with 6: equal pair shares are 1 to 3 in bytes."""
    shares = byte_shares(np.array([0.5, 0.5]), np.array([200, 600]), np.array([100, 100]))
    assert shares.tolist() == [0.25, 0.75]


def test_no_resamples_no_intervals():
    result = bi.infer(gpt2(300), bi.load_corpus(SAMPLE), resamples=0, **SHARES_ALONE)
    assert result.bootstrap is None
    assert "interval" not in result.to_dict()["categories"][0]
