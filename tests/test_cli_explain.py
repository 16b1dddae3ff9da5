"""`bpeinfer explain`: what it prints, and its errors for bad input."""

from __future__ import annotations

import copy
import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bpeinfer.cli import app
from bpeinfer.errors import ResultFileError
from bpeinfer.stored_estimate import load_estimate

RESULT = json.loads(Path(__file__).with_name("small_result.json").read_text("utf-8"))


def run(*arguments: str):
    return CliRunner().invoke(app, ["explain", *arguments])


@pytest.fixture
def result(tmp_path: Path) -> str:
    path = tmp_path / "result.json"
    path.write_text(json.dumps(RESULT), encoding="utf-8")
    return str(path)


def test_leads_with_what_only_the_category_supplies_then_both_directions(result):
    answer = run(result, "--category", "fr")
    assert answer.exit_code == 0
    head, alone, more, less = re.split(
        "What only it supplies|What pulls the share up|What pulls the share down", answer.stdout
    )
    assert "50.7 % (49.0 - 52.3) of bytes" in head
    assert "come almost only from it" in " ".join(alone.split())
    (first, *_) = RESULT["supplied"]["fr"]["examples"]
    assert f'"{first["token"]}" (rank {first["rank"]:,}): {100 * first["part"]:.0f} % of it' in alone
    assert 'The list merged " de" at rank 20, earlier than' in more
    assert "1,791 in this" in more
    assert 'The list passed over "ou" up to rank 20, though this sample has much of it' in less


def test_a_group_is_explained_with_its_samples(result):
    answer = run(result, "--group", "prose")
    assert "come almost only from it" in " ".join(answer.stdout.split())
    assert re.search(r"fr +Text: fr +50.7\nde +Text: de +30.8", answer.stdout)
    assert "no group 'fr'; there are: prose, code" in str(run(result, "--group", "fr").exception)


def test_json_is_the_category_s_list(result):
    assert json.loads(run(result, "--category", "fr", "--json").stdout) == RESULT["evidence"]["fr"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"in_sample": 0}, "none of the merges used occurs mostly in its sample"),
        ({"in_sample": 7}, "although 7 of the merges used occur mostly in its sample"),
    ],
)
def test_a_category_at_zero_says_why(tmp_path, change, words):
    changed = copy.deepcopy(RESULT)
    changed["categories"][-1] |= {"byte_share": 0.0, "pair_share": 0.0}
    changed["supplied"]["python"] |= {"merges": 0} | change
    path = tmp_path / "result.json"
    path.write_text(json.dumps(changed))
    assert words in " ".join(run(str(path), "--category", "python").stdout.split())
    changed["notes"] = ["ruled out because the tokenizer's alphabet lacks the Thai script: go, python"]
    path.write_text(json.dumps(changed))
    assert "It is at zero: ruled out" in run(str(path), "--category", "python").stdout


def test_explain_writes_pages_and_python_has_the_same(result, tmp_path):
    page = tmp_path / "page.md"
    run(result, "--category", "fr", "--markdown", str(page))
    assert page.read_text("utf-8") == load_estimate(result).explain("fr").to_markdown()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ("[]", "not a result of bpeinfer infer"),
        ('{"tokenizer": 1, "categories": 2, "evidence": 3}', "not a result of bpeinfer infer"),
        (
            '{"tokenizer": {}, "categories": [{"name": "fr"}], "evidence": []}',
            "not a result of bpeinfer infer",
        ),
        (None, "no such file; write one with"),
    ],
)
def test_bad_result_files_are_named(tmp_path, text, words):
    path = tmp_path / "result.json"
    if text is not None:
        path.write_text(text)
    answer = run(str(path), "--category", "fr")
    assert isinstance(answer.exception, ResultFileError)
    assert words in str(answer.exception)
    assert str(path) in str(answer.exception)


def test_unknown_category_lists_those_there_are(result):
    answer = run(result, "--category", "es")
    assert "no category 'es'; there are: fr, de, python" in str(answer.exception)


def test_a_limit_below_one_is_refused(result):
    answer = run(result, "--category", "fr", "--top", "-3")
    assert "--top is -3, expected 1 or more" in str(answer.exception)


def test_one_of_category_and_group_is_needed(result):
    assert "one of --category and --group" in str(run(result).exception)
