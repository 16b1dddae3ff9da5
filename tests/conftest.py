"""Fixtures that several test modules share."""

from __future__ import annotations

import os

import hypothesis
import pytest
from hub_server import Repository, running_hub, tokenizer_json
from huggingface_hub import constants
from hypothesis import HealthCheck, settings
from hypothesis.internal.conjecture import providers

# Every run draws the same examples, however slow the machine: what passed once passes again. New examples, for an
# hour of searching: `pytest --hypothesis-profile explore`.
if hasattr(providers, "_get_local_constants"):
    # Hypothesis draws numbers and strings that stand in those of our modules that happen to be imported, too: other
    # examples with every change of the code and every order of the tests. It has no option against that.
    providers._get_local_constants = lambda: providers._local_constants
settings.register_profile(
    "same", derandomize=True, database=None, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("explore", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("same")

# The same examples in every run, however slow the machine: a test fails for everybody or for nobody.
# BPEINFER_EXPLORE=1 draws new ones.
hypothesis.settings.register_profile("same", deadline=None, derandomize=True)
hypothesis.settings.register_profile("explore", deadline=None)
hypothesis.settings.load_profile("explore" if os.environ.get("BPEINFER_EXPLORE") else "same")


def pytest_make_parametrize_id(config, val, argname):
    """Name bytes by their argument: compressed ones hold the time, and xdist wants one name in every worker."""
    return argname if isinstance(val, bytes) else None


@pytest.fixture
def hub(monkeypatch, tmp_path):
    monkeypatch.setattr(constants, "HF_HUB_DISABLE_PROGRESS_BARS", True)
    monkeypatch.setenv("HF_HUB_DISABLE_XET", "1")
    with running_hub() as server:
        monkeypatch.setattr(constants, "ENDPOINT", server.url)
        monkeypatch.setattr(
            constants, "HUGGINGFACE_CO_URL_TEMPLATE", server.url + "/{repo_id}/resolve/{revision}/{filename}"
        )
        server.repositories["acme/model"] = Repository(
            {
                "tokenizer.json": tokenizer_json(),
                "model.safetensors": b"weights" * 1000,
                "tokenizer.model": b"not looked at",
                "README.md": b"# model",
            }
        )
        yield server
