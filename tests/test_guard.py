"""Patterns and normalizers from files: slowness, panics and blow-ups end in one-line errors (harmless stand-ins)."""

from __future__ import annotations

import dataclasses
import json
import os
import pickle
import subprocess
import sys
from unittest import mock

import pytest
import regex
from gpt2 import gpt2

from bpeinfer.errors import TokenizerFileError
from bpeinfer.inspection.self_check import self_check
from bpeinfer.limits import Limits
from bpeinfer.loading import load_tokenizer
from bpeinfer.pretokenize import Pretokenizer, guard, huggingface
from bpeinfer.pretokenize.guard import at_most, call_library, check_growth, find_spans


class PanicException(BaseException):
    """Raised the way Rust panics arrive in Python."""


def test_a_pattern_that_takes_too_long_is_stopped():
    text = "ab " * 2_000_000
    with (
        at_most(0.01),
        pytest.raises(TokenizerFileError, match=r"split pattern \\w\+\|\\s takes more than 0.01 s"),
    ):
        find_spans(regex.compile(r"\w+|\s"), text)
    assert len(find_spans(regex.compile(r"\w+|\s"), text[:300])) == 200


@pytest.mark.parametrize(
    "made",
    [
        lambda: Pretokenizer.from_pattern(r"\w{1,3}|\W"),
        lambda: Pretokenizer.from_spec(
            None,
            {"type": "Split", "pattern": {"Regex": r"[a-z]{1,3}|x"}, "behavior": "Isolated", "invert": False},
        ),
    ],
)
def test_the_limit_of_the_tokenizer_reaches_its_pattern(made):
    pretokenizer = dataclasses.replace(made(), seconds=0.001)
    assert pretokenizer == made()
    assert pretokenizer.fingerprint == made().fingerprint
    for one in (pretokenizer, pickle.loads(pickle.dumps(pretokenizer))):
        with pytest.raises(TokenizerFileError, match=r"takes more than 0.001 s .* \(--limits pattern=0.01\)"):
            one.pieces(["words and words " * 50_000])
    assert load_tokenizer("bundled:gpt2", limits=Limits(pattern=7)).pretokenizer.seconds == 7


@pytest.mark.parametrize(
    "error", [PanicException("index out of bounds\nat line 7"), RuntimeError("failed"), MemoryError()]
)
def test_panics_of_the_library_are_one_line(error):
    def panics(text):
        raise error

    with pytest.raises(
        TokenizerFileError, match=r"the normalizer x fails in `tokenizers`.*--pretokenizer"
    ) as caught:
        call_library(panics, "text", "the normalizer x")
    assert "\n" not in str(caught.value)


def panics_loudly(*_):
    """As Rust does: its panic hook writes to the descriptor before Python is told."""
    os.write(2, b"thread '<unnamed>' panicked at src/lib.rs:1:1:\n")
    raise PanicException("index out of bounds")


def test_what_a_panic_prints_below_python_is_not_shown_and_anything_else_is(capfd):
    def speaks(text):
        os.write(2, b"deprecated\n")
        return text

    def both(text):  # one inside the other
        call_library(speaks, text, "the normalizer x")
        with pytest.raises(TokenizerFileError, match=r"fails in `tokenizers`.*\(index out of bounds\)"):
            call_library(panics_loudly, text, "the normalizer x")
        return text

    call_library(both, "text", "the normalizer x")
    assert capfd.readouterr().err == "deprecated\n"
    os.write(2, b"still there\n")
    assert capfd.readouterr().err == "still there\n"


def test_a_rule_whose_building_panics_is_one_line(monkeypatch, capfd):
    monkeypatch.setattr(huggingface, "Tokenizer", mock.Mock(from_str=panics_loudly))
    with pytest.raises(TokenizerFileError, match=r"cannot build this normalizer.*\(index out of bounds\)"):
        huggingface.normalizing_function('{"type": "Strip", "strip_left": true, "strip_right": false}')
    assert capfd.readouterr().err == ""


