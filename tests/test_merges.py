"""`MergeList`: numbering, what it refuses, and the space sign in comparisons."""

from __future__ import annotations

import numpy as np
import pytest

from bpeinfer.merges import MergeList


def test_symbols_are_numbered_alphabet_first_then_products_as_they_are_made():
    merges = MergeList.from_pairs([b"a", b"b"], [(b"a", b"b"), (b"ab", b"a"), (b"a", b"a")])
    assert merges.symbols == (b"a", b"b", b"ab", b"aba", b"aa")
    assert merges.left.tolist() == [0, 2, 0]
    assert merges.right.tolist() == [1, 0, 0]
    assert merges.product.tolist() == [2, 3, 4]
    assert merges.pair(1) == (b"ab", b"a")


def test_a_product_reached_by_a_second_pair_keeps_its_number():
    merges = MergeList.from_pairs([b"a"], [(b"a", b"a"), (b"aa", b"a"), (b"a", b"aa")])
    assert merges.product.tolist() == [1, 2, 2]


def test_a_symbol_listed_twice_in_the_alphabet_counts_once():
    merges = MergeList.from_pairs([b"a", b"a", b"b"], [(b"a", b"b")])
    assert merges.alphabet_size == 2
    assert merges.product.tolist() == [2]


def test_a_part_that_does_not_exist_yet_is_refused_with_its_rank():
    with pytest.raises(ValueError, match="merge 1 joins b'ab' and b'c'"):
        MergeList.from_pairs([b"a", b"b"], [(b"a", b"b"), (b"ab", b"c")])


def test_head_keeps_symbols_and_marks():
    merges = MergeList.from_pairs([b"a", b"b</w>"], [(b"a", b"b</w>"), (b"a", b"a")], end_of_word=b"</w>")
    head = merges.head(1)
    assert len(head) == 1
    assert head.symbols == merges.symbols
    assert head.end_of_word == b"</w>"
    assert len(merges.head(99)) == 2


def test_the_right_part_loses_the_continuing_prefix():
    merges = MergeList.from_pairs([b"a", b"##b"], [(b"a", b"##b")], continuing_prefix=b"##")
    assert merges.symbols[merges.product[0]] == b"ab"


def test_arrays_cannot_be_written_and_lengths_must_fit():
    merges = MergeList.from_pairs([b"a"], [(b"a", b"a")])
    with pytest.raises(ValueError, match="read-only"):
        merges.left[0] = 5
    one, two = np.zeros(1, dtype=np.int32), np.zeros(2, dtype=np.int32)
    with pytest.raises(ValueError, match="one length"):
        MergeList(symbols=(b"a",), alphabet_size=1, left=one, right=two, product=one)
    with pytest.raises(ValueError, match="alphabet_size 3"):
        MergeList(symbols=(b"a",), alphabet_size=3, left=one, right=one, product=one)


@pytest.mark.parametrize(
    ("alphabet", "unit", "expected"),
    [
        (["▁", "a"], "character", [b" ", b"a", b" a"]),
        (["Ġ", "a"], "character", [b" ", b"a", b" a"]),
        (["x", "a"], "character", [b"x", b"a", b"xa"]),
        (["Ġ", "a"], "byte", ["Ġ".encode(), b"a", "Ġa".encode()]),
    ],
)
def test_space_signs_count_as_spaces_in_comparisons(alphabet, unit, expected):
    symbols = [symbol.encode() for symbol in alphabet]
    merges = MergeList.from_pairs(symbols, [(symbols[0], symbols[1])], unit=unit)
    assert merges.comparable_symbols() == expected


def test_it_shows_its_size_and_its_first_merges():
    merges = MergeList.from_pairs([b"a", b"b"], [(b"a", b"b"), (b"ab", b"a")])
    assert repr(merges) == "MergeList(2 merges over 2 bytes: b'a'+b'b', b'ab'+b'a')"
    run = [(b"a" * length, b"a") for length in range(1, 1001)]
    long = repr(MergeList.from_pairs([b"a"], run))
    assert long.startswith("MergeList(1,000 merges over 1 bytes: b'a'+b'a', ")
    assert long.endswith(", …)")
    assert len(long) < 1000
