"""Many tokenizers at once, tables of results, differences of two, and gates for CI."""

from __future__ import annotations

import copy
import json
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from test_cli_infer import bpeinfer as command
from test_reports import Page
from trained import MIXTURE, SAMPLES, samples, train_on

import bpeinfer as bi
from bpeinfer.errors import InferenceError
from bpeinfer.expectation import Expectation
from bpeinfer.inference import tracing
from bpeinfer.reports.table_of_results import difference_interval, what_differs
from bpeinfer.stored_estimate import StoredEstimate
from bpeinfer.testing import assert_mixture

SMALL = json.loads(Path(__file__).with_name("small_result.json").read_text("utf-8"))
OTHER = {"fr": 0.2, "de": 0.3, "python": 0.5}
OPTIONS = {"merges": 1500, "resamples": 0, "size": False}


@pytest.fixture(scope="module")
def known(tmp_path_factory):
    folder = tmp_path_factory.mktemp("known")
    return train_on(folder / "one.json"), train_on(folder / "two.json", OTHER)


def test_many_give_what_each_gives_alone_and_count_once(known, monkeypatch):
    counted = []
    count = tracing.count_pretokens
    monkeypatch.setattr(
        tracing, "count_pretokens", lambda *given, **named: counted.append(1) or count(*given, **named)
    )
    sources = [known[0], "no/such.json", bi.load_tokenizer(known[1])]
    outcomes = sorted(bi.infer_many(sources, samples(), **OPTIONS), key=lambda outcome: outcome.place)
    assert len(counted) == 1
    assert [outcome.place for outcome in outcomes] == [0, 1, 2]
    assert "no such file" in str(outcomes[1].error)
    for outcome, source in zip((outcomes[0], outcomes[2]), known, strict=True):
        alone = bi.infer(bi.load_tokenizer(source), samples(), **OPTIONS)
        assert np.array_equal(outcome.estimate.byte_shares, alone.byte_shares)
        assert outcome.estimate.titles == alone.titles
        assert outcome.estimate.provenance["corpus"] == alone.provenance["corpus"]


def test_a_list_shorter_than_asked_for_is_used_whole(known):
    long = bi.load_tokenizer(known[0])
    short = replace(long, merges=long.merges.head(200))
    options = OPTIONS | {"merges": 250}
    first, second = sorted(
        bi.infer_many([long, short], samples(), **options), key=lambda outcome: outcome.place
    )
    assert (first.estimate.merges, second.estimate.merges) == (250, 200)
    assert "250 merges were asked for, the list has 200" in second.estimate.notes
    [alone] = bi.infer_many([short], samples(), **options)
    assert (alone.estimate.merges, alone.estimate.notes) == (200, second.estimate.notes)


def test_counts_of_other_samples_are_refused(known):
    tokenizer = bi.load_tokenizer(known[0])
    counts = bi.count_pretokens(samples("fr,de"), tokenizer.pretokenizer)
    with pytest.raises(InferenceError, match="do not belong to the given samples"):
        bi.infer(tokenizer, samples(), counts=counts, **OPTIONS)


def test_infer_goes_on_after_one_fails_and_says_so_at_the_end(known, tmp_path):
    output = tmp_path / "results"
    answer = command(
        "infer", known[0], tmp_path / "none.json", known[1], "--corpus", SAMPLES, "--categories", "fr,de,python",
        "--merges", 1500, "--resamples", 0, "--no-cache", "--output", output, "--html", tmp_path / "table.html",
    )  # fmt: skip
    assert answer.returncode == 2
    assert answer.stderr.splitlines()[-1] == f"bpeinfer: 1 of 3 failed: {tmp_path / 'none.json'}"
    assert {path.name for path in output.iterdir()} == {"one.json", "two.json"}
    assert str(bi.table(map(bi.load_estimate, sorted(output.iterdir())))) == answer.stdout.rstrip("\n")
    page = Page((tmp_path / "table.html").read_text("utf-8"))
    assert page.open == []
    assert known[1].name in page.text


def test_tokenizers_have_the_names_given_in_the_same_order(known):
    options = OPTIONS | {"merges": 250}
    outcomes = bi.infer_many(list(known), samples(), names=["Model A", "Model B"], **options)
    called = {outcome.place: str(outcome.estimate).split(" (")[0] for outcome in outcomes}
    assert called == {0: "Model A", 1: "Model B"}
    with pytest.raises(InferenceError, match="1 names for 2 tokenizers; give one for each"):
        list(bi.infer_many(list(known), samples(), names=["Model A"], **options))
    with pytest.raises(InferenceError, match="a name given for a tokenizer is empty"):
        list(bi.infer_many(list(known), samples(), names=["Model A", " "], **options))


