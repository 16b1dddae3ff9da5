"""What several commands read from their options and surroundings."""

from __future__ import annotations

import os
from pathlib import Path

import typer

from bpeinfer.sources import Errors

__all__ = ["cache_folder", "invalid_bytes"]


def cache_folder() -> Path:
    """Where counts are kept between runs: ``BPEINFER_CACHE``, else ``bpeinfer/counts`` in the user's cache."""
    given = os.environ.get("BPEINFER_CACHE")
    user = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return Path(given) if given else user / "bpeinfer" / "counts"


def invalid_bytes(option: str) -> Errors:
    """Read the option --invalid."""
    if option == "strict":
        return "strict"
    if option == "replace":
        return "replace"
    raise typer.BadParameter("strict or replace", param_hint="--invalid")
