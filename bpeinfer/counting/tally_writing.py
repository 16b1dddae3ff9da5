"""Writing files of counts piece by piece, so that the counts need not be in memory; `tally_files` reads them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bpeinfer.counting.tally_files import ASCENDING, CHECKSUM, MAGIC, VERSION, Tally
from bpeinfer.files import writing_file, zstd

__all__ = ["Column", "write_columns", "write_tally"]

_LEVEL = 6  # of zstandard: three times smaller than raw, in a tenth of the counting time
_PIECE = 1 << 20  # numbers that are packed at once


@dataclass(frozen=True, eq=False)
class Column:
    """An array that is written piece by piece.

    Attributes:
        length: of all pieces together.
        largest: at least as large as every number in it.
        pieces: returns the pieces, in order.
    """

    length: int
    largest: int
    pieces: Callable[[], Iterable[NDArray[Any]]]

    @classmethod
    def of(cls, array: NDArray[Any]) -> Column:
        """Return an array that is in memory."""
        return cls(len(array), int(array.max(initial=0)), lambda: (array,))


def write_tally(path: Path, tally: Tally) -> None:
    """Write a tally, atomically; the same counts give the same bytes.

    Raises:
        OutputError: the file cannot be written.
    """
    counts = tally.counts
    told = {
        "category": tally.category,
        "group": tally.group,
        "title": tally.title,
        "pretokenizer": tally.pretokenizer,
        "description": tally.description,
        "text_sha256": counts.text_sha256,
        "text_bytes": counts.text_bytes,
        "documents": counts.documents,
        "dropped": tally.dropped,
        "seed": counts.seed,
    }
    arrays: dict[str, NDArray[Any]] = {
        "keys": counts.keys,
        "rows": counts.rows,
        "counts": counts.counts,
        "ends": counts.ends,
        "lengths": counts.long.lengths,
        "blob": np.frombuffer(counts.long.blob, dtype=np.uint8),
    }
    write_columns(path, told, {name: Column.of(array) for name, array in arrays.items()})


def write_columns(path: Path, told: Mapping[str, Any], columns: Mapping[str, Column]) -> None:
    """Write a tally from its arrays, atomically.

    Args:
        path: the file.
        told: what the header says besides the format and the arrays.
        columns: the arrays of `BlockCounts` by the names of the format, in its order.

    Raises:
        OutputError: the file cannot be written.
    """
    kinds = {name: _kind(name, column) for name, column in columns.items()}
    listed = [[name, kinds[name].str, column.length] for name, column in columns.items()]
    size = sum(kinds[name].itemsize * column.length for name, column in columns.items())
    header = {"version": VERSION, **told, "arrays": listed}
    text = json.dumps(header, ensure_ascii=False, sort_keys=True).encode()
    length = b"%08d" % len(text)
    digest = hashlib.sha256(length + text)
    packer = zstd.ZstdCompressor(level=_LEVEL)
    packer.set_pledged_input_size(size)
    with writing_file(path) as stream:
        stream.write(MAGIC + bytes(CHECKSUM) + length + text)
        for name, column in columns.items():
            for piece in _packed(name, column, kinds[name]):
                packed = packer.compress(piece)
                digest.update(packed)
                stream.write(packed)
        packed = packer.flush()
        digest.update(packed)
        stream.write(packed)
        stream.seek(len(MAGIC))
        stream.write(digest.hexdigest().encode())


def _kind(name: str, column: Column) -> np.dtype[Any]:
    """Return the type of a stored array: four bytes for counts and lengths, if these suffice."""
    if name in ("counts", "lengths"):
        return np.dtype("<u4" if column.largest < 2**32 else "<i8")
    return np.dtype({"keys": "<u8", "rows": "<i4", "ends": "<i8", "blob": "|u1"}[name])


def _packed(name: str, column: Column, kind: np.dtype[Any]) -> Iterator[memoryview]:
    """Yield the bytes of an array with small numbers: differences if it ascends."""
    before: NDArray[Any] | None = None
    for array in column.pieces():
        for start in range(0, len(array), _PIECE):
            piece = array[start : start + _PIECE]
            if name in ASCENDING:
                last = piece[-1:].copy()
                piece = np.diff(piece, prepend=piece.dtype.type(0) if before is None else before)
                before = last
            yield np.ascontiguousarray(piece.astype(kind, copy=False)).data.cast("B")
