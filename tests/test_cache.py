"""`bpeinfer cache` and `bpeinfer env`: only our own files are counted, checked and removed."""

from __future__ import annotations

import json
import os
import re
import time

import numpy as np
import pytest
from gpt2 import gpt2
from typer.testing import CliRunner

import bpeinfer as bi
from bpeinfer.cli import app
from bpeinfer.counting.cache_folder import DAY, cache_folder, list_cache, prune
from bpeinfer.errors import BpeInferError
from bpeinfer.provenance import environment

TEXTS = {"en": "This is a text, and this is its end. ", "de": "Das ist ein Text, und das ist sein Ende. "}


def run(*arguments: str):
    return CliRunner().invoke(app, list(arguments))


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A cache with the counts of two files, one of them last used 40 days ago, and an unrelated file."""
    place = tmp_path / "cache"
    monkeypatch.setenv("BPEINFER_CACHE", str(place))
    samples = tmp_path / "samples"
    samples.mkdir()
    for name, text in TEXTS.items():
        (samples / f"{name}.txt").write_text(text * 100)
    pretokenizer = gpt2().pretokenizer
    by_name = str(place)  # a folder may be given by its name
    bi.count_pretokens(bi.load_corpus(samples), pretokenizer, cache=by_name)
    old = list_cache(place)[-1].path
    os.utime(old, (time.time() - 40 * DAY,) * 2)
    (place / "notes.txt").write_text("mine")
    return place


def test_ls_counts_our_files_by_their_last_use(folder):
    answer = run("cache", "ls")
    assert answer.stdout.startswith(f"{folder}\n2 files, ")
    assert "used today: 1 file, " in answer.stdout
    assert "used longer ago: 1 file, " in answer.stdout
    listed = json.loads(run("cache", "ls", "--json").stdout)
    assert len(listed["files"]) == 2
    assert listed["files"][0]["used"] > listed["files"][1]["used"]


def test_ls_knows_samples_fetched_from_the_hub(folder, tmp_path, monkeypatch):
    monkeypatch.setattr("bpeinfer.cli.cache.samples_cache", lambda: tmp_path / "fetched")
    assert "from the hub" not in run("cache", "ls").stdout
    (tmp_path / "fetched" / "one").mkdir(parents=True)
    (tmp_path / "fetched" / "one" / "de.jsonl").write_bytes(b"x" * 300_000)
    assert run("cache", "ls").stdout.endswith(f"\n{tmp_path / 'fetched'}\n1 file, 0.3 MB\n")
    listed = json.loads(run("cache", "ls", "--json").stdout)["samples"]
    assert listed == {"folder": str(tmp_path / "fetched"), "files": 1, "bytes": 300_000}


def test_prune_removes_what_was_not_used_and_nothing_of_others(folder):
    newest = list_cache(folder)[0].path
    assert "removed 1 file" in run("cache", "prune").stdout
    assert [cached.path for cached in list_cache(folder)] == [newest]
    assert "left 0 files" in run("cache", "prune", "--most", "0").stdout
    assert [path.name for path in folder.iterdir()] == ["notes.txt"]


def test_prune_to_a_size_keeps_what_was_used_last(folder):
    first, second = list_cache(folder)
    assert prune(folder, most=first.bytes) == [second]


def test_use_keeps_counts_from_being_pruned(folder, tmp_path):
    pretokenizer = gpt2().pretokenizer
    bi.count_pretokens(bi.load_corpus(tmp_path / "samples"), pretokenizer, cache=folder)
    assert prune(folder, days=30) == []


def test_verify_finds_and_removes_what_is_damaged_and_counts_come_back(folder, tmp_path):
    assert run("cache", "verify").stdout == "2 of 2 files are intact\n"
    path = list_cache(folder)[0].path
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)
    answer = run("cache", "verify")
    assert answer.exit_code == 2
    assert "checksum" in answer.stdout
    assert "1 of 2 files are intact" in answer.stdout
    answer = run("cache", "verify", "--remove", "--json")
    assert answer.exit_code == 0
    assert json.loads(answer.stdout)["removed"] == 1
    assert not path.exists()
    corpus, pretokenizer = (
        bi.load_corpus(tmp_path / "samples"),
        gpt2().pretokenizer,
    )
    again = bi.count_pretokens(corpus, pretokenizer, cache=folder)
    assert np.array_equal(again.blob, bi.count_pretokens(corpus, pretokenizer).blob)
    assert path.exists()


def test_a_dry_run_of_prune_names_what_it_would_remove_and_removes_nothing(folder):
    before = list_cache(folder)
    found = json.loads(run("cache", "prune", "--most", "0", "--dry-run", "--json").stdout)
    assert found["would_be_removed"] == [cached.to_dict() for cached in before]
    page = run("cache", "prune", "--most", "0", "--dry-run").stdout
    assert page.startswith("would remove 2 files, ")
    assert "would leave 0 files" in page
    assert list_cache(folder) == before
    assert run("cache", "prune", "--most", "0").stdout == page.replace("would remove", "removed").replace(
        "would leave", "left"
    )


def test_an_empty_or_missing_cache_is_no_error(tmp_path, monkeypatch):
    monkeypatch.setenv("BPEINFER_CACHE", str(tmp_path / "none"))
    assert "0 files, 0.0 MB" in run("cache", "ls").stdout
    assert run("cache", "prune").exit_code == run("cache", "verify").exit_code == 0


@pytest.mark.parametrize("options", [["--days", "-1"], ["--days", "nan"], ["--most", "much"]])
def test_wrong_amounts_are_refused(folder, options):
    assert isinstance(run("cache", "prune", *options).exception, BpeInferError)
    assert len(list_cache(folder)) == 2


def test_env_prints_what_results_store():
    found = json.loads(run("env", "--json").stdout)
    assert found.pop("cache") == str(cache_folder())
    optional = found.pop("optional")
    assert found == environment()
    page = run("env").stdout
    for name, number in optional.items():
        assert re.search(rf"^{name} +{re.escape(number or 'not installed')}$", page, re.MULTILINE)
    assert re.search(rf"^numpy +{re.escape(np.__version__)}$", page, re.MULTILINE)
    assert "cache" in page


def test_env_says_which_optional_libraries_are_not_there(monkeypatch):
    monkeypatch.setattr("bpeinfer.cli.env.OPTIONAL", ("numpy", "no-such-library"))
    assert json.loads(run("env", "--json").stdout)["optional"] == {
        "numpy": np.__version__,
        "no-such-library": None,
    }
    assert re.search(r"^no-such-library +not installed$", run("env").stdout, re.MULTILINE)
