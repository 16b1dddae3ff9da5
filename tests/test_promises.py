"""Promised languages: kept and broken ones on tokenizers of the Hugging Face trainer, by name, in CI's exit code."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from gpt2 import gpt2
from trained import samples, train_on
from typer.testing import CliRunner

import bpeinfer as bi
from bpeinfer.cli import app
from bpeinfer.corpora.corpus import Corpus
from bpeinfer.loading.trainer_limits import TrainerLimits
from bpeinfer.promises.brought import Brought, brought_merges, own_merges
from bpeinfer.promises.job import _language_of, check_promises
from bpeinfer.promises.result import PromiseStatus, judge
from bpeinfer.reports.promises import promises_document
from bpeinfer.testing import assert_includes
from bpeinfer.training import train

TEXTS = {
    "en": ["the cat and the dog and the bird sat on the mat"] * 9,
    "ka": ["კატა და ძაღლი და ჩიტი და კატა"] * 9,
    "el": ["η γάτα και ο σκύλος και το πουλί"] * 9,
}
SHARES = np.array([0.2, 0.5, 0.3])  # in the order of names: el, en, ka


@pytest.fixture(scope="module")
def tokenizer(tmp_path_factory):
    """French, German, Python; no Spanish, no Greek."""
    return bi.load_tokenizer(train_on(tmp_path_factory.mktemp("promises") / "tokenizer.json"))


@pytest.fixture(scope="module")
def counts():
    return bi.count_pretokens(Corpus.from_texts(TEXTS), gpt2().pretokenizer)


def mixed(counts, shares, merges):
    """The list that this mixture of the samples gives."""
    assert counts.categories == ("el", "en", "ka")
    times = shares / counts.category_bytes
    times = np.rint(times * (1e6 / times.max())).astype(np.int64)
    return train(counts.blob, counts.offsets, np.asarray(counts.by_category() @ times), merges)


def promise(counts, listed, limits=None):
    members = [(np.array([name == "ka" for name in counts.categories]), 0.3)]
    (own,) = brought_merges(counts, SHARES, members, listed, limits)
    return own


def test_list_trained_with_the_share_promised_has_every_merge_that_it_brings(counts):
    own = promise(counts, mixed(counts, SHARES, 40))
    assert len(own.found) > 5
    assert own.evidence > 5
    assert own.missing == ()
    assert any("ა".encode() in token for _, token in own.found)


def test_promises_of_nearly_all_of_the_text_are_looked_at_one_by_one(counts):
    """Together they would leave nothing to compare with, and each would be taken for a far larger share."""
    listed = mixed(counts, SHARES, 40)
    members = [(np.arange(len(SHARES)) == number, 0.05) for number in range(len(SHARES))]
    together = brought_merges(counts, SHARES, members, listed)
    assert together == tuple(brought_merges(counts, SHARES, [one], listed)[0] for one in members)


def test_list_trained_without_it_lacks_them_all_by_rank_and_token(counts):
    own = promise(counts, mixed(counts, SHARES * [1, 1, 0], 40))
    assert own.found == ()
    assert own.missing == promise(counts, mixed(counts, SHARES, 40)).found


def test_tokens_that_the_trainer_could_not_make_are_not_expected(counts):
    listed = mixed(counts, SHARES * [1, 1, 0], 40)
    short = promise(counts, listed, TrainerLimits(longest_token=1))
    assert 0 < len(short) < len(promise(counts, listed))
    assert all(len(token.decode("utf-8", "replace")) == 1 for _, token in short.missing)


@pytest.mark.parametrize(
    ("total", "found", "missing", "evidence", "withheld", "status", "said"),
    [
        ((0.003, 0.009), 9, 1, 20.0, None, PromiseStatus.KEPT, "reaches what was promised"),
        ((0.0, 0.004), 9, 1, 20.0, None, PromiseStatus.BROKEN, "ends below"),
        ((0.0, 0.1), 1, 9, -6.0, None, PromiseStatus.BROKEN, "9 of the 10 merges"),
        ((0.0, 0.1), 2, 5, 1.0, None, PromiseStatus.NOT_TOLD, "samples of more sources"),
        ((0.0, 0.1), 0, 2, -9.0, None, PromiseStatus.NOT_TOLD, "use more merges"),
        ((0.01, 0.1), 0, 2, -9.0, None, PromiseStatus.KEPT, "reaches"),
        (None, 9, 1, 20.0, None, PromiseStatus.KEPT, "the list has the merges"),
        (None, 0, 0, 0.0, None, PromiseStatus.NOT_TOLD, "too little sample text"),
        ((0.003, 0.009), 9, 1, 20.0, "most is other text", PromiseStatus.NOT_TOLD, "most is other text"),
    ],
)
def test_what_breaks_a_promise(total, found, missing, evidence, withheld, status, said):
    tokens = tuple((rank, b"x") for rank in range(10))
    own = Brought(found=tokens[:found], missing=tokens[:missing], evidence=evidence)
    told, reason = judge(0.005, total, own, withheld)
    assert told is status
    assert said in reason


def test_a_merge_that_other_categories_have_too_tells_less():
    """Names of the category alone are in no list without it; words that a related language has may be."""
    own, shared = (
        {
            has: own_merges([(0, b"x")], np.array([part]), {b"x"} if has else set()).evidence
            for has in (True, False)
        }
        for part in (1.0, 0.6)
    )
    assert own[True] > 2 * shared[True] > 0
    assert own[False] < shared[False] < 0


def test_a_text_that_is_there_is_said_to_be_too_little_one_that_may_not_be_to_be_not_in():
    there, absent = (
        {
            "name": name, "status": "broken", "at_least": 0.5, "byte_share": 0.1, "total_interval": ends,
            "own_merges": None, "reason": "the interval ends below",
        }
        for name, ends in (("ru", [0.08, 0.13]), ("el", [0.0, 0.004]))
    )  # fmt: skip
    result = {
        "tokenizer": {"name": "mine", "merges": 9}, "promises": [there, absent], "notes": [], "withheld": None,
        "first_merge": 0, "merges": 9,
    }  # fmt: skip
    document = promises_document(result)
    assert document.lead[0].text == "Not in, or less than promised: ru, el."
    assert [row[1] for row in document.sections[0].blocks[0].rows] == ["too little", "not in"]


@pytest.mark.long
def test_absent_language_is_not_in_and_its_merges_are_named_those_of_hf_trainers_text_are_in(tokenizer):
    checked = bi.check_includes(
        tokenizer, ["fr", "python", "el"], samples("fr,de,python,es,el"), at_least=0.05
    )
    french, python, greek = checked.promises
    assert [one.status for one in (french, python)] == [PromiseStatus.KEPT] * 2
    assert greek.status is PromiseStatus.BROKEN
    assert not checked.passed
    assert len(french.own.found) > 5 * len(french.own.missing)
    assert greek.own.found == ()
    page = str(checked)
    assert "Expected but missing: " in page
    assert "α" in page
    data = json.loads(json.dumps(checked.to_dict()))
    assert data["schema_version"] == 1
    assert data["promises"][2]["own_merges"]["examples"]["missing"]
    with pytest.raises(AssertionError, match="Expected but missing"):
        assert_includes(tokenizer, ["el"], samples("fr,de,python,el"), at_least=0.05)


@pytest.mark.long
def test_command_ends_with_exit_code_1_for_what_is_not_in(tmp_path):
    path = train_on(tmp_path / "tokenizer.json")
    shell = ["check", str(path), "--corpus", "fixtures/corpus/sample", "--no-cache", "--workers", "1"]
    good = CliRunner().invoke(app, [*shell, "--includes", "fr,python=10", "--at-least", "20", "--json"])
    assert good.exit_code == 0, good.output
    assert [one["at_least"] for one in json.loads(good.stdout)["promises"]] == [0.2, 0.1]
    bad = CliRunner().invoke(app, [*shell, "--includes", "el", "--csv", "-"])
    assert bad.exit_code == 1
    assert bad.stdout.splitlines()[1].startswith("el,broken,0.005,")


@pytest.mark.parametrize(
    ("promised", "said"),
    [
        ({}, "nothing to check"),
        (
            {"xx": 0.1},
            "'xx' is promised, but the samples have no such category or group; there are: de, fr, prose",
        ),
        ({"fr": 0.0}, "fr: promised share is 0.0, expected one between 0 and 1"),
        ({"fr": 0.6, "de": 0.6}, "the promised shares add up to 120 %"),
        ({"fr": 0.1, "prose": 0.1}, "fr is in the group prose"),
    ],
)
def test_promises_that_cannot_be_checked_are_refused(promised, said):
    with pytest.raises(bi.BpeInferError, match=said):
        check_promises(promised, ["fr", "de"], ["prose", "prose"])


def test_a_language_of_which_kinds_are_categories_is_named_by_its_group():
    categories, groups = ["en-books", "en-law", "sr-latn"], ["English", "English", "other languages"]
    with pytest.raises(bi.BpeInferError, match="did you mean the group English, which en-books is in"):
        check_promises({"en": 0.1}, [*categories, "fr"], [*groups, "other languages"])
    with pytest.raises(bi.BpeInferError, match=r"'sr' is promised.*; there are: English, en-books"):
        check_promises({"sr": 0.1}, [*categories, "fr"], [*groups, "other languages"])


def test_names_in_one_string_are_refused(tokenizer):
    with pytest.raises(bi.BpeInferError, match=r"includes is the string 'fr', expected names: \['fr'\]"):
        bi.check_includes(tokenizer, "fr", samples())


def test_command_refuses_odd_promises_before_any_work():
    wrong = CliRunner().invoke(app, ["check", "no-such-tokenizer", "--includes", "fr=x"])
    assert "--includes has 'fr=x', expected a name or a name and percent" in str(wrong.exception)
    wrong = CliRunner().invoke(
        app, ["check", "no-such-tokenizer", "--includes", "zz", "--corpus", "fixtures/corpus/sample"]
    )
    assert "no such category or group; there are: c, de, el" in str(wrong.exception)


@pytest.mark.long
def test_list_with_a_copied_head_is_judged_by_the_interval_alone(tokenizer, monkeypatch):
    monkeypatch.setattr("bpeinfer.inference.job.copied_head", lambda _: 200)
    short = replace(tokenizer, merges=tokenizer.merges.head(600))
    checked = bi.check_includes(short, ["fr"], samples(), at_least=0.05)
    assert checked.promises[0].own is None
    assert checked.promises[0].status is PromiseStatus.KEPT


def test_a_register_is_looked_at_as_its_whole_language_and_a_language_of_a_group_of_many_alone():
    groups = {
        "en-books": "English",
        "en-law": "English",
        "fr": "",
        "zh-cn": "other",
        "zh-tw": "other",
        "de": "other",
    }
    assert _language_of("en-books", groups) == {"en-books", "en-law"}
    assert [_language_of(name, groups) for name in ("fr", "zh-tw", "de", "a group")] == [set()] * 4
