"""Category samples on disk → `Corpus`: named categories, each a stream of documents.

A folder holds one sub-folder or one file for each category; a file is .txt (one document) or .jsonl (one
document a line), each also .gz, .bz2, .xz or .zst. A ``manifest.json`` beside them gives titles and groups.
"""

from __future__ import annotations

import bz2
import fnmatch
import glob as globbing
import gzip
import io
import json
import lzma
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Literal

import zstandard

from bpeinfer.errors import CorpusError

__all__ = ["Category", "Corpus", "load_corpus", "starter_corpus"]

Errors = Literal["strict", "replace"]


def _open_zst(path: Path) -> IO[bytes]:
    return io.BufferedReader(zstandard.ZstdDecompressor().stream_reader(path.open("rb"), closefd=True))


_COMPRESSIONS: dict[str, Callable[[Path], Any]] = {
    "": lambda path: path.open("rb"),
    ".bz2": bz2.open,
    ".gz": gzip.open,
    ".xz": lzma.open,
    ".zst": _open_zst,
}
_FORMATS = (".txt", ".jsonl")
_READ_ERRORS = (OSError, EOFError, lzma.LZMAError, zstandard.ZstdError)


@dataclass(frozen=True)
class TextFile:
    """One file of a category: where it is and how its documents are read."""

    path: Path
    text_field: str = "text"
    errors: Errors = "strict"

    def documents(self) -> Iterator[str]:
        """Yield the documents in file order.

        Raises:
            CorpusError: the file is damaged, not UTF-8, or a line lacks the text field.
        """
        if split_name(self.path)[1] == ".jsonl":
            yield from self._json_lines()
        else:
            text = "".join(self._decode(line, offset) for line, offset in self._lines())
            if text:
                yield text

    def _lines(self) -> Iterator[tuple[bytes, int]]:
        """Yield each line with its byte offset in the uncompressed file."""
        compression = split_name(self.path)[2]
        offset = 0
        try:
            with _COMPRESSIONS[compression](self.path) as stream:
                for line in stream:
                    yield line, offset
                    offset += len(line)
        except _READ_ERRORS as error:
            raise CorpusError(
                f"{self.path}: cannot be read after byte {offset}: {error}; replace the file"
            ) from error

    def _decode(self, line: bytes, offset: int) -> str:
        try:
            return line.decode("utf-8", errors=self.errors)
        except UnicodeDecodeError as error:
            raise CorpusError(
                f"{self.path}: invalid UTF-8 at byte {offset + error.start} (0x{line[error.start]:02x}); "
                'convert the file to UTF-8 or read it with errors="replace"'
            ) from None

    def _json_lines(self) -> Iterator[str]:
        for number, (line, offset) in enumerate(self._lines(), 1):
            if not line.strip():
                continue
            text = self._decode(line, offset)
            try:
                record = json.loads(text)
            except ValueError as error:
                raise CorpusError(f"{self.path}:{number}: not a JSON object: {error}") from None
            if not isinstance(record, dict) or not isinstance(record.get(self.text_field), str):
                found = ", ".join(map(repr, record)) if isinstance(record, dict) else type(record).__name__
                raise CorpusError(
                    f"{self.path}:{number}: no text field {self.text_field!r} (found {found or 'none'}); "
                    "name the field that holds the text"
                )
            if record[self.text_field]:
                yield record[self.text_field]


@dataclass(frozen=True)
class Memory:
    """The documents of a category given as strings."""

    texts: tuple[str, ...]

    def documents(self) -> Iterator[str]:
        """Yield the documents in the order given."""
        return (text for text in self.texts if text)


@dataclass(frozen=True)
class Category:
    """A named sample: its sources in order, the group it belongs to ("" if none) and a title for reports."""

    name: str
    sources: tuple[TextFile | Memory, ...]
    group: str = ""
    title: str = ""

    def documents(self) -> Iterator[str]:
        """Yield the documents of all sources in order; empty documents are left out."""
        for source in self.sources:
            yield from source.documents()


