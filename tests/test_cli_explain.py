"""`bpeinfer explain`: what it prints and what it says of bad input."""

from __future__ import annotations

import copy
import itertools
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bpeinfer.cli import app
from bpeinfer.errors import BpeInferError, ResultFileError

RESULT = {
    "tokenizer": {"source": "some/tokenizer"},
    "categories": [
        {"name": "fr", "byte_share": 0.25, "pair_share": 0.2},
        {"name": "de", "byte_share": 0.75, "pair_share": 0.8},
    ],
    "evidence": {
        "fr": [
            {
                "kind": "merge",
                "rank": 1200,
                "token": " été",
                "pair": [" é", "té"],
                "count": 90,
                "others": 1,
                "effect": -0.02,
            },
            {
                "kind": "rival",
                "rank": 44,
                "token": "eux",
                "pair": ["e", "ux"],
                "count": 70,
                "others": 3,
                "effect": 0.01,
            },
        ]
    },
}


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
    assert "' été'" in more
    assert "90" in more
    assert "'eux'" in less
    assert "25.00% of bytes" in more


def test_json_is_the_category_s_list(result):
    assert json.loads(run(result, "--category", "fr", "--json").stdout) == RESULT["evidence"]["fr"]


def test_category_without_a_share_says_so(result):
    assert "too small for evidence" in run(result, "--category", "de").stdout


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ("[]", "holds no evidence"),
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


def test_any_wrong_value_in_a_stored_result_is_one_line(tmp_path):
    """Every value of a result in turn is something else: a page or one line of ours, never a traceback."""
    path = tmp_path / "result.json"
    odd = [None, 10**4000, -(10**400), float("nan"), "\ud800 text", [None], {"fr": 1}]

    def places(value, above=()):
        yield above
        if isinstance(value, dict | list):
            for key in value if isinstance(value, dict) else range(len(value)):
                yield from places(value[key], (*above, key))

    for number, (place, value) in enumerate(itertools.product(places(RESULT), odd)):
        changed = copy.deepcopy({"": RESULT})
        inside = changed
        *above, last = ("", *place)
        for key in above:
            inside = inside[key]
        inside[last] = value
        path.write_text(json.dumps(changed[""]))
        answer = run(str(path), "--category", "fr", *(["--json"] if number % 2 else []))
        assert answer.exit_code == 0 or isinstance(answer.exception, BpeInferError), (place, value)
        assert "\n" not in str(answer.exception)


def test_unknown_category_lists_those_there_are(result):
    answer = run(result, "--category", "es")
    assert "no category 'es'; there are: fr, de" in str(answer.exception)


def test_a_limit_below_one_is_refused(result):
    answer = run(result, "--category", "fr", "--limit", "-3")
    assert "--limit is -3, expected 1 or more" in str(answer.exception)
