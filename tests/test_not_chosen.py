"""Categories that were not chosen: whether text like theirs is in the list, and what that does to the result."""

from __future__ import annotations

import gc
import json
import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from trained import SAMPLES, train_on

import bpeinfer as bi
from bpeinfer.corpora.sources import Memory
from bpeinfer.counting import units
from bpeinfer.diagnostics.not_chosen import NotChosen, NotChosenKind
from bpeinfer.diagnostics.verdict import Verdict, _beside_others
from bpeinfer.inference import not_chosen
from bpeinfer.reports.as_text import as_text
from bpeinfer.reports.estimate_page import estimate_as_text
from bpeinfer.reports.estimate_report import estimate_document

MIXTURE = {"fr": 0.5, "de": 0.2, "python": 0.3}


@pytest.fixture(scope="module")
def tokenizer(tmp_path_factory):
    return bi.load_tokenizer(train_on(tmp_path_factory.mktemp("list") / "tokenizer.json", MIXTURE, 700))


def inferred(tokenizer, names, **options):
    samples = bi.load_corpus(SAMPLES, categories=names)
    return bi.infer(tokenizer, samples, size=False, **{"resamples": 10, **options})


@pytest.fixture(scope="module")
def lacking(tokenizer):
    return inferred(tokenizer, "fr,de")


def test_a_kind_that_was_not_chosen_is_found_and_named(lacking):
    found = lacking.not_chosen
    assert found.kinds[0].names == ("python",)
    assert found.kinds[0].byte_share == pytest.approx(0.3, abs=0.1)
    assert found.kinds[0].present
    assert found.kinds[0].found > 20
    assert found.byte_share >= found.kinds[0].byte_share


def test_what_cannot_be_excluded_is_no_less_than_what_was_found(tokenizer, lacking):
    # Those chosen that are left out of the fit with all leave their share to others that were not.
    found = inferred(tokenizer, "c,el,es,python", resamples=0).not_chosen
    assert found.most_bytes >= found.byte_share
    assert found.most_pairs >= found.pair_share
    assert lacking.not_chosen.most_bytes >= lacking.not_chosen.byte_share


def test_then_no_share_is_good_and_the_advice_says_what_to_choose(lacking):
    assert lacking.verdict is not Verdict.GOOD
    assert "like categories that were not chosen: python" in lacking.advice
    assert lacking.advice.endswith("choose them, too")


def test_total_intervals_reach_the_share_of_all_text_and_of_the_chosen_alone(lacking):
    for name, of_all in (("fr", 0.5), ("de", 0.2)):
        low, high = lacking.sum_of([name])["total_interval"]["byte_share"]
        assert low <= of_all <= high
        assert low <= of_all / 0.7 <= high


@pytest.mark.parametrize("number", [1, 2])
def test_without_a_cache_no_text_is_counted_twice(tokenizer, lacking, monkeypatch, tmp_path, number):
    counted = []
    count = units._count_text

    def spy(source, *given):
        counted.append([str(file.path) for file in source.files])
        return count(source, *given)

    monkeypatch.setattr(units, "_count_text", spy)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    samples = bi.load_corpus(SAMPLES, categories="fr,de")
    outcomes = list(bi.infer_many([tokenizer] * number, samples, size=False, resamples=0))
    assert len(counted) == len(samples.with_not_chosen().categories)
    assert len(set(map(str, counted))) == len(counted)
    found = outcomes[-1].estimate.not_chosen
    assert found.byte_share == pytest.approx(lacking.not_chosen.byte_share)
    del outcomes
    gc.collect()
    assert list(tmp_path.iterdir()) == []


def test_with_all_kinds_chosen_the_others_have_next_to_nothing(tokenizer):
    estimate = inferred(tokenizer, "fr,de,python")
    assert estimate.not_chosen.pair_share < 0.03
    assert "not chosen" not in estimate.advice


def test_page_report_and_file_say_it(lacking, tmp_path):
    path = tmp_path / "result.json"
    lacking.save(path)
    read = bi.load_estimate(path)
    assert read.to_dict()["not_chosen"] == lacking.to_dict()["not_chosen"]
    assert "not chosen beside them, those chosen have " in str(read)
    assert "; in the list: python " in str(read)
    assert "Samples not chosen" in as_text(read.report())
    result = read.to_dict()
    del result["not_chosen"]  # as results were before
    path.write_text(json.dumps(result))
    assert "not chosen beside them" not in str(bi.load_estimate(path))


def test_a_kind_all_of_whose_few_own_merges_are_there_is_said_to_have_too_few(lacking):
    result = lacking.to_dict()
    few = result["not_chosen"]["kinds"][0] | {"found": 3, "missing": 0, "present": False}
    result["not_chosen"] |= {"kinds": [few]}
    assert "(3 of 3 own merges, too few to tell" in estimate_as_text(result)
    assert "too few own merges to tell" in as_text(estimate_document(result))
    result["not_chosen"] |= {"kinds": [few | {"missing": 2}]}
    assert "too few" not in estimate_as_text(result)


