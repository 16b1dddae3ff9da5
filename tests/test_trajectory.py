"""The vectorised counting core against the slow twin and against the Hugging Face trainer."""

from __future__ import annotations

import json
from collections import Counter

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array
from strategies import LETTERS, merge_lists, packed, pretoken_lists
from tokenizers import Tokenizer, models, trainers

from bpeinfer import reference
from bpeinfer.merges import MergeList
from bpeinfer.pair_history import PairHistory, merge_sums
from bpeinfer.replay import replay, replay_on
from bpeinfer.starting_symbols import starting_symbols
from bpeinfer.trajectory import PairTrajectories


def trajectories_of(merges: MergeList, pretokens: list[bytes], counts: np.ndarray) -> PairTrajectories:
    history = PairHistory.of(replay(merges, *packed(pretokens)))
    return history.trajectories(csr_array(counts), np.ones(counts.shape[1], dtype=np.int64))


def rivals_at(trajectories: PairTrajectories, step: int, category: int) -> Counter[tuple[int, int]]:
    """The rival pairs' counts before merge `step`, as the trajectories tell them."""
    counts: Counter[tuple[int, int]] = Counter()
    on = (trajectories.interval_start <= step) & (trajectories.interval_stop > step)
    for interval in np.flatnonzero(on):
        pair = trajectories.interval_pair[interval]
        key = int(trajectories.pair_left[pair]), int(trajectories.pair_right[pair])
        assert key not in counts, "two intervals of one pair cover the same step"
        counts[key] = int(trajectories.interval_counts[[interval]].toarray()[0, category])
    return +counts


def assert_equals_slow_twin(merges: MergeList, pretokens: list[bytes], counts: np.ndarray) -> None:
    trajectories = trajectories_of(merges, pretokens, counts)
    held = trajectories.interval_counts
    # Shares are a second matrix on these column numbers: out of order, scipy would sort them for one of the two only.
    row = np.repeat(np.arange(held.shape[0]), np.diff(held.indptr))
    assert np.all(np.diff(row * held.shape[1] + held.indices) > 0)
    for category in range(counts.shape[1]):
        weighted = {
            tuple(LETTERS.index(byte) for byte in pretoken): int(times)
            for pretoken, times in zip(pretokens, counts[:, category], strict=True)
        }
        by_step = list(reference.pair_counts_by_step(merges, weighted))
        assert trajectories.initial_pairs[category] == sum(by_step[0].values())
        for step, expected in enumerate(by_step[:-1]):
            winner = int(merges.left[step]), int(merges.right[step])
            assert trajectories.merge_counts[step, category] == expected.pop(winner, 0)
            assert rivals_at(trajectories, step, category) == +expected


@given(st.data(), merge_lists(), pretoken_lists())
@settings(max_examples=150)
def test_every_count_at_every_step_equals_slow_replay_of_any_merge_list(data, merges, pretokens):
    """Also for lists that no trainer makes: products made twice, pairs listed twice, merges that never apply."""
    categories = data.draw(st.integers(1, 3))
    flat = data.draw(
        st.lists(
            st.integers(0, 4), min_size=len(pretokens) * categories, max_size=len(pretokens) * categories
        )
    )
    assert_equals_slow_twin(merges, pretokens, np.array(flat).reshape(len(pretokens), categories))


@given(st.data(), merge_lists(), pretoken_lists())
@settings(max_examples=150)
def test_a_replay_that_goes_on_from_any_head_of_any_list_ends_as_one_from_the_start(data, merges, pretokens):
    whole = replay(merges, *packed(pretokens))
    known = data.draw(st.integers(0, len(merges)))
    chosen = np.array(sorted(data.draw(st.sets(st.integers(0, max(len(pretokens) - 1, 0))))), dtype=np.int64)
    chosen = chosen[chosen < len(pretokens)]
    later = replay_on(merges, replay(merges.head(known), *packed(pretokens)).of(chosen))
    expected = whole.of(chosen)
    assert expected.offsets.tolist() == later.offsets.tolist()
    found = [
        (done.nodes.symbol[done.tokens].tolist(), done.nodes.step[done.tokens].tolist())
        for done in (expected, later)
    ]
    assert found[0] == found[1]
    weights = np.arange(1.0, 1 + len(chosen))
    assert merge_sums(expected, weights).tolist() == merge_sums(later, weights).tolist()


@given(pretoken_lists(), st.integers(1, 15))
@settings(max_examples=100)
def test_every_count_at_every_step_equals_slow_replay_of_a_trained_list(pretokens, merges):
    alphabet = [LETTERS[i : i + 1] for i in range(len(LETTERS))]
    trained = reference.train(alphabet, dict.fromkeys(pretokens, 1), merges)
    assert_equals_slow_twin(trained, pretokens, np.ones((len(pretokens), 1), dtype=np.int64))


