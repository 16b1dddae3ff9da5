"""Relatives of a merge list: which known tokenizer's head it copies, and how many merges it shares with each.

The index that ships with the package (`bundled/lineage.npz`, made by ``benchmarks/build_lineage.py``) holds
no tokenizer, only hashes: for each known list a digest of its first 256, 512, 768, … merges and of all of
them, and the hashes of one merge in 64, chosen by the hash itself.

Some vendors took a list over but left out its numbers (Qwen: GPT-4's 100,000 merges less the 1,100 that make
numbers of two and three digits). So every digest is also kept for the list without such merges.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bpeinfer.errors import BpeInferError
from bpeinfer.loading import Tokenizer
from bpeinfer.merges import MergeList

__all__ = ["KnownList", "Relative", "copied_head", "describe_list", "pair_hashes", "relatives"]

STEP = 256
"""Merges between two digests."""
SAMPLE = 64
"""One merge in this many goes into the sample that shared merges are counted by."""
LEAST_HEAD = 1_000
"""Independent lists share a few dozen first merges; from here on a common head was copied."""
INDEX = Path(__file__).parents[1] / "bundled" / "lineage.npz"

Hashes = NDArray[np.uint64]


@dataclass(frozen=True, eq=False, kw_only=True)
class KnownList:
    """What the index knows of one merge list.

    Attributes:
        name: short name.
        since: year and month of its publication, "2019-02": who can have copied from whom.
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


@dataclass(frozen=True, kw_only=True)
class Relative:
    """How one known tokenizer relates to the list at hand.

    Attributes:
        name, since, length: of the known list.
        relation: "identical", "extends" (the known list is a head of this one), "is a head of" (the other way
            round), "same head" (both go on differently) or "shares merges".
        common_head: number of merges at the front that are the same; a lower bound unless `exact`.
        exact: the common head is known to the merge, else it is less than 256 merges longer than said.
        without_numbers: the head agrees only when merges that make numbers are left out of the known list.
        shared_merges: merges in both lists, wherever they stand, estimated from one in 64.
        shared_error: standard error of that estimate (0: not an estimate).
    """

    name: str
    since: str
    length: int
    relation: str
    common_head: int
    exact: bool
    without_numbers: bool
    shared_merges: int
    shared_error: int

    def to_dict(self) -> dict[str, Any]:
        """Return the fields as plain data."""
        return asdict(self)


def pair_hashes(merges: MergeList) -> Hashes:
    """Return one 64-bit hash for each merge, of the bytes of its two parts: uint64[T].

    The parts' lengths are hashed along, and character alphabets have their space sign turned into a space, so
    that lists of different formats can be compared.
    """
    symbols = merges.comparable_symbols()
    digest = hashlib.blake2b
    joined = b"".join(
        digest(len(symbols[left]).to_bytes(4, "big") + symbols[left] + symbols[right], digest_size=8).digest()
        for left, right in zip(merges.left.tolist(), merges.right.tolist(), strict=True)
    )
    return np.frombuffer(joined, dtype=">u8").astype(np.uint64)


def makes_number(merges: MergeList) -> NDArray[np.bool_]:
    """Say for each merge whether it makes a run of two or more ASCII digits: bool[T]."""
    number = np.array([len(symbol) > 1 and symbol.isdigit() for symbol in merges.symbols])
    return number[merges.product] if len(merges) else np.zeros(0, dtype=bool)


def _digests(hashes: Hashes, lengths: Iterable[int]) -> dict[int, int]:
    """Digest of the first `length` hashes, for each of `lengths` that is not beyond the list."""
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
        sample=np.unique(hashes[hashes % SAMPLE == 0]),
    )


def _lengths(length: int) -> list[int]:
    return [*range(STEP, length, STEP), length]


def _checkpoints(hashes: Hashes) -> Hashes:
    return np.array(list(_digests(hashes, _lengths(len(hashes))).values()), dtype=np.uint64)


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


