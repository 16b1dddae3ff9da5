"""Shares in characters, pretokens and texts, beside bytes and pairs."""

from __future__ import annotations

import copy

import pytest
from tokenizers import pre_tokenizers
from trained import hugging_face

import bpeinfer as bi
from bpeinfer.errors import InferenceError
from bpeinfer.reports.as_text import as_text
from bpeinfer.reports.units import UNITS, ends_in, known_units, shares_in
from bpeinfer.stored_estimate import StoredEstimate

NAMES = ("de", "el", "python")


@pytest.fixture(scope="module")
def texts():
    """Each category cut into documents of its own mean size: 3, 1 and 2 of the pack's in a row."""
    pack = bi.load_corpus("bundled:starter", categories=",".join(NAMES))
    found = {}
    for category, size in zip(pack.categories, (3, 1, 2), strict=True):
        documents = list(category.documents())[:90]
        found[category.name] = [
            "\n".join(documents[start : start + size]) for start in range(0, len(documents), size)
        ]
    return found


@pytest.fixture(scope="module")
def estimate(texts):
    made = hugging_face([text for documents in texts.values() for text in documents], 500)
    return bi.infer(bi.load_tokenizer(made), texts, size=False, resamples=10)


def amounts_of(texts):
    splitter = pre_tokenizers.ByteLevel(add_prefix_space=False)
    pieces = {
        name: [splitter.pre_tokenize_str(text) for text in documents] for name, documents in texts.items()
    }
    return {
        "bytes": {name: sum(len(text.encode()) for text in documents) for name, documents in texts.items()},
        "characters": {name: sum(map(len, documents)) for name, documents in texts.items()},
        "pretokens": {name: sum(map(len, of)) for name, of in pieces.items()},
        "pairs": {
            name: sum(len(piece) - 1 for text in of for piece, _ in text) for name, of in pieces.items()
        },
        "texts": {name: len(documents) for name, documents in texts.items()},
    }


@pytest.mark.parametrize("unit", list(UNITS))
def test_shares_of_the_training_text_are_those_that_python_and_tokenizers_count(texts, estimate, unit):
    amounts = amounts_of(texts)[unit]
    whole = sum(amounts.values())
    found = estimate.shares_in(unit)
    assert set(found) == set(NAMES)
    for name, amount in amounts.items():
        assert found[name] == pytest.approx(amount / whole, abs=2e-5)


def test_samples_say_how_much_they_are_in_every_unit(texts, estimate):
    amounts = amounts_of(texts)
    for entry in estimate.to_dict()["categories"]:
        assert {unit: entry[field] for unit, field in UNITS.items()} == {
            unit: amounts[unit][entry["name"]] for unit in UNITS
        }


def test_a_stored_result_has_the_same_shares_and_groups_are_their_sums(estimate, tmp_path):
    estimate.save(tmp_path / "result.json")
    stored = bi.load_estimate(tmp_path / "result.json")
    assert stored.shares_in("texts") == estimate.shares_in("texts")
    grouped = copy.deepcopy(estimate.to_dict())
    for entry in grouped["categories"]:
        entry["group"] = "code" if entry["name"] == "python" else "prose"
    grouped["groups"] = [{"name": name, "byte_share": 0.0, "pair_share": 0.0} for name in ("prose", "code")]
    shares = shares_in(grouped, "characters")
    assert shares["prose"] == pytest.approx(shares["de"] + shares["el"])
    assert shares["code"] == shares["python"]


def test_results_of_earlier_versions_have_bytes_and_pairs_only(estimate):
    old = copy.deepcopy(estimate.to_dict())
    for entry in old["categories"]:
        for field in ("sample_characters", "sample_pairs", "sample_pretokens", "sample_documents"):
            del entry[field]
    assert known_units(old) == ["bytes", "pairs"]
    assert "In other units" not in as_text(StoredEstimate(old).report())
    with pytest.raises(InferenceError, match=r"how many the sample of '.*' has is not known"):
        shares_in(old, "characters")


def test_an_unknown_unit_is_answered_with_the_known_ones(estimate):
    with pytest.raises(InferenceError, match="no unit 'words'; there are: bytes, characters, pairs"):
        estimate.shares_in("words")


def test_the_report_has_a_table_of_all_units(estimate):
    shown = as_text(estimate.report())
    head = next(line for line in shown.splitlines() if "characters %" in line)
    assert [f"{unit} %" in head for unit in UNITS] == [True] * len(UNITS)


def test_an_end_is_converted_as_the_share_itself_is():
    assert ends_in((0.25,), 0.25, 0.1) == pytest.approx((0.1,))
    low, high = ends_in((0.2, 0.3), 0.25, 0.1)
    assert low < 0.1 < high
    assert ends_in((0.0, 1.0), 0.25, 0.1) == (0.0, 1.0)
    assert ends_in((), 0.25, 0.1) == ()
