"""Variants of one language of whose shares only the sum is known: when they are found, and what reports say."""

from __future__ import annotations

import pytest
from tokenizers import Tokenizer, models, pre_tokenizers, trainers

import bpeinfer as bi
from bpeinfer.diagnostics.indistinguishable import VARIANTS
from bpeinfer.reports.as_text import as_text
from bpeinfer.reports.estimate_page import estimate_as_text
from bpeinfer.reports.estimate_report import estimate_document

MANUALS = "gnome-user-docs,mate-user-guide"
OTHERS = "libreoffice-*,debian-*,apache2-doc,electron-i18n,fortunes-*,leipzig-sentences"


def documents(language: str, sources: str) -> list[str]:
    pack = bi.load_corpus("bundled:starter", sources=sources)
    return next(list(category.documents()) for category in pack.categories if category.name == language)


def inferred(training_text, samples):
    made = Tokenizer(models.BPE())
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.train_from_iterator(
        training_text,
        trainers.BpeTrainer(
            vocab_size=256 + 600,
            initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
            show_progress=False,
        ),
    )
    return bi.infer(bi.load_tokenizer(made), samples, identified=None, size=False, resamples=10)


def found_in(estimate):
    return [
        {estimate.categories[number] for number in same.categories}
        for same in estimate.indistinguishable
        if same.reason == VARIANTS
    ]


@pytest.fixture(scope="module")
def brazilian():
    """A list of Brazilian manuals; the samples have such manuals from Portugal, but not from Brazil."""
    samples = {
        "pt": documents("pt", "*"),
        "pt-br": documents("pt-br", OTHERS),
        "es": documents("es", OTHERS),
    }
    return inferred(documents("pt-br", MANUALS), samples)


def test_portuguese_manuals_stand_in_for_brazilian_ones_that_hf_trainer_saw(brazilian):
    assert brazilian.proportions["pt"] > 0.2, "else the register would mislead nobody"
    assert found_in(brazilian) == [{"pt", "pt-br"}]
    assert brazilian.sum_of(["pt", "pt-br"])["byte_share"] > 0.9


def test_the_total_interval_of_a_variant_holds_its_true_share(brazilian):
    intervals = {entry["name"]: entry["total_interval"] for entry in brazilian.to_dict()["categories"]}
    for unit in ("byte_share", "pair_share"):
        assert intervals["pt"][unit][0] == 0, "nothing was of Portugal"
        assert intervals["pt-br"][unit][1] > 0.9, "all was of Brazil"
    assert {"pt", "pt-br"} <= set(brazilian.vague)


def test_the_page_and_the_report_give_the_sum_of_variants(brazilian):
    result = brazilian.to_dict()
    for shown in (estimate_as_text(result), as_text(estimate_document(result))):
        said = " ".join(shown.split())
        assert (
            "cannot be told apart (variants of one language, each of which could stand for all): together"
            in said
        )


def test_simplified_and_traditional_chinese_are_told_apart():
    samples = {
        "zh-cn": documents("zh-cn", OTHERS),
        "zh-tw": documents("zh-tw", "*"),
        "es": documents("es", OTHERS),
    }
    estimate = inferred(documents("zh-cn", MANUALS), samples)
    assert not estimate.fit.same_register, "else variants are not looked for"
    assert found_in(estimate) == []
    assert estimate.proportions["zh-cn"] > 0.8