def relatives(merges: MergeList, known: Sequence[KnownList] | None = None) -> list[Relative]:
    """Compare a merge list with every known one, the closest relatives first.

    Lists that share less than one merge in a hundred and no head are left out.
    """
    known = known_lists() if known is None else known
    hashes = pair_hashes(merges)
    rest = hashes[~makes_number(merges)]
    lengths = {length for entry in known for length in (entry.length, entry.length_without_numbers)}
    plain = _digests(hashes, [*_lengths(len(hashes)), *lengths])
    without_numbers = _digests(rest, [*_lengths(len(rest)), *lengths])
    sample = np.unique(hashes[hashes % SAMPLE == 0])
    found = [_relate(entry, len(hashes), plain, without_numbers, rest, hashes, sample) for entry in known]
    worth = [
        relative
        for relative in found
        if relative.common_head >= LEAST_HEAD
        or relative.shared_merges * 100 >= min(relative.length, len(hashes))
    ]
    return sorted(worth, key=lambda relative: (-relative.common_head, -relative.shared_merges, relative.name))


def _relate(
    entry: KnownList,
    length: int,
    plain: dict[int, int],
    without_numbers: dict[int, int],
    rest: Hashes,
    hashes: Hashes,
    sample: Hashes,
) -> Relative:
    head, exact = _common_head(plain, entry.plain, entry.length)
    numbers_out = False
    head_without, exact_without = _common_head(
        without_numbers, entry.without_numbers, entry.length_without_numbers
    )
    # Only a list that left the numbers out itself is compared without them; its head then has none.
    if head_without > head + STEP and np.array_equal(rest[:head_without], hashes[:head_without]):
        head, exact, numbers_out = head_without, exact_without, True
    whole = entry.length_without_numbers if numbers_out else entry.length
    shared, error = _shared(sample, entry.sample, length, entry.length)
    relation = "shares merges"
    if exact and head == whole == length:
        relation, shared, error = "identical", length, 0
    elif exact and head == whole:
        relation, shared, error = "extends", max(shared, head), error
    elif head >= LEAST_HEAD and head + STEP > length:
        relation, shared = "is a head of", max(shared, head)
    elif head >= LEAST_HEAD:
        relation, shared = "same head", max(shared, head)
    return Relative(
        name=entry.name,
        since=entry.since,
        length=entry.length,
        relation=relation,
        common_head=head,
        exact=exact,
        without_numbers=numbers_out,
        shared_merges=shared,
        shared_error=error,
    )


def _common_head(digests: dict[int, int], known: Hashes, known_length: int) -> tuple[int, bool]:
    """Longest agreement of digests in merges, and whether that is exact: the whole known list agrees."""
    lengths = _lengths(known_length)
    low, high = 0, len(lengths)  # agreement is monotone: bisect for the first disagreement
    while low < high:
        middle = (low + high) // 2
        if digests.get(lengths[middle]) == int(known[middle]):
            low = middle + 1
        else:
            high = middle
    return (lengths[low - 1] if low else 0), low == len(lengths)


def _shared(sample: Hashes, other: Hashes, length: int, other_length: int) -> tuple[int, int]:
    """Estimate the number of shared merges and its standard error from the two samples."""
    common = len(np.intersect1d(sample, other, assume_unique=True))
    estimate = min(common * SAMPLE, length, other_length)
    return estimate, round((common * (SAMPLE - 1) * SAMPLE) ** 0.5)


def copied_head(tokenizer: Tokenizer, known: Sequence[KnownList] | None = None) -> int:
    """Return how many merges at the front were copied from an older known tokenizer; 0 if none.

    A list that is a known tokenizer itself is compared only with older ones. The head of a longer list that
    was cut short is not a copy: it is that list's own.

    Example:
        Llama 3 has GPT-4's 100,000 merges at its front, Qwen 98,900 of them, GPT-2 nobody's.
    """
    found = relatives(tokenizer.merges, known)
    own = min((relative.since for relative in found if relative.relation == "identical"), default="9999")
    return max(
        (
            relative.common_head
            for relative in found
            if relative.relation in ("extends", "same head")
            and relative.since < own
            and relative.common_head >= LEAST_HEAD
        ),
        default=0,
    )
