"""Files of counts, one for each category (or part of one): compact, checked, never executed.

Layout: the magic line; the sha256 (64 hex digits) of all that follows; the length of the header (8 digits); the
header (JSON) with the format's version, what was counted and how, and each array's name, type and length; the
arrays one after another, in zstandard.
"""

from __future__ import annotations

import hashlib
import io
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bpeinfer.counting.blocks import BlockCounts, long_pretokens
from bpeinfer.errors import CorpusError, TallyError
from bpeinfer.files import Unpacked, read_up_to, reading, shown
from bpeinfer.limits import DEFAULT_LIMITS, Limits
from bpeinfer.pretokenize import Pretokenizer

__all__ = ["ASCENDING", "CHECKSUM", "MAGIC", "VERSION", "Tally", "check_name", "read_tally"]

MAGIC = b"bpeinfer tally\n"
VERSION = 2  # 1 hashed long pretokens otherwise; its keys are made anew
_ARRAYS = {
    "keys": np.uint64,
    "rows": np.int32,
    "counts": np.int64,
    "ends": np.int64,
    "lengths": np.int64,
    "blob": np.uint8,
}
_STORED = {
    "keys": ("<u8",),
    "rows": ("<i4",),
    "counts": ("<u4", "<i8"),
    "ends": ("<i8",),
    "lengths": ("<u4", "<i8"),
    "blob": ("|u1",),
}
CHECKSUM, _DIGITS = 64, 8  # bytes of these two fields
_LONGEST_HEADER = 1 << 20
ASCENDING = ("keys", "rows", "ends")  # stored as differences (rows ascend in each block)


@dataclass(frozen=True, kw_only=True)
class Tally:
    """The counts of one category, and what was counted.

    Attributes:
        category, group, title: the category's name, group and title.
        pretokenizer: fingerprint of the pre-tokenizer; `description` describes it in words.
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
            TallyError: the pre-tokenizer differs.
        """
        if self.pretokenizer != pretokenizer.fingerprint:
            raise TallyError(
                f"{shown(path)}: counted with another pre-tokenizer ({self.pretokenizer[:12]}…, {self.description}; "
                f"this tokenizer's is {pretokenizer.fingerprint[:12]}…); tally the text again with this tokenizer"
            )


def check_name(category: str) -> None:
    """Refuse the name of a category that cannot be that of its file, or would put the file elsewhere.

    Raises:
        CorpusError: it has a slash, or begins with a dot.
    """
    if Path(category).name != category or category.startswith("."):
        raise CorpusError(f"category {category!r} has a name that a file cannot have; rename it")


def read_tally(path: Path, limits: Limits = DEFAULT_LIMITS) -> Tally:
    """Read a tally.

    Raises:
        TallyError: the file is not a tally, is of a newer version, is damaged, or exceeds the limits.
    """
    try:
        with reading(path, TallyError), path.open("rb") as stream:
            start = stream.read(len(MAGIC))
            if start != MAGIC:
                raise TallyError(
                    f"{shown(path)}: not a tally (it begins with {start[:16]!r}); make one with `bpeinfer tally`"
                )
            checksum = stream.read(CHECKSUM)
            length = _length(stream.read(_DIGITS))
            text = read_up_to(stream, length)
            header = _checked(json.loads(text), path, limits)
            packed = read_up_to(stream, _most_packed(header) + 1)
        if len(packed) > _most_packed(header):
            raise ValueError("it has more bytes than its header states")
        if _digest(text, packed) != checksum:
            raise ValueError("its checksum does not match")
        return _unpacked(header, packed, limits)
    except (ArithmeticError, LookupError, RecursionError, TypeError, ValueError) as error:
        raise TallyError(
            f"{shown(path)}: a damaged tally ({error}); make it again with `bpeinfer tally`"
        ) from error


