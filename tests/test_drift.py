"""Windows of merges: one window of all merges gives the estimate itself, and data that changes along the list shows."""

from __future__ import annotations

import numpy as np
import pytest
from gpt2 import gpt2

from bpeinfer.corpora.corpus import Corpus
from bpeinfer.counting.jobs import count_pretokens
from bpeinfer.diagnostics.drift import follow_windows
from bpeinfer.errors import InferenceError
from bpeinfer.merges import MergeList
from bpeinfer.pair_history import PairHistory
from bpeinfer.replay import replay
from bpeinfer.solving import MixtureProblem, solve
from bpeinfer.training import train

ALPHABETS = {"latin": "abcdefghijklmnop", "greek": "αβγδεζηθικλμνξοπ"}


def counts_of(seed, **words):
    texts = {}
    for name, number in words.items():
        own = np.random.default_rng(sum(map(ord, ALPHABETS[name])))
        vocabulary = ["".join(own.choice(list(ALPHABETS[name]), own.integers(2, 9))) for _ in range(300)]
        drawn = np.minimum(np.random.default_rng(seed).zipf(1.3, number) - 1, 299)
        text = [vocabulary[place] for place in drawn]
        texts[name] = [" ".join(text[start : start + 100]) for start in range(0, number, 100)]
    return count_pretokens(Corpus.from_texts(texts), gpt2().pretokenizer)


def trained(counts, merges):
    return train(counts.blob, counts.offsets, np.asarray(counts.counts.sum(axis=1)).ravel(), merges)


def followed(merges, samples):
    history = PairHistory.of(replay(merges, samples.blob, samples.offsets))
    return history.trajectories(samples.by_category(), samples.category_bytes)


@pytest.fixture(scope="module")
def samples():
    return counts_of(1, latin=6_000, greek=6_000)


@pytest.fixture(scope="module")
def trajectories(samples):
    return followed(trained(counts_of(2, latin=9_000, greek=3_000), 400), samples)


def test_one_window_of_all_merges_is_the_estimate(trajectories):
    drift = follow_windows(trajectories, 0, 1)
    assert drift.windows == ((0, 399),)
    whole = solve(MixtureProblem.from_trajectories(trajectories)).alpha
    assert drift.pair_shares[0] == pytest.approx(whole, abs=1e-3)


def test_trajectories_cut_off_are_those_of_a_shorter_list(samples, trajectories):
    cut, short = trajectories.head(150), followed(trajectories.merges.head(150), samples)
    assert (cut.merge_counts == short.merge_counts).all()
    one, other = (MixtureProblem.from_trajectories(these) for these in (cut, short))
    assert one.rivals == other.rivals
    assert solve(one).objective == pytest.approx(solve(other).objective)


def test_a_list_whose_second_part_is_of_other_data_shows_it(samples):
    """200 merges of Latin words mostly, then those of Greek words that are not among them."""
    first = trained(counts_of(2, latin=9_000, greek=500), 200)
    known = {first.pair(rank) for rank in range(len(first))}
    greek = trained(counts_of(3, greek=9_000), 200)
    pairs = [first.pair(rank) for rank in range(len(first))]
    pairs += [greek.pair(rank) for rank in range(len(greek)) if greek.pair(rank) not in known]
    merges = MergeList.from_pairs(first.symbols[: first.alphabet_size], pairs)
    drift = follow_windows(followed(merges, samples), 0, 3)
    names = samples.categories
    first_third, _, last_third = drift.pair_shares[:, names.index("greek")]
    assert first_third < 0.2
    assert last_third > 0.8


@pytest.mark.parametrize("windows", [0, 401])
def test_windows_that_the_list_does_not_have_are_refused(trajectories, windows):
    with pytest.raises(InferenceError, match=f"windows is {windows}, but 400 merges are used"):
        follow_windows(trajectories, 0, windows)
