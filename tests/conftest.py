"""Fixtures that several test modules share."""

from __future__ import annotations

import contextlib

import pytest
from hub_server import Repository, running_hub, tokenizer_json
from huggingface_hub import constants
from hypothesis import HealthCheck, settings

# Every run draws the same examples, however slow the machine: what passed once passes again. New examples, for an
# hour of searching: `pytest --hypothesis-profile explore`.
with contextlib.suppress(ImportError, AttributeError):
    # Hypothesis draws numbers and strings that stand in those of our modules that happen to be imported, too: other
    # examples with every change of the code and every order of the tests. It has no option against that. (Older
    # releases do not.)
    from hypothesis.internal.conjecture import providers

    providers._get_local_constants = lambda constants=providers._local_constants: constants
settings.register_profile(
    "same", derandomize=True, database=None, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("explore", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("same")


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
