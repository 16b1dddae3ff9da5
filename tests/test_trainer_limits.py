"""The trainer's limits: its own rule against the split that carries it, and read off tokens again."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from bpeinfer.loading import TrainerLimits
from bpeinfer.loading.sentencepiece_rules import limits_of_tokens, normalizer_spec, pre_tokenizer_spec
from bpeinfer.loading.trainer_limits import SPACE
from bpeinfer.pretokenize import Pretokenizer

LETTERS = "abжé日あアー한1٣.,\u0301\ue000▁"

LIMITS = st.builds(
    TrainerLimits,
    longest_token=st.none(),
    one_script=st.booleans(),
    numbers_apart=st.booleans(),
    single_digits=st.booleans(),
    split_at_spaces=st.just(True),
    space_last=st.booleans(),
    space_runs=st.booleans(),
)


@given(LIMITS, st.text(LETTERS, min_size=1, max_size=7))
@example(TrainerLimits(one_script=True, numbers_apart=True, split_at_spaces=True), "\u0301a")
@example(TrainerLimits(one_script=True, split_at_spaces=True), "a1ж")
@example(TrainerLimits(one_script=True, split_at_spaces=True, single_digits=True), "▁1")
def test_the_split_keeps_whole_the_tokens_that_the_trainer_may_make(limits, token):
    split = Pretokenizer.from_spec(None, pre_tokenizer_spec(limits)).split
    whole = token.encode() in split(token)
    if limits.allows(token):
        assert whole
    elif not ("\u0301" in token or (SPACE * 2 in token and limits.space_runs)):
        # A mark between scripts may go with either, a space mark with the run or with the word: not split there.
        assert not whole


@given(LIMITS, st.lists(st.text(LETTERS, min_size=1, max_size=4), min_size=2, max_size=12))
@example(TrainerLimits(one_script=True, split_at_spaces=True), ["a\u0301", "ж", "\u0301", "\u0301ж"])
def test_pairs_are_allowed_as_their_products_are(limits, symbols):
    symbols = [symbol for symbol in symbols if len(symbol) == 1 or limits.allows(symbol)]
    assume(symbols)
    left, right = np.divmod(np.arange(len(symbols) ** 2, dtype=np.int32), len(symbols))
    expected = [limits.allows(one + other) for one in symbols for other in symbols]
    assert limits.allowed_pairs(symbols, left, right).tolist() == expected


@given(LIMITS, st.text(LETTERS + "\n", max_size=30))
def test_the_split_loses_nothing_but_line_ends(limits, text):
    split = Pretokenizer.from_spec(None, pre_tokenizer_spec(limits)).split
    assert b"".join(split(text)).decode() == text.replace("\n", "")


@pytest.mark.parametrize(
    ("limits", "token", "allowed"),
    [
        (TrainerLimits(longest_token=3), "abc", True),
        (TrainerLimits(longest_token=3), "abcd", False),
        (TrainerLimits(split_at_spaces=True), "▁a", True),
        (TrainerLimits(split_at_spaces=True), "a▁", False),
        (TrainerLimits(split_at_spaces=True), "▁▁", False),
        (TrainerLimits(split_at_spaces=True, space_runs=True), "▁▁", True),
        (TrainerLimits(split_at_spaces=True, space_runs=True), "▁▁a", False),
        (TrainerLimits(split_at_spaces=True, space_last=True), "a▁", True),
        (TrainerLimits(split_at_spaces=True, space_last=True), "▁a", False),
        (TrainerLimits(), "a▁b", True),
        (TrainerLimits(), "a▁", False),
        (TrainerLimits(one_script=True, numbers_apart=True), "a1", False),
        (TrainerLimits(one_script=True, numbers_apart=True), "sन१९", False),
        (TrainerLimits(one_script=True, numbers_apart=True), "न१९", True),
        (TrainerLimits(single_digits=True), "१९", True),
        (TrainerLimits(single_digits=True), "１９", False),
        (TrainerLimits(one_script=True), "a1", True),
        (TrainerLimits(one_script=True), "a1ж", True),
        (TrainerLimits(one_script=True, numbers_apart=True), "1.", True),
        (TrainerLimits(single_digits=True), "12", False),
        (TrainerLimits(single_digits=True), "1", True),
        (TrainerLimits(one_script=True, numbers_apart=True), "日ほホー", True),
        (TrainerLimits(one_script=True, numbers_apart=True), "日한", False),
        (TrainerLimits(one_script=True, numbers_apart=True), "e\u0301", True),
        (TrainerLimits(), "aж1", True),
    ],
)
def test_the_trainers_rule(limits, token, allowed):
    assert allowed == limits.allows(token)


@given(LIMITS, st.lists(st.text(LETTERS, min_size=2, max_size=5), min_size=1, max_size=30))
def test_limits_read_off_tokens_allow_every_one_of_them(limits, tokens):
    made = [token for token in tokens if limits.allows(token)]
    assume(made)
    found, broken = limits_of_tokens(made)
    assert broken == []
    assert all(found.allows(token) for token in made)


def test_one_token_in_ten_thousand_may_break_a_limit_and_is_named():
    tokens = [
        f"▁{chr(97 + number % 26)}{chr(97 + number // 26 % 26)}{number // 676}" for number in range(10_001)
    ]
    plain = [
        token.translate({ord(str(digit)): chr(107 + digit) for digit in range(10)})
        for digit in [0]
        for token in tokens
    ]
    limits, broken = limits_of_tokens([*plain, ">▁</"])
    assert limits.split_at_spaces
    assert broken == [">▁</"]
    assert not limits_of_tokens([*plain[:9_000], ">▁</"])[0].split_at_spaces


def test_the_space_mark_goes_before_or_after_each_line():
    before = Pretokenizer.from_spec(normalizer_spec(prepend_space=True, collapse_spaces=True), None)
    assert before.split("  a  b \n\nc") == ["▁a▁b\n\n▁c".encode()]
    after = Pretokenizer.from_spec(
        normalizer_spec(prepend_space=True, collapse_spaces=False, space_last=True), None
    )
    assert after.split("a b\nc") == ["a▁b▁\nc▁".encode()]


def test_the_trainers_default_limit_holds_where_no_token_is_longer():
    """Where the limit kept the trainer from longer tokens, the list need not have one that just reaches it."""
    assert limits_of_tokens(["▁a", "▁" + "a" * 14])[0].longest_token == 16
    assert limits_of_tokens(["▁a", "▁" + "a" * 16])[0].longest_token is None
