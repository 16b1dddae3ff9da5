"""The limits on what is read: one table in code, in the docs and on the command line."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bpeinfer.cli import app
from bpeinfer.corpora.word_lists import read_word_list
from bpeinfer.errors import BpeInferError, CorpusError, LimitError
from bpeinfer.limits import DEFAULT_LIMITS, Limits

DOCS = Path(__file__).parents[1] / "docs" / "limits.md"


def test_amounts_are_read_with_their_units():
    limits = Limits.from_text("line=1.5G, expansion=1000,pattern=0.5")
    assert (limits.line, limits.expansion, limits.pattern) == (1_500_000_000, 1000, 0.5)
    assert limits.download == DEFAULT_LIMITS.download


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("lines=3", "no limit is called 'lines'; there are: tokenizer, line, "),
        ("line", "limit line is '', expected an amount such as 30, 64M or 1.5G"),
        ("line=many", "limit line is 'many'"),
        ("line=0", "limit line is 0, expected a number above 0"),
        ("line=99999999999T", "limit line is "),
        ("line=-1", "limit line is '-1'"),
    ],
)
def test_a_wrong_limit_is_named(text, message):
    with pytest.raises(LimitError) as caught:
        Limits.from_text(text)
    assert message in str(caught.value)


def test_the_docs_list_every_limit_with_its_default():
    rows = {
        cells[1].strip(" `"): cells[2].strip()
        for line in DOCS.read_text("utf-8").splitlines()
        if len(cells := line.split("|")) == 5 and "`" in cells[1]
    }
    shown = {}
    for field in dataclasses.fields(Limits):
        value = getattr(DEFAULT_LIMITS, field.name)
        if isinstance(value, float):
            shown[field.name] = f"{value:g} s"
        else:
            shown[field.name] = f"{value // 2**20} MiB" if value > 10**6 else str(value)
    assert rows == shown


def test_the_option_reaches_tokenizers_samples_and_lists(tmp_path):
    (tmp_path / "a.txt").write_text("text")
    (tmp_path / "b.jsonl").write_text('{"text": "a line of some length"}\n')
    corpus = ("--corpus", str(tmp_path), "--no-cache")
    for limit, message in (
        ("tokenizer=1k", "larger than 1,000 bytes"),
        ("line=20", "the line at byte 0 has more than 20 bytes"),
        ("lines=20", "no limit is called 'lines'"),
    ):
        answer = CliRunner().invoke(app, ["infer", "bundled:gpt2", *corpus, "--limits", limit])
        assert isinstance(answer.exception, BpeInferError)
        assert message in str(answer.exception)
    (tmp_path / "b.tsv").write_text("".join(f"word{number}\t{number + 1}\n" for number in range(99)))
    with pytest.raises(CorpusError, match=r"b\.tsv: more than 100 bytes, .*--limits words=200"):
        read_word_list(tmp_path / "b.tsv", limits=Limits(words=100))
