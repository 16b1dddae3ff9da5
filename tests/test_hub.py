"""The hub, with the real client against a local server that speaks its routes."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest
from hub_server import Repository
from huggingface_hub import constants

from bpeinfer.errors import TokenizerFileError, TokenizerNotFoundError
from bpeinfer.limits import Limits
from bpeinfer.loading import load_tokenizer
from bpeinfer.loading.hub import choose_files, looks_like_hub_id


@pytest.fixture
def load(tmp_path):
    return lambda source: load_tokenizer(source, cache_dir=tmp_path / "cache")


def message_of(load, source, error=TokenizerNotFoundError):
    with pytest.raises(error) as caught:
        load(source)
    text = str(caught.value)
    assert "\n" not in text
    assert source in text
    return text


def test_a_hub_id_gives_the_tokenizer_its_repository_and_its_commit(hub, load):
    loaded = load("acme/model")
    assert len(loaded.merges) == 60
    assert loaded.name == "acme/model"
    assert loaded.provenance.repository == "acme/model"
    assert loaded.provenance.revision == hub.repositories["acme/model"].commit
    assert loaded.provenance.format == "tokenizer.json"
    assert set(loaded.provenance.files) == {"tokenizer.json"}


def test_nothing_but_the_tokenizer_file_is_downloaded(hub, load):
    load("acme/model")
    assert hub.asked_for(method="GET", file="/cdn/acme/model/tokenizer.json") == 1
    for other in ("safetensors", "tokenizer.model", "README"):
        assert hub.asked_for(method="GET", file=other) == 0


def test_the_second_time_the_cache_serves(hub, load):
    load("acme/model")
    load("acme/model")
    assert hub.asked_for(method="GET", file="/cdn/") == 1


def test_a_revision_is_asked_for_by_its_name(hub, load):
    hub.repositories["acme/model"].branches = ("main", "v2")
    assert len(load("acme/model@v2").merges) == 60
    assert "/resolve/v2/" in "".join(hub.log)


def test_a_small_repository_without_tokenizer_json_gives_merges_and_vocabulary(hub, load):
    merges = "#version: 0.2\nĠ t\nĠt h\n"
    vocab = {"Ġ": 0, "t": 1, "h": 2, "Ġt": 3, "Ġth": 4}
    hub.repositories["acme/old"] = Repository(
        {"merges.txt": merges.encode(), "vocab.json": json.dumps(vocab).encode()}
    )
    loaded = load_tokenizer("acme/old", pretokenizer="r50k", cache_dir=hub_cache(load))
    assert [loaded.merges.pair(rank) for rank in range(2)] == [(b" ", b"t"), (b" t", b"h")]
    assert set(loaded.provenance.files) == {"merges.txt", "vocab.json"}


def hub_cache(load):
    return load.__closure__[0].cell_contents / "cache"


def test_a_body_that_breaks_off_is_taken_up_where_it_stopped(hub, load, monkeypatch):
    monkeypatch.setattr(constants, "DOWNLOAD_CHUNK_SIZE", 100)
    hub.repositories["acme/model"].break_off.add("tokenizer.json")
    try:
        loaded = load("acme/model")
    except TokenizerNotFoundError:  # a client that does not retry by itself resumes at the next call
        loaded = load("acme/model")
    assert len(loaded.merges) == 60
    assert any("bytes=" in line for line in hub.log)


def test_a_damaged_body_is_noticed_by_its_hash(hub, load):
    hub.repositories["acme/model"].damaged.add("tokenizer.json")
    assert "hash" in message_of(load, "acme/model", TokenizerFileError)


def test_a_renamed_repository_is_followed_and_noted(hub, load):
    hub.renamed["old/name"] = "acme/model"
    loaded = load("old/name")
    assert loaded.provenance.repository == "acme/model"
    assert any("acme/model" in note for note in loaded.notes)


def test_a_gated_repository_says_to_accept_the_terms(hub, load):
    hub.repositories["acme/model"].gated = True
    text = message_of(load, "acme/model")
    assert "gated" in text
    assert "HF_TOKEN" in text


def test_a_missing_repository_says_to_check_the_spelling(hub, load):
    assert "no such repository" in message_of(load, "acme/modle")


def test_a_missing_revision_is_named(hub, load):
    assert "no such revision" in message_of(load, "acme/model@nowhere")


def test_a_repository_without_tokenizer_lists_what_was_looked_for(hub, load):
    hub.repositories["acme/weights"] = Repository({"model.safetensors": b"x", "model.gguf": b"GGUF"})
    text = message_of(load, "acme/weights")
    assert "tokenizer.json" in text
    assert hub.asked_for(method="GET", file="resolve") == 0


def test_a_file_too_large_for_a_tokenizer_is_not_downloaded(hub, tmp_path):
    def load(source):
        load_tokenizer(source, cache_dir=tmp_path / "cache", limits=Limits(download=500))

    assert "--limits download=" in message_of(load, "acme/model", TokenizerFileError)
    assert hub.asked_for(method="GET", file="resolve") == 0


def test_offline_mode_reads_the_cache_and_says_so(hub, load, monkeypatch):
    before = load("acme/model")
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    hub.log.clear()
    loaded = load("acme/model")
    assert hub.log == []
    assert loaded.provenance.sha256 == before.provenance.sha256
    assert loaded.provenance.revision == before.provenance.revision
    assert any("offline" in note for note in loaded.notes)


def test_offline_mode_with_an_empty_cache_says_what_to_do(hub, load, monkeypatch):
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    text = message_of(load, "acme/model")
    assert "offline mode" in text
    assert "bundled:gpt2" in text


def test_no_network_is_one_line(monkeypatch, load):
    monkeypatch.setattr(constants, "ENDPOINT", "http://127.0.0.1:9")
    assert "cannot be reached" in message_of(load, "acme/model")


def test_the_endpoint_and_cache_of_the_environment_count(hub, tmp_path):
    program = (
        "from bpeinfer.loading import load_tokenizer; print(load_tokenizer('acme/model').provenance.revision)"
    )
    environment = os.environ | {
        "HF_ENDPOINT": hub.url,
        "HF_HOME": str(tmp_path / "home"),
        "HF_HUB_DISABLE_XET": "1",
        "HF_HUB_DISABLE_PROGRESS_BARS": "1",
    }
    environment.pop("HF_HUB_OFFLINE", None)
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=False
    )
    assert done.stdout.strip() == hub.repositories["acme/model"].commit, done.stderr
    assert list((tmp_path / "home").rglob("tokenizer.json"))


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["tokenizer.model", "tokenizer.json"], ["tokenizer.json"]),
        (["tekken.json", "tokenizer.model"], ["tokenizer.model"]),
        (["qwen.tiktoken", "tekken.json"], ["tekken.json"]),
        (["vocab.json", "merges.txt", "qwen.tiktoken"], ["qwen.tiktoken"]),
        (["vocab.json", "merges.txt"], ["merges.txt", "vocab.json"]),
        (["original/tokenizer.model", "tokenizer.json"], ["tokenizer.json"]),
        (["t/vocab.json", "t/merges.txt", "u/x.bin"], ["t/merges.txt", "t/vocab.json"]),
        (["vocab.json"], []),
    ],
)  # fmt: skip
def test_the_best_file_of_a_repository(names, expected):
    assert expected == choose_files(names)


@pytest.mark.parametrize("source", ["/etc/passwd", "../x/y", "a/b/c", "C:\\x", "", "a b", "a/"])
def test_what_is_no_hub_id(source):
    assert not looks_like_hub_id(source)
