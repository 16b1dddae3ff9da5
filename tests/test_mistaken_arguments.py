"""Arguments in the wrong place, of the wrong kind or in the wrong order are answered with what to give instead."""

from __future__ import annotations

import json

import numpy as np
import pytest
from shell import run_here
from typer.testing import CliRunner

from bpeinfer.cli import app
from bpeinfer.cli.outcomes import Outcomes
from bpeinfer.errors import BpeInferError, InferenceError, OutputError
from bpeinfer.expectation import Expectation
from bpeinfer.inference.notes import resampling_notes
from bpeinfer.loading import load_tokenizer


@pytest.fixture
def samples(tmp_path):
    """A folder of two categories of one field, "content"."""
    folder = tmp_path / "samples"
    folder.mkdir()
    for name in ("de", "fr"):
        (folder / f"{name}.jsonl").write_text('{"content": "a"}\n{"content": "b"}\n', "utf-8")
    return folder


def said(*words):
    answer = CliRunner().invoke(app, [str(word) for word in words])
    assert isinstance(answer.exception, BpeInferError), answer.exception
    return str(answer.exception)


def test_a_folder_of_samples_among_tokenizers_is_refused_before_the_first_of_them(samples):
    assert said("infer", "no/such/tokenizer", samples).endswith(f"give samples as --corpus {samples}")


def test_samples_before_the_tokenizer_are_told_so(samples):
    for command in ("inspect", "rank"):
        words = [samples / "de.jsonl", "bundled:gpt2"][: 2 if command == "rank" else 1]
        assert "as samples have, not a tokenizer; the tokenizer comes first" in said(command, *words)


def test_a_text_field_of_another_name_is_answered_with_the_option(samples):
    message = said("infer", "bundled:gpt2", "--corpus", samples, "--merges", "9")
    assert message.endswith(
        "(found 'content'); name the field that holds the text (--text-field, text_field)"
    )


def test_any_json_is_no_vocabulary(tmp_path):
    path = tmp_path / "own.json"
    path.write_text('{"a": 1}', "utf-8")
    with pytest.raises(BpeInferError, match="a JSON file, but not a tokenizer's"):
        load_tokenizer(path)
    path.write_text(json.dumps({"a": 0, "b": 1}), "utf-8")
    with pytest.raises(BpeInferError, match="a vocabulary without merges"):
        load_tokenizer(path)


def test_a_folder_without_a_tokenizer_by_name_lists_its_json_files(tmp_path):
    for name in ("bpe_tokenizer.json", "config.json"):
        (tmp_path / name).write_text("{}", "utf-8")
    with pytest.raises(BpeInferError, match=r"is the tokenizer, name it: bpe_tokenizer\.json, config\.json$"):
        load_tokenizer(tmp_path)


def test_a_folder_without_results_is_named(tmp_path):
    assert said("table", tmp_path).startswith(f"{tmp_path}: a folder without results (*.json")


def test_tally_without_its_options_names_those_that_it_needs():
    result = run_here("tally", "own.json", "samples")
    needed = "--tokenizer TOKENIZER --corpus CORPUS --output OUTPUT"
    assert f"this command takes options only ({needed})" in result.stderr.decode()


def test_output_for_a_page_is_refused(tmp_path):
    with pytest.raises(OutputError, match=r"--output writes JSON.*give it as --html"):
        Outcomes(several=False, output=tmp_path / "r.html").check()


def test_more_than_all_of_the_text_cannot_be_expected():
    with pytest.raises(InferenceError, match="the shares expected of categories sum to 120 %"):
        Expectation.from_text("de=60,fr=60").check_names(["de", "fr"], ["code", "code"])
    Expectation.from_text("de=60,languages=60").check_names(["de", "fr"], ["languages", "languages"])


def test_a_category_without_an_interval_is_named_with_its_size():
    class Counts:
        categories = ("de", "three")
        block_category = np.array([0] * 12 + [1])
        category_bytes = np.array([5_000, 15])

    class Resampled:
        empty = 0

        def __len__(self):
            return 20

    (note,) = resampling_notes(Counts(), 20, Resampled())
    assert note.startswith("no interval for three (15 bytes): fewer than 10 blocks")
