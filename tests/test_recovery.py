"""The replay rule: the fast test of boundaries against BPE run anew on every token."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import merge_lists

from bpeinfer.loading import recovery, substrings
from bpeinfer.loading.recovery import recover_merges
from bpeinfer.loading.substrings import Substrings
from bpeinfer.merges import MergeList


def bpe(token: bytes, ranks: dict[tuple[bytes, bytes], int]) -> list[bytes]:
    """Pair-BPE as in the paper: the earliest merge, leftmost first, again and again."""
    parts = [token[place : place + 1] for place in range(len(token))]
    while len(parts) > 1:
        pairs = [(ranks.get(pair, 1 << 30), place) for place, pair in enumerate(pairwise(parts))]
        rank, place = min(pairs)
        if rank == 1 << 30:
            break
        parts[place : place + 2] = [parts[place] + parts[place + 1]]
    return parts


def slow_recovery(alphabet: Sequence[bytes], tokens: Sequence[bytes]) -> tuple[list, list, list]:
    """The rule word by word: two parts are the merge, else the split of lowest ranks, else none."""
    ids = {token: number for number, token in enumerate(alphabet)}
    ranks: dict[tuple[bytes, bytes], int] = {}
    merges, unreachable, impossible = [], [], []
    for token in tokens:
        if token in ids:
            continue
        parts = bpe(token, ranks)
        if len(parts) == 2:
            pair = (parts[0], parts[1])
        else:
            cuts = [(token[:cut], token[cut:]) for cut in range(1, len(token))]
            known = [pair for pair in cuts if pair[0] in ids and pair[1] in ids]
            if not known:
                impossible.append(token)
                continue
            pair = min(
                known, key=lambda pair: (max(map(ids.get, pair)), min(map(ids.get, pair)), len(pair[0]))
            )
            unreachable.append(len(merges))
        ids[token] = len(ids)
        ranks.setdefault(pair, len(merges))
        merges.append(pair)
    return merges, unreachable, impossible


class MisleadingAtFirst(Substrings):
    """Hashes of two bits under the first seed: nearly every string has the hash of some token."""

    drawn = 0

    def __init__(self, tokens: Sequence[bytes], seed: int) -> None:
        super().__init__(tokens, seed)
        MisleadingAtFirst.drawn += 1
        self.weak = seed == 0

    def _lookup(self, hashes):
        found = super()._lookup(hashes)
        return np.where(found < 0, hashes % len(self.lengths), found).astype(np.int64) if self.weak else found


def test_hashes_that_mislead_are_drawn_anew(monkeypatch):
    tokens = [b"ab", b"abab", b"bc", b"abc", b"ca", b"ababca"]
    expected = recover_merges([b"a", b"b", b"c"], tokens)
    monkeypatch.setattr(recovery, "Substrings", MisleadingAtFirst)
    found = recover_merges([b"a", b"b", b"c"], tokens)
    assert MisleadingAtFirst.drawn == 2
    assert found.left.tolist() == expected.left.tolist()
    assert found.right.tolist() == expected.right.tolist()


TOKENS = st.lists(
    st.lists(st.sampled_from([b"a", b"b", b"c"]), max_size=9).map(b"".join),
    max_size=40,
    unique=True,
)


@given(TOKENS)
def test_any_token_list_reachable_or_not_equals_bpe_run_anew(tokens):
    alphabet = [b"a", b"b", b"c"]
    found = recover_merges(alphabet, tokens)
    symbols = [*alphabet, *found.made]
    merges, unreachable, impossible = slow_recovery(alphabet, tokens)
    assert merges == [
        (symbols[left], symbols[right]) for left, right in zip(found.left, found.right, strict=True)
    ]
    assert unreachable == found.unreachable
    assert impossible == found.impossible


@given(st.text("ab", max_size=200), st.integers(0, 60))
def test_merges_of_a_trainer_come_back_from_its_tokens_alone(text, count):
    """Train by hand (most frequent pair, left to right); its tokens in order give the merges back."""
    parts = [character.encode() for character in text]
    pairs, tokens = [], []
    for _ in range(count):
        adjacent = list(pairwise(parts))
        fresh = [pair for pair in adjacent if pair[0] + pair[1] not in tokens]
        if not fresh or len(fresh) < len(adjacent):
            break  # this trainer would make a token twice: not recoverable from tokens, by nature
        best = max(sorted(set(adjacent)), key=adjacent.count)
        pairs.append(best)
        tokens.append(best[0] + best[1])
        merged, place = [], 0
        while place < len(parts):
            if place + 1 < len(parts) and (parts[place], parts[place + 1]) == best:
                merged.append(best[0] + best[1])
                place += 2
            else:
                merged.append(parts[place])
                place += 1
        parts = merged
    found = recover_merges([b"a", b"b"], tokens)
    symbols = [b"a", b"b", *found.made]
    assert pairs == [
        (symbols[left], symbols[right]) for left, right in zip(found.left, found.right, strict=True)
    ]
    assert found.unreachable == []


@given(merge_lists())
def test_reachable_tokens_are_those_that_bpe_leaves_whole(merges: MergeList):
    alphabet = list(merges.symbols[: merges.alphabet_size])
    tokens = list(merges.symbols[merges.alphabet_size :])
    found = recover_merges(alphabet, tokens)
    symbols = [*alphabet, *found.made]
    ranks: dict[tuple[bytes, bytes], int] = {}
    for rank, (left, right) in enumerate(zip(found.left, found.right, strict=True)):
        ranks.setdefault((symbols[left], symbols[right]), rank)
    for rank, token in enumerate(found.made):
        earlier = {pair: own for pair, own in ranks.items() if own <= rank}
        assert (bpe(token, earlier) == [token]) == (rank not in found.unreachable)


def test_of_two_equal_pairs_the_left_one_merges():
    # "aaa" with the merge a+a becomes aa,a: so aaa is aa+a, and a+aa is not it.
    found = recover_merges([b"a"], [b"aa", b"aaa"])
    assert list(zip(found.left, found.right, strict=True)) == [(0, 0), (1, 0)]


def test_an_unreachable_token_gets_the_split_of_lowest_ranks():
    # ".:" is the first merge of ".:.:", but ":." was merged before it: .:.: leaves three parts.
    found = recover_merges([b".", b":"], [b":.", b".:", b".:.:"])
    assert found.unreachable == [2]
    assert (found.left[2], found.right[2]) == (3, 3)


@pytest.mark.parametrize(("alphabet", "tokens"), [([], []), ([b"a"], []), ([], [b"aa"]), ([], ["", "ab"])])
def test_nothing_comes_of_nothing(alphabet, tokens):
    found = recover_merges(alphabet, tokens)
    assert found.made == found.unreachable == []
    assert found.impossible == tokens


def test_long_lists_are_looked_up_in_parts(monkeypatch):
    tokens = [b"ab", b"abab", b"bc", b"abc", b"ca", b"ababca"]
    expected = recover_merges([b"a", b"b", b"c"], tokens)
    for at_once in (1, 3, 4, 20):
        monkeypatch.setattr(substrings, "_AT_ONCE", at_once)
        found = recover_merges([b"a", b"b", b"c"], tokens)
        assert found.left.tolist() == expected.left.tolist()
        assert found.right.tolist() == expected.right.tolist()


@pytest.mark.parametrize("tokens", [[b"abc"], [b"bc", b"abcd"]])
def test_a_token_of_parts_that_do_not_exist_has_no_merge(tokens):
    assert recover_merges([b"a", b"b"], tokens).made == []