def test_names_of_stored_results_are_those_given_or_the_ends_of_their_paths(tmp_path):
    same = copy.deepcopy(SMALL)
    same["tokenizer"] |= {"source": "/models/b/tokenizer.json"}
    paths = [tmp_path / "a.json", tmp_path / "b.json"]
    for path, result in zip(paths, (SMALL, same), strict=True):
        StoredEstimate(result).save(path)
    both = command("table", *paths).stdout
    assert SMALL["tokenizer"]["source"] in both  # two of one name: the whole source of each
    assert "/models/b/tokenizer.json" in both
    named = command("table", *paths, "--name", "A", "--name", "B").stdout
    assert {line.split()[0] for line in named.splitlines()[-2:]} == {"A", "B"}
    assert "# What was A trained on?" in command("report", paths[0], "--name", "A", "--markdown", "-").stdout
    assert "1 times --name for 2" in command("table", *paths, "--name", "A").stderr
    assert command("table", tmp_path).stdout == both


def test_differences_of_one_tokenizer_s_results_are_called_as_their_files(tmp_path):
    for name in ("same", "other"):
        StoredEstimate(SMALL).save(tmp_path / f"{name}.json")
    compared = bi.compare_results(tmp_path / "same.json", tmp_path / "other.json")
    assert compared.report().title == "same and other"
    assert "+0 " not in str(compared)
    assert "-0" not in re.sub(r"\d-0", "", str(compared))


