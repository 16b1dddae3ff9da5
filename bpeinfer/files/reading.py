"""Reading: bounded and unpacked, with pipes read only once; errors are of the caller's class."""

from __future__ import annotations

import hashlib
import io
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from bpeinfer.errors import BpeInferError
from bpeinfer.files.compression import MAGIC, DamagedFileError, Unpacked
from bpeinfer.limits import DEFAULT_LIMITS

__all__ = ["decompress", "digest", "is_stream", "open_file", "read_file", "read_up_to", "reading", "shown"]

_PART = 1 << 20


def shown(path: str | os.PathLike[str]) -> str:
    """Return a path as text that can be encoded: bytes that are not UTF-8 become escapes.

    Example:
        >>> shown("caf\\udce9.txt")
        'caf\\\\xe9.txt'
    """
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def is_stream(path: Path) -> bool:
    """Return whether a path is a pipe or a device, which has no size and may be readable only once."""
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError):
        return False
    return not stat.S_ISREG(mode) and not stat.S_ISDIR(mode)


@contextmanager
def reading(
    path: Path, refusal: type[BpeInferError], missing: type[BpeInferError] | None = None
) -> Iterator[None]:
    """Turn failures to read a file into one-line errors of the caller's class.

    Args:
        path: the file, for the message.
        refusal: raised for damaged data.
        missing: raised if the file cannot be read at all (default: `refusal`).
    """
    try:
        yield
    except OSError as error:
        raise (missing or refusal)(
            f"{shown(path)}: cannot be read ({error.strerror or error}); check the path"
        ) from error
    except DamagedFileError as error:
        raise refusal(f"{shown(path)}: {error}") from error


def open_file(path: Path, kind: str = "", expansion: int = DEFAULT_LIMITS.expansion) -> io.BufferedReader:
    """Open a file for reading its bytes, unpacked if `kind` is gzip, bzip2, xz or zstd.

    Raises:
        OSError: it cannot be opened.
    """
    stream = path.open("rb")
    return io.BufferedReader(Unpacked(stream, kind, expansion), 1 << 16) if kind else stream


def read_up_to(stream: IO[bytes], most: int) -> bytes:
    """Read at most `most` bytes, using memory only for bytes that exist: `read` allocates all `most` at once.

    Example:
        >>> read_up_to(io.BytesIO(b"abc"), 10**15)
        b'abc'
    """
    found = io.BytesIO()
    while part := stream.read(min(_PART, most - found.tell())):
        found.write(part)
    return found.getvalue()


def read_file(
    path: Path,
    limit: int,
    *,
    refusal: type[BpeInferError],
    missing: type[BpeInferError] | None = None,
    too_large: str,
) -> bytes:
    """Read a file of at most `limit` bytes; `too_large` says what to do about a larger one.

    Raises:
        BpeInferError: of class `missing` if the file does not exist or may not be read; of class `refusal` if it is
            larger than `limit`.
    """
    with reading(path, refusal, missing), path.open("rb") as stream:
        data = read_up_to(stream, limit + 1)
    if len(data) > limit:
        raise refusal(f"{shown(path)}: larger than {limit:,} bytes, {too_large}")
    return data


def decompress(data: bytes, name: str, limit: int, *, refusal: type[BpeInferError]) -> bytes:
    """Undo gzip, xz, bzip2 or zstd, recognised by the first bytes; return other data unchanged.

    Raises:
        BpeInferError: of class `refusal`, if the data are damaged or unpack to more than `limit` bytes.
    """
    kind = next((kind for magic, kind in MAGIC.items() if data.startswith(magic)), None)
    if kind is None:
        return data
    try:
        # The expansion is not measured: the limit is tight enough.
        stream = io.BufferedReader(Unpacked(io.BytesIO(data), kind, expansion=limit), 1 << 16)
        unpacked = read_up_to(stream, limit + 1)
    except DamagedFileError as error:
        raise refusal(f"{name}: {error}") from error
    if len(unpacked) > limit:
        raise refusal(
            f"{name}: unpacks to more than {limit:,} bytes, too large for a tokenizer file; if it is one, "
            "raise the limit (--limits tokenizer=)"
        )
    return unpacked


def digest(data: bytes) -> str:
    """Return the sha256 of `data` in hexadecimal."""
    return hashlib.sha256(data).hexdigest()
