"""A temporary folder for what memory does not hold."""

from __future__ import annotations

import os
import shutil
import tempfile
import weakref
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from bpeinfer.errors import OutputError
from bpeinfer.files import shown

__all__ = ["SpillFolder", "Spilled"]


_WHOLE = (np.uint8, np.int8, np.uint16, np.int16, np.uint32, np.int32, np.int64, np.uint64)
"""Types of whole numbers, the smallest first."""


@dataclass(frozen=True)
class Spilled:
    """Arrays in a file.

    Attributes:
        path: the file.
        layout: array → its type, its place in the file and its length.
        types: array → its type in memory, where that is not the type in the file.
    """

    path: Path
    layout: Mapping[str, tuple[str, int, int]]
    types: Mapping[str, str] = field(default_factory=dict)

    def read(self) -> dict[str, NDArray[Any]]:
        """Return the arrays, in memory."""
        return {name: self.read_array(name) for name in self.layout}

    def read_array(self, name: str, start: int = 0, most: int | None = None) -> NDArray[Any]:
        """Return an array in memory, or at most `most` numbers of it from `start` on."""
        kind, offset, length = self.layout[name]
        count = length - start if most is None else min(most, length - start)
        found = np.fromfile(self.path, kind, count, offset=offset + start * np.dtype(kind).itemsize)
        return found.astype(self.types.get(name, kind), copy=False)

    def mapped(self, name: str, mode: Literal["r", "r+"] = "r") -> NDArray[Any]:
        """Return an array mapped into memory: its pages are read, and with "r+" written, when they are used.

        An array that was written in fewer bytes is mapped as it lies in the file.
        """
        kind, offset, length = self.layout[name]
        if not length:
            return np.zeros(0, dtype=kind)
        return np.memmap(self.path, dtype=kind, mode=mode, offset=offset, shape=(length,))

    def length(self, name: str) -> int:
        """Return the length of an array."""
        return self.layout[name][2]

    def remove(self) -> None:
        """Remove the file."""
        self.path.unlink(missing_ok=True)


class SpillFolder:
    """A temporary folder (in ``TMPDIR``) that only its owner can read.

    The process that makes it removes it; copies in worker processes only write into it.
    """

    def __init__(self) -> None:
        try:
            self.path = Path(tempfile.mkdtemp(prefix="bpeinfer-"))
        except OSError as error:
            raise _no_room(tempfile.gettempdir(), error) from error
        weakref.finalize(self, shutil.rmtree, self.path, ignore_errors=True)

    def __getstate__(self) -> Path:
        return self.path

    def __setstate__(self, path: Path) -> None:
        self.path = path

    def write(self, arrays: Mapping[str, NDArray[Any]], *, narrow: bool = False) -> Spilled:
        """Write arrays to a new file.

        Args:
            arrays: name → array.
            narrow: write whole numbers in as few bytes as the largest of an array needs; they are read in their type.

        Raises:
            OutputError: the disk is full, or the folder has gone.
        """
        layout: dict[str, tuple[str, int, int]] = {}
        types: dict[str, str] = {}
        place = 0
        try:
            handle, name = tempfile.mkstemp(dir=self.path)
            with os.fdopen(handle, "wb") as stream:
                for key, array in arrays.items():
                    stored = np.ascontiguousarray(_narrowed(array) if narrow else array)
                    stream.write(bytes(-place % 8))
                    place += -place % 8
                    layout[key] = (stored.dtype.str, place, len(stored))
                    if stored.dtype != array.dtype:
                        types[key] = array.dtype.str
                    stream.write(stored.data)
                    place += stored.nbytes
        except OSError as error:
            raise _no_room(str(self.path), error) from error
        return Spilled(Path(name), layout, types)

    def reserve(self, arrays: Mapping[str, tuple[str, int]]) -> Spilled:
        """Make a new file with room for arrays, given each one's type and length.

        Raises:
            OutputError: the disk is full, or the folder has gone.
        """
        layout: dict[str, tuple[str, int, int]] = {}
        place = 0
        for key, (kind, length) in arrays.items():
            place += -place % 8
            layout[key] = (kind, place, length)
            place += np.dtype(kind).itemsize * length
        try:
            handle, name = tempfile.mkstemp(dir=self.path)
            with os.fdopen(handle, "wb") as stream:
                if hasattr(os, "posix_fallocate") and place:  # a full disk is told now, not by a signal later
                    os.posix_fallocate(stream.fileno(), 0, place)
                stream.truncate(place)
        except OSError as error:
            raise _no_room(str(self.path), error) from error
        return Spilled(Path(name), layout)


def _narrowed(array: NDArray[Any]) -> NDArray[Any]:
    """Return whole numbers in the smallest type that holds them all."""
    if not np.issubdtype(array.dtype, np.integer) or not len(array):
        return array
    least, most = int(array.min()), int(array.max())
    narrow = next(kind for kind in _WHOLE if np.iinfo(kind).min <= least and most <= np.iinfo(kind).max)
    return array.astype(narrow, copy=False)


def _no_room(folder: str, error: OSError) -> OutputError:
    return OutputError(
        f"{shown(folder)}: counts cannot be written there ({error.strerror or error}); set TMPDIR to a folder on a "
        "disk with room, or raise --memory"
    )
