"""Variants of one language of whose shares only the sum is known: when they are found, and what reports say."""

from __future__ import annotations

import pytest
from trained import hugging_face

import bpeinfer as bi
from bpeinfer.diagnostics.indistinguishable import VARIANTS
from bpeinfer.diagnostics.languages import languages, relatives
from bpeinfer.errors import InferenceError
from bpeinfer.expectation import Expectation
from bpeinfer.reports.as_text import as_text
from bpeinfer.reports.estimate_page import estimate_as_text
from bpeinfer.reports.estimate_report import estimate_document

MANUALS = "gnome-user-docs,mate-user-guide"
OTHERS = "libreoffice-*,debian-*,apache2-doc,electron-i18n,fortunes-*,leipzig-sentences"


def documents(language: str, sources: str) -> list[str]:
    pack = bi.load_corpus("bundled:starter", sources=sources)
    return next(list(category.documents()) for category in pack.categories if category.name == language)


def inferred(training_text, samples):
    made = hugging_face(training_text, 600)
    return bi.infer(bi.load_tokenizer(made), samples, size=False, resamples=10)


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


def test_how_much_portuguese_is_one_figure_wherever_shares_are_given(brazilian):
    result = brazilian.to_dict()
    (language,) = result["languages"]
    assert (language["name"], set(language["names"])) == ("pt*", {"pt", "pt-br"})
    assert language["byte_share"] == pytest.approx(brazilian.sum_of(["pt", "pt-br"])["byte_share"])
    assert language["total_interval"]["byte_share"][1] == pytest.approx(1, abs=1e-9), "all was Portuguese"
    row = next(line for line in estimate_as_text(result).splitlines() if line.startswith("pt* "))
    assert "pt and pt-br together" in row or "pt-br and pt together" in row
    assert any(line.startswith("pt*") for line in as_text(estimate_document(result)).splitlines())
    frame = brazilian.to_frame(languages=True)
    assert list(frame.index) == ["pt*"]
    assert frame["byte_share_total_low"]["pt*"] > 0.8
    assert {
        record["name"] for record in estimate_document(result).records if record["kind"] == "language"
    } == {"pt*"}
    assert "pt* %" in str(bi.table([brazilian], columns=["pt*", "es"]))


def test_the_share_of_a_language_can_be_expected(brazilian):
    expected = Expectation.from_text("pt*=100", 5)
    expected.check_names(brazilian.categories, brazilian.groups)
    assert expected.misses(brazilian.to_dict()) == []
    assert Expectation.from_text("pt*=50", 5).misses(brazilian.to_dict()) == ["pt*"]
    with pytest.raises(InferenceError, match=r"'zh\*' is expected.*; there are: es, pt, pt\*, pt-br$"):
        Expectation.from_text("zh*=1").check_names(brazilian.categories, brazilian.groups)


def test_a_language_is_several_categories_of_a_group_and_not_the_whole_group():
    names = ("en-law", "en-news", "pt", "pt-br", "es", "zh-cn", "zh-tw", "zh-x")
    groups = ("english", "english", "other", "other", "other", "other", "other", "apart")
    assert languages(names, groups) == {"pt*": (2, 3), "zh*": (5, 6)}
    assert languages(("pt", "pt-br"), ("", "")) == {}, "the sum would be of everything"
    assert languages(("pt", "pt-br", "pt*"), ("", "", "")) == {}
    two = ("a", "a", "a", "b", "b", "b")
    assert languages(("x-1", "x-2", "y", "x-3", "x-4", "z"), two) == {}, "one name for two sums"
    assert languages((), ()) == {}


def test_languages_of_one_source_are_not_variants_of_one_language():
    def sets(*names: str) -> list[int]:
        return relatives(names, [""] * len(names)).tolist()

    assert sets("wiki-de", "wiki-fr", "news-de", "wiki-DE") == [0, 1, 2, 3]
    assert sets("es-es", "es-ar", "pt", "pt-br") == [0, 0, 1, 1], "countries have the codes of languages, too"
    assert sets("python-web", "python-science", "go") == [0, 0, 1]
    assert sets("wiki-simple", "wiki-en", "x") == [0, 0, 1], "one code may be something else"
    assert sets("wiki-pt", "wiki-pt-br", "wiki-zh-tw") == [0, 0, 1], (
        "a variant's code comes after its language's"
    )
    assert languages(("wiki-de", "wiki-fr", "law"), ("", "", "")) == {}
    assert languages(("wiki-pt", "wiki-pt-br", "wiki-zh-tw"), ("", "", "")) == {"wiki-pt*": (0, 1)}


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
