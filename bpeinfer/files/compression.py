"""gzip, bzip2, xz and zstandard as one stream: all frames are read, truncation and bombs are refused."""

from __future__ import annotations

import bz2
import io
import lzma
import sys
import zlib
from collections.abc import Callable
from typing import IO, Any

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

__all__ = ["MAGIC", "STRETCH", "SUFFIXES", "DamagedFileError", "Expansion", "Unpacked", "bomb", "zstd"]

SUFFIXES = {".bz2": "bzip2", ".gz": "gzip", ".xz": "xz", ".zst": "zstd"}
"""Suffix → compression."""

# zstd files may begin with a skippable frame, as those of pzstd do.
MAGIC = {b"\x1f\x8b": "gzip", b"\xfd7zXZ\x00": "xz", b"BZh": "bzip2", b"\x28\xb5\x2f\xfd": "zstd"} | {
    bytes([low]) + b"\x2a\x4d\x18": "zstd" for low in range(0x50, 0x60)
}
"""First bytes of a file → compression."""

STRETCH = 8 * 2**20
"""Bytes of unpacked data over which the expansion is measured."""

_PIECE = 2048  # compressed bytes read at once: the smaller, the more precise the measurement
_MOST = 1 << 20  # unpacked bytes made at once

# A header may request any amount of memory; these are enough for `xz -9` and `zstd --ultra -22`.
_XZ_MEMORY = 160 * 2**20
_ZSTD_WINDOW = 27  # log2 of bytes; `zstd` itself needs --long=31 to read more


class DamagedFileError(ValueError):
    """The data are damaged, cut off, or expand too much; the message says which and what to do."""


def bomb(most: int) -> DamagedFileError:
    """Return the error for data that expand more than `most` times."""
    return DamagedFileError(
        f"expands more than {most:,} times, like a decompression bomb; if it is legitimate, "
        f"raise the limit (--limits expansion={10 * most})"
    )


class _Gzip:
    """zlib's decompressor with the interface of the other three."""

    def __init__(self) -> None:
        self._inner = zlib.decompressobj(wbits=31)

    def decompress(self, data: bytes, max_length: int) -> bytes:
        return self._inner.decompress(self._inner.unconsumed_tail + data, max_length)

    @property
    def needs_input(self) -> bool:
        return not self._inner.unconsumed_tail and not self._inner.eof

    @property
    def eof(self) -> bool:
        return self._inner.eof

    @property
    def unused_data(self) -> bytes:
        return self._inner.unused_data


_DECODERS: dict[str, Callable[[], Any]] = {
    "gzip": _Gzip,
    "bzip2": bz2.BZ2Decompressor,
    "xz": lambda: lzma.LZMADecompressor(format=lzma.FORMAT_XZ, memlimit=_XZ_MEMORY),
    "zstd": lambda: zstd.ZstdDecompressor(options={zstd.DecompressionParameter.window_log_max: _ZSTD_WINDOW}),
}


class Expansion:
    """Measures how much larger data become when they are unpacked, stretch by stretch.

    So a bomb is refused within two stretches of where it begins, and legitimate data never, whatever their size.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._packed = self._made = 0

    def add(self, packed: int, made: int) -> None:
        """Record the bytes read (`packed`) and the bytes unpacked from them (`made`).

        Raises:
            DamagedFileError: a stretch of 8 MiB was made from too few bytes.
        """
        self._packed += packed
        self._made += made
        if self._made >= STRETCH:
            # A decoder may have held back a whole piece of the previous stretch.
            if self._made > self._most * max(self._packed, _PIECE):
                raise bomb(self._most)
            self._packed = self._made = 0


class Unpacked(io.RawIOBase):
    """The unpacked bytes of a compressed stream of one or more frames (members, streams).

    Args:
        stream: the compressed bytes; it is closed together with this one.
        kind: gzip, bzip2, xz or zstd.
        expansion: how many times larger a stretch of 8 MiB may be than its compressed form.

    Reading raises `DamagedFileError` if the data are damaged, end too early, are followed by anything but zeros, or
    expand too much.
    """

    def __init__(self, stream: IO[bytes], kind: str, expansion: int) -> None:
        self._stream = stream
        self._kind = kind
        self._decoder: Any = None
        self._rest = b""
        self._frames = 0
        self._expansion = Expansion(expansion)

    def readable(self) -> bool:
        """Return True: the stream can be read."""
        return True

    def close(self) -> None:
        """Close this stream and the compressed one."""
        self._stream.close()
        super().close()

    def readinto(self, buffer: Any) -> int:
        """Fill part of `buffer` and return the number of bytes; 0 at the end."""
        view = memoryview(buffer).cast("B")
        try:
            data = self._next(min(len(view), _MOST))
        except (EOFError, OSError, zlib.error, lzma.LZMAError, zstd.ZstdError) as error:
            if isinstance(error, OSError) and error.errno is not None:
                raise  # the disk's fault, not the data's
            raise DamagedFileError(f"damaged {self._kind} data ({error}); fetch the file again") from error
        view[: len(data)] = data
        return len(data)

    def _next(self, most: int) -> bytes:
        while self._decoder is not None or self._begin_frame():
            piece, hungry = b"", self._decoder.needs_input
            if hungry:
                piece = self._rest or self._stream.read(_PIECE)
                self._rest = b""
            data: bytes = self._decoder.decompress(piece, most)
            self._expansion.add(len(piece), len(data))
            if self._decoder.eof:
                self._rest = self._decoder.unused_data
                self._expansion.add(-len(self._rest), 0)
                self._decoder = None
            elif hungry and not piece and not data:
                raise EOFError("the data end too early")
            if data:
                return data
        return b""

    def _begin_frame(self) -> bool:
        """Prepare for the next frame; return False at the end of the data."""
        if self._frames:  # some tools pad with zeros
            self._rest = self._rest.lstrip(b"\0")
            while not self._rest and (more := self._stream.read(_PIECE)):
                self._rest = more.lstrip(b"\0")
            if not self._rest:
                return False
        # The magic bytes are checked here, since not every decoder says clearly what is wrong with them.
        while len(self._rest) < 6 and (more := self._stream.read(_PIECE)):
            self._rest += more
        if not any(self._rest.startswith(magic) for magic, kind in MAGIC.items() if kind == self._kind):
            if not self._frames:
                raise DamagedFileError(
                    f"not {self._kind} data (it begins with {self._rest[:6]!r}); give the file its right suffix"
                )
            raise DamagedFileError(
                f"damaged {self._kind} data (something else follows frame {self._frames}); fetch the file again"
            )
        self._decoder = _DECODERS[self._kind]()
        self._frames += 1
        return True
