"""`TextFile`: the documents of a .txt, .jsonl, .csv, .parquet or .arrow file, compressed or not, one after another.

More than 300 lines: the readers of all formats share one class, with its offsets, limits and refusals.
"""

from __future__ import annotations

import codecs
import csv
import fnmatch
import json
import logging
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO, Literal

from bpeinfer.corpora.arrow import require_column, texts_of_arrow
from bpeinfer.corpora.cutting import LONGEST, cut_long
from bpeinfer.corpora.parquet import texts_of_parquet
from bpeinfer.errors import CorpusError
from bpeinfer.files import (
    SUFFIXES,
    DamagedFileError,
    is_stream,
    open_file,
    reading,
    shown,
)
from bpeinfer.limits import DEFAULT_LIMITS, Limits
from bpeinfer.near_names import there_are

__all__ = ["FORMATS", "Errors", "TextFile", "chooses", "matches", "select_names", "split_globs", "split_name"]

Errors = Literal["strict", "replace"]

FORMATS = (".txt", ".jsonl", ".csv", ".parquet", ".arrow")

_PIECE = 1 << 20  # bytes of a .txt line read at once
_SHARD = 64_000_000  # bytes of an uncompressed file counted as one unit of work

_log = logging.getLogger(__name__)

_OTHER_MARKS = {  # UTF-32's begin like UTF-16's, so they come first
    codecs.BOM_UTF32_LE: "UTF-32",
    codecs.BOM_UTF32_BE: "UTF-32",
    codecs.BOM_UTF16_LE: "UTF-16",
    codecs.BOM_UTF16_BE: "UTF-16",
}

_read_once: set[tuple[int, int]] = set()
"""Device and inode of the pipes read so far."""


def matches(name: str, globs: Iterable[str]) -> bool:
    """Return whether a name matches any of the globs.

    Example:
        >>> matches("wordfreq", ["fortunes*", "word*"])
        True
    """
    return any(fnmatch.fnmatchcase(name, glob) for glob in globs)


def split_globs(text: str) -> list[str]:
    """Return the globs in a comma-separated list, or one that matches nothing if there is none.

    Example:
        >>> split_globs("en-*, de,"), split_globs(",")
        (['en-*', 'de'], [','])
    """
    return [part for part in map(str.strip, text.split(",")) if part] or [text]


def chooses(pattern: str, name: str, title: str = "", group: str = "") -> bool:
    """Say whether one of several globs, separated by commas, matches a name, or is its title or group in any case.

    Example:
        >>> chooses("de,en-*", "en-law"), chooses("german", "de", "German"), chooses("Ger*", "de", "German")
        (True, True, False)
        >>> chooses("Portuguese", "pt-br", "Portuguese (Brazil)"), chooses("code", "c", "C", "code")
        (True, True)
    """
    called = {other.casefold() for other in (title, title.partition(" (")[0], group) if other}
    return any(matches(name, [glob]) or glob.casefold() in called for glob in split_globs(pattern))


def select_names(
    names: Sequence[str],
    pattern: str | None,
    what: str = "category",
    titles_and_groups: Sequence[tuple[str, str]] = (),
) -> list[str]:
    """Return the names that a glob chooses, or several globs separated by commas (None: all), in their order.

    Args:
        names: those to choose from.
        pattern: the globs, see `chooses`.
        what: what the names are of, for the error.
        titles_and_groups: those of each name, if there are any.

    Example:
        >>> select_names(["en-law", "en-posts", "de"], "en-*,de")
        ['en-law', 'en-posts', 'de']
        >>> select_names(["c", "de"], "german", titles_and_groups=[("C", "code"), ("German", "other languages")])
        ['de']

    Raises:
        CorpusError: one of the globs chooses none.
    """
    if pattern is None:
        return list(names)
    known = dict(zip(names, titles_and_groups, strict=True)) if titles_and_groups else {}
    chosen: set[str] = set()
    for glob in split_globs(pattern):
        found = {name for name in names if chooses(glob, name, *known.get(name, ()))}
        if not found:
            raise CorpusError(f"no {what} matches {glob!r}{there_are(glob, names)}")
        chosen |= found
    return [name for name in names if name in chosen]


