"""Optional libraries: imported where they are needed, with an error that says what to install."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from bpeinfer.errors import MissingExtraError

__all__ = ["need"]


def need(module: str, extra: str | None, purpose: str) -> Any:
    """Import a module that comes with one of bpeinfer's extras, or with none of them (None).

    Example:
        >>> need("json", "notebooks", "an example").dumps([1])
        '[1]'

    Raises:
        MissingExtraError: it is not installed, or cannot be imported.
    """
    try:
        return import_module(module)
    except ImportError as error:
        library = module.partition(".")[0]
        wanted = (
            f"install bpeinfer's extra {extra} (in its clone: pip install '.[{extra}]')"
            if extra
            else f"pip install {library}"
        )
        raise MissingExtraError(f"{purpose} needs {library} ({error}); {wanted}") from error
