"""The texts in a column of an .arrow file: Arrow's file format, or its stream format as written by `datasets`."""

from __future__ import annotations

import importlib
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import IO, Any

from bpeinfer.errors import CorpusError
from bpeinfer.files import STRETCH, DamagedFileError, bomb

__all__ = ["batches", "pyarrow_module", "require_column", "texts_in", "texts_of_arrow"]

_MAGIC = b"ARROW1"


def batches(stream: IO[bytes], refusal: Callable[[str], CorpusError]) -> int:
    """Return how many batches can be read in any order: all in the file format, 1 in the stream format.

    Raises:
        CorpusError: pyarrow is not installed, or the file is damaged.
    """
    with pyarrow_module("ipc", ".arrow", refusal) as ipc:
        return int(ipc.open_file(stream).num_record_batches) if _is_file(stream) else 1


def texts_of_arrow(
    stream: IO[bytes],
    column: str,
    most: int,
    refusal: Callable[[str], CorpusError],
    *,
    batch: int | None = None,
) -> Iterator[str]:
    """Yield the texts in a column, row by row; rows without a text are left out.

    Args:
        stream: the file, which must be seekable.
        column: the column's name.
        most: how many times larger the texts may be than the file.
        refusal: turns a message into the error to raise.
        batch: read only this batch of the file format (None: all); in the stream format, all are read.

    Raises:
        CorpusError: pyarrow is not installed, or the file is damaged, expands too much, or lacks the column.
    """
    with pyarrow_module("ipc", ".arrow", refusal) as ipc:
        largest = max(STRETCH, most * stream.seek(0, os.SEEK_END))
        in_any_order = _is_file(stream)
        table = (ipc.open_file if in_any_order else ipc.open_stream)(stream)
        names = table.schema.names
        require_column(column, names, refusal)
        made = 0
        numbers = [batch] if batch is not None else range(table.num_record_batches if in_any_order else 0)
        for rows in map(table.get_batch, numbers) if in_any_order else table:
            values = rows.column(names.index(column))
            made += values.nbytes
            if made > largest:
                raise bomb(most)
            yield from texts_in(values, column, refusal)


def require_column(column: str, names: Sequence[str], refusal: Callable[[str], CorpusError]) -> None:
    """Refuse a table without the column."""
    if column not in names:
        raise refusal(
            f"no column {column!r} (found {', '.join(map(repr, names))[:200] or 'none'}); "
            "name the column that holds the text"
        )


def texts_in(values: Any, column: str, refusal: Callable[[str], CorpusError]) -> Iterator[str]:
    """Yield the texts among the values of a column; missing ones are left out, others refused."""
    for scalar in values:
        text = scalar.as_py()
        if isinstance(text, str):
            yield text
        elif text is not None:
            raise refusal(
                f"column {column!r} holds {type(text).__name__}, not text; name the column that holds the text"
            )


def _is_file(stream: IO[bytes]) -> bool:
    stream.seek(0)
    begin = stream.read(len(_MAGIC))
    stream.seek(0)
    return begin == _MAGIC


@contextmanager
def pyarrow_module(name: str, suffix: str, refusal: Callable[[str], CorpusError]) -> Iterator[Any]:
    """Provide one of pyarrow's modules, and turn its errors about a file with this suffix into one line.

    Raises:
        CorpusError: pyarrow is not installed, or what the block reads is damaged.
    """
    try:
        pyarrow = importlib.import_module("pyarrow")
        module = importlib.import_module(f"pyarrow.{name}")
    except ImportError:
        raise refusal(
            f"to read {suffix}, install bpeinfer's extra parquet (in its clone: pip install '.[parquet]')"
        ) from None
    try:
        yield module
    except DamagedFileError as error:
        raise refusal(str(error)) from error
    except (OSError, ValueError, MemoryError, pyarrow.ArrowException) as error:
        raise refusal(f"not a readable {suffix} file: {error}; replace the file") from error