def split_name(path: Path) -> tuple[str, str, str]:
    """Split a file name into category name, format suffix and compression suffix ("" if there is none).

    Example:
        >>> split_name(Path("samples/pt.br.jsonl.xz"))
        ('pt.br', '.jsonl', '.xz')
    """
    compression = path.suffix if path.suffix in SUFFIXES else ""
    bare = Path(path.name.removesuffix(compression))
    return shown(bare.stem), bare.suffix, compression


@dataclass(frozen=True, kw_only=True)
class TextFile:
    """One file of a category, or a part of one, and how its documents are read.

    Attributes:
        path: the file; with any suffix but those of `FORMATS` it is one document of plain text.
        text_field: the field of a .jsonl line, or the column of a .csv, .parquet or .arrow table, that contains
            the text.
        errors: "strict" refuses bytes that are not UTF-8, "replace" reads U+FFFD for them and logs how many.
        start, stop: only the lines that begin in these bytes (stop None: to the end).
        part: only this row group of a .parquet file, or batch of an .arrow file (None: all).
        size, modified: the file's size (bytes) and modification time (nanoseconds) when found; a change is an error.
        stream: whether it is a pipe or a device, which can be read only once.
        sources: globs; only lines of a .jsonl file whose field ``source`` (else the file's name) matches one are read.
        limits: the limits on lines and expansion.
    """

    path: Path
    text_field: str = "text"
    errors: Errors = "strict"
    start: int = 0
    stop: int | None = None
    part: int | None = None
    size: int = 0
    modified: int = 0
    stream: bool = False
    sources: tuple[str, ...] = ()
    limits: Limits = field(default=DEFAULT_LIMITS, repr=False)

    @classmethod
    def find(
        cls,
        path: Path,
        text_field: str = "text",
        errors: Errors = "strict",
        limits: Limits = DEFAULT_LIMITS,
    ) -> TextFile:
        """Return the whole file, with its current size and modification time.

        Raises:
            CorpusError: the file does not exist, or may not be examined.
        """
        with reading(path, CorpusError):
            found = path.stat()
        stream = is_stream(path)
        size, modified = (0, 0) if stream else (found.st_size, found.st_mtime_ns)
        return cls(
            path=path,
            text_field=text_field,
            errors=errors,
            size=size,
            modified=modified,
            stream=stream,
            limits=limits,
        )

    @property
    def files(self) -> tuple[TextFile, ...]:
        """This file."""
        return (self,)

    @property
    def choice(self) -> list[object]:
        """The globs of the sources, none if all documents are taken."""
        return list(self.sources)

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
            CorpusError: the file is damaged, changes, is not UTF-8, has a line that is too long, expands too much, or
                is a pipe that was read before; or a row lacks the text.
        """
        if self.stream:
            self._take_stream()
        yield from self._documents()
        if self.stream:
            return
        with reading(self.path, CorpusError):
            found = self.path.stat()
        if (found.st_size, found.st_mtime_ns) != (self.size, self.modified):
            raise self._refusal("the file changed while it was read; start again")

    @property
    def suffix(self) -> str:
        """The suffix of the format."""
        return split_name(self.path)[1]

    def _documents(self) -> Iterator[str]:
        if self.suffix == ".txt" or self.suffix not in FORMATS:
            yield from cut_long(self._decoded(whole=False))
            return
        rows = {
            ".jsonl": self._json_rows,
            ".csv": self._csv_rows,
            ".parquet": self._parquet_rows,
            ".arrow": self._arrow_rows,
        }[self.suffix]
        for text in rows():
            if len(text) > LONGEST:
                yield from cut_long([text])
            elif text:
                yield text

    def _refusal(self, message: str) -> CorpusError:
        return CorpusError(f"{shown(self.path)}: {message}")

    def _take_stream(self) -> None:
        with reading(self.path, CorpusError):
            found = self.path.stat()
        if (found.st_dev, found.st_ino) in _read_once:
            raise self._refusal(
                "a pipe can be read only once, and its text is needed a second time; save it to a file first"
            )
        _read_once.add((found.st_dev, found.st_ino))

    def _open(self) -> IO[bytes]:
        return open_file(self.path, SUFFIXES.get(split_name(self.path)[2], ""), self.limits.expansion)

    def _lines(self, whole: bool) -> Iterator[tuple[bytes, int]]:
        """Yield each line with its byte offset in the unpacked file.

        A line longer than the limit is refused or, unless `whole`, yielded in pieces of whole characters.
        """
        offset = self.start
        most = self.limits.line + 1 if whole else _PIECE
        try:
            with self._open() as stream:
                offset = self._first_line(stream)
                held, ended = b"", True
                while not ended or self.stop is None or offset < self.stop:
                    read = stream.readline(most)
                    line = held + read
                    if not line:
                        break
                    if whole and len(line) == most:
                        raise self._too_long(offset)
                    ended = line.endswith(b"\n")
                    cut = len(line) if whole or ended or not read else _whole_characters(line)
                    held = line[cut:]
                    if cut:
                        yield line[:cut], offset
                    offset += cut
        except (OSError, DamagedFileError) as error:
            reason = (error.strerror if isinstance(error, OSError) else "") or error
            raise self._refusal(f"cannot be read after byte {offset:,}: {reason}") from error

    def _first_line(self, stream: IO[bytes]) -> int:
        """Go to the first line that begins in this part of the file, and return its offset."""
        if not self.start:
            return 0
        stream.seek(self.start - 1)
        offset = self.start - 1
        while skipped := stream.readline(_PIECE):
            offset += len(skipped)
            # If one line runs through this part, none begins in it, and that line's end is not needed.
            if skipped.endswith(b"\n") or (self.stop is not None and offset >= self.stop):
                break
        return offset

    def _too_long(self, offset: int) -> CorpusError:
        return self._refusal(
            f"the line at byte {offset:,} has more than {self.limits.line:,} bytes; if that is intended, "
            f"raise the limit (--limits line={2 * self.limits.line})"
        )

    def _decoded(self, whole: bool = True) -> Iterator[str]:
        """Yield the text of each line."""
        replaced = 0
        for line, offset in self._lines(whole):
            if not offset:
                line = self._without_mark(line)
            try:
                yield line.decode()
            except UnicodeDecodeError as error:
                if self.errors == "strict":
                    self._refuse_other_data()
                    place = f"byte {offset + error.start} (0x{line[error.start]:02x})"
                    raise self._refusal(
                        f"invalid UTF-8 at {place}; "
                        'convert the file to UTF-8 or read it with errors="replace" (--errors replace)'
                    ) from None
                text = line.decode(errors="replace")
                replaced += text.count("\ufffd") - line.count("\ufffd".encode())
                yield text
        if replaced:
            _log.warning("%s: %d invalid byte sequences were read as U+FFFD", shown(self.path), replaced)

    def _refuse_other_data(self) -> None:
        """Refuse bytes that are not text in a file whose suffix does not declare them as text."""
        suffix = split_name(self.path)[1]
        if suffix not in FORMATS and not self.stream:
            raise self._refusal(
                f"not a text file (unknown suffix {suffix!r}); move it out of the samples, or begin its name with a "
                f"dot to have it ignored; samples end in {', '.join(FORMATS)}, or are plain text"
            )

    def _without_mark(self, line: bytes) -> bytes:
        """Remove UTF-8's byte-order mark; refuse the first line of a file in UTF-16 or UTF-32."""
        by_mark = next((name for mark, name in _OTHER_MARKS.items() if line.startswith(mark)), "")
        by_zeros = len(line) > 7 and 3 * line.count(0) > len(
            line
        )  # ASCII in these encodings is valid UTF-8 with zeros between
        if by_zeros or b"\0" in line:
            self._refuse_other_data()
        if by_mark or by_zeros:
            name = by_mark or "UTF-16 or UTF-32"
            raise self._refusal(
                f"{name} {'by its byte-order mark' if by_mark else 'by the zero bytes between its letters'}, expected "
                f"UTF-8; convert it (iconv -f {by_mark or 'UTF-16LE'} -t UTF-8)"
            )
        return line.removeprefix(codecs.BOM_UTF8)

    def _json_rows(self) -> Iterator[str]:
        path = shown(self.path)
        for number, line in enumerate(self._decoded(), 1):
            if not line.strip():
                continue
            where = f"{path}:{number}" if not self.start else f"{path}: line {number} after byte {self.start}"
            try:
                record = json.loads(line)
            except (ValueError, RecursionError) as error:
                raise CorpusError(f"{where}: not a JSON object: {error}; repair the line") from None
            if isinstance(record, dict) and not isinstance(record.get(self.text_field, ""), str):
                kind = type(record[self.text_field]).__name__
                raise CorpusError(f"{where}: field {self.text_field!r} is {kind}, not text; repair the line")
            if not isinstance(record, dict) or self.text_field not in record:
                found = ", ".join(map(repr, record)) if isinstance(record, dict) else type(record).__name__
                raise CorpusError(
                    f"{where}: no text field {self.text_field!r} (found {found[:200] or 'none'}); "
                    "name the field that holds the text (--text-field, text_field)"
                )
            if not self.sources or self._is_of_sources(record):
                yield self._without_surrogates(record[self.text_field], where)

    def _is_of_sources(self, record: dict[str, object]) -> bool:
        source = record.get("source")
        return matches(source if isinstance(source, str) else split_name(self.path)[0], self.sources)

    def _without_surrogates(self, text: str, where: str) -> str:
        """Replace or refuse half of a surrogate pair, which JSON can express but which is not text."""
        try:
            text.encode()
        except UnicodeEncodeError as error:
            if self.errors == "strict":
                raise CorpusError(
                    f"{where}: half of a surrogate pair (\\u{ord(text[error.start]):04x}) at character "
                    f'{error.start}; repair the text or read it with errors="replace" (--errors replace)'
                ) from None
            return text.encode(errors="surrogatepass").decode(errors="replace")
        return text

    def _csv_rows(self) -> Iterator[str]:
        csv.field_size_limit(2**31 - 1)  # rows are bounded below, whatever their fields
        held = 0  # characters of the current row

        def lines() -> Iterator[str]:
            nonlocal held
            for line in self._decoded():
                held += len(line)
                if held > self.limits.line:
                    raise self._refusal(
                        f"the row that ends after line {rows.line_num} has more than {self.limits.line:,} characters; "
                        f"close its quotes, or raise the limit (--limits line={2 * self.limits.line})"
                    )
                yield line

        rows = csv.reader(lines(), strict=True)
        try:
            header = next(rows, [])
            require_column(self.text_field, header, self._refusal)
            column = header.index(self.text_field)
            for row in rows:
                held = 0
                if len(row) > column:
                    yield row[column]
                elif row:
                    raise CorpusError(
                        f"{shown(self.path)}:{rows.line_num}: {len(row)} columns, the header has {len(header)}; "
                        "repair the line"
                    )
        except csv.Error as error:
            raise CorpusError(
                f"{shown(self.path)}:{rows.line_num}: not CSV: {error}; repair the line"
            ) from None

    def _parquet_rows(self) -> Iterator[str]:
        with self._random_access() as stream:
            yield from texts_of_parquet(
                stream, self.text_field, self.limits.expansion, self._refusal, group=self.part
            )

    def _arrow_rows(self) -> Iterator[str]:
        with self._random_access() as stream:
            yield from texts_of_arrow(
                stream, self.text_field, self.limits.expansion, self._refusal, batch=self.part
            )

    @contextmanager
    def _random_access(self) -> Iterator[IO[bytes]]:
        """Open a seekable file, as parquet needs; a compressed file is unpacked to disk first."""
        with reading(self.path, CorpusError), self._open() as stream:
            if not self.stream and stream.seekable():
                yield stream
                return
            with tempfile.TemporaryFile() as unpacked:
                shutil.copyfileobj(stream, unpacked)
                unpacked.seek(0)
                yield unpacked


def _whole_characters(data: bytes) -> int:
    """Return how many bytes of UTF-8 text come before a final character that is cut off."""
    for back in range(1, min(4, len(data)) + 1):
        byte = data[-back]
        if byte & 0xC0 != 0x80:
            needed = 1 + (byte >= 0xC0) + (byte >= 0xE0) + (byte >= 0xF0)
            return len(data) - back if back < needed else len(data)
    return len(data)