def _digest(text: bytes, packed: bytes) -> bytes:
    """Return the checksum over the length of the header, the header and the arrays."""
    found = hashlib.sha256(b"%08d" % len(text))
    found.update(text)
    found.update(packed)
    return found.hexdigest().encode()


def _length(digits: bytes) -> int:
    if not digits.isdigit() or int(digits) > _LONGEST_HEADER:
        raise ValueError(f"its header is said to have {digits!r} bytes")
    return int(digits)


def _checked(header: Any, path: Path, limits: Limits) -> dict[str, Any]:
    """Check what can be checked before the arrays are read.

    Raises:
        TallyError: the file is of a newer version, or larger than the limit.
        ValueError: a field is missing, of another type, or out of range.
    """
    if not isinstance(header, dict) or not _is_count(header.get("version")):
        raise ValueError("its header has no version")
    if header["version"] > VERSION:
        raise TallyError(
            f"{shown(path)}: a tally of version {header['version']}, this bpeinfer reads up to {VERSION}; "
            "update bpeinfer"
        )
    for name in ("category", "group", "title", "pretokenizer", "description", "text_sha256"):
        if not isinstance(header.get(name), str):
            raise ValueError(f"its header has no text {name!r}")
        header[name].encode()
    for name in ("text_bytes", "documents", "dropped", "seed"):
        if not _is_count(header.get(name)):
            raise ValueError(f"its header has no number {name!r}")
    _check_arrays(header.get("arrays"))
    if (size := _size(header)) > limits.tally:
        raise TallyError(
            f"{shown(path)}: counts of {size:,} bytes, more than {limits.tally:,}; if that is intended, raise the "
            f"limit (--limits tally={size})"
        )
    return header


def _check_arrays(arrays: Any) -> None:
    if not isinstance(arrays, list) or [array[:1] for array in arrays] != [[name] for name in _ARRAYS]:
        raise ValueError(f"its header does not list the arrays {', '.join(_ARRAYS)}")
    for name, kind, length in arrays:
        if kind not in _STORED[name] or not _is_count(length):
            raise ValueError(f"array {name!r} has type {kind!r} and length {length!r}")


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**63


def _size(header: dict[str, Any]) -> int:
    """Return the bytes of the arrays that a header declares."""
    return sum(np.dtype(kind).itemsize * length for _, kind, length in header["arrays"])


def _most_packed(header: dict[str, Any]) -> int:
    """Return the most bytes that these arrays can take when packed: zstandard adds at worst 1 byte per 256."""
    size = _size(header)
    return size + size // 256 + 1024


def _unpacked(header: dict[str, Any], packed: bytes, limits: Limits) -> Tally:
    size = _size(header)
    stream = io.BufferedReader(Unpacked(io.BytesIO(packed), "zstd", limits.expansion), 1 << 20)
    payload = read_up_to(stream, size + 1)
    if len(payload) != size:
        raise ValueError("its arrays do not have the lengths that its header states")
    arrays: dict[str, NDArray[Any]] = {}
    place = 0
    for name, kind, length in header["arrays"]:
        array = np.frombuffer(payload, dtype=kind, count=length, offset=place)
        place += array.nbytes
        if name in ASCENDING:
            array = np.cumsum(array, dtype=_ARRAYS[name])
        arrays[name] = array.astype(_ARRAYS[name])
    counts = BlockCounts(
        keys=arrays["keys"],
        rows=arrays["rows"],
        counts=arrays["counts"],
        ends=arrays["ends"],
        long=long_pretokens(arrays["blob"].tobytes(), arrays["lengths"], header["seed"]),
        text_bytes=header["text_bytes"],
        documents=header["documents"],
        seed=header["seed"],
        text_sha256=header["text_sha256"],
    )
    if header["version"] == 1:
        counts = counts.with_new_keys(header["seed"])
    counts.check()
    return Tally(
        category=header["category"],
        group=header["group"],
        title=header["title"],
        pretokenizer=header["pretokenizer"],
        description=header["description"],
        counts=counts,
        dropped=header["dropped"],
    )