def test_a_library_that_panics_is_not_asked_whether_it_agrees(monkeypatch, capfd):
    asked = mock.Mock(encode=panics_loudly, cut_out=())
    asked.name = "tokenizers 9"
    monkeypatch.setattr(sys.modules["bpeinfer.inspection.self_check"], "_library", lambda _: asked)
    assert self_check(gpt2()) is None
    monkeypatch.setattr(sys.modules["bpeinfer.inspection.self_check"], "_library", panics_loudly)
    assert self_check(gpt2()) is None
    assert capfd.readouterr().err == ""


@pytest.mark.skipif(os.name == "nt", reason="descriptors are closed by the shell's syntax")
def test_a_closed_standard_error_is_no_hindrance():
    code = "from bpeinfer.pretokenize.guard import call_library; print(call_library(str.upper, 'done', 'x'))"
    command = ["/bin/sh", "-c", f"exec '{sys.executable}' -c \"{code}\" 2>&-"]
    assert subprocess.run(command, stdout=subprocess.PIPE, timeout=300).stdout == b"DONE\n"


def test_the_user_can_still_interrupt_the_library():
    def interrupted(text):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        call_library(interrupted, "text", "the normalizer x")


@pytest.mark.parametrize(("power", "refused"), [(1.0, False), (1.2, False), (2.0, True), (3.0, True)])
def test_time_that_grows_with_the_square_of_the_length_is_foreseen(power, refused, monkeypatch):
    clock, seen = [0.0], []

    def takes(text):
        seen.append(len(text))
        clock[0] += 1e-9 * len(text) ** power
        return text

    monkeypatch.setattr(guard.time, "thread_time", lambda: clock[0])
    text = "a" * 1_600_000
    if refused:
        with pytest.raises(TokenizerFileError, match=r"the pre-tokenizer x takes more than 60 s"):
            call_library(takes, text, "the pre-tokenizer x")
        assert max(seen) <= 100_000
    else:
        assert call_library(takes, text, "the pre-tokenizer x") is text
        assert sum(seen) < 1.03 * len(text)
    short = "a" * 1_000
    assert call_library(takes, short, "the pre-tokenizer x") is short


def test_a_library_call_that_took_too_long_is_the_last(monkeypatch):
    clock = iter([0.0, 0.009, 5.0, 5.011])
    monkeypatch.setattr(guard.time, "thread_time", lambda: next(clock))
    with at_most(0.01):
        assert call_library(str.upper, "text", "the normalizer x") == "TEXT"
        with pytest.raises(TokenizerFileError, match=r"the normalizer x takes more than 0\.01 s"):
            call_library(str.upper, "text", "the normalizer x")


@pytest.mark.parametrize(
    "spec",
    [
        {"type": "Replace", "pattern": {"String": "a"}, "content": "b" * 100},
        {
            "type": "Sequence",
            "normalizers": [{"type": "Replace", "pattern": {"String": "a"}, "content": "a" * 9}] * 3,
        },
        {"type": "Sequence", "normalizers": [{"type": "NFKD"}] * 3},
        {"type": "Prepend", "prepend": "▁" * 2_000},
    ],
)
def test_normalizers_that_blow_texts_up_are_refused(spec):
    with pytest.raises(TokenizerFileError, match="--pretokenizer"):
        huggingface.normalizing_function(json.dumps(spec))
    with pytest.raises(TokenizerFileError, match="--pretokenizer"):
        Pretokenizer.from_spec(spec, None)


def test_usual_normalizers_are_not_refused():
    space = {"type": "Replace", "pattern": {"String": " "}, "content": "▁"}
    marks = {"type": "Replace", "pattern": {"Regex": "``|''"}, "content": '"'}
    check_growth(
        {
            "type": "Sequence",
            "normalizers": [{"type": "Prepend", "prepend": "▁"}, space, marks, {"type": "NFKC"}],
        }
    )
    check_growth(None)
