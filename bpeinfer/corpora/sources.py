"""Where documents come from: files of several formats, memory, a random choice; or counts instead of text."""

from __future__ import annotations

import bz2
import csv
import gzip
import hashlib
import heapq
import importlib
import io
import json
import logging
import lzma
import re
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal, Protocol, runtime_checkable

import zstandard

from bpeinfer.errors import CorpusError

__all__ = [
    "COMPRESSIONS",
    "FORMATS",
    "READ_ERRORS",
    "TALLY",
    "Errors",
    "FromFiles",
    "Memory",
    "Sampled",
    "Source",
    "TallyFile",
    "TextFile",
    "cut_long",
    "split_name",
]

Errors = Literal["strict", "replace"]


class _ZstStream(io.RawIOBase):
    """Reads zstandard frames; unlike the library's own reader it notices when the last one is cut off."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("rb")
        self._frame: Any = zstandard.ZstdDecompressor().decompressobj()
        self._ready = b""
        self._begun = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._ready:
            data = self._frame.unused_data if self._frame.eof else b""
            if self._frame.eof:
                self._frame, self._begun = zstandard.ZstdDecompressor().decompressobj(), False
            data = data or self._file.read(1 << 16)
            if not data:
                if self._begun:
                    raise EOFError("the compressed file is cut off")
                return 0
            self._begun = True
            self._ready = self._frame.decompress(data)
        size = min(len(buffer), len(self._ready))
        buffer[:size], self._ready = self._ready[:size], self._ready[size:]
        return size

    def close(self) -> None:
        self._file.close()
        super().close()


COMPRESSIONS: dict[str, Callable[[Path], Any]] = {
    "": lambda path: path.open("rb"),
    ".bz2": bz2.open,
    ".gz": gzip.open,
    ".xz": lzma.open,
    ".zst": lambda path: io.BufferedReader(_ZstStream(path)),
}
FORMATS = (".txt", ".jsonl", ".csv", ".parquet")
TALLY = ".tally"
"""Suffix of a file of counts (`bpeinfer.counting.tally_files`), which may stand in place of text."""

READ_ERRORS = (OSError, EOFError, lzma.LZMAError, zstandard.ZstdError, zlib.error)
_LONGEST = 4_000_000  # characters of a document that are held and split at once
_SHARD = 64_000_000  # bytes of an uncompressed file that are counted as one unit of work

_log = logging.getLogger(__name__)


@runtime_checkable
class FromFiles(Protocol):
    """Documents that depend on files and on a choice among them, so that their counts can be kept."""

    @property
    def files(self) -> tuple[TextFile, ...]:
        """The files."""

    @property
    def choice(self) -> list[object]:
        """What else decides which documents come of them, as plain data."""

    @property
    def size(self) -> int:
        """Bytes of the files that are read for their text: a measure of the work."""

    def documents(self) -> Iterator[str]:
        """Yield the documents in an order that is always the same."""


@dataclass(frozen=True)
class TextFile:
    """One file of a category, or a part of one, and how its documents are read.

    Attributes:
        path: the file.
        text_field: the field of a .jsonl line, or the column of a .csv or .parquet table, that holds the
            text.
        errors: "strict" refuses bytes that are not UTF-8, "replace" reads U+FFFD for them and logs how many.
        start, stop: only the lines that begin in these bytes (stop None: to the end).
        size, modified: of the file when it was found, bytes and nanoseconds; a change is an error.
    """

    path: Path
    text_field: str = "text"
    errors: Errors = "strict"
    start: int = 0
    stop: int | None = None
    size: int = 0
    modified: int = 0

    @classmethod
    def find(cls, path: Path, text_field: str = "text", errors: Errors = "strict") -> TextFile:
        """Return the whole file, with its present size and time of change."""
        found = path.stat()
        return cls(path, text_field, errors, 0, None, found.st_size, found.st_mtime_ns)

    @property
    def files(self) -> tuple[TextFile, ...]:
        """This file."""
        return (self,)

    @property
    def choice(self) -> list[object]:
        """Nothing: all documents are taken."""
        return []

    def shards(self) -> tuple[TextFile, ...]:
        """Return parts that can be counted one by one, of at most 64 MB for an uncompressed file of lines."""
        _, suffix, compression = split_name(self.path)
        if compression or suffix not in (".txt", ".jsonl") or self.size <= _SHARD or self.stop is not None:
            return (self,)
        starts = range(0, self.size, _SHARD)
        return tuple(replace(self, start=start, stop=min(start + _SHARD, self.size)) for start in starts)

    def documents(self) -> Iterator[str]:
        """Yield the documents in file order; one of more than four million characters is cut at a line end.

        Raises:
            CorpusError: the file is damaged, changes, is not UTF-8, or a row lacks the text.
        """
        suffix = split_name(self.path)[1]
        if suffix == ".txt":
            yield from cut_long(self._decoded())
        else:
            rows = {".jsonl": self._json_rows, ".csv": self._csv_rows, ".parquet": self._parquet_rows}[suffix]
            for text in rows():
                if len(text) > _LONGEST:
                    yield from cut_long([text])
                elif text:
                    yield text
        found = self.path.stat()
        if (found.st_size, found.st_mtime_ns) != (self.size, self.modified):
            raise CorpusError(f"{self.path}: the file changed while it was read; start again")

    def _lines(self) -> Iterator[tuple[bytes, int]]:
        """Yield each line with its byte offset in the uncompressed file."""
        offset = self.start
        try:
            with COMPRESSIONS[split_name(self.path)[2]](self.path) as stream:
                if self.start:
                    stream.seek(self.start - 1)
                    offset += len(stream.readline()) - 1
                while self.stop is None or offset < self.stop:
                    line = stream.readline()
                    if not line:
                        break
                    yield line, offset
                    offset += len(line)
        except READ_ERRORS as error:
            raise CorpusError(
                f"{self.path}: cannot be read after byte {offset}: {error or 'damaged'}; replace the file"
            ) from error

    def _decoded(self) -> Iterator[str]:
        """Yield the text of each line."""
        replaced = 0
        for line, offset in self._lines():
            try:
                yield line.decode()
            except UnicodeDecodeError as error:
                if self.errors == "strict":
                    place = f"byte {offset + error.start} (0x{line[error.start]:02x})"
                    raise CorpusError(
                        f"{self.path}: invalid UTF-8 at {place}; "
                        'convert the file to UTF-8 or read it with errors="replace" (--invalid replace)'
                    ) from None
                text = line.decode(errors="replace")
                replaced += text.count("\ufffd") - line.count("\ufffd".encode())
                yield text
        if replaced:
            _log.warning("%s: %d invalid byte sequences were read as U+FFFD", self.path, replaced)

    def _json_rows(self) -> Iterator[str]:
        for number, line in enumerate(self._decoded(), 1):
            if not line.strip():
                continue
            where = (
                f"{self.path}:{number}"
                if not self.start
                else f"{self.path}: line {number} after byte {self.start}"
            )
            try:
                record = json.loads(line)
            except (ValueError, RecursionError) as error:
                raise CorpusError(f"{where}: not a JSON object: {error}; repair the line") from None
            if isinstance(record, dict) and not isinstance(record.get(self.text_field, ""), str):
                kind = type(record[self.text_field]).__name__
                raise CorpusError(f"{where}: field {self.text_field!r} is {kind}, no text; repair the line")
            if not isinstance(record, dict) or self.text_field not in record:
                found = ", ".join(map(repr, record)) if isinstance(record, dict) else type(record).__name__
                raise CorpusError(
                    f"{where}: no text field {self.text_field!r} (found {found or 'none'}); "
                    "name the field that holds the text"
                )
            yield self._without_surrogates(record[self.text_field], where)

    def _without_surrogates(self, text: str, where: str) -> str:
        """JSON can write half of a surrogate pair, which is not text."""
        try:
            text.encode()
        except UnicodeEncodeError as error:
            if self.errors == "strict":
                raise CorpusError(
                    f"{where}: half of a surrogate pair (\\u{ord(text[error.start]):04x}) at character "
                    f'{error.start}; repair the text or read it with errors="replace" (--invalid replace)'
                ) from None
            return text.encode(errors="surrogatepass").decode(errors="replace")
        return text

    def _csv_rows(self) -> Iterator[str]:
        csv.field_size_limit(2**31 - 1)
        rows = csv.reader(self._decoded(), strict=True)
        try:
            header = next(rows, [])
            if self.text_field not in header:
                raise CorpusError(
                    f"{self.path}: no column {self.text_field!r} "
                    f"(found {', '.join(map(repr, header)) or 'none'}); name the column that holds the text"
                )
            column = header.index(self.text_field)
            for row in rows:
                if len(row) > column:
                    yield row[column]
                elif row:
                    raise CorpusError(
                        f"{self.path}:{rows.line_num}: {len(row)} columns, the header has {len(header)}; "
                        "repair the line"
                    )
        except csv.Error as error:
            raise CorpusError(f"{self.path}:{rows.line_num}: not CSV: {error}; repair the line") from None

    def _parquet_rows(self) -> Iterator[str]:
        try:
            parquet = importlib.import_module("pyarrow.parquet")
        except ImportError:
            raise CorpusError(
                f"{self.path}: to read .parquet, install pyarrow: `pip install bpeinfer[parquet]`"
            ) from None
        try:
            with COMPRESSIONS[split_name(self.path)[2]](self.path) as stream:
                # Parquet needs random access, which a compressed file does not give.
                table = parquet.ParquetFile(stream if stream.seekable() else io.BytesIO(stream.read()))
                names = table.schema_arrow.names
                if self.text_field not in names:
                    raise CorpusError(
                        f"{self.path}: no column {self.text_field!r} "
                        f"(found {', '.join(map(repr, names))}); name the column that holds the text"
                    )
                for batch in table.iter_batches(batch_size=1024, columns=[self.text_field]):
                    for text in batch.column(0).to_pylist():
                        if isinstance(text, str):
                            yield text
                        elif text is not None:
                            raise CorpusError(
                                f"{self.path}: column {self.text_field!r} holds {type(text).__name__}, "
                                "not text; name the column that holds the text"
                            )
        except (*READ_ERRORS, ValueError) as error:  # pyarrow's errors are ValueErrors and OSErrors
            raise CorpusError(
                f"{self.path}: not a readable .parquet file: {error}; replace the file"
            ) from error


def cut_long(parts: Iterable[str]) -> Iterator[str]:
    """Join parts to one text and cut it where it is long: no more than four million characters are held.

    The cut falls after a line end between two lines that neither end nor begin with white space: no common
    pattern looks across, so the pretokens stay the same. Failing that it falls after any line end, then
    before a space, then anywhere.
    """
    held: list[str] = []
    length = 0
    for part in parts:
        held.append(part)
        length += len(part)
        if length <= _LONGEST:
            continue
        text, start = "".join(held), 0
        while len(text) - start > _LONGEST:
            place = _place_to_cut(text, start)
            yield text[start:place]
            start = place
        held, length = [text[start:]], len(text) - start
    if length:
        yield "".join(held)


def _place_to_cut(text: str, start: int) -> int:
    for pattern in (r"(?<=\S\n)(?=\S)", r"(?<=\n)(?=\S)", r"(?<=\S)(?= )"):
        if found := re.compile(pattern).search(text, start + _LONGEST // 2, start + _LONGEST):
            return found.start()
    return start + _LONGEST


@dataclass(frozen=True)
class Memory:
    """The documents of a category given as strings."""

    texts: tuple[str, ...] = field(repr=False)
    size: int = 0

    def documents(self) -> Iterator[str]:
        """Yield the documents in the order given."""
        for text in self.texts:
            if len(text) > _LONGEST:
                yield from cut_long([text])
            elif text:
                yield text


@dataclass(frozen=True)
class TallyFile:
    """A file of counts in place of text."""

    path: Path
    size: int = 0
    modified: int = 0

    @classmethod
    def find(cls, path: Path) -> TallyFile:
        """Return the file, with its present size and time of change."""
        found = path.stat()
        return cls(path, found.st_size, found.st_mtime_ns)


@dataclass(frozen=True)
class Sampled:
    """A random choice among the documents of some sources, of at most `limit` bytes.

    Documents are taken in the order of a hash of their number, so that the choice depends on `seed` alone and
    a greater limit keeps what a smaller one chose. At most `limit` bytes (and one document) are held.
    """

    sources: tuple[FromFiles, ...]
    limit: int
    seed: int

    @property
    def files(self) -> tuple[TextFile, ...]:
        """The files of all sources."""
        return tuple(file for source in self.sources for file in source.files)

    @property
    def choice(self) -> list[object]:
        """The limit and the seed, and what the sources choose."""
        return [self.limit, self.seed, *(source.choice for source in self.sources)]

    @property
    def size(self) -> int:
        """Bytes of the files."""
        return sum(source.size for source in self.sources)

    def documents(self) -> Iterator[str]:
        """Yield the chosen documents in file order."""
        heap: list[tuple[int, int, int, str]] = []
        held = 0
        for number, text in enumerate(text for source in self.sources for text in source.documents()):
            digest = hashlib.blake2b(f"{self.seed} {number}".encode(), digest_size=8).digest()
            size = len(text.encode())
            heapq.heappush(heap, (-int.from_bytes(digest), number, size, text))
            held += size
            while held > self.limit and len(heap) > 1:
                held -= heapq.heappop(heap)[2]
        for _, _, _, text in sorted(heap, key=lambda item: item[1]):
            yield text


Source = FromFiles | Memory | TallyFile


def split_name(path: Path) -> tuple[str, str, str]:
    """Split a file name into category name, format suffix and compression suffix ("" where there is none).

    Example:
        >>> split_name(Path("samples/pt.br.jsonl.xz"))
        ('pt.br', '.jsonl', '.xz')
    """
    compression = path.suffix if path.suffix in COMPRESSIONS else ""
    bare = Path(path.name.removesuffix(compression))
    return bare.stem, bare.suffix, compression
