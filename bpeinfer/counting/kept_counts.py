"""Counts kept between runs: one tally file in the cache for each unit of samples."""

from __future__ import annotations

import contextlib
import hashlib
import json
import logging
import os
from pathlib import Path

from bpeinfer.corpora.sources import TALLY, FromFiles
from bpeinfer.counting.blocks import BlockCounts
from bpeinfer.counting.tally_files import Tally, read_tally
from bpeinfer.counting.tally_writing import write_tally
from bpeinfer.errors import OutputError, TallyError
from bpeinfer.files import shown
from bpeinfer.pretokenize import Pretokenizer

_log = logging.getLogger(__name__)

__all__ = ["from_cache", "keep", "unit_file", "unit_key"]

_COUNTING = 2
"""Increase when counting changes, to invalidate caches."""


def from_cache(path: Path | None) -> BlockCounts | None:
    """Return the counts in a file of the cache, or None if there is none, or a damaged one (which is logged)."""
    if path is None or not os.path.exists(path):
        return None
    try:
        counts = read_tally(path).counts
    except TallyError as error:
        _log.warning("%s; its text is counted again", error)
        return None
    with contextlib.suppress(OSError):  # someone else's cache
        os.utime(path)  # `bpeinfer cache prune` goes by the last use
    return counts


def keep(path: Path, tally: Tally) -> None:
    """Write to the cache; a cache that cannot be written costs time but no result."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_tally(path, tally)
    except (OSError, OutputError) as error:
        _log.warning("counts are not kept for the next run (%s)", error)


def unit_file(folder: str | Path, source: FromFiles, pretokenizer: Pretokenizer) -> Path:
    """Return the file in which a folder has the counts of a text, split in this way."""
    return Path(folder) / f"{unit_key(source, pretokenizer)}{TALLY}"


def unit_key(source: FromFiles, pretokenizer: Pretokenizer) -> str:
    """Return a key (hex) for a text and how it is split; files count by path, size and modification time."""
    told = [
        [
            shown(file.path.absolute()),
            file.text_field,
            file.errors,
            file.start,
            file.stop,
            file.size,
            file.modified,
        ]
        for file in source.files
    ]
    document = [_COUNTING, pretokenizer.fingerprint, told, source.choice]
    return hashlib.sha256(json.dumps(document).encode()).hexdigest()
