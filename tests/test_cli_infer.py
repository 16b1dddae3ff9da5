"""`bpeinfer infer` as a shell sees it: output, JSON, and one-line errors with exit code 2."""

from __future__ import annotations

import io
import json
import math
import re
import subprocess

import pytest
from gpt2 import gpt2
from shell import run, run_here

import bpeinfer as bi

ENGLISH = (
    "The quick brown fox jumps over the lazy dog, and the dog thinks that this is the end of it.\n" * 200
)
CODE = "def function(self, value):\n    return self.values[value] if value in self.values else None\n" * 200


def as_text(done: subprocess.CompletedProcess[bytes]) -> subprocess.CompletedProcess[str]:
    return subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())


def bpeinfer(*arguments: str) -> subprocess.CompletedProcess[str]:
    return as_text(run_here(*map(str, arguments)))


@pytest.fixture
def corpus(tmp_path):
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "english.txt").write_text(ENGLISH)
    (folder / "python.txt").write_text(CODE)
    return folder


def one_line_error(*arguments: str) -> str:
    result = bpeinfer(*arguments)
    assert result.returncode == 2, result.stderr
    assert result.stdout == ""
    assert result.stderr.count("\n") == 1, result.stderr
    assert result.stderr.startswith("bpeinfer: ")
    return result.stderr


def test_table_goes_to_stdout_and_json_to_the_file(corpus, tmp_path):
    output = tmp_path / "result.json"
    result = bpeinfer(
        "infer", "bundled:gpt2", "--corpus", corpus, "--merges", 2000, "--resamples", 2, "--output", output
    )
    assert result.returncode == 0, result.stderr
    assert result.stdout.startswith("bundled:gpt2")
    assert "english" in result.stdout
    assert "absent from all samples" in result.stdout
    written = json.loads(output.read_text())
    assert {row["name"] for row in written["categories"]} == {"english", "python"}
    assert sum(row["byte_share"] for row in written["categories"]) == pytest.approx(1)
    assert list(tmp_path.glob("result.json.*")) == []


def test_json_has_the_promised_fields(corpus):
    result = bpeinfer(
        "infer", "bundled:gpt2", "--corpus", corpus, "--merges", 500, "--resamples", 0, "--json"
    )
    found = json.loads(result.stdout)
    assert {"source", "format", "merges", "sha256"} <= set(found["tokenizer"])
    assert {"name", "group", "byte_share", "pair_share"} <= set(found["categories"][0])
    assert {"objective", "lower_bound", "gap", "status"} <= set(found["certificate"])
    assert {"groups", "merges_used", "merges_absent", "seconds"} <= set(found)
    assert found["certificate"]["lower_bound"] <= found["certificate"]["objective"]
    assert found["merges_used"] + found["merges_absent"] == 500
    assert found["tokenizer"]["merges"] == 50_000


def test_two_runs_print_the_same(corpus, small):
    arguments = ("infer", small, "--corpus", corpus, "--merges", "800", "--resamples", "3", "--json")
    first, second = (json.loads(run(*arguments, PYTHONHASHSEED=seed).stdout) for seed in "12")
    for result in (first, second):
        del result["seconds"], result["provenance"]["date"]
    assert first == second


def test_categories_glob_keeps_and_names_what_there_is(corpus, small):
    assert "english, python" in one_line_error("infer", small, "--corpus", corpus, "--categories", "x*")
    message = one_line_error("infer", small, "--corpus", corpus, "--categories", "eng*")
    assert "at least 2" in message


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--merges", "0"], ["merges is 0", "expected 1 or more"]),
        (["--merges", "100", "--first-merge", "100"], ["first_merge is 100", "0 to 99"]),
        (["--first-merge", "-1"], ["first_merge is -1"]),
    ],
)
def test_ranges_beyond_the_list_are_refused(corpus, arguments, words):
    message = one_line_error("infer", "bundled:gpt2", "--corpus", corpus, *arguments)
    assert all(word in message for word in words), message


def test_missing_tokenizer_and_corpus_are_named(corpus, tmp_path):
    assert "nowhere/at-all.json" in one_line_error("infer", "./nowhere/at-all.json", "--corpus", corpus)
    assert "no such file" in one_line_error("infer", "bundled:gpt2", "--corpus", tmp_path / "nothing")


