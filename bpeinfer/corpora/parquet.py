"""The texts in a column of a .parquet file, which has its own ways of being a bomb."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import IO, Any

from bpeinfer.corpora.arrow import pyarrow_module, require_column, texts_in
from bpeinfer.errors import CorpusError
from bpeinfer.files import STRETCH, Expansion, bomb

__all__ = ["row_groups", "texts_of_parquet"]

# Bytes of a column read at once: a row group may be large, and a sample often needs only its beginning.
_READ = 1 << 16


def row_groups(stream: IO[bytes], refusal: Callable[[str], CorpusError]) -> int:
    """Return the number of row groups in a file.

    Raises:
        CorpusError: pyarrow is not installed, or the file is damaged.
    """
    with pyarrow_module("parquet", ".parquet", refusal) as parquet:
        return int(parquet.ParquetFile(stream).metadata.num_row_groups)


def texts_of_parquet(
    stream: IO[bytes],
    column: str,
    most: int,
    refusal: Callable[[str], CorpusError],
    *,
    group: int | None = None,
) -> Iterator[str]:
    """Yield the texts in a column, row by row; rows without a text are left out.

    Args:
        stream: the file, which must be seekable.
        column: the column's name.
        most: how many times larger the texts may be than the file, and the pages than their compressed form.
        refusal: turns a message into the error to raise.
        group: only this row group (None: all).

    Raises:
        CorpusError: pyarrow is not installed, or the file is damaged, expands too much, or lacks the column.
    """
    with pyarrow_module("parquet", ".parquet", refusal) as parquet:
        table = parquet.ParquetFile(stream)
        names = table.schema_arrow.names
        require_column(column, names, refusal)
        _check_pages(table.metadata, column, most)
        yield from _texts(parquet, stream, table.metadata, column, most, refusal, group)


def _check_pages(metadata: Any, column: str, most: int) -> None:
    """Refuse pages that expand too much according to the file itself."""
    for number in range(metadata.num_row_groups):
        group = metadata.row_group(number)
        for chunk in map(group.column, range(group.num_columns)):
            if chunk.path_in_schema.split(".")[0] == column:
                Expansion(most).add(chunk.total_compressed_size, chunk.total_uncompressed_size)


def _texts(
    parquet: Any,
    stream: IO[bytes],
    metadata: Any,
    column: str,
    most: int,
    refusal: Callable[[str], CorpusError],
    group: int | None,
) -> Iterator[str]:
    made, largest = 0, max(STRETCH, most * stream.seek(0, os.SEEK_END))
    # As a dictionary, so that a text repeated a million times is held once.
    table = parquet.ParquetFile(stream, metadata=metadata, read_dictionary=[column], buffer_size=_READ)
    groups = range(metadata.num_row_groups) if group is None else [group]
    # Read in this thread, so that the stream's errors are raised here.
    for batch in table.iter_batches(batch_size=1024, row_groups=groups, columns=[column], use_threads=False):
        for text in texts_in(batch.column(0), column, refusal):
            made += len(text)
            if made > largest:
                raise bomb(most)
            yield text
