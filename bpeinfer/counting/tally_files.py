"""Files of counts: one category (or a part of one) a file, compact, checked, never executed.

Layout: the magic line; the sha256 (64 hex digits) of all that follows; the length of the header (8 digits); the
header (JSON), which holds the format's version, what was counted and how, and each array's name, type and
length; the arrays one after the other, in zstandard.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import zstandard
from numpy.typing import NDArray

from bpeinfer.counting.blocks import BlockCounts, long_pretokens
from bpeinfer.errors import CorpusError
from bpeinfer.files import write_file
from bpeinfer.pretokenize import Pretokenizer

__all__ = ["Tally", "read_tally", "write_tally"]

_MAGIC = b"bpeinfer tally\n"
_VERSION = 1
_LEVEL = 6  # of zstandard: three times smaller than raw at a tenth of the time of counting
_ARRAYS = {
    "keys": np.uint64,
    "rows": np.int32,
    "counts": np.int64,
    "ends": np.int64,
    "lengths": np.int64,
    "blob": np.uint8,
}
_ASCENDING = ("keys", "rows", "ends")  # stored as differences (rows ascend in each block)


@dataclass(frozen=True)
class Tally:
    """The counts of one category and what they are counts of.

    Attributes:
        category, group, title: of the category.
        pretokenizer: fingerprint of the pre-tokenizer; `description` says it in words.
        counts: the counts.
        dropped: occurrences of rare pretokens that were left out.
    """

    category: str
    group: str
    title: str
    pretokenizer: str
    description: str
    counts: BlockCounts
    dropped: int = 0

    def check_made_with(self, pretokenizer: Pretokenizer, path: Path) -> None:
        """Refuse counts that were made with another pre-tokenizer.

        Raises:
            CorpusError: they were.
        """
        if self.pretokenizer != pretokenizer.fingerprint:
            raise CorpusError(
                f"{path}: counted with another pre-tokenizer ({self.pretokenizer[:12]}…, {self.description}; this "
                f"tokenizer's is {pretokenizer.fingerprint[:12]}…); tally the text again with this tokenizer"
            )


def write_tally(path: Path, tally: Tally) -> None:
    """Write a tally, atomically; the same counts give the same bytes."""
    counts = tally.counts
    arrays = {
        "keys": _packed("keys", counts.keys),
        "rows": _packed("rows", counts.rows),
        "counts": _packed("counts", counts.counts),
        "ends": _packed("ends", counts.ends),
        "lengths": _packed("lengths", counts.long.lengths),
        "blob": np.frombuffer(counts.long.blob, dtype=np.uint8),
    }
    payload = b"".join(array.tobytes() for array in arrays.values())
    header = {
        "version": _VERSION,
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
        "arrays": [[name, array.dtype.str, len(array)] for name, array in arrays.items()],
    }
    text = json.dumps(header, ensure_ascii=False, sort_keys=True).encode()
    packed = zstandard.ZstdCompressor(level=_LEVEL).compress(payload)
    body = b"%08d" % len(text) + text + packed
    write_file(path, _MAGIC + hashlib.sha256(body).hexdigest().encode() + body)


def read_tally(path: Path) -> Tally:
    """Read a tally.

    Raises:
        CorpusError: the file is not a tally, is of a newer version, or is damaged.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise CorpusError(f"{path}: cannot be read ({error.strerror}); check the path") from error
    if not data.startswith(_MAGIC):
        raise CorpusError(
            f"{path}: not a tally (it begins with {data[:16]!r}); make one with `bpeinfer tally`"
        )
    try:
        digest, body = data[len(_MAGIC) :][:64], data[len(_MAGIC) + 64 :]
        if hashlib.sha256(body).hexdigest().encode() != digest:
            raise ValueError("its checksum does not match")
        length = int(body[:8])
        header = json.loads(body[8 : 8 + length])
        if header["version"] > _VERSION:
            raise CorpusError(
                f"{path}: a tally of version {header['version']}, this bpeinfer reads up to {_VERSION}; "
                "update bpeinfer"
            )
        return _unpacked(header, body[8 + length :])
    except (ValueError, KeyError, TypeError, zstandard.ZstdError) as error:
        raise CorpusError(
            f"{path}: a damaged tally ({error}); make it again with `bpeinfer tally`"
        ) from error


def _packed(name: str, array: Any) -> NDArray[Any]:
    """Make an array of small numbers of it: differences of what ascends, four bytes where they do."""
    if name in _ASCENDING:
        array = np.diff(array, prepend=array.dtype.type(0))
    if name in ("counts", "lengths") and (not len(array) or array.max() < 2**32):
        array = array.astype(np.uint32)
    little: NDArray[Any] = array.astype(array.dtype.newbyteorder("<"))
    return little


def _unpacked(header: dict[str, Any], packed: bytes) -> Tally:
    size = sum(np.dtype(kind).itemsize * int(length) for _, kind, length in header["arrays"])
    payload = zstandard.ZstdDecompressor().decompress(packed, max_output_size=size)
    arrays: dict[str, NDArray[Any]] = {}
    place = 0
    for name, kind, length in header["arrays"]:
        if np.dtype(kind).kind not in "iu":
            raise ValueError(f"array {name!r} has type {kind}")
        array = np.frombuffer(payload, dtype=kind, count=length, offset=place)
        place += array.nbytes
        if name in _ASCENDING:
            array = np.cumsum(array, dtype=_ARRAYS[name])
        arrays[name] = array.astype(_ARRAYS[name])
    counts = BlockCounts(
        arrays["keys"],
        arrays["rows"],
        arrays["counts"],
        arrays["ends"],
        long_pretokens(arrays["blob"].tobytes(), arrays["lengths"], int(header["seed"])),
        int(header["text_bytes"]),
        int(header["documents"]),
        int(header["seed"]),
        str(header["text_sha256"]),
    )
    counts.check()
    return Tally(
        str(header["category"]),
        str(header["group"]),
        str(header["title"]),
        str(header["pretokenizer"]),
        str(header["description"]),
        counts,
        int(header["dropped"]),
    )
