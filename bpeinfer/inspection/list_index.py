"""The index of known merge lists: hashes by which a list's relatives are found without their files.

The index that ships with the package (`bundled/lineage.npz`, made by ``benchmarks/build_lineage.py``) contains no
tokenizer, but for each known list a digest of its first 256, 512, 768, … merges and of all of them, and the hashes of
one merge in 64, chosen by the hash itself.

Some vendors copied a list but left out its numbers (Qwen: GPT-4's 100,000 merges without the 1,100 that make
numbers of two and three digits). So every digest is also kept for the list without such merges.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bpeinfer.counting.keys import pair_keys, pretoken_keys
from bpeinfer.errors import BpeInferError
from bpeinfer.merges import MergeList
from bpeinfer.ragged import sorted_unique, starts_of

__all__ = [
    "INDEX",
    "SAMPLE",
    "STEP",
    "KnownList",
    "describe_list",
    "head_digests",
    "head_lengths",
    "index_file",
    "known_lists",
    "makes_number",
    "pair_hashes",
]

Hashes = NDArray[np.uint64]

STEP = 256
"""Merges between two digests."""

SAMPLE = 64
"""One merge in this many goes into the sample from which shared merges are counted."""

INDEX = Path(__file__).parents[1] / "bundled" / "lineage.npz"


@dataclass(frozen=True, eq=False, kw_only=True)
class KnownList:
    """The index entry of one merge list.

    Attributes:
        name: short name.
        since: year and month of its publication, "2019-02"; shows who can have copied from whom.
        length: number of merges, T.
        plain: uint64, digests after 256, 512, … merges and after the last.
        length_without_numbers, without_numbers: the same of the list without merges that make numbers.
        sample: uint64, sorted; hashes of the merges whose hash is a multiple of `SAMPLE`.
    """

    name: str
    since: str
    length: int
    plain: Hashes
    length_without_numbers: int
    without_numbers: Hashes
    sample: Hashes


def pair_hashes(merges: MergeList) -> Hashes:
    """Return one 64-bit hash for each merge, of the bytes of its two parts: uint64[T].

    Each part is hashed with its length, and the space sign of character alphabets is turned into a space, so that
    lists of different formats can be compared.
    """
    symbols = merges.comparable_symbols()
    lengths = np.fromiter(map(len, symbols), dtype=np.int64, count=len(symbols))
    buffer = b"".join(symbols) + bytes(8)  # as many as `pretoken_keys` reads beyond the last
    keys, _, _ = pretoken_keys(buffer, starts_of(lengths), lengths)
    return pair_keys(keys[merges.left], keys[merges.right])


def makes_number(merges: MergeList) -> NDArray[np.bool_]:
    """Return for each merge whether it makes a run of two or more ASCII digits: bool[T]."""
    number = np.array([len(symbol) > 1 and symbol.isdigit() for symbol in merges.symbols])
    return number[merges.product] if len(merges) else np.zeros(0, dtype=bool)


def head_digests(hashes: Hashes, lengths: Iterable[int]) -> dict[int, int]:
    """Return the digest of the first `length` hashes for each of `lengths` that is not beyond the list."""
    data = hashes.astype(">u8").tobytes()
    state = hashlib.blake2b(digest_size=8)
    done = 0
    found = {}
    for length in sorted({length for length in lengths if 0 < length <= len(hashes)}):
        state.update(data[8 * done : 8 * length])
        done = length
        found[length] = int.from_bytes(state.digest(), "big")
    return found


def describe_list(name: str, since: str, merges: MergeList) -> KnownList:
    """Return the index entry of a merge list."""
    hashes = pair_hashes(merges)
    rest = hashes[~makes_number(merges)]
    return KnownList(
        name=name,
        since=since,
        length=len(hashes),
        plain=_checkpoints(hashes),
        length_without_numbers=len(rest),
        without_numbers=_checkpoints(rest),
        sample=sorted_unique(hashes[hashes % SAMPLE == 0]),
    )


def head_lengths(length: int) -> list[int]:
    """Return the lengths of the heads that have digests: every `STEP` merges, and the whole list."""
    return [*range(STEP, length, STEP), length]


def _checkpoints(hashes: Hashes) -> Hashes:
    return np.array(list(head_digests(hashes, head_lengths(len(hashes))).values()), dtype=np.uint64)


def index_file(lists: Sequence[KnownList]) -> bytes:
    """Return the index file: one set of arrays for each list, and their table in JSON."""
    arrays: dict[str, Any] = {}
    rows = []
    for number, known in enumerate(lists):
        rows.append(
            {
                "name": known.name,
                "since": known.since,
                "length": known.length,
                "length_without_numbers": known.length_without_numbers,
            }
        )
        arrays[f"plain_{number}"] = known.plain
        arrays[f"without_numbers_{number}"] = known.without_numbers
        arrays[f"sample_{number}"] = known.sample
    arrays["table"] = np.frombuffer(json.dumps(rows).encode(), dtype=np.uint8)
    stream = io.BytesIO()
    np.savez_compressed(stream, **arrays)
    return stream.getvalue()


@cache
def known_lists(path: Path = INDEX) -> tuple[KnownList, ...]:
    """Read the bundled index.

    Raises:
        BpeInferError: the file is missing or damaged (a broken installation).
    """
    try:
        with np.load(path, allow_pickle=False) as arrays:
            rows = json.loads(bytes(arrays["table"]).decode())
            return tuple(
                KnownList(
                    name=row["name"],
                    since=row["since"],
                    length=row["length"],
                    plain=arrays[f"plain_{number}"],
                    length_without_numbers=row["length_without_numbers"],
                    without_numbers=arrays[f"without_numbers_{number}"],
                    sample=arrays[f"sample_{number}"],
                )
                for number, row in enumerate(rows)
            )
    except (OSError, ValueError, KeyError) as error:
        raise BpeInferError(
            f"{path}: the lineage index cannot be read ({error}); reinstall bpeinfer"
        ) from error
