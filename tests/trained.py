"""Tokenizers that the Hugging Face trainer made, of given texts or of a known mixture of the fixture texts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from tokenizers import Tokenizer, models, pre_tokenizers, trainers

import bpeinfer as bi

FIXTURES = Path(__file__).parents[1] / "fixtures" / "corpus"
SAMPLES = FIXTURES / "sample"
BYTES = 300_000
MIXTURE = {"fr": 0.5, "de": 0.3, "python": 0.2}


def train_on(path: Path, mixture: Mapping[str, float] = MIXTURE, merges: int = 1500) -> Path:
    """Write a tokenizer.json whose training text has these shares of bytes."""
    texts = []
    for category in bi.load_corpus(FIXTURES / "train", categories=",".join(mixture)).categories:
        left = round(BYTES * mixture[category.name])
        for document in category.documents():
            taken = document.encode()[:left].decode(errors="ignore")
            texts.append(taken)
            left -= len(taken.encode())
            if left <= 0:
                break
        assert left < 4, f"too little text of {category.name}"
    hugging_face(texts, merges).save(str(path))
    return path


def hugging_face(texts: Iterable[str], merges: int) -> Tokenizer:
    """A tokenizer over bytes, split as GPT-2 splits, of the library's own trainer."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(vocab_size=256 + merges, initial_alphabet=alphabet, show_progress=False)
    tokenizer.train_from_iterator(texts, trainer)
    return tokenizer


def samples(names: str = "fr,de,python") -> bi.Corpus:
    """The samples of some categories, in two groups."""
    corpus = bi.load_corpus(SAMPLES, categories=names)
    grouped = (
        replace(one, group="code" if one.name in ("c", "python") else "prose", title=f"Text: {one.name}")
        for one in corpus.categories
    )
    return replace(corpus, categories=tuple(grouped), not_chosen=())
