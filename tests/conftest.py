"""Fixtures that several test modules share."""

from __future__ import annotations

import contextlib
import functools
import os

import pytest
import tokenizer_files
import typer.testing
from gpt2 import gpt2
from hub_server import Repository, running_hub, tokenizer_json
from huggingface_hub import constants
from hypothesis import HealthCheck, settings

# The programs that tests start import as users' programs do; compiling all modules anew takes each of them a second.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# Its runner makes all commands anew for each call, which takes longer than most of the calls.
typer.testing._get_command = functools.cache(typer.testing._get_command)

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


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """Give each worker a stretch of the tests, so that a module's fixtures are made once."""
    from xdist.scheduler import WorkStealingScheduling

    return WorkStealingScheduling(config, log)


def pytest_make_parametrize_id(config, val, argname):
    """Name bytes by their argument: compressed ones hold the time, and xdist wants one name in every worker."""
    return argname if isinstance(val, bytes) else None


@pytest.fixture(scope="session")
def small(tmp_path_factory):
    """A tokenizer.json of GPT-2's first 1,000 merges, for what does not depend on the length of the list."""
    path = tmp_path_factory.mktemp("small") / "tokenizer.json"
    path.write_bytes(tokenizer_files.tokenizer_json(gpt2(1000).merges))
    return path


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
