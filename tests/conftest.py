"""Fixtures that several test modules share."""

from __future__ import annotations

import pytest
from hub_server import Repository, running_hub, tokenizer_json
from huggingface_hub import constants


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