@given(pretoken_lists(20), st.integers(1, 12))
@settings(max_examples=100)
def test_trained_on_the_very_sample_every_merge_is_a_maximal_pair_matches_hf_trainer(pretokens, merges):
    tokenizer = Tokenizer(models.BPE())
    alphabet = [chr(letter) for letter in LETTERS]
    trainer = trainers.BpeTrainer(
        vocab_size=len(alphabet) + merges, initial_alphabet=alphabet, show_progress=False
    )
    tokenizer.train_from_iterator([pretoken.decode() for pretoken in pretokens], trainer)
    listed = json.loads(tokenizer.to_str())["model"]["merges"]
    learned = MergeList.from_pairs(
        [letter.encode() for letter in alphabet], [(left.encode(), right.encode()) for left, right in listed]
    )
    trajectories = trajectories_of(learned, pretokens, np.ones((len(pretokens), 1), dtype=np.int64))
    for step in range(len(learned)):
        rivals = rivals_at(trajectories, step, 0)
        assert trajectories.merge_counts[step, 0] >= max(rivals.values(), default=0)
        assert trajectories.merge_counts[step, 0] > 0


def test_worked_example_of_a_pair_that_overlaps_itself():
    """`aaaa` holds (a,a) three times; merging leaves one (aa,aa); `aab` loses (a,a) and (a,b)."""
    merges = MergeList.from_pairs([b"a", b"b"], [(b"a", b"a"), (b"aa", b"aa")])
    trajectories = trajectories_of(merges, [b"aaaa", b"aab"], np.array([[1], [10]]))
    assert trajectories.merge_counts[:, 0].tolist() == [13, 1]
    assert rivals_at(trajectories, 0, 0) == {(0, 1): 10}
    assert rivals_at(trajectories, 1, 0) == {(2, 1): 10}
    assert trajectories.initial_pairs.tolist() == [23]


def test_many_small_batches_equal_one(monkeypatch):
    """The batches in which pretokens are replayed do not show in the result."""
    monkeypatch.setattr("bpeinfer.replay.BATCH_SYMBOLS", 16)
    rng = np.random.default_rng(0)
    words = {bytes(rng.choice(list(LETTERS), rng.integers(1, 12)).tolist()) for _ in range(60)}
    pretokens = sorted(words)
    merges = reference.train([b"a", b"b", b"c"], dict.fromkeys(pretokens, 1), 25)
    assert_equals_slow_twin(merges, pretokens, rng.integers(0, 3, size=(len(pretokens), 5)))


def test_boundaries_that_do_not_fit_into_one_number_are_counted_all_the_same(monkeypatch):
    monkeypatch.setattr("bpeinfer.pair_history.SORTED_BITS", 0)
    rng = np.random.default_rng(1)
    pretokens = sorted({bytes(rng.choice(list(LETTERS), rng.integers(1, 12)).tolist()) for _ in range(60)})
    merges = reference.train([b"a", b"b", b"c"], dict.fromkeys(pretokens, 1), 10)
    assert_equals_slow_twin(merges, pretokens, rng.integers(0, 3, size=(len(pretokens), 5)))


def test_symbols_outside_the_alphabet_are_walls():
    merges = MergeList.from_pairs([b"a", b"b"], [(b"a", b"b")])
    trajectories = trajectories_of(merges, [b"ab?ab", b"?", b"b?a"], np.array([[1], [1], [1]]))
    assert trajectories.initial_pairs.tolist() == [2]
    assert trajectories.merge_counts.tolist() == [[2]]


def test_characters_and_end_of_word_marks_split_as_clip_does():
    merges = MergeList(
        symbols=("é".encode(), b"x", "é</w>".encode(), b"x</w>", "éx</w>".encode()),
        alphabet_size=4,
        left=np.array([0]),
        right=np.array([3]),
        product=np.array([4]),
        unit="character",
        end_of_word=b"</w>",
    )
    symbols, offsets = starting_symbols(merges, *packed(["éx".encode(), b"", "é".encode(), "xé?".encode()]))
    assert symbols.tolist() == [0, 3, 2, 1, 0, 4]
    assert offsets.tolist() == [0, 2, 2, 3, 6]


def test_continuing_prefix_marks_every_symbol_but_the_first():
    merges = MergeList.from_pairs([b"a", b"##a"], [(b"a", b"##a")], continuing_prefix=b"##")
    symbols, _ = starting_symbols(merges, *packed([b"aaa", b"a"]))
    assert symbols.tolist() == [0, 1, 1, 0]
    assert merges.symbols[merges.product[0]] == b"aa"