@dataclass(frozen=True)
class Corpus:
    """Categories in the order of their names.

    Example:
        >>> corpus = Corpus.from_texts({"en": ["one text", "another"], "de": ["ein Text"]})
        >>> corpus.names, list(corpus.categories[1].documents())
        (('de', 'en'), ['one text', 'another'])
    """

    categories: tuple[Category, ...]
    origin: str = field(default="", compare=False)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the categories."""
        return tuple(category.name for category in self.categories)

    @property
    def groups(self) -> tuple[str, ...]:
        """The group of each category, in the order of `names`."""
        return tuple(category.group for category in self.categories)

    @classmethod
    def from_texts(
        cls, texts: Mapping[str, Iterable[str]], groups: Mapping[str, str] | None = None
    ) -> Corpus:
        """Build a corpus from documents in memory, by category name."""
        groups = groups or {}
        return cls(
            tuple(
                Category(name, (Memory(tuple(documents)),), groups.get(name, ""))
                for name, documents in sorted(texts.items())
            ),
            "memory",
        )

    def select(self, pattern: str | None) -> Corpus:
        """Return the categories whose names match a glob, or several globs separated by commas (None: all).

        Raises:
            CorpusError: no category matches.
        """
        if not pattern:
            return self
        globs = [part.strip() for part in pattern.split(",")]
        kept = tuple(c for c in self.categories if any(fnmatch.fnmatchcase(c.name, part) for part in globs))
        if not kept:
            raise CorpusError(f"no category matches {pattern!r}; there are: {', '.join(self.names)}")
        return Corpus(kept, self.origin)


def split_name(path: Path) -> tuple[str, str, str]:
    """Split a file name into category name, format suffix and compression suffix ("" where there is none).

    Example:
        >>> split_name(Path("samples/pt.br.jsonl.xz"))
        ('pt.br', '.jsonl', '.xz')
    """
    compression = path.suffix if path.suffix in _COMPRESSIONS else ""
    bare = Path(path.name.removesuffix(compression))
    return bare.stem, bare.suffix, compression


def load_corpus(
    paths: str | Path | Sequence[str | Path],
    *,
    text_field: str = "text",
    categories: str | None = None,
    errors: Errors = "strict",
    minimum: int = 2,
) -> Corpus:
    """Find the category samples under one or several paths; text is only read when it is counted.

    Args:
        paths: folders (one sub-folder or file for each category), files (one category each), globs of them.
        text_field: the field of a .jsonl line that holds the text.
        categories: keep only the categories whose names match this glob (several: separate by commas).
        errors: what to do with bytes that are not UTF-8: "strict" raises, "replace" counts U+FFFD for them.
        minimum: how many categories there must be; a mixture needs two.

    Raises:
        CorpusError: a path is missing, a suffix unknown, a category empty, or too few categories remain.
    """
    given = [paths] if isinstance(paths, str | Path) else list(paths)
    found: dict[str, list[TextFile]] = {}
    notes: dict[str, dict[str, str]] = {}
    for path in given:
        for place in _expand(str(path)):
            if place.is_dir():
                notes |= _read_folder(place, found, text_field, errors)
            else:
                _add(found, split_name(place)[0], [place], text_field, errors)
    corpus = Corpus(
        tuple(
            Category(
                name,
                tuple(sources),
                notes.get(name, {}).get("group", ""),
                notes.get(name, {}).get("title", ""),
            )
            for name, sources in sorted(found.items())
        ),
        ", ".join(map(str, given)),
    )
    corpus = corpus.select(categories)
    if len(corpus.categories) < minimum:
        raise CorpusError(
            f"{corpus.origin}: number of categories is {len(corpus.categories)} "
            f"({', '.join(corpus.names) or 'none'}), at least {minimum} are needed to be compared; "
            "give a folder with one sub-folder or file for each category"
        )
    return corpus


def starter_corpus(categories: str | None = None) -> Corpus:
    """Return the samples that ship inside the package: English prose, other languages, code."""
    return load_corpus(Path(__file__).parent / "starter", categories=categories)


def _expand(path: str) -> list[Path]:
    if Path(path).exists():
        return [Path(path)]
    matches = sorted(globbing.glob(path, recursive=True))  # noqa: PTH207 - takes absolute patterns too
    if not matches:
        wild = any(sign in path for sign in "*?[")
        raise CorpusError(
            f"corpus {path!r}: {'nothing matches' if wild else 'no such file or folder'}; "
            "give a folder with one sub-folder or file for each category"
        )
    return [Path(match) for match in matches]


def _read_folder(
    folder: Path, found: dict[str, list[TextFile]], text_field: str, errors: Errors
) -> dict[str, dict[str, str]]:
    """Add a folder's categories to `found`; return what its manifest says of each."""
    manifest = folder / "manifest.json"
    if manifest.exists():
        entries = _read_manifest(manifest)
        for name, entry in entries.items():
            place = folder / entry["file"]
            _add(found, name, _files_below(place) if place.is_dir() else [place], text_field, errors)
        return entries
    places = [place for place in sorted(folder.iterdir()) if not place.name.startswith((".", "_"))]
    if not places:
        raise CorpusError(
            f"{folder}: the folder is empty; put one sub-folder or file for each category into it"
        )
    for place in places:
        if place.is_dir():
            _add(found, place.name, _files_below(place), text_field, errors)
        else:
            _add(found, split_name(place)[0], [place], text_field, errors)
    return {}


def _files_below(folder: Path) -> list[Path]:
    return sorted(
        path
        for path in folder.rglob("*")
        if path.is_file() and not any(part.startswith(".") for part in path.relative_to(folder).parts)
    )


def _add(
    found: dict[str, list[TextFile]], name: str, files: Sequence[Path], text_field: str, errors: Errors
) -> None:
    for path in files:
        if not path.exists():
            raise CorpusError(
                f"category {name!r}: {path} does not exist; restore it or remove it from the manifest"
            )
        if split_name(path)[1] not in _FORMATS:
            raise CorpusError(
                f"{path}: unknown suffix {''.join(path.suffixes[-2:])!r}; samples end in "
                f"{' or '.join(_FORMATS)}, "
                f"each also with {', '.join(filter(None, _COMPRESSIONS))}"
            )
    if not any(path.stat().st_size for path in files):
        raise CorpusError(
            f"category {name!r} is empty ({files[0] if files else 'no files in its folder'}); "
            "add text or remove it"
        )
    found.setdefault(name, []).extend(TextFile(path, text_field, errors) for path in files)


def _read_manifest(path: Path) -> dict[str, dict[str, str]]:
    try:
        listed = json.loads(path.read_text("utf-8"))["categories"]
        return {entry["name"]: entry | {"file": entry["file"]} for entry in listed}
    except (ValueError, KeyError, TypeError) as error:
        raise CorpusError(
            f"{path}: not a manifest ({error!r}); expected an object with a list `categories`, "
            "each with `name` and `file`"
        ) from None
