"""The trainer on counts makes the merges of the slow twin and of the Hugging Face trainer."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import LETTERS, packed, pretoken_lists
from trained import hugging_face

import bpeinfer as bi
from bpeinfer import reference
from bpeinfer.loading.bytelevel import from_display
from bpeinfer.merges import MergeList
from bpeinfer.pretokenize import Pretokenizer
from bpeinfer.training import train

CORPUS = Path(__file__).parents[1] / "fixtures" / "corpus"
ALPHABET = [LETTERS[i : i + 1] for i in range(len(LETTERS))]
START = MergeList.from_pairs(ALPHABET, [])


def pairs(merges):
    return [merges.pair(rank) for rank in range(len(merges))]


@given(pretoken_lists(), st.data())
def test_merges_equal_the_slow_twin(pretokens, data):
    """Few letters: overlaps (aaa), ties, and products that two pairs reach are common."""
    counts = [data.draw(st.integers(0, 5)) for _ in pretokens]
    expected = reference.train(
        ALPHABET, {p: c for p, c in zip(pretokens, counts, strict=True) if c}, merges=25
    )
    made = train(*packed(pretokens), np.array(counts), 25, START)
    assert pairs(made) == pairs(expected)
    assert made.symbols == expected.symbols


@given(pretoken_lists(), st.data())
def test_characters_are_merged_as_letters_of_one_byte_are(pretokens, data):
    """The same lists in letters of two to four bytes; one letter that is not in the alphabet parts the others."""
    counts = np.array([data.draw(st.integers(0, 5)) for _ in pretokens])
    wide = dict(zip(LETTERS.decode(), "éж語😀ßλ字ñ", strict=False))
    start = MergeList.from_pairs([wide[letter.decode()].encode() for letter in ALPHABET], [], "character")
    over_bytes = train(*packed(pretokens), counts, 25, START)
    translated = ["".join(wide[c] for c in p.decode()) for p in pretokens]
    made = train(*packed([text.encode() for text in translated]), counts, 25, start)
    assert made.unit == "character"
    expected = [
        tuple("".join(wide[c] for c in part.decode()).encode() for part in pair) for pair in pairs(over_bytes)
    ]
    assert pairs(made) == expected
    if translated:
        parted = train(
            *packed([text.encode() + "☃".encode() + text.encode() for text in translated]), counts, 25, start
        )
        assert pairs(parted) == expected


def test_a_product_reached_by_a_second_pair_keeps_its_id():
    """abc as ab+c and as a+bc: the second way to it makes no new symbol."""
    pretokens = [b"abc", b"ab", b"bc", b"cbcb"]
    counts = np.array([5, 9, 8, 7])
    expected = reference.train(ALPHABET, dict(zip(pretokens, counts.tolist(), strict=True)), 20)
    assert pairs(train(*packed(pretokens), counts, 20, START)) == pairs(expected)


def test_merges_equal_hugging_face_on_real_text():
    corpus = bi.load_corpus(CORPUS / "train", categories="de,el,python")
    texts = (document for category in corpus.categories for document in category.documents())
    state = json.loads(hugging_face(texts, 4_000).to_str())
    expected = [(from_display(left), from_display(right)) for left, right in state["model"]["merges"]]
    split = Pretokenizer.from_spec(None, state["pre_tokenizer"])
    counts = bi.count_pretokens(corpus, split)
    made = train(counts.blob, counts.offsets, counts.by_category().sum(axis=1), 4000)
    assert len(expected) == 4000
    assert pairs(made) == expected


def test_training_ends_when_no_pair_is_left():
    assert pairs(train(*packed([b"ab", b"c"]), np.array([3, 9]), 10, START)) == [(b"a", b"b")]
    assert len(train(*packed([b"a", b"c"]), np.array([3, 9]), 10, START)) == 0


@pytest.mark.parametrize("length", [2, 3, 50_000])
def test_one_letter_again_and_again(length):
    """No quadratic time on runs, and overlaps are merged from the left."""
    made = train(*packed([b"a" * length]), np.array([1]), 30)
    assert made.pair(0) == (b"a", b"a")
    assert made.symbols[-1] == b"a" * length or length == 50_000
