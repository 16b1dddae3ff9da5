"""Notes of the tally files that an interrupted run has already written."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from bpeinfer.corpora.corpus import Category
from bpeinfer.corpora.sources import FromFiles
from bpeinfer.counting.kept_counts import unit_key
from bpeinfer.counting.units import units_of
from bpeinfer.errors import OutputError
from bpeinfer.files import write_file
from bpeinfer.pretokenize import Pretokenizer

__all__ = ["Finished", "Tallied"]


@dataclass(frozen=True, kw_only=True)
class Tallied:
    """A tally file that was written.

    Attributes:
        category, group, title: the category's name, group and title.
        path: the file.
        text_bytes, documents: of the text.
        occurrences: of the pretokens in the file.
        distinct: how many different ones there are.
        dropped: occurrences of rare pretokens that were left out.
    """

    category: str
    group: str
    title: str
    path: Path
    text_bytes: int
    documents: int
    occurrences: int
    distinct: int
    dropped: int


class Finished:
    """Notes in a folder, one for each tally file that is finished; they hold for the same text counted the same way."""

    def __init__(self, folder: Path, pretokenizer: Pretokenizer, min_count: int) -> None:
        self._folder = folder
        self._pretokenizer = pretokenizer
        self._min_count = min_count

    def find(self, category: Category, path: Path) -> Tallied | None:
        """Return what is noted of a category's tally file, None if nothing is or it is no longer the same file."""
        note = self._note(category)
        if note is None:
            return None
        with suppress(OSError, ValueError, TypeError):
            told = json.loads(note.read_bytes())
            if told.pop("stored") == _stored(path):
                return Tallied(**told, path=path)
        return None

    def add(self, category: Category, tallied: Tallied) -> None:
        """Note that the file is finished.

        Raises:
            OutputError: the note cannot be written.
        """
        note = self._note(category)
        if note is None:
            return
        told = dataclasses.asdict(tallied) | {"stored": _stored(tallied.path)}
        del told["path"]
        while True:
            self._folder.mkdir(exist_ok=True)
            try:
                return write_file(note, json.dumps(told).encode())
            except OutputError as error:
                # Another run that has finished may just have removed the folder, which was empty.
                if not isinstance(error.__cause__, FileNotFoundError):
                    raise

    def remove(self, category: Category) -> None:
        """Remove the note."""
        note = self._note(category)
        if note is not None:
            note.unlink(missing_ok=True)

    def _note(self, category: Category) -> Path | None:
        """Return the file of a category's note, None if its text may change unnoticed."""
        units = [unit for unit in units_of(category) if isinstance(unit, FromFiles)]
        if len(units) < len(list(units_of(category))) or any(
            file.stream for unit in units for file in unit.files
        ):
            return None
        keys = [unit_key(unit, self._pretokenizer) for unit in units]
        told = [category.name, category.group, category.title, self._min_count, keys]
        return self._folder / f"{hashlib.sha256(json.dumps(told).encode()).hexdigest()}.json"


def _stored(path: Path) -> list[int]:
    """Return size and modification time of a file."""
    found = path.stat()
    return [found.st_size, found.st_mtime_ns]
