"""The slow twin itself, against hand-worked examples and the Hugging Face trainer."""

from __future__ import annotations

import json

from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import LETTERS, pretoken_lists
from tokenizers import Tokenizer, models, trainers

from bpeinfer import reference


def test_wikipedia_example_by_hand():
    """`aaabdaaabac`: (a,a) four times, then (aa,a) ties with (a,b): the smaller ids win, as in Hugging Face."""
    merges = reference.train([b"a", b"b", b"c", b"d"], {b"aaabdaaabac": 1}, 3)
    assert [merges.pair(rank) for rank in range(3)] == [(b"a", b"a"), (b"a", b"b"), (b"aa", b"ab")]


@given(st.data(), pretoken_lists(12), st.integers(1, 12))
@settings(max_examples=150)
def test_tiny_trainer_matches_hf_trainer(data, pretokens, merges):
    counts = {pretoken: data.draw(st.integers(1, 3)) for pretoken in pretokens}
    alphabet = [chr(letter) for letter in LETTERS]
    tokenizer = Tokenizer(models.BPE())
    trainer = trainers.BpeTrainer(
        vocab_size=len(alphabet) + merges, initial_alphabet=alphabet, show_progress=False
    )
    texts = [pretoken.decode() for pretoken, times in counts.items() for _ in range(times)]
    tokenizer.train_from_iterator(texts, trainer)
    listed = json.loads(tokenizer.to_str())["model"]["merges"]
    ours = reference.train([letter.encode() for letter in alphabet], counts, merges)
    pairs = [ours.pair(rank) for rank in range(len(ours))]
    assert [(left.encode(), right.encode()) for left, right in listed] == pairs[: len(listed)]
