"""Lineage: the bundled index recognises what it indexes, copied heads, and lists with the numbers left out."""

from __future__ import annotations

import random
from functools import cache
from types import SimpleNamespace

import numpy as np
import pytest
from gpt2 import gpt2
from test_loading_real import tokenizer

from bpeinfer.inspection.lineage import copied_head, relatives
from bpeinfer.inspection.list_index import describe_list, index_file, known_lists, pair_hashes
from bpeinfer.merges import MergeList

ALPHABET = [bytes([byte]) for byte in range(256)]


def invented(count: int, seed: int, head: MergeList | None = None, numbers: bool = True) -> MergeList:
    """A list of `count` made-up merges, after `head` if given."""
    dice = random.Random(seed)
    pairs = [head.pair(rank) for rank in range(len(head))] if head else []
    known = set(pairs)
    symbols = [*ALPHABET, *[left + right for left, right in pairs]]
    while len(pairs) < count:
        pair = (dice.choice(symbols), dice.choice(symbols))
        whole = pair[0] + pair[1]
        if pair in known or len(whole) > 12 or (not numbers and whole.isdigit()):
            continue
        known.add(pair)
        pairs.append(pair)
        symbols.append(whole)
    return MergeList.from_pairs(ALPHABET, pairs)


def without_numbers(merges: MergeList) -> MergeList:
    pairs = [merges.pair(rank) for rank in range(len(merges))]
    kept, symbols = [], set(ALPHABET)
    for left, right in pairs:
        if left in symbols and right in symbols and not (left + right).isdigit():
            kept.append((left, right))
            symbols.add(left + right)
    return MergeList.from_pairs(ALPHABET, kept)