def test_lines_left_out_of_the_same_samples_are_no_different_samples():
    def made_with(size, sha256):
        other = copy.deepcopy(SMALL)
        other["provenance"]["corpus"]["categories"][0] |= {"bytes": size, "sha256": sha256}
        return other

    size = SMALL["provenance"]["corpus"]["categories"][0]["bytes"]
    (said,) = what_differs([SMALL, made_with(size - 500, "0" * 64)])
    assert said.startswith("of the same samples up to 500 of ")
    assert what_differs([SMALL, made_with(size, "0" * 64)]) == ["they used different samples"]
    assert what_differs([SMALL, made_with(size // 2, "0" * 64)]) == ["they used different samples"]


def test_the_same_texts_at_another_place_are_no_different_samples():
    elsewhere = copy.deepcopy(SMALL)
    elsewhere["provenance"]["corpus"]["origin"] = "/home/me/samples"
    assert what_differs([SMALL, elsewhere]) == []
    unknown = SMALL | {"provenance": None}
    assert what_differs([unknown, unknown]) == ["it is not known what some of them were made with"]


def test_expectations_of_fractions_are_explained_when_they_miss():
    entry = SMALL["categories"][0]
    wrong = Expectation.from_text(f"{entry['name']}={entry['byte_share']}")
    assert f"is {entry['byte_share']:g} %, not {100 * entry['byte_share']:g} %" in wrong.as_text(SMALL)
    right = Expectation.from_text(f"{entry['name']}={100 * entry['byte_share']}")
    assert "shares are in percent" not in right.as_text(SMALL)


def test_json_of_several_is_a_list_in_the_order_asked_for(known):
    answer = command(
        "infer", known[1], known[0], "--corpus", SAMPLES, "--categories", "fr,de,python", "--merges", 300,
        "--resamples", 0, "--no-cache", "--json",
    )  # fmt: skip
    assert answer.returncode == 0, answer.stderr
    assert [result["tokenizer"]["source"] for result in json.loads(answer.stdout)] == [
        str(known[1]),
        str(known[0]),
    ]


def test_a_table_has_one_row_a_result_and_says_what_differs(tmp_path):
    other = copy.deepcopy(SMALL)
    other["tokenizer"]["name"] = "other"
    other["merges"] = 700
    other["provenance"]["corpus"]["categories"][0]["sha256"] = "0" * 64
    other["withheld"] = "too little to say"
    other["notes"] = [
        "the first 900 merges were copied from an older tokenizer: the result is its",
        "another note",
    ]
    table = bi.table([StoredEstimate(SMALL), StoredEstimate(other)], unit="pairs")
    text = str(table)
    assert "82.6 (80.8–84.3)" in text
    assert "they used different samples; they used 700 to 1,500 merges" in text
    assert "other: the first 900 merges were copied from an older tokenizer: the result is its." in text
    assert "another note" not in text
    (row,) = [line for line in text.splitlines() if line.startswith("other ")]
    assert "82.6" not in row
    assert len(table.to_frame()) == 2 * 5
    assert text == "\n".join(text.splitlines())
    with pytest.raises(
        InferenceError, match="no group, language or category 'nl' in any result; there are: code, de, fr"
    ):
        bi.table([StoredEstimate(SMALL)], columns=["nl"])


def test_differences_are_the_second_less_the_first_with_mover_s_intervals():
    other = copy.deepcopy(SMALL)
    for entry in (*other["groups"], *other["categories"]):
        if entry["name"] in ("prose", "fr"):
            entry["byte_share"] -= 0.1
            entry["total_interval"]["byte_share"] = [
                end - 0.1 for end in entry["total_interval"]["byte_share"]
            ]
    comparison = bi.compare_results(StoredEstimate(SMALL), StoredEstimate(other))
    assert comparison.differing == ()
    rows = {record["name"]: record for record in comparison.report().records}
    assert rows["prose"]["difference"] == pytest.approx(-0.1)
    assert rows["prose"]["high"] < 0
    assert rows["code"]["low"] < 0 < rows["code"]["high"]
    assert rows["de"]["difference"] == 0


def test_mover_matches_the_normal_interval_where_both_are_symmetric():
    low, high = difference_interval(0.3, [0.3 - 0.03, 0.3 + 0.03], 0.5, [0.5 - 0.04, 0.5 + 0.04])
    assert (low, high) == pytest.approx((0.2 - 0.05, 0.2 + 0.05))


def test_results_of_one_run_are_comparable():
    assert what_differs([SMALL, copy.deepcopy(SMALL)]) == []
    assert what_differs([SMALL, SMALL | {"provenance": None}]) == [
        "it is not known what some of them were made with"
    ]


def test_compare_and_table_read_results(tmp_path):
    for name in ("a", "b"):
        (tmp_path / f"{name}.json").write_text(json.dumps(SMALL))
    answer = command("compare", tmp_path / "a.json", tmp_path / "b.json")
    assert answer.returncode == 0, answer.stderr
    assert "they differ" in answer.stdout
    answer = command("table", tmp_path / "a.json", tmp_path / "b.json", "--columns", "fr", "--latex", "-")
    assert answer.stdout.count("50.7 (49.0--52.3)") == 2
    answer = command("compare", tmp_path / "a.json", "bundled:gpt2")
    assert answer.returncode == 2
    assert "no such file; write one with bpeinfer infer" in answer.stderr


def test_assert_mixture_passes_for_the_truth_and_says_how_far_it_is_else(known):
    estimate = assert_mixture(known[0], MIXTURE, samples(), within=0.03, **OPTIONS)
    assert estimate.categories == ("de", "fr", "python")
    assert_mixture(known[0], {"prose": 0.8}, samples(), within=0.03, **OPTIONS)
    with pytest.raises(AssertionError) as failed:
        assert_mixture(known[1], MIXTURE, samples(), within=0.03, **OPTIONS)
    lines = str(failed.value).splitlines()
    assert "shares are not as expected (within 3 points of bytes)" in lines[0]
    row = next(line for line in lines if line.startswith("fr"))
    assert row.split()[1] == "50.0"
    assert float(row.split()[3]) == pytest.approx(-30, abs=3)
    assert row.endswith("too far")
    assert not next(line for line in lines if line.startswith("de")).endswith("too far")
    with pytest.raises(InferenceError, match="expected a share from 0 to 1"):
        assert_mixture(known[0], {"fr": 50}, samples())
    with pytest.raises(
        InferenceError, match=r"'nl'.* there is no such category, group or language; there are: code, de, fr"
    ):
        assert_mixture(known[0], {"nl": 0.5}, samples())


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (["--expect", "fr=50,de=30", "--within", "3", "--fail-on", "poor"], 0),
        (["--expect", "fr=60,de=30", "--within", "3"], 1),
    ],
)
def test_gates_end_with_exit_code_1(known, options, code):
    answer = command(
        "infer", known[0], "--corpus", SAMPLES, "--categories", "fr,de,python", "--merges", 1500, "--resamples", 0,
        "--no-cache", "--json", *options,
    )  # fmt: skip
    assert answer.returncode == code, answer.stderr
    assert json.loads(answer.stdout)["merges"] == 1500
    assert ("too far" in answer.stderr) == (code == 1)


def test_fail_on_takes_a_withheld_result_for_poor(known):
    answer = command(
        "infer", known[0], "--corpus", SAMPLES, "--categories", "fr,de", "--merges", 60, "--resamples", 0, "--no-cache",
        "--fail-on", "poor",
    )  # fmt: skip
    assert answer.returncode == 1
    assert "--fail-on poor" in answer.stderr
    assert "too little to go on" in answer.stderr


@pytest.mark.parametrize("text", ["fr", "fr=", "=50", "fr=101", "fr=-1", "fr=nan", "", ","])
def test_a_wrong_expectation_is_refused(text):
    with pytest.raises(InferenceError):
        Expectation.from_text(text)


@pytest.mark.long
def test_the_pytest_example_of_the_docs_passes_for_the_truth_and_fails_else(known, tmp_path):
    page = (Path(__file__).parents[1] / "docs" / "how-to" / "testing.md").read_text("utf-8")
    example = page.split("<!-- test: pytest -->\n```python\n")[1].split("```")[0]
    (tmp_path / "test_example.py").write_text(example)
    folder = tmp_path / "samples"
    folder.mkdir()
    for category in samples().categories:
        (folder / f"{category.name}.jsonl").write_text(
            "".join(json.dumps({"text": text}) + "\n" for text in category.documents())
        )
    for tokenizer, expected in zip(known, (0, 1), strict=True):
        shutil.copy(tokenizer, tmp_path / "tokenizer.json")
        pytest_run = [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-p",
            "no:cacheprovider",
            "-p",
            "no:xdist",
            "test_example.py",
        ]
        answer = subprocess.run(pytest_run, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert answer.returncode == expected, answer.stdout
        assert ("too far" in answer.stdout) == bool(expected)
