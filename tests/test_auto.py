"""--pretokenizer auto, and the quick check of merges against a pre-tokenizer."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import pairwise

import pytest
import tokenizer_files as write
from gpt2 import gpt2
from tokenizers import Regex, Tokenizer, models, pre_tokenizers, trainers

from bpeinfer.corpora.load import starter_corpus
from bpeinfer.loading import load_tokenizer
from bpeinfer.loading.best_pretokenizer import best_known
from bpeinfer.loading.consistency import check_merges
from bpeinfer.loading.gguf_names import GGUF_NAMES, SENTENCEPIECE_LIKE
from bpeinfer.loading.known_pretokenizers import KNOWN
from bpeinfer.loading.two_stages import first_stage
from bpeinfer.merges import MergeList
from bpeinfer.pretokenize import Pretokenizer


@pytest.fixture(scope="module")
def texts() -> list[str]:
    """Some text of ten languages and of code."""
    names = "en-books,de,ru,ja,python,c,html,el,fr,shell"
    return [next(iter(category.documents()))[:20_000] for category in starter_corpus(names).categories]


@pytest.mark.parametrize("name", ["r50k", "cl100k", "qwen2", "o200k"])
def test_the_pattern_that_a_real_trainer_used_is_found_again(tmp_path, texts, name):
    trained = Tokenizer(models.BPE())
    pattern = Regex(KNOWN[name].pre_tokenizer["pattern"]["Regex"])
    byte_level = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    trained.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.Split(pattern, "isolated"), byte_level])
    trained.train_from_iterator(texts, trainers.BpeTrainer(vocab_size=4_000, show_progress=False))
    model = json.loads(trained.to_str())["model"]
    lines = "".join(f"{left} {right}\n" for left, right in model["merges"])
    (tmp_path / "merges.txt").write_text(lines, "utf-8")
    loaded = load_tokenizer(tmp_path / "merges.txt", pretokenizer="auto")
    assert loaded.pretokenizer_origin.startswith(f"auto: {name}; it can produce 100.00% of the")
    assert check_merges(loaded.merges, loaded.pretokenizer).count == 0


def test_a_quick_check_estimates_what_a_whole_check_counts():
    words = Pretokenizer.from_pattern(r"\w+|[^\w\s]+")
    merges = gpt2().merges.head(1_000)
    whole, quick = check_merges(merges, words), check_merges(merges, words, seconds=0.05)
    assert whole.exact
    assert not quick.exact
    assert abs(quick.count - whole.count) < 0.1 * whole.count


def test_gpt2_is_told_from_lists_that_leave_digits_apart():
    fit = best_known(gpt2().merges)
    assert fit.name == "r50k"
    assert fit.consistency.share == 1


def test_every_name_in_gguf_leads_to_a_known_pretokenizer():
    assert set(GGUF_NAMES.values()) <= set(KNOWN)
    assert not SENTENCEPIECE_LIKE & set(GGUF_NAMES)


@pytest.mark.parametrize(
    ("names", "known"),
    [
        ("llama4 kanana2 gpt-4o", "o200k"),
        ("pixtral falcon3 lfm2 llama-bpe", "cl100k"),
        (
            "phi-2 jina-es jina-de jina-v2-es jina-v2-de jina-v2-code gigachat a.x-4.0 mellum roberta-bpe",
            "r50k",
        ),
        ("modern-bert", "r50k"),
        ("deepseek-r1-qwen kormo", "qwen2"),
        ("tekken", "tekken"),
        ("default", "llama.cpp-default"),
    ],
)
def test_names_in_gguf_are_those_that_llama_cpp_groups_together(names, known):
    assert {GGUF_NAMES[name] for name in names.split()} == {known}


def test_an_unknown_name_in_gguf_is_named_in_the_error(tmp_path):
    from test_loading import MergeList, text_of

    merges = MergeList.from_pairs([bytes([byte]) for byte in range(256)], [(b"a", b"b")])
    data = write.gguf_with_merges(merges, pre="nobody's")
    text = text_of(tmp_path, data, name="model.gguf")
    assert """the pre-tokenizer or class that is named, "nobody's", is not a known one""" in text
    assert "--pretokenizer auto" in text


@pytest.mark.parametrize("name", sorted(KNOWN))
def test_every_known_pretokenizer_loses_no_text_but_white_space_and_marks(name):
    """Each can be built, and its pretokens hold every letter and digit."""
    text = "The man's 1,234 dogs; HAPPY?\n\n\tfoo_bar[i] Größe 中文 Привет 한국어"
    known = KNOWN[name]
    pretokens = Pretokenizer.from_spec(known.normalizer, known.pre_tokenizer).split(text)
    held = b"".join(pretokens).decode().casefold()
    assert [c for c in text.casefold() if c.isalnum()] == [c for c in held if c.isalnum() and c not in "Ġġ"]


def test_letters_with_their_blanks_are_no_first_stage():
    """Text with a space before every letter: all letters first get theirs, then pairs of them are learned."""
    letters = [chr(code).encode() for code in range(ord("0"), ord("0") + 60)]
    first = [(b" ", letter) for letter in letters]
    then = [(b" " + left, b" " + right) for left, right in pairwise(letters)]
    assert first_stage(MergeList.from_pairs([b" ", *letters], [*first, *then])) is None


def test_no_pre_tokenizer_that_cuts_characters_is_chosen_for_a_list_of_characters(texts):
    """Falcon's can make these tokens, but it cuts bytes off that are displayed as ², ³, ¹, ¼, ½, ¾."""
    letters = [letter.encode() for letter in "eaointr"]
    pairs = [(b" ", letter) for letter in letters]
    fit = best_known(MergeList.from_pairs([b" ", *letters], pairs, unit="character"))
    splitter = Pretokenizer.from_spec(KNOWN[fit.name].normalizer, KNOWN[fit.name].pre_tokenizer)
    assert all(pretoken.decode() for text in texts for pretoken in splitter.split(text[:500]))


def test_merges_across_words_from_some_rank_on_are_a_second_stage():
    """GPT-2's first 2,000 merges, then pairs of whole words; GPT-2 itself has one stage."""
    merges = gpt2().merges
    assert first_stage(merges) is None
    pairs = write.pairs_of(merges)[:2_000]
    words = [
        left + right for left, right in pairs if (left + right).startswith(b" ") and len(left + right) > 4
    ]
    across = list(zip(words[:60], words[60:120], strict=True))
    alphabet = list(merges.symbols[: merges.alphabet_size])
    found = first_stage(MergeList.from_pairs(alphabet, [*pairs, *across]))
    assert found is not None
    assert found[1] == 2_000
    assert 1_990 <= found[0] <= 2_000
    # Where words end with a mark of their own, the space sign is a letter: a normalizer may have put it for one.
    marked = MergeList.from_pairs(alphabet, [*pairs, *across])
    assert first_stage(replace(marked, end_of_word=b"</w>")) is None