def numbered(words: int, numbers: int) -> MergeList:
    """A list in which some merges make numbers, and nothing is built on numbers."""
    base = invented(words, 5, numbers=False)
    pairs = [base.pair(rank) for rank in range(len(base))]
    digits = [(b"%d" % (number // 10), b"%d" % (number % 10)) for number in range(10, 10 + numbers)]
    for place, pair in enumerate(digits):
        pairs.insert((place + 1) * len(base) // (numbers + 1), pair)
    return MergeList.from_pairs(ALPHABET, pairs)


def as_tokenizer(merges: MergeList) -> SimpleNamespace:
    return SimpleNamespace(merges=merges)


@cache
def lineage_of(name: str) -> tuple[int, dict[str, tuple[str, int]]]:
    """Copied head, and relation and common head by relative, of a real tokenizer that is loaded once."""
    loaded = tokenizer(name)
    found = {entry.name: (entry.relation, entry.common_head) for entry in relatives(loaded.merges)}
    return copied_head(loaded), found


def only(merges, known):
    [relative] = relatives(merges, [known])
    return relative


def test_a_list_is_identical_to_itself():
    merges = invented(3000, 1)
    found = only(merges, describe_list("old", "2020-01", merges))
    assert (found.relation, found.common_head, found.exact) == ("identical", 3000, True)
    assert (found.shared_merges, found.shared_error) == (3000, 0)
    assert copied_head(as_tokenizer(merges), [describe_list("old", "2020-01", merges)]) == 0


def test_an_extended_list_copied_its_head_to_the_merge():
    old = invented(2345, 1)
    new = invented(4000, 2, head=old)
    known = [describe_list("old", "2020-01", old), describe_list("new", "2022-01", new)]
    assert only(new, known[0]).relation == "extends"
    assert only(new, known[0]).common_head == 2345
    assert copied_head(as_tokenizer(new), known) == 2345
    assert copied_head(as_tokenizer(new), known[:1]) == 2345


def test_the_old_list_copied_nothing_from_the_one_that_extends_it():
    old = invented(2345, 1)
    new = invented(4000, 2, head=old)
    known = [describe_list("old", "2020-01", old), describe_list("new", "2022-01", new)]
    assert copied_head(as_tokenizer(old), known) == 0
    assert only(old, known[1]).relation == "is a head of"


def test_a_list_cut_short_is_a_head_and_no_copy():
    old = invented(3000, 1)
    cut = old.head(2000)
    known = describe_list("old", "2020-01", old)
    assert only(cut, known).relation == "is a head of"
    assert copied_head(as_tokenizer(cut), [known]) == 0


def test_a_partly_copied_head_is_found_to_the_last_checkpoint():
    old = invented(3000, 1)
    new = invented(3500, 9, head=old.head(2000))
    found = only(new, describe_list("old", "2020-01", old))
    assert (found.relation, found.exact) == ("same head", False)
    assert found.common_head == 2000 // 256 * 256
    assert copied_head(as_tokenizer(new), [describe_list("old", "2020-01", old)]) == found.common_head


def test_a_head_copied_without_its_numbers_is_found():
    old = numbered(2000, 40)
    new = invented(3000, 3, head=without_numbers(old), numbers=False)
    found = only(new, describe_list("old", "2020-01", old))
    assert (found.relation, found.without_numbers) == ("extends", True)
    assert found.common_head == 2000
    assert copied_head(as_tokenizer(new), [describe_list("old", "2020-01", old)]) == 2000


def test_independent_lists_share_no_head_and_are_left_out():
    assert relatives(invented(3000, 1), [describe_list("other", "2020-01", invented(3000, 2))]) == []


def test_shared_merges_are_estimated_within_their_error():
    old = invented(20_000, 1)
    pairs = [old.pair(rank) for rank in range(12_000)]
    dice = random.Random(4)
    shuffled = [pair for pair in pairs if len(pair[0]) == len(pair[1]) == 1]  # parts that always exist
    dice.shuffle(shuffled)
    other = MergeList.from_pairs(ALPHABET, shuffled)
    found = only(other, describe_list("old", "2020-01", old))
    assert found.common_head == 0
    assert abs(found.shared_merges - len(other)) <= 4 * found.shared_error + 64


def test_the_index_file_is_read_back_and_the_same_bytes_each_time(tmp_path):
    lists = [describe_list("a", "2020-01", invented(700, 1)), describe_list("b", "2021-01", numbered(900, 9))]
    assert index_file(lists) == index_file(lists)
    (tmp_path / "index.npz").write_bytes(index_file(lists))
    for expected, found in zip(lists, known_lists(tmp_path / "index.npz"), strict=True):
        assert (expected.name, expected.since, expected.length) == (found.name, found.since, found.length)
        np.testing.assert_array_equal(expected.plain, found.plain)
        np.testing.assert_array_equal(expected.without_numbers, found.without_numbers)
        np.testing.assert_array_equal(expected.sample, found.sample)


def test_space_signs_and_formats_do_not_change_the_hashes():
    with_bytes = MergeList.from_pairs([b" ", b"a"], [(b" ", b"a")])
    with_signs = MergeList.from_pairs(["▁".encode(), b"a"], [("▁".encode(), b"a")], unit="character")
    assert pair_hashes(with_bytes).tolist() == pair_hashes(with_signs).tolist()
    other = MergeList.from_pairs([b" ", b"a"], [(b"a", b" ")])
    assert pair_hashes(with_bytes).tolist() != pair_hashes(other).tolist()


def test_the_bundled_index_knows_gpt2():
    found = relatives(gpt2().merges)
    assert (found[0].name, found[0].relation) == ("GPT-2 (r50k)", "identical")
    assert (found[1].name, found[1].relation) == ("GPT-3 code (p50k)", "is a head of")
    assert copied_head(gpt2()) == 0


@pytest.mark.long
@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("hub-llama3", 100_000),
        ("qwen", 100_000 - 1_100),
        ("p50k", 50_000),
        ("gguf-mpt", 0),
        ("o200k", 0),
        ("mistral-v1", 0),
        ("gguf-phi-3", 0),
    ],
)
def test_copied_heads_of_real_tokenizers(name, expected):
    assert expected == lineage_of(name)[0]


@pytest.mark.long
@pytest.mark.parametrize(
    ("name", "relative", "relation", "head"),
    [
        ("hub-llama3", "GPT-4 (cl100k)", "extends", 100_000),
        ("qwen", "GPT-4 (cl100k)", "extends", 98_900),
        ("p50k", "GPT-2 (r50k)", "extends", 50_000),
        ("gguf-mpt", "GPT-NeoX", "identical", 50_009),
        ("gguf-phi-3", "Llama 1/2", "identical", 29_612),
        ("hub-mistral-v1", "Mistral v1-v7", "identical", 28_446),
        ("charylu-32k", "charylu", "is a head of", 18_365 // 256 * 256),
    ],
)
def test_relatives_of_real_tokenizers(name, relative, relation, head):
    assert (relation, head) == lineage_of(name)[1][relative]
