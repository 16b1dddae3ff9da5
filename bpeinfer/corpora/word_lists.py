"""Published lists of words with counts → `WordList`.

A list has two columns in either order, separated by tabs, commas or spaces (optionally with a header, or an identifier
in front as in Leipzig's ``words.txt``), or the "cB" bins of the Python package wordfreq (.msgpack). Each may be
compressed.
"""

from __future__ import annotations

import csv
import io
import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise
from pathlib import Path
from typing import Any

import msgpack
import numpy as np
import regex
from numpy.typing import NDArray

from bpeinfer.corpora.text_files import Errors, split_name
from bpeinfer.errors import CorpusError
from bpeinfer.files import SUFFIXES, DamagedFileError, is_stream, open_file, read_up_to, shown
from bpeinfer.limits import DEFAULT_LIMITS, Limits

__all__ = ["WORD_FORMATS", "WordList", "is_word_list", "read_word_list", "write_word_list"]

WORD_FORMATS = (".tsv", ".msgpack")
"""Suffixes used only for lists of words; lists in .txt and .csv files are recognised by their content."""

# Lines examined to find the columns, the fewest needed, and the share of them that must fit.
_LOOKED_AT, _FEWEST, _FITTING = 400, 20, 0.97
_SEPARATORS = ("\t", ",", " ")
_NUMBER = regex.compile(r"\d+(?:\.\d+)?(?:[eE][-+]?\d+)?", flags=regex.ASCII)


@dataclass(frozen=True, eq=False)
class WordList:
    """Distinct words with their counts, most frequent first.

    Attributes:
        words: the words as in the list, each without white space.
        counts: float64[W], positive; counts or frequencies, since only their ratios matter.
    """

    words: tuple[str, ...]
    counts: NDArray[np.float64]

    @classmethod
    def of(cls, rows: Iterable[tuple[str, float]]) -> WordList:
        """Add up the rows of each word; rows of count zero are left out.

        Example:
            >>> found = WordList.of([("b", 1), ("a", 2), ("b", 3)])
            >>> found.words, found.counts.tolist()
            (('b', 'a'), [4.0, 2.0])
        """
        sums: dict[str, float] = {}
        for word, count in rows:
            if count > 0:
                sums[word] = sums.get(word, 0.0) + count
        ordered = sorted(sums.items(), key=lambda item: (-item[1], item[0]))
        counts = np.array([count for _, count in ordered], dtype=np.float64)
        counts.flags.writeable = False
        return cls(tuple(word for word, _ in ordered), counts)


@dataclass(frozen=True)
class _Columns:
    """Where a line has its word and its count."""

    separator: str
    width: int
    word: int
    count: int


def is_word_list(path: Path, limits: Limits = DEFAULT_LIMITS) -> bool:
    """Return whether a .txt or .csv file contains words with counts and nothing else, judging by its first lines.

    For a pipe, which cannot be read twice, only the suffix decides.

    Raises:
        CorpusError: the file cannot be read.
    """
    if split_name(path)[1] not in (".txt", ".csv") or is_stream(path):
        return split_name(path)[1] in WORD_FORMATS
    head = _read(path, 1 << 16, limits).decode("utf-8-sig", "replace").splitlines()
    return _find_columns(head[:-1] if len(head) > 1 else head) is not None


def read_word_list(path: Path, errors: Errors = "strict", limits: Limits = DEFAULT_LIMITS) -> WordList:
    """Read a list of words with counts.

    Args:
        path: the file.
        errors: "strict" refuses bytes that are not UTF-8, "replace" leaves out the words that have them.
        limits: the limits on size and expansion.

    Raises:
        CorpusError: the file is damaged, too large, not UTF-8, or not a list of words with counts.
    """
    data = _read(path, limits.words + 1, limits)
    if len(data) > limits.words:
        raise CorpusError(
            f"{shown(path)}: more than {limits.words:,} bytes, too large for a list of words; shorten it, or raise the "
            f"limit (--limits words={2 * limits.words})"
        )
    rows = _from_bins(path, data) if split_name(path)[1] == ".msgpack" else _from_lines(path, data, errors)
    found = WordList.of(rows)
    if not found.words:
        raise CorpusError(
            f"{shown(path)}: contains no words with counts; expected a word and its count on each line"
        )
    return found


def _read(path: Path, most: int, limits: Limits) -> bytes:
    try:
        with open_file(path, SUFFIXES.get(split_name(path)[2], ""), limits.expansion) as stream:
            return read_up_to(stream, most)
    except (OSError, DamagedFileError) as error:
        reason = (error.strerror if isinstance(error, OSError) else "") or error
        raise CorpusError(f"{shown(path)}: cannot be read: {reason}") from error


