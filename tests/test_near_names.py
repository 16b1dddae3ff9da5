"""A mistyped name is answered with the names that are like it, and a mistyped file without asking the hub."""

from __future__ import annotations

import pytest

import bpeinfer as bi
from bpeinfer.corpora.text_files import select_names
from bpeinfer.near_names import there_are


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "own.json").write_text("{}", "utf-8")
    return tmp_path


def refused(job) -> str:
    with pytest.raises(bi.BpeInferError) as refusal:
        job()
    return str(refusal.value)


def test_a_mistyped_file_is_answered_with_the_file_that_is_there(folder):
    assert refused(lambda: bi.load_tokenizer("own.jsn")) == (
        "own.jsn: no such file or folder; did you mean own.json?"
    )
    assert f"did you mean {folder / 'own.json'}?" in refused(lambda: bi.load_tokenizer(folder / "owm.json"))
    assert "did you mean own.json?" in refused(lambda: bi.load_corpus("own.jsonl"))
    assert "did you mean own.json?" in refused(lambda: bi.load_estimate("own.jso"))


def test_nothing_is_offered_where_nothing_is_alike(folder):
    assert "did you mean" not in refused(lambda: bi.load_tokenizer("quite-another.txt"))
    assert "did you mean" not in refused(lambda: bi.load_corpus(folder / "no" / "folder"))


def test_of_many_names_only_those_like_the_mistyped_one_are_listed():
    many = [f"category{number}" for number in range(200)]
    assert there_are("categori7", many).startswith("; did you mean category7")
    assert there_are("categori7", many).endswith("(200 names)")
    assert there_are("x", many).count(",") == 30
    assert there_are("fr", ["de", "en"]) == "; there are: de, en"


def test_mistyped_names_are_answered_with_known_ones():
    assert "did you mean gpt2?" in refused(lambda: bi.load_tokenizer("bundled:gpt"))
    assert "did you mean cl100k" in refused(
        lambda: bi.load_tokenizer("bundled:gpt2", pretokenizer="cl100k_base")
    )
    assert "did you mean python?" in refused(lambda: select_names(["python", "java"], "pyton"))
    assert refused(lambda: select_names(["a", "b"], "", titles_and_groups=[("", ""), ("", "")]))
