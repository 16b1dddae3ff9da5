"""Counts of pretokens equal those of a dictionary, whatever the blocks, chunks and hashes."""

from __future__ import annotations

import itertools
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import bpeinfer.counting.block_counter
import bpeinfer.counting.blocks
from bpeinfer.corpora.corpus import Corpus
from bpeinfer.counting import keys
from bpeinfer.counting.jobs import count_pretokens
from bpeinfer.errors import CorpusError
from bpeinfer.pretokenize import Pretokenizer

GPT2 = Pretokenizer.from_spec(None, {"type": "ByteLevel", "add_prefix_space": False})
WORDS = [
    "a",
    "bb",
    "seven77",
    "eightlet",
    "exactly16letters",
    "seventeenletters!",
    "é" * 9,
    "x" * 200,
    "y" * 3000,
]
DOCUMENTS = st.lists(
    st.lists(st.sampled_from([*WORDS, "\x00", "\x00\x00", "  ", "\n", "q\x00"]), max_size=8).map(" ".join),
    max_size=8,
)


def by_dictionary(documents):
    return Counter(piece for document in documents for piece in GPT2.split(document))


def as_counters(counts):
    pretokens, table = counts.pretokens(), counts.by_category().toarray()
    return [
        Counter({pretokens[row]: int(table[row, column]) for row in np.flatnonzero(table[:, column])})
        for column in range(table.shape[1])
    ]


@settings(max_examples=60)
@given(first=DOCUMENTS, second=DOCUMENTS)
def test_counts_equal_a_dictionary(first, second):
    first, second = [*first, "one more"], [*second, "and more"]
    counts = count_pretokens(Corpus.from_texts({"a": first, "b": second}), GPT2)
    assert [by_dictionary(first), by_dictionary(second)] == as_counters(counts)
    assert [
        sum(len(text.encode()) for text in texts) for texts in (first, second)
    ] == counts.category_bytes.tolist()
    assert [sum(map(bool, texts)) for texts in (first, second)] == counts.documents.tolist()
    lengths = np.array([len(pretoken) for pretoken in counts.pretokens()])
    assert counts.category_sums(lengths).tolist() == [
        sum(len(text.encode()) for text in texts) for texts in (first, second)
    ]


@pytest.mark.parametrize(("batch", "tables"), [(1 << 22, 1 << 23), (1, 1 << 23), (9_000, 1), (1, 1)])
def test_small_chunks_and_joined_blocks_lose_nothing(monkeypatch, batch, tables):
    monkeypatch.setattr(bpeinfer.counting.block_counter, "CHUNK", 2_000)
    monkeypatch.setattr(bpeinfer.counting.block_counter, "_BATCH", batch)
    monkeypatch.setattr(bpeinfer.counting.block_counter, "_TABLES", tables)
    generator = np.random.default_rng(0)
    documents = [
        " ".join(generator.choice(WORDS[:7], size=generator.integers(1, 60)).tolist()) for _ in range(3_000)
    ]
    counts = count_pretokens(Corpus.from_texts({"a": documents}), GPT2)
    assert [by_dictionary(documents)] == as_counters(counts)
    assert 100 <= counts.counts.shape[1] <= bpeinfer.counting.blocks.BLOCKS
    sizes = (counts.counts.T @ np.diff(counts.offsets)).tolist()
    assert max(sizes) < 2 * np.median(sizes)


def test_blocks_hold_whole_documents_unless_they_are_long():
    documents = [f"doc{number} " * 40 for number in range(50)]
    counts = count_pretokens(Corpus.from_texts({"a": documents}), GPT2)
    assert counts.counts.shape[1] == 50
    long = count_pretokens(Corpus.from_texts({"a": ["word and word " * 2_000]}), GPT2)
    assert 5 <= long.counts.shape[1] <= 10  # 28,000 bytes in parts of at least 3,000


def test_two_pretokens_with_one_hash_are_noticed_and_counted_anew(monkeypatch):
    real = keys._hash
    seeds = []

    def weak(buffer, words, first, starts, lengths, seed):
        found, second = real(buffer, words, first, starts, lengths, seed)
        seeds.append(seed)
        return (np.full_like(found, keys.LONG) if seed == 0 else found), second

    monkeypatch.setattr(keys, "_hash", weak)
    documents = ["eightlet exactly16letters", "seventeenletters! eightlet"]
    assert [by_dictionary(documents)] == as_counters(
        count_pretokens(Corpus.from_texts({"a": documents}), GPT2)
    )
    assert {0, 1} <= set(seeds)


@pytest.mark.parametrize("seed", range(3))
def test_words_of_two_byte_scripts_after_a_two_byte_space_mark_have_keys_of_their_own(seed):
    """Letters that differ in the last byte of both words of eight bytes cancelled one another under every seed."""
    letters = [chr(0x5D0 + number) for number in range(27)]
    words = [
        "Ġ" + "".join(five)
        for five in itertools.product(letters[:9], "א", letters[::3], letters[1::2], letters[::4])
    ]
    words += ["Ġ" + "".join(five) for five in itertools.product("א", "ל", letters, letters, letters)]
    words = sorted(set(words))
    text = "".join(words).encode()
    lengths = np.array([len(word.encode()) for word in words])
    found, long, second = keys.pretoken_keys(text + bytes(8), np.cumsum(lengths) - lengths, lengths, seed)
    assert len(long) == len(words) == len(np.unique(found)) == len(np.unique(second))


def test_selected_categories_keep_their_counts_and_order():
    texts = {"a": ["only a here"], "b": ["only b here", "twice"], "c": ["ccc"]}
    counts = count_pretokens(Corpus.from_texts(texts, {"b": "group"}), GPT2)
    chosen = counts.select(["c", "b"])
    assert chosen.categories == ("c", "b")
    assert chosen.groups == ("", "group")
    assert chosen.documents.tolist() == [1, 2]
    assert as_counters(chosen) == [by_dictionary(texts["c"]), by_dictionary(texts["b"])]
    assert b" a" not in chosen.pretokens()
    with pytest.raises(CorpusError, match="no category 'd'; there are: a, b, c"):
        counts.select(["d"])


def test_a_category_without_text_is_named():
    with pytest.raises(CorpusError, match="category 'b' is empty"):
        count_pretokens(Corpus.from_texts({"a": ["text"], "b": ["", ""]}), GPT2)


def test_space_marks_are_written_out_in_the_table():
    bars = {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": True}
    counts = count_pretokens(
        Corpus.from_texts({"a": ["ab averyverylongword ab"]}), Pretokenizer.from_spec(None, bars)
    )
    assert as_counters(counts) == [Counter({"▁ab".encode(): 2, "▁averyverylongword".encode(): 1})]


def test_arrays_cannot_be_changed():
    counts = count_pretokens(Corpus.from_texts({"a": ["some text"]}), GPT2)
    for array in (counts.blob, counts.offsets, counts.counts.data, counts.category_bytes):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0
