"""A hub that fails, sends wrong data or stalls: a one-line error that says what to do, or a retry that succeeds."""

from __future__ import annotations

import dataclasses
import itertools
import time

import pytest
from hub_server import Fault, answering, running_hub, sending, stalling, tokenizer_json

from bpeinfer.errors import TokenizerFileError, TokenizerNotFoundError
from bpeinfer.limits import Limits
from bpeinfer.loading import hub_requests, load_tokenizer

ABOUT, HEAD, GET = "GET /api/models/", "HEAD /acme/model/resolve", "GET /cdn/acme/model"
LIMITS = Limits(answer=300.0, download=200_000)
"""Time-outs are short only for faults that send nothing: on a busy machine a good answer may also be slow."""


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch):
    monkeypatch.setattr(hub_requests, "WAITS", (0.01, 0.01, 0.02))


@pytest.fixture
def load(tmp_path):
    return lambda source, limits=LIMITS: load_tokenizer(source, cache_dir=tmp_path / "cache", limits=limits)


def snapshots(folder):
    """Files that the cache counts as complete; partial downloads lie elsewhere and are not read."""
    return [path for path in folder.rglob("snapshots/*/*") if path.exists()]


def endless(part: bytes = b"x" * 65_536, pause: float = 0.0):
    for _ in itertools.count():
        time.sleep(pause)
        yield part


def limits_for(fault: str) -> Limits:
    return dataclasses.replace(LIMITS, answer=1.0) if fault.startswith(("stall", "dripping")) else LIMITS


FAULTS = {
    "401 about": (Fault(ABOUT, answering(401)), "the hub answered 401: it does not accept the login"),
    "401 file": (Fault(HEAD, answering(401)), "the hub answered 401"),
    "403 about": (Fault(ABOUT, answering(403)), "the hub answered 403: the token may not read this repository"),
    "403 file": (Fault(GET, answering(403)), "the hub answered 403"),
    "404 about": (Fault(ABOUT, answering(404)), "check the id"),
    "404 file": (Fault(HEAD, answering(404, X_Error_Code="EntryNotFound")), "404"),
    "416": (Fault(GET, answering(416)), "416: it cannot resume an earlier download"),
    "429 for ever": (Fault(ABOUT, answering(429)), "429"),
    "429 for an hour": (Fault(ABOUT, answering(429, Retry_After="3600")), "asks to wait 3,600 s"),
    "429 for an hour, file": (Fault(GET, answering(429, Retry_After="3600")), "asks to wait 3,600 s"),
    "500 for ever": (Fault(ABOUT, answering(500)), "500"),
    "500 file for ever": (Fault(GET, answering(500)), "the hub answered 500: try again, or give a local file"),
    "503 for ever": (Fault(ABOUT, answering(503)), "503"),
    "malformed JSON": (Fault(ABOUT, answering(200, b'{"id": "acme/model", "sib')), "cannot be read"),
    "JSON of another kind": (Fault(ABOUT, answering(200, b'["acme"]')), "cannot be read"),
    "siblings of another kind": (
        Fault(ABOUT, answering(200, b'{"id": "acme/model", "siblings": [1, {"rfilename": 2}]}')),
        "give a local file",
    ),
    "no siblings": (Fault(ABOUT, answering(200, b'{"id": "acme/model"}')), "without a tokenizer file"),
    "a file outside": (
        Fault(ABOUT, answering(200, b'{"id": "acme/model", "siblings": [{"rfilename": "../../tokenizer.json"}]}')),
        "without a tokenizer file",
    ),
    "stall about": (Fault(ABOUT, stalling()), "local file"),
    "stall file": (Fault(GET, stalling()), "no answer from the hub for 1 s"),
    "endless about": (Fault(ABOUT, sending(endless())), "the hub sends more than 200,000 bytes"),
    "endless file": (Fault(GET, sending(endless())), "the hub sends more than 200,000 bytes"),
    "endless file with a length": (Fault(GET, sending(endless(), length=10**12)), "sends more than 200,000 bytes"),
    "dripping file": (Fault(GET, sending(endless(b"x", 0.3))), "no answer from the hub for 1 s"),
    "wrong length": (Fault(GET, sending([b"{}"], length=2)), "the request to the hub failed"),
    "cut for ever": (Fault(GET, sending([b"x" * 100], length=5000)), "local file"),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_one_line_that_says_what_to_do(fault, hub, load, tmp_path):
    made, words = FAULTS[fault]
    hub.faults = [made]
    with pytest.raises((TokenizerNotFoundError, TokenizerFileError)) as caught:
        load("acme/model", limits_for(fault))
    text = str(caught.value)
    assert "\n" not in text
    assert "acme/model" in text
    assert words in text
    assert snapshots(tmp_path / "cache") == []
    hub.faults = []
    assert len(load("acme/model").merges) == 60  # nothing that was left behind is in the way


@pytest.mark.parametrize("status", [429, 500, 502, 503])
@pytest.mark.parametrize("route", [ABOUT, GET])
def test_answers_that_pass_are_asked_for_again(status, route, hub, load):
    hub.faults = [Fault(route, answering(status, Retry_After="0"), times=2)]
    assert len(load("acme/model").merges) == 60
    assert hub.faults[0].times == 0


def test_a_hub_that_asks_to_wait_is_waited_for(hub, load):
    hub.faults = [Fault(ABOUT, answering(429, Retry_After="1"), times=1)]
    begin = time.monotonic()
    load("acme/model")
    assert time.monotonic() - begin >= 1


def test_a_part_of_an_earlier_download_that_does_not_fit_is_thrown_away(hub, load):
    hub.faults = [Fault(GET, answering(416), times=1)]
    assert len(load("acme/model").merges) == 60


def test_the_token_does_not_follow_to_another_host(hub, load, monkeypatch):
    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    body = tokenizer_json()
    with running_hub() as stranger:
        stranger.faults = [Fault("", sending([body], length=len(body)))]
        hub.faults = [Fault(GET, answering(302, Location=f"{stranger.url}/elsewhere/tokenizer.json"))]
        assert len(load("acme/model").merges) == 60
        assert stranger.tokens
        assert not any(stranger.tokens)
    assert "Bearer hf_secret" in hub.tokens


@pytest.mark.parametrize("fault", ["500 for ever", "stall about", "malformed JSON", "429 for ever"])
def test_a_hub_out_of_order_is_stood_in_for_by_the_cache(fault, hub, load):
    load("acme/model")
    hub.faults = [FAULTS[fault][0]]
    again = load("acme/model", limits_for(fault))
    assert len(again.merges) == 60
    assert any(note.startswith("read from the cache: ") for note in again.notes)
