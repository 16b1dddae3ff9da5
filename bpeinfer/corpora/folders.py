"""Which files belong to which category: by a folder's sub-folders and files, or by its manifest."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bpeinfer.corpora.sources import TALLY, ChosenTally
from bpeinfer.corpora.text_files import FORMATS, split_name
from bpeinfer.corpora.word_lists import WORD_FORMATS
from bpeinfer.errors import CorpusError
from bpeinfer.files import SUFFIXES, is_stream, read_file, reading, shown
from bpeinfer.limits import Limits

__all__ = ["Entry", "entries_of", "read_manifest"]

NAMED = 5
"""Samples that a manifest does not list, named in a warning."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Entry:
    """Files of one category, what a manifest says about it, and whether the caller named the file directly.

    `notes` has the group and the title, `sources` what the manifest says about each source of the text, and `bytes`
    the amount of text that it states (0: none stated). `counts` are those of a pack, in place of files.
    """

    name: str
    files: tuple[Path, ...]
    notes: Mapping[str, str] = field(default_factory=dict)
    named: bool = False
    sources: tuple[Mapping[str, object], ...] = ()
    bytes: int = 0
    counts: ChosenTally | None = None


def entries_of(place: Path, limits: Limits, whole: bool = False) -> Iterator[Entry]:
    """Yield the categories of a file or of a folder, in the order of the manifest or of names.

    Raises:
        CorpusError: a file is missing, empty, of an unknown kind or outside the folder; the manifest is damaged.
    """
    for entry in _found(place, limits, whole):
        _check(entry)
        yield entry


def _found(place: Path, limits: Limits, whole: bool) -> Iterator[Entry]:
    if not os.path.isdir(place):
        yield Entry(split_name(place)[0], (place,), named=True)
        return
    manifest = place / "manifest.json"
    if os.path.isfile(manifest):
        read = read_manifest(manifest, limits)
        _warn_of_others(manifest, {Path(entry["file"]).parts[0] for entry, _ in read})
        for entry, listed in read:
            file = place / entry.pop("file")
            yield Entry(
                entry.pop("name"),
                _files_below(file) if os.path.isdir(file) else (file,),
                entry,
                sources=_objects(listed.get("sources")),
                bytes=size if isinstance(size := listed.get("bytes"), int) else 0,
            )
        return
    if whole:
        yield Entry(shown(place.resolve().name), _files_below(place))
        return
    with reading(place, CorpusError):
        inside = sorted(file for file in place.iterdir() if not file.name.startswith((".", "_")))
    if not inside:
        raise CorpusError(
            f"{shown(place)}: the folder is empty; put one sub-folder or file for each category into it"
        )
    for file in inside:
        if os.path.isdir(file):
            yield Entry(shown(file.name), _files_below(file))
        elif _is_sample(file):
            yield Entry(split_name(file)[0], (file,))
        else:
            raise CorpusError(
                f"{shown(file)}: unknown suffix {file.suffix!r}; samples end in "
                f"{', '.join((*FORMATS, *WORD_FORMATS))}, each also with {', '.join(SUFFIXES)}; "
                "put other text files into a folder for their category, "
                "or begin a name with _ to have the file ignored"
            )


def _warn_of_others(manifest: Path, listed: set[str]) -> None:
    """Log which samples next to a manifest it does not list: they are left out."""
    with reading(manifest, CorpusError):
        others = [
            shown(path.name)
            for path in sorted(manifest.parent.iterdir())
            if path.name not in listed
            and not path.name.startswith((".", "_"))
            and (os.path.isdir(path) or _is_sample(path))
        ]
    if others:
        more = f" and {len(others) - NAMED} more" if len(others) > NAMED else ""
        _log.warning(
            "%s: not listed in it, so left out: %s%s", shown(manifest), ", ".join(others[:NAMED]), more
        )


def _is_sample(file: Path) -> bool:
    _, suffix, compression = split_name(file)
    return suffix in (*FORMATS, *WORD_FORMATS) or (suffix, compression) == (TALLY, "")


def _files_below(folder: Path) -> tuple[Path, ...]:
    """Return every file below a folder except hidden ones; a folder that cannot be listed is an error."""

    def refuse(error: OSError) -> None:
        raise error

    found = []
    with reading(folder, CorpusError):
        for inner, folders, names in os.walk(folder, onerror=refuse):
            folders[:] = [name for name in folders if not name.startswith(".")]
            found += [Path(inner, name) for name in names if not name.startswith(".")]
    return tuple(sorted(found))