def test_a_folder_without_a_tokenizer_is_refused(corpus, tmp_path):
    assert "tokenizer" in one_line_error("infer", tmp_path, "--corpus", corpus)


def test_a_unigram_tokenizer_is_refused_by_its_name(corpus, tmp_path):
    file = tmp_path / "tokenizer.json"
    file.write_text(json.dumps({"model": {"type": "Unigram", "vocab": [["a", -1.0]], "unk_id": 0}}))
    assert "Unigram" in one_line_error("infer", file, "--corpus", corpus)


@pytest.mark.parametrize("content", ['{"model": {"type": "BPE", "vocab": {"a": 0', "{}", "[]", ""])
def test_broken_tokenizer_json_names_the_file(corpus, tmp_path, content):
    file = tmp_path / "tokenizer.json"
    file.write_text(content)
    assert str(file) in one_line_error("infer", file, "--corpus", corpus)


def test_an_empty_category_is_named(corpus, small):
    (corpus / "void.txt").write_text("")
    assert "'void' is empty" in one_line_error("infer", small, "--corpus", corpus)


def test_invalid_utf8_names_file_and_byte(corpus, small):
    (corpus / "latin.txt").write_bytes("déjà vu".encode("latin-1"))
    message = one_line_error("infer", small, "--corpus", corpus)
    assert "latin.txt" in message
    assert "byte 1" in message


def test_a_category_that_shares_nothing_with_the_tokenizer_is_named_and_set_aside(corpus, small):
    (corpus / "private.txt").write_text("\ue000\ue001\n" * 50)
    result = bpeinfer("infer", small, "--corpus", corpus, "--merges", 50, "--json", "--resamples", 0)
    data = json.loads(result.stdout)
    assert {entry["name"]: entry["byte_share"] for entry in data["categories"]}["private"] == 0
    assert "set aside because none of the merges occurs in the sample: private" in data["notes"]


def test_an_output_that_cannot_be_written_is_named(corpus, small, tmp_path):
    blocker = tmp_path / "file"
    blocker.write_text("")
    message = one_line_error(
        "infer", small, "--corpus", corpus, "--merges", 50, "--output", blocker / "result.json"
    )
    assert f"--output {blocker / 'result.json'} cannot be written" in message
    assert ".part" not in message


@pytest.mark.parametrize(
    ("option", "value", "words"),
    [
        ("--resamples", "-1", "resamples is -1, expected 0 or more"),
        ("--seed", "-1", "seed is -1, expected 0 or more"),
        ("--time-limit", "nan", "time limit is nan seconds, expected 0 or more"),
        ("--time-limit", "-1", "time limit is -1 seconds"),
        ("--limit", "0", "limit is 0 bytes of each category, expected 1 or more"),
        ("--workers", "-2", "workers is -2, expected 1 or more"),
        ("--jackknife", "-1", "jackknife is -1, expected 0 or more"),
        ("--identified", "nan", "identified is nan, expected a share from 0 to 1"),
        ("--errors", "skip", "'skip' is not one of 'strict', 'replace'"),
        ("--normalization", "sum", "'sum' is not one of 'mass', 'paper'"),
        ("--merges", "many", "expected a whole number such as 3000 or 10k"),
    ],
)
def test_numbers_that_make_no_sense_are_refused(corpus, small, option, value, words):
    assert words in one_line_error("infer", small, "--corpus", corpus, "--merges", 50, option, value)


@pytest.mark.parametrize("arguments", [["infer"], ["nothing"], ["infer", "bundled:gpt2", "--unknown"]])
def test_wrong_usage_is_one_line_that_says_where_to_look(arguments):
    assert "--help" in one_line_error(*arguments)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"tolerance": math.nan}, "tolerance is nan, expected a number between 0 and 1"),
        ({"tolerance": 0.0}, "tolerance is 0"),
        ({"workers": 0}, "workers is 0, expected 1 or more"),
        ({"merges": 1.5}, "merges is 1.5, expected a whole number"),
        ({"first_merge": 2.0}, "first_merge is 2.0, expected a whole number"),
        ({"resamples": True}, "resamples is True, expected a whole number"),
        ({"jackknife": -1}, "jackknife is -1, expected 0 or more"),
        ({"identified": -0.1}, "identified is -0.1, expected a share from 0 to 1"),
        ({"form": "pair"}, "form 'pair' has no intervals: set resamples=0"),
    ],
)
def test_arguments_of_the_library_that_make_no_sense_are_refused(arguments, words):
    texts = {"english": [ENGLISH], "python": [CODE]}
    with pytest.raises(bi.BpeInferError, match=re.escape(words)):
        bi.infer(gpt2(), bi.Corpus.from_texts(texts), **{"merges": 50} | arguments)