def test_nothing_is_asked_where_nothing_was_left_out_or_nobody_wants_it(tokenizer):
    everything = bi.load_corpus(SAMPLES)
    assert not everything.not_chosen
    assert everything.select("fr,de").with_not_chosen().names == everything.names
    assert inferred(tokenizer, "fr,de", resamples=0, ask_others=False).not_chosen is None


def test_what_cannot_be_read_is_a_note_and_no_error(tokenizer, tmp_path):
    for name in ("fr", "de"):
        text = next(iter(bi.load_corpus(SAMPLES, categories=f"{name},c").select(name).categories)).documents()
        Path(tmp_path / f"{name}.txt").write_text("\n".join(text), "utf-8")
    Path(tmp_path / "broken.txt").write_bytes(b"\xff\xfe\xff")
    samples = bi.load_corpus(tmp_path, categories="fr,de")
    estimate = bi.infer(tokenizer, samples, resamples=0, size=False)
    assert estimate.not_chosen is None
    assert any("not chosen were not asked" in note and "broken" in note for note in estimate.notes)


def test_large_samples_are_not_read(tokenizer, monkeypatch):
    monkeypatch.setattr(not_chosen, "MOST_BYTES", 10)
    estimate = inferred(tokenizer, "fr,de", resamples=0)
    assert estimate.not_chosen is None
    assert any("too large" in note for note in estimate.notes)


def test_text_in_memory_is_asked_as_it_is(tokenizer):
    texts = {one.name: list(one.documents()) for one in bi.load_corpus(SAMPLES).categories}
    chosen = bi.Corpus.from_texts(texts).select("fr,de")
    assert all(isinstance(source, Memory) for one in chosen.not_chosen for source in one.sources)
    assert bi.infer(tokenizer, chosen, resamples=0, size=False).not_chosen.kinds[0].names == ("python",)


def test_registers_of_a_language_that_was_chosen_are_not_missing(tokenizer):
    samples = bi.load_corpus(SAMPLES)
    renamed = {"python": "fr-code", "fr": "fr"}
    named = tuple(replace(one, name=renamed.get(one.name, one.name), group="") for one in samples.categories)
    chosen = replace(samples, categories=tuple(sorted(named, key=lambda one: one.name))).select("fr,de")
    found = bi.infer(tokenizer, chosen, resamples=0, size=False).not_chosen
    assert found.pair_share < 0.05
    assert found.pair_shares.sum() == pytest.approx(1)


def kind(share, present):
    return NotChosenKind(
        names=("go",), byte_share=share, pair_share=share, found=9, missing=0, present=present, examples=()
    )


@pytest.mark.parametrize(
    ("kinds", "shown", "word"),
    [
        (None, 0.0, "doubtful"),  # nobody was asked, and a missing kind would not have shown
        ((), 0.0, "good"),
        ((kind(0.2, False),), 0.0, "doubtful"),  # they may be there or not
        ((kind(0.2, False),), 0.9, "good"),
        ((kind(0.02, True),), 0.9, "good"),
        ((kind(0.1, True),), 0.9, "doubtful"),
        ((kind(0.1, True), kind(0.25, True)), 0.9, "poor"),
        ((kind(0.45, False),), 0.9, "good"),
        ((kind(0.55, False),), 0.9, "poor"),  # shares of those chosen would describe the smaller part
        ((kind(0.05, True), kind(0.55, False)), 0.9, "poor"),
    ],
)
def test_the_verdict_goes_by_kinds_that_are_present_or_else_by_what_would_have_shown(kinds, shown, word):
    halves = np.ones(2) / 2
    asked = None
    if kinds is not None:
        asked = NotChosen(
            categories=9,
            byte_share=sum(one.byte_share for one in kinds),
            pair_share=sum(one.pair_share for one in kinds),
            most_bytes=0.4,
            most_pairs=0.4,
            byte_shares=halves,
            pair_shares=halves,
            kinds=kinds,
        )
    verdict, advice = _beside_others(Verdict.GOOD, "quote", "sums", shown, asked)
    assert verdict.value == word
    said = any(one.pair_share > (0.03 if one.present else 0.5) for one in kinds or ())
    assert ("choose them, too" in advice) == said
    assert ("not clear which" in advice) == any(one.pair_share > 0.5 for one in kinds or ())


def test_where_the_register_is_the_same_only_kinds_that_are_present_move_intervals():
    halves = np.ones(2) / 2
    found = NotChosen(
        categories=9,
        byte_share=0.3,
        pair_share=0.3,
        most_bytes=0.4,
        most_pairs=0.4,
        byte_shares=halves,
        pair_shares=halves,
        kinds=(kind(0.3, False), kind(0.1, True)),
    )
    first = np.array([True, False])
    assert found.reach("byte_share", first, shifted=True) == pytest.approx((0.5, 0.3))
    assert found.reach("pair_share", first, shifted=False) == pytest.approx((0.5, 0.45))
    assert replace(found, kinds=()).reach("byte_share", first, shifted=False) == ()