def _check(entry: Entry) -> None:
    """Refuse a category whose files are missing, unnamed pipes, JSON, or all empty."""
    for path in entry.files:
        if not os.path.exists(path):
            raise CorpusError(
                f"category {entry.name!r}: {shown(path)} does not exist; restore it or remove it from the manifest"
            )
        if is_stream(path) and not entry.named:
            raise CorpusError(
                f"category {entry.name!r}: {shown(path)} is a pipe or a device; give its own path if it is intended"
            )
        if all(split_name(file)[1] == ".json" for file in entry.files):
            raise CorpusError(
                f"{shown(path)}: a .json file of many documents cannot be read; write .jsonl, one object per line "
                "(if the text itself is JSON, name the file .txt)"
            )
    if not any(is_stream(path) or path.stat().st_size for path in entry.files):
        raise CorpusError(
            f"category {entry.name!r} is empty ({shown(entry.files[0]) if entry.files else 'no files in its folder'}); "
            "add text or remove it"
        )


def read_manifest(path: Path, limits: Limits) -> list[tuple[dict[str, str], dict[str, object]]]:
    """Return what each entry says about its category, checked, and the whole entry.

    Raises:
        CorpusError: the file is too large, or not a manifest.
    """
    data = read_file(
        path,
        limits.manifest,
        refusal=CorpusError,
        too_large=f"too large for a manifest; if it is one, raise the limit (--limits manifest={2 * limits.manifest})",
    )
    try:
        listed = _listed(json.loads(data))
        entries = [_strings(entry) for entry in listed]
        _check_manifest(entries)
    except (ValueError, RecursionError) as error:
        raise CorpusError(
            f"{shown(path)}: not a manifest ({error}); expected an object with a list `categories`, "
            "each with `name` and `file`"
        ) from None
    return list(zip(entries, listed, strict=True))


_KINDS = {dict: "an object", list: "a list", str: "a string", bool: "true or false", type(None): "null"}


def _kind(value: object) -> str:
    """Return the kind of a JSON value, in words."""
    return _KINDS.get(type(value), "a number")


def _listed(manifest: object) -> list[dict[str, object]]:
    """Return the entries of a manifest.

    Raises:
        ValueError: it has none, or they are not objects.
    """
    if not isinstance(manifest, dict):
        raise ValueError(f"it is {_kind(manifest)}")
    if not isinstance(listed := manifest.get("categories"), list):
        raise ValueError(
            "it has no `categories`" if "categories" not in manifest else f"`categories` is {_kind(listed)}"
        )
    for number, entry in enumerate(listed, 1):
        if not isinstance(entry, dict):
            raise ValueError(f"category {number} is {_kind(entry)}")
    return listed


def _strings(entry: dict[str, object]) -> dict[str, str]:
    """Return what an entry of a manifest says about its category; null means nothing."""
    fields = {key: entry.get(key) for key in ("name", "file")}
    fields |= {key: entry[key] for key in ("group", "title") if entry.get(key) is not None}
    for key, value in fields.items():
        if not isinstance(value, str):
            which = f" of category {fields['name']!r:.100}" if key != "name" else ""
            raise ValueError(
                f"`{key}`{which} is {_kind(value)}, not a string" if key in entry else f"no `{key}`{which}"
            )
        value.encode()  # half a surrogate pair is not text
    return {key: str(value) for key, value in fields.items()}


def _objects(listed: object) -> tuple[Mapping[str, object], ...]:
    """Return the objects in a list; anything else is skipped, since sources are only displayed."""
    return tuple(row for row in listed if isinstance(row, dict)) if isinstance(listed, list) else ()


def _check_manifest(entries: Sequence[Mapping[str, str]]) -> None:
    """Refuse files outside the folder, files listed twice, and two groups or titles for one category.

    Raises:
        ValueError: one of these; the message says which.
    """
    notes: dict[tuple[str, str], str] = {}
    files = set()
    for entry in entries:
        name, file = entry["name"], entry["file"]
        if not name:
            raise ValueError("a category has an empty name")
        if not file or Path(file).is_absolute() or ".." in Path(file).parts:
            raise ValueError(f"the file {file[:100]!r} of category {name[:100]!r} is not inside the folder")
        if (name, Path(file)) in files:
            raise ValueError(f"category {name[:100]!r} lists the file {file[:100]!r} twice")
        files.add((name, Path(file)))
        for key in ("group", "title"):
            if notes.setdefault((name, key), entry.get(key, "")) != entry.get(key, ""):
                raise ValueError(f"category {name[:100]!r} is listed twice, with another {key}")