def test_long_names_are_cut_in_the_table_and_whole_in_the_json(corpus, small, tmp_path):
    name = "x" * 200
    (corpus / "english.txt").rename(corpus / f"{name}.txt")
    output = tmp_path / "result.json"
    options = ("infer", small, "--corpus", corpus, "--merges", 50, "--resamples", 0)
    result = bpeinfer(*options, "--output", output)
    assert result.returncode == 0, result.stderr
    assert f"{'x' * 39}…" in result.stdout
    assert max(map(len, result.stdout.splitlines()[:8])) < 120
    assert name in {entry["name"] for entry in json.loads(output.read_text())["categories"]}


def test_identified_ranges_and_moves_are_in_the_json_if_asked_for(corpus, small):
    options = ("infer", small, "--corpus", corpus, "--merges", 300, "--resamples", 0, "--json")
    asked = ("--jackknife", 3, "--identified", 0.01)
    first = json.loads(bpeinfer(*options, *asked).stdout)["categories"][0]
    for unit in ("byte_share", "pair_share"):
        low, high = first["identified"][unit]
        assert low <= first[unit] <= high
        assert len(first["jackknife"][unit]["without"]) == 3
    second = json.loads(bpeinfer(*options).stdout)["categories"][0]
    assert not {"identified", "jackknife"} & second.keys()


def test_a_time_limit_gives_the_best_so_far_and_says_so(corpus, small):
    options = ("infer", small, "--corpus", corpus, "--merges", 300, "--resamples", 0)
    result = bpeinfer(*options, "--time-limit", 0, "--identified", 0.01)
    assert result.returncode == 0, result.stderr
    assert "time_limit" in result.stdout
    assert "no identified ranges: the solver did not get close enough" in result.stdout


def test_a_folder_as_output_is_refused_before_the_work(corpus, tmp_path):
    message = one_line_error("infer", "no/such/tokenizer", "--corpus", corpus, "--output", tmp_path)
    assert "is a folder, expected a file" in message


@pytest.mark.parametrize("name", ["both.json", "both.html"])
def test_several_results_are_not_put_into_a_folder_named_like_a_file(corpus, tmp_path, name):
    several = ["infer", "no/such/tokenizer", "no/other", "--corpus", corpus]
    message = one_line_error(*several, "--output", tmp_path / name)
    assert message.rstrip().endswith("several tokenizers have a result each; name a folder")
    assert not (tmp_path / name).exists()


def test_a_name_with_control_characters_cannot_move_the_cursor(corpus, small):
    (corpus / "a\x1b[31m\nb.txt").write_text(CODE)
    options = ("infer", small, "--corpus", corpus, "--merges", 50, "--resamples", 0)
    result = bpeinfer(*options)
    assert "a\\x1b[31m\\nb" in result.stdout
    assert "\x1b" not in result.stdout
    message = one_line_error(*options, "--categories", "x\ny")
    assert "\x1b" not in message


def test_names_with_brackets_do_not_break_the_bars():
    from rich.console import Console

    from bpeinfer.cli.phase_bars import PhaseBars

    bars = PhaseBars(Console(force_terminal=True, file=io.StringIO()))
    bars.start("counting pretokens", total=2.0, unit="B")
    bars.advance(1, "[/red]")
    bars.stop()


def test_without_a_terminal_long_phases_are_lines_a_minute_apart(capsys):
    from bpeinfer.cli.bars import QUIET, PhaseLines

    seconds = iter([0.0, 1.0, QUIET + 5, QUIET + 6, 2 * QUIET + 10])
    lines = PhaseLines(clock=lambda: next(seconds))
    lines.start("counting", total=200)
    lines.advance(50)
    lines.advance(1)
    lines.start("solving")
    assert capsys.readouterr().err == "bpeinfer: 1:05 counting, 25 %\nbpeinfer: 2:10 solving\n"
