"""Text that no category has: the bound stays below the truth, and is zero if the categories are complete."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from gpt2 import gpt2
from tokenizers import Tokenizer, models, pre_tokenizers, trainers

import bpeinfer as bi
from bpeinfer.counting.jobs import count_pretokens
from bpeinfer.diagnostics.letters import letters_without_sample, measure_coverage
from bpeinfer.diagnostics.outside import bound
from bpeinfer.errors import InferenceError
from bpeinfer.reports.estimate_page import estimate_as_html, estimate_as_text

CORPUS = Path(__file__).parents[1] / "fixtures" / "corpus"


def texts(half: str) -> dict[str, list[str]]:
    corpus = bi.load_corpus(CORPUS / half)
    return {category.name: list(category.documents()) for category in corpus.categories}


TRAIN, SAMPLE = texts("train"), texts("sample")


def cyrillic(documents: list[str]) -> list[str]:
    """The same text with every letter in another script: nothing but spaces and signs is shared."""
    table = {
        ord(a): b
        for a, b in zip("abcdefghijklmnopqrstuvwxyz", "абвгдежзийклмнопрстуфхцчшщъыьэ", strict=False)
    }
    return [document.lower().translate(table) for document in documents]


def trained(documents: list[str], merges: int, path: Path, *, characters: bool = False) -> bi.Tokenizer:
    tokenizer = Tokenizer(models.BPE())
    if characters:
        tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
        alphabet: list[str] = []
    else:
        tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
        alphabet = pre_tokenizers.ByteLevel.alphabet()
    size = (len(set("".join(documents))) + 1 if characters else 256) + merges
    tokenizer.train_from_iterator(
        documents, trainers.BpeTrainer(vocab_size=size, show_progress=False, initial_alphabet=alphabet)
    )
    tokenizer.save(str(path))
    return bi.load_tokenizer(path)


def inferred(tokenizer: bi.Tokenizer, samples: dict[str, list[str]], **settings) -> bi.MixtureEstimate:
    return bi.infer(tokenizer, bi.Corpus.from_texts(samples), resamples=0, size=False, **settings)


def test_right_categories_read_zero(tmp_path):
    documents = [document for name in TRAIN for document in TRAIN[name]]
    estimate = inferred(trained(documents, 1_500, tmp_path / "tokenizer.json"), SAMPLE)
    assert estimate.outside.at_least == 0
    assert estimate.withheld is None
    assert "not in these categories" not in estimate_as_text(estimate.to_dict())


def test_text_in_another_script_is_found_named_and_not_shared_out(tmp_path):
    documents = cyrillic(TRAIN["fr"] + TRAIN["de"])
    estimate = inferred(trained(documents, 1_500, tmp_path / "tokenizer.json"), SAMPLE)
    assert estimate.outside.at_least >= 0.8
    assert next(iter(estimate.outside.scripts)) == "Cyrillic"
    assert {"е", "а"} <= set(estimate.outside.letters)
    many = replace(estimate, merges_used=1_000, sample_bytes=np.full_like(estimate.sample_bytes, 10**6))
    assert many.withheld.endswith("shares would describe the smaller part of it")
    tiny = replace(many, sample_bytes=np.full_like(estimate.sample_bytes, 95))
    assert "too small to show that it is (" in tiny.withheld
    assert "has 95 bytes" in tiny.withheld
    # As Tigrinya in the starter pack: of the right kind, but with few of the list's merges.
    nearest, *others = estimate.proportions
    shares = np.where(np.array(estimate.categories) == nearest, 0.7, 0.3 / len(others))
    sizes = np.where(np.array(estimate.categories) == nearest, 18_862, 10**6)
    few = replace(many, byte_shares=shares, sample_bytes=sizes, outside=replace(many.outside, merges=100))
    assert f"too small to show that it is ({nearest} has 18,862 bytes)" in few.withheld
    assert f"{nearest} has 18,862 bytes" in few.to_markdown().partition("## What no sample explains")[2]
    # Withheld for its length, too: the bound is said by itself.
    short = replace(estimate, merges_used=20)
    assert short.withheld.startswith("too little to go on")
    section = short.to_markdown().partition("## What no sample explains")[2]
    assert f"At least {100 * estimate.outside.at_least:.0f} % of the training text's pairs" in section
    assert "oo little to go on" not in section
    page = str(estimate)
    assert "at least" in page
    assert "Cyrillic" in page
    assert "bytes %" not in page
    assert f"nearest categories: {next(iter(estimate.proportions))}" in page
    assert "another register" not in page
    # As Japanese from Wikipedia: the samples have most of its letters, and few of its words.
    result = estimate.to_dict()
    result["not_in_categories"] |= {"scripts": {"Katakana": 0.6, "Han": 0.4}, "letters": ["昭", "阪"]}
    assert "; it may be their language in another register" in estimate_as_text(result)
    assert "bytes %" in estimate_as_text(estimate.to_dict(), force=True)
    assert "<table>" not in estimate_as_html(estimate.to_dict())
    assert estimate.to_dict()["verdict"] == "poor"


@pytest.mark.parametrize("part", [0.3, 0.6])
def test_the_bound_stays_below_what_is_missing(tmp_path, part):
    known = TRAIN["fr"] + TRAIN["de"]
    size = sum(len(document.encode()) for document in known)

    def some(documents: list[str], wanted: float) -> list[str]:
        ends = np.cumsum([len(document.encode()) for document in documents])
        return documents[: int(np.searchsorted(ends, wanted))]

    hidden = some(cyrillic(known), size * min(1, part / (1 - part)))
    kept = some(known, size * min(1, (1 - part) / part))
    estimate = inferred(trained(kept + hidden, 1_500, tmp_path / "tokenizer.json"), SAMPLE)
    assert estimate.outside.at_least <= part + 0.05
    if part > 0.5:
        assert estimate.outside.at_least > 0.1


def test_the_bound_grows_with_what_is_unsupplied_and_with_disagreement_and_never_passes_it():
    shares = np.linspace(0, 1, 50)
    for disagreement in (0.2, 0.6, 0.7, 1.0):
        bounds = [bound(share, disagreement) for share in shares]
        assert np.all(np.diff(bounds) >= 0)
        assert np.all(np.array(bounds) <= shares + 1e-12)
    assert bound(0.9, 0.9) >= bound(0.9, 0.7) >= bound(0.9, 0.3)


def test_too_few_merges_print_no_table(tmp_path):
    tokenizer = trained(TRAIN["fr"], 40, tmp_path / "tokenizer.json")
    estimate = inferred(tokenizer, SAMPLE)
    assert "too little to go on: the list has only 40 merges to use, at least 100" in str(estimate)
    assert "bytes %" not in str(estimate)
    assert "bytes %" in estimate_as_text(estimate.to_dict(), force=True)


def test_shares_lose_their_decimals_where_part_of_the_text_is_of_no_category(tmp_path):
    tokenizer = trained(TRAIN["fr"] + TRAIN["de"], 500, tmp_path / "tokenizer.json")
    result = inferred(tokenizer, SAMPLE).to_dict()
    assert re.search(r"^fr +\d\d\.\d ", estimate_as_text(result), re.MULTILINE)
    result["not_in_categories"] |= {"at_least": 0.3127, "interval": [0.25, 0.37]}
    page = estimate_as_text(result)
    assert re.search(r"^not in these categories +≥ 31 \(25 - 37\)$", page, re.MULTILINE)
    assert re.search(r"^fr +\d\d +\d\d ", page, re.MULTILINE)


def test_shares_of_what_has_a_language_leave_the_neutral_group_out(tmp_path):
    """Years and numbers belong to no language: the two languages make up the rest."""
    chance = np.random.default_rng(0)
    numbers = [" ".join(map(str, chance.integers(1, 9_999, 400))) for _ in range(60)]
    documents = TRAIN["fr"] + TRAIN["de"] + numbers[::2]
    samples = {"fr": SAMPLE["fr"], "de": SAMPLE["de"], "numbers": numbers[1::2]}
    groups = {"fr": "languages", "de": "languages", "numbers": "neutral"}
    result = bi.infer(
        trained(documents, 500, tmp_path / "tokenizer.json"),
        bi.Corpus.from_texts(samples, groups),
        resamples=0,
    ).to_dict()
    rows = {entry["name"]: entry for entry in (*result["categories"], *result["groups"])}
    assert rows["numbers"]["byte_share"] > 0.05
    assert "without_neutral" not in rows["numbers"] | rows["neutral"]
    for unit in ("byte_share", "pair_share"):
        assert rows["languages"]["without_neutral"][unit] == pytest.approx(1)
        alone = rows["fr"][unit] / (1 - rows["neutral"][unit])
        assert rows["fr"]["without_neutral"][unit] == pytest.approx(alone)
    assert "not counting neutral text, bytes %: languages 100.0; by sample " in estimate_as_text(result)
    without = bi.infer(
        bi.load_tokenizer(tmp_path / "tokenizer.json"), bi.Corpus.from_texts(samples), resamples=0
    )
    assert "not counting neutral text" not in repr(without)


def test_a_category_without_merges_is_set_aside_and_named(tmp_path):
    tokenizer = trained(TRAIN["fr"] + TRAIN["de"], 500, tmp_path / "tokenizer.json", characters=True)
    samples = {"fr": SAMPLE["fr"], "de": SAMPLE["de"], "zz": ["漢字仮名交じり文。" * 30]}
    estimate = inferred(tokenizer, samples)
    assert estimate.proportions["zz"] == 0
    assert any("zz" in note for note in estimate.notes)
    with pytest.raises(InferenceError, match="fewer than two categories remain"):
        inferred(tokenizer, {"fr": SAMPLE["fr"], "zz": samples["zz"]})


def test_a_script_that_the_alphabet_lacks_is_ruled_out(tmp_path):
    tokenizer = trained(TRAIN["fr"] + TRAIN["de"], 500, tmp_path / "tokenizer.json", characters=True)
    foreign = [f"{text} {text[:200]}" for text in cyrillic(SAMPLE["fr"])]
    mixed = [f"{hidden} {shown[:300]}" for hidden, shown in zip(foreign, SAMPLE["fr"], strict=True)]
    estimate = inferred(tokenizer, {"fr": SAMPLE["fr"], "de": SAMPLE["de"], "xx": mixed})
    assert estimate.proportions["xx"] == 0
    assert any("alphabet lacks the Cyrillic script: xx" in note for note in estimate.notes)
    windows = inferred(tokenizer, {"fr": SAMPLE["fr"], "de": SAMPLE["de"], "xx": mixed}, windows=2).drift
    assert windows.byte_shares[:, 2].tolist() == [0, 0]


def test_bytes_count_what_the_alphabet_covers(tmp_path):
    tokenizer = trained(["abab abba baab"] * 50, 5, tmp_path / "tokenizer.json", characters=True)
    counts = count_pretokens(
        bi.Corpus.from_texts({"half": ["ab жж ab жж"], "whole": ["ab ba"]}), tokenizer.pretokenizer
    )
    coverage = measure_coverage(counts, tokenizer.merges)
    assert coverage is not None
    by_name = dict(zip(counts.categories, coverage.bytes, strict=True))
    assert by_name["whole"] == 1
    assert by_name["half"] < 0.8
    assert (
        not coverage.ruled_out.any()
        or counts.categories[int(np.flatnonzero(coverage.ruled_out)[0])] == "half"
    )


def test_letters_without_sample_are_those_that_no_category_has():
    counts = count_pretokens(
        bi.Corpus.from_texts({"ru": ["мама мыла раму"], "en": ["the cat"]}),
        gpt2().pretokenizer,
    )
    tokens = [" қаз".encode(), "мама".encode(), b"\xd2", b"the", b"q1"]
    assert letters_without_sample(counts, tokens) == ("қ", "з", "q")


def test_letters_are_the_same_however_many_pretokens_are_looked_at_together(monkeypatch):
    counts = count_pretokens(
        bi.Corpus.from_texts({"ru": ["мама мыла раму", "жук 🙂"], "en": ["the cat", "naïve"]}),
        gpt2().pretokenizer,
    )
    tokens = [text.encode() for text in ("қаз", "мама", "naïve", "жук", "q1")]
    merges = bi.MergeList.from_pairs([b"a", b"t", "м".encode()], [(b"a", b"t")], "character")
    whole = letters_without_sample(counts, tokens), vars(measure_coverage(counts, merges))
    assert whole[0] == ("қ", "з", "q")
    for size in (1, 5, 16):
        monkeypatch.setattr("bpeinfer.diagnostics.letters.PIECE", size)
        assert letters_without_sample(counts, tokens) == whole[0]
        for name, found in vars(measure_coverage(counts, merges)).items():
            assert np.array_equal(found, whole[1][name])


def test_no_text_is_said_to_be_without_spaces_where_the_splitter_drops_them(tmp_path):
    documents = TRAIN["fr"][:40]
    run_together = [one.replace(" ", "") for one in documents]
    for splitter, text, look in (
        (pre_tokenizers.ByteLevel(add_prefix_space=False), run_together, ("no spaces between words",)),
        (pre_tokenizers.Metaspace(), documents, ()),
        (pre_tokenizers.Whitespace(), run_together, ()),
    ):
        tokenizer = Tokenizer(models.BPE())
        tokenizer.pre_tokenizer = splitter
        tokenizer.train_from_iterator(text, trainers.BpeTrainer(vocab_size=400, show_progress=False))
        path = tmp_path / "tokenizer.json"
        tokenizer.save(str(path))
        samples = {name: SAMPLE[name][:9] for name in ("fr", "de")}
        assert inferred(bi.load_tokenizer(path), samples).outside.look == look
