"""The one door to the disk: bounded reads, bounded decompression, hashes, atomic writes."""

from __future__ import annotations

import bz2
import gzip
import hashlib
import io
import lzma
import os
import tempfile
import zlib
from pathlib import Path

import zstandard

from bpeinfer.errors import TokenizerFileError, TokenizerNotFoundError

__all__ = ["LARGEST_FILE", "decompress", "digest", "digest_file", "read_file", "read_head", "write_file"]

LARGEST_FILE = 128 * 2**20
"""Bytes: the largest tokenizer file that is read, compressed or not (the largest known has 35 MB)."""

_MAGIC = {b"\x1f\x8b": "gzip", b"\xfd7zXZ\x00": "xz", b"BZh": "bzip2", b"\x28\xb5\x2f\xfd": "zstd"}


def read_file(path: Path, limit: int = LARGEST_FILE) -> bytes:
    """Read a file of at most `limit` bytes.

    Raises:
        TokenizerNotFoundError: there is no such file, or it may not be read.
        TokenizerFileError: it is larger than `limit`.
    """
    try:
        with path.open("rb") as stream:
            data = stream.read(limit + 1)
    except OSError as error:
        raise TokenizerNotFoundError(f"{path}: cannot be read ({error.strerror}); check the path") from error
    if len(data) > limit:
        raise TokenizerFileError(
            f"{path}: larger than {limit:,} bytes, too large for a tokenizer file; is this a model's weights?"
        )
    return data


def read_head(path: Path, limit: int) -> bytes:
    """Read the first `limit` bytes of a file.

    Raises:
        TokenizerNotFoundError: there is no such file, or it may not be read.
    """
    try:
        with path.open("rb") as stream:
            return stream.read(limit)
    except OSError as error:
        raise TokenizerNotFoundError(f"{path}: cannot be read ({error.strerror}); check the path") from error


def decompress(data: bytes, name: str, limit: int = LARGEST_FILE) -> bytes:
    """Undo gzip, xz, bzip2 or zstd, told by the first bytes; other data comes back as it is.

    Raises:
        TokenizerFileError: damaged, or more than `limit` bytes when unpacked (a "zip bomb").
    """
    kind = next((kind for magic, kind in _MAGIC.items() if data.startswith(magic)), None)
    if kind is None:
        return data
    try:
        unpacked = _unpack(kind, data, limit + 1)
    except (OSError, EOFError, lzma.LZMAError, zlib.error, zstandard.ZstdError) as error:
        raise TokenizerFileError(f"{name}: damaged {kind} data ({error}); fetch the file again") from error
    if len(unpacked) > limit:
        raise TokenizerFileError(
            f"{name}: unpacks to more than {limit:,} bytes, too large for a tokenizer file"
        )
    return unpacked


def _unpack(kind: str, data: bytes, limit: int) -> bytes:
    if kind == "gzip":
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as stream:
            return stream.read(limit)
    if kind == "bzip2":
        with bz2.BZ2File(io.BytesIO(data)) as stream:
            return stream.read(limit)
    if kind == "xz":
        # A header may ask for any dictionary size: the limit here bounds the memory.
        decoder = lzma.LZMADecompressor(format=lzma.FORMAT_XZ, memlimit=128 * 2**20)
        unpacked = decoder.decompress(data, max_length=limit)
        if not decoder.eof and len(unpacked) < limit:
            raise EOFError("the data ends too early")
        return unpacked
    decompressor = zstandard.ZstdDecompressor(max_window_size=128 * 2**20)
    with decompressor.stream_reader(io.BytesIO(data)) as stream:
        return stream.read(limit)


def digest(data: bytes) -> str:
    """Return the sha256 of `data` in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def digest_file(path: Path) -> str:
    """Return the sha256 of a file of any size in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def write_file(path: Path, data: bytes) -> None:
    """Write a file so that it is there whole or not at all.

    Raises:
        OSError: it cannot be written; the error names `path`.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=path.name + ".", suffix=".part")
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(data)
            Path(temporary).replace(path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
    except OSError as error:  # which names the temporary file, or none
        raise OSError(error.errno, error.strerror or str(error), str(path)) from error
