"""What a local tokenizer is called: the end of its path."""

from __future__ import annotations

import os
from pathlib import Path

from bpeinfer.files import shown

__all__ = ["end_of_path"]

USUAL_NAMES = {"tokenizer.json", "merges.txt", "vocab.bpe", "vocab.json", "tokenizer.model", "tekken.json"}
"""Names of files that say nothing without their folder's."""


def end_of_path(path: Path) -> str:
    """Return the name of a file or folder, after its folder's where many files have that name.

    Example:
        >>> end_of_path(Path("/home/me/models/a/tokenizer.json")), end_of_path(Path("/home/me/runs/b.json"))
        ('a/tokenizer.json', 'b.json')
    """
    whole = Path(os.path.abspath(path))  # noqa: PTH100 - resolve() would follow links, into a cache's blobs
    return shown("/".join(whole.parts[-2 if whole.name in USUAL_NAMES and len(whole.parts) > 2 else -1 :]))
