"""`bpeinfer explain`: what it prints and what it says of bad input."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bpeinfer.cli import app
from bpeinfer.errors import ResultFileError

RESULT = json.loads(Path(__file__).with_name("small_result.json").read_text("utf-8"))


def run(*arguments: str):
    return CliRunner().invoke(app, ["explain", *arguments])


@pytest.fixture
def result(tmp_path: Path) -> str:
    path = tmp_path / "result.json"
    path.write_text(json.dumps(RESULT), encoding="utf-8")
    return str(path)


def test_shows_both_directions_with_counts(result):
    answer = run(result, "--category", "fr")
    assert answer.exit_code == 0
    more, less = answer.stdout.split("these ask for less of it")
    assert "' de'" in more
    assert "1,791" in more
    assert "'ou'" in less
    assert "50.65% of bytes" in more


def test_json_is_the_category_s_list(result):
    assert json.loads(run(result, "--category", "fr", "--json").stdout) == RESULT["evidence"]["fr"]


def test_category_without_a_share_says_so(result):
    assert "too small for evidence" in run(result, "--category", "python").stdout


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
    answer = run(result, "--category", "fr", "--limit", "-3")
    assert "--limit is -3, expected 1 or more" in str(answer.exception)