def _from_bins(path: Path, data: bytes) -> Iterable[tuple[str, float]]:
    """Yield words and frequencies from wordfreq's format: a header, then the words for each centibel below 1."""
    try:
        document: Any = msgpack.unpackb(data, raw=False)
        header, *bins = document
        known = header["format"] == "cB" and header["version"] == 1
        if not known or not all(isinstance(word, str) for words in bins for word in words):
            raise ValueError("unknown header" if not known else "words that are not text")
    except (ValueError, TypeError, KeyError, msgpack.UnpackException, RecursionError) as error:
        raise CorpusError(
            f"{shown(path)}: not one of wordfreq's lists ({error or type(error).__name__}); "
            "expected its format cB, version 1"
        ) from None
    for centibels, words in enumerate(bins):
        for word in words:
            yield word, 10 ** (-centibels / 100)


def _from_lines(path: Path, data: bytes, errors: Errors) -> Iterable[tuple[str, float]]:
    try:
        text = data.decode("utf-8-sig", "strict" if errors == "strict" else "replace")
    except UnicodeDecodeError as error:
        raise CorpusError(
            f"{shown(path)}: invalid UTF-8 at byte {error.start} (0x{data[error.start]:02x}); "
            'convert the file to UTF-8 or read it with errors="replace" (--errors replace)'
        ) from None
    lines = text.splitlines()
    columns = _find_columns(lines[:_LOOKED_AT])
    if columns is None:
        raise CorpusError(
            f"{shown(path)}: not a list of words with counts (first line {lines[0][:40]!r}); expected a word and its "
            "count on each line, separated by a tab, a comma or a space"
            if lines
            else f"{shown(path)}: the file is empty"
        )
    wrong = 0
    for number, cells in enumerate(_cells(lines, columns.separator), 1):
        row = _row(cells, columns)
        if row is not None and "\ufffd" not in row[0]:
            yield row
        elif row is None and number > 1 and cells:
            wrong += 1
            if wrong > max(3, len(lines) * (1 - _FITTING)):
                raise CorpusError(
                    f"{shown(path)}:{number}: expected a word and its count, found {'|'.join(cells)[:60]!r}; "
                    "repair the line"
                )


def _row(cells: Sequence[str], columns: _Columns) -> tuple[str, float] | None:
    if len(cells) != columns.width or not _NUMBER.fullmatch(cells[columns.count]):
        return None
    word, count = cells[columns.word].strip(), float(cells[columns.count])
    fits = word and not any(character.isspace() for character in word) and math.isfinite(count)
    return (word, count) if fits else None


def _cells(lines: Iterable[str], separator: str) -> Iterable[list[str]]:
    """Split each line, at commas as in CSV, or at runs of spaces."""
    if separator == ",":
        try:
            yield from csv.reader(lines)
        except csv.Error:
            return
    else:
        for line in lines:
            yield [cell.strip() for cell in line.split("\t")] if separator == "\t" else line.split()


def _find_columns(lines: Sequence[str]) -> _Columns | None:
    """Find the separator and the columns with which nearly all lines have a word and its count."""
    for separator in _SEPARATORS:
        rows = [row for row in islice(_cells(lines, separator), _LOOKED_AT) if row]
        if len(rows) > _FEWEST and not any(map(_NUMBER.fullmatch, rows[0])):
            rows = rows[1:]  # a header
        if len(rows) < _FEWEST:
            continue
        width, times = Counter(map(len, rows)).most_common(1)[0]
        if not 2 <= width <= 4 or times < _FITTING * len(rows):
            continue
        columns = _name_columns([row for row in rows if len(row) == width], separator, width)
        if columns and sum(_row(row, columns) is not None for row in rows) >= _FITTING * len(rows):
            return columns
    return None


def _name_columns(rows: Sequence[Sequence[str]], separator: str, width: int) -> _Columns | None:
    """Determine which column is the word and which the count; a number that climbs by one is an identifier."""
    numeric = [
        sum(bool(_NUMBER.fullmatch(cell)) for cell in cells) / len(rows) for cells in zip(*rows, strict=True)
    ]
    numbers = [place for place, share in enumerate(numeric) if share >= _FITTING]
    if len(numbers) > 1 and _climbs([row[numbers[0]] for row in rows]):
        numbers = numbers[1:]
    words = [place for place, share in enumerate(numeric) if share < 0.5]
    if len(numbers) != 1 or not 1 <= len(words) <= (1 if separator == " " else width):
        return None
    # A list has each word once; text whose lines happen to end in numbers repeats words.
    if len({row[words[0]] for row in rows}) < 0.9 * len(rows):
        return None
    return _Columns(separator, width, words[0], numbers[0])


def _climbs(cells: Sequence[str]) -> bool:
    """Return whether whole numbers grow by small steps from line to line."""
    if not all(cell.isdigit() for cell in cells):
        return False
    steps = [int(later) - int(earlier) for earlier, later in pairwise(cells)]
    return min(steps) >= 1 and sorted(steps)[len(steps) // 2] == 1


def write_word_list(words: WordList) -> bytes:
    """Return the list as lines of word, tab, count, which `read_word_list` can read back."""
    text = io.StringIO()
    for word, count in zip(words.words, words.counts.tolist(), strict=True):
        text.write(f"{word}\t{count:.6g}\n")
    return text.getvalue().encode()
