"""The user's cache of counts: where it is, what it contains, and what can be removed."""

from __future__ import annotations

import contextlib
import os
import re
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import platformdirs

from bpeinfer.counting.tally_files import read_tally
from bpeinfer.errors import TallyError
from bpeinfer.files import shown
from bpeinfer.limits import DEFAULT_LIMITS, Limits

__all__ = ["Cached", "cache_folder", "damaged", "list_cache", "prune"]

# The names of our own files: nothing else in the folder is ever read or removed.
_OURS = re.compile(r"[0-9a-f]{64}\.tally|\.[0-9a-f]{16}\.part")
DAY = 86_400.0


@dataclass(frozen=True)
class Cached:
    """One file of the cache.

    Attributes:
        path: the file.
        bytes: its size.
        used: seconds since the epoch, when its counts were last made or used.
    """

    path: Path
    bytes: int
    used: float

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for JSON."""
        return {"file": shown(self.path.name), "bytes": self.bytes, "used": self.used}


def cache_folder() -> Path:
    """Return where counts are kept between runs: ``BPEINFER_CACHE``, else ``bpeinfer/counts`` in the user's cache."""
    given = os.environ.get("BPEINFER_CACHE")
    return Path(given) if given else platformdirs.user_cache_path("bpeinfer", appauthor=False) / "counts"


def list_cache(folder: Path) -> list[Cached]:
    """Return our files in the cache, the most recently used first; none if there is no folder."""
    found = []
    with contextlib.suppress(FileNotFoundError, NotADirectoryError):
        for path in folder.iterdir():
            if not _OURS.fullmatch(path.name) or path.is_symlink():
                continue
            with contextlib.suppress(FileNotFoundError):  # another process has removed it
                status = path.stat()
                found.append(Cached(path, status.st_size, status.st_mtime))
    return sorted(found, key=lambda cached: (-cached.used, cached.path.name))


def prune(
    folder: Path, *, days: float | None = None, most: float | None = None, dry_run: bool = False
) -> list[Cached]:
    """Remove files not used for `days` days, and the least recently used ones beyond `most` bytes.

    Args:
        folder: the cache.
        days: age from which files are removed (None: at no age).
        most: bytes that may stay (None: any number).
        dry_run: remove nothing.

    Returns:
        the files removed, or that would be.
    """
    before = -float("inf") if days is None else time.time() - days * DAY
    held, removed = 0, []
    for cached in list_cache(folder):
        held += cached.bytes
        if cached.used < before or (most is not None and held > most):
            if not dry_run:
                with contextlib.suppress(FileNotFoundError):
                    cached.path.unlink()
            removed.append(cached)
    return removed


def damaged(folder: Path, limits: Limits = DEFAULT_LIMITS) -> list[tuple[Cached, str]]:
    """Read every file of counts in the cache; return those that are damaged, with what is wrong."""
    found = []
    for cached in list_cache(folder):
        if cached.path.suffix != ".tally":
            continue
        try:
            read_tally(cached.path, limits)
        except TallyError as error:
            found.append((cached, str(error)))
    return found
