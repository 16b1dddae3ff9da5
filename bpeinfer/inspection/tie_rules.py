"""Rules by which trainers break ties, as sort keys of merges, and what a run of ties looks like in a list.

Late in a merge list many pairs have the same count. The trainer then takes them in an order of its own, so that
neighbours in the list ascend by its rule more often than by chance: half of them ascend if no counts are equal, all of
them if all are.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from bpeinfer.merges import MergeList
from bpeinfer.pretokenize.huggingface import display_bytes
from bpeinfer.ragged import byte_order

__all__ = [
    "FAMILIES",
    "RULES",
    "TieRule",
    "ascent_share",
    "ascent_shares",
    "ascents",
    "merges_a_level",
    "tie_keys",
]

Longs = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class TieRule:
    """One way to break ties.

    Attributes:
        name: short name, unique.
        family: rules that order most merges alike; they are hard to tell apart.
        words: the rule in words.
        trainers: the trainers that have been seen to follow it.
        alphabet: the kind of alphabet that these trainers have, "" for both.
    """

    name: str
    family: str
    words: str
    trainers: tuple[str, ...]
    alphabet: Literal["", "byte", "character"] = ""


RULES = (
    TieRule(
        name="ids-display",
        family="ids",
        words="smallest pair of ids, the alphabet in the order of its display characters",
        trainers=("Hugging Face tokenizers", "flashbpe"),
    ),
    TieRule(
        name="ids-bytes",
        family="ids",
        words="smallest pair of ids, the alphabet in the order of its bytes",
        trainers=("rustbpe", "bpeasy", "gigatoken", "gigabpe", "ffbpe"),
    ),
    TieRule(
        name="length-product",
        family="length",
        words="shortest piece, then its string",
        trainers=("sentencepiece",),
        alphabet="character",
    ),
    TieRule(
        name="greatest-pair",
        family="greatest",
        words="greatest pair of strings",
        trainers=("subword-nmt", "trainers derived from it"),
    ),
    TieRule(name="greatest-product", family="greatest", words="greatest merged string", trainers=()),
    TieRule(
        name="smallest-pair",
        family="smallest",
        words="smallest pair of strings",
        trainers=("OpenNMT",),
        alphabet="character",
    ),
    TieRule(name="smallest-product", family="smallest", words="smallest merged string", trainers=()),
)
"""Rules seen by running real trainers. A rule that needs the training text (first place in it) cannot be recognised."""

FAMILIES = {
    "ids": "smallest pair of ids",
    "length": "shortest piece, then its string",
    "greatest": "greatest string",
    "smallest": "smallest string",
}
"""Families of rules in words."""


def tie_keys(merges: MergeList) -> dict[str, Longs]:
    """Return int64[T] for each rule of `RULES` that applies: sort keys, ascending where the rule is followed.

    Byte-level lists have both orders of the alphabet, lists over characters one.
    """
    blob = np.frombuffer(b"".join(merges.symbols), dtype=np.uint8)
    sizes = np.fromiter(map(len, merges.symbols), np.int64, len(merges.symbols))
    by_bytes = by_display = byte_order(blob, sizes)
    if merges.unit == "byte":
        place = np.zeros(256, dtype=np.uint8)
        for number, (_, byte) in enumerate(sorted(display_bytes().items())):
            place[byte[0]] = number
        by_display = byte_order(place[blob], sizes)
    left, right, product = (side.astype(np.int64) for side in (merges.left, merges.right, merges.product))
    base = np.int64(len(merges.symbols))
    lengths = sizes
    if merges.unit == "character":
        lengths = np.array([len(symbol.decode("utf-8", "replace")) for symbol in merges.symbols])
    pair = by_display[left] * base + by_display[right]
    keys = {
        "ids-display": _id_keys(merges, by_display),
        "length-product": lengths[product] * base + by_bytes[product],
        "greatest-pair": -pair,
        "greatest-product": -by_display[product],
        "smallest-pair": pair,
        "smallest-product": by_display[product],
    }
    if merges.unit == "byte":
        keys["ids-bytes"] = _id_keys(merges, by_bytes)
    return {rule.name: keys[rule.name] for rule in RULES if rule.name in keys}


def _id_keys(merges: MergeList, ranks: Longs) -> Longs:
    """Return (left id, right id) as one number, ids being the alphabet in the order of `ranks`, then the merges."""
    size, total = merges.alphabet_size, len(merges)
    ids = np.zeros(len(merges.symbols), dtype=np.int64)
    last_to_first = np.arange(total)[::-1]
    ids[merges.product[last_to_first]] = size + last_to_first  # the first of several merges wins
    ids[:size] = np.argsort(np.argsort(ranks[:size]))
    keys: Longs = ids[merges.left] * np.int64(size + total) + ids[merges.right]
    return keys


def ascents(merges: MergeList, key: Longs, lag: int = 1) -> tuple[NDArray[np.bool_], Longs]:
    """Return which neighbours ascend by a key, and the places of the neighbours that could be tied.

    A merge that uses the product of the one before it could not have come earlier, whatever the rule: such neighbours
    are left out.

    Returns:
        (ascending bool[k], place int64[k]): merges place and place + lag are compared.
    """
    free = key[lag:] != key[:-lag]
    for back in range(1, lag + 1):
        before = merges.product[lag - back : len(merges) - back]
        free &= (merges.left[lag:] != before) & (merges.right[lag:] != before)
    place = np.flatnonzero(free)
    return key[place + lag] > key[place], place


def ascent_share(merges_a_level: float, lag: int = 1) -> float:
    """Return the expected share of neighbours that ascend if count levels have Poisson(`merges_a_level`) merges.

    Inside a level all ascend. Between a level of k₁ merges and the next of k₂, the last is below the first with
    probability 1 / C(k₁ + k₂, k₁), since the rule's keys are unrelated to the counts.

    >>> round(ascent_share(1e-9), 6), round(ascent_share(1e-9, lag=2), 6)
    (0.5, 0.5)
    """
    sizes, chance = _level_sizes(merges_a_level)
    mean = float(sizes @ chance)
    first, second = sizes[:, None], sizes[None, :]
    both = chance[:, None] * chance[None, :]
    ordered = np.exp(_log_factorial(first) + _log_factorial(second) - _log_factorial(first + second))
    if lag == 1:
        return float((sizes - 1) @ chance + (both * ordered).sum()) / mean
    inside = float(np.maximum(sizes - 2, 0) @ chance)
    second_to_last = both * ordered * (second + 1) * (first >= 2)
    to_second = both * ordered * (first + 1) * (second >= 2)
    over_one = float((both * ordered).sum()) * float(chance[0])
    return (inside + float(second_to_last.sum() + to_second.sum()) + over_one) / mean


def ascent_shares(merges_a_level: Floats) -> Floats:
    """Return `ascent_share` of many densities at once, float64 of the same shape, to within 1e-4.

    >>> ascent_shares(np.array([0.3, 1e4])).round(3).tolist()
    [0.525, 1.0]
    """
    logs, shares = _share_table()
    dense = merges_a_level > np.exp(logs[-1])
    known = np.interp(np.log(np.maximum(merges_a_level, 1e-300)), logs, shares)
    # In large levels only the last merge is followed by a lower one.
    beyond = 1 - (1 - shares[-1]) * np.exp(logs[-1]) / np.maximum(merges_a_level, 1)
    return np.where(dense, beyond, known)


@cache
def _share_table() -> tuple[Floats, Floats]:
    logs = np.linspace(math.log(1e-4), math.log(100), 300)
    return logs, np.array([ascent_share(mean) for mean in np.exp(logs).tolist()])


@cache
def _log_factorials() -> Floats:
    return np.concatenate(([0.0], np.cumsum(np.log(np.arange(1, 4001)))))


def _log_factorial(numbers: Longs) -> Floats:
    return _log_factorials()[numbers]


def _level_sizes(mean: float) -> tuple[Longs, Floats]:
    """Return the sizes 1, 2, … of levels and their probabilities: Poisson without empty levels."""
    most = int(mean + 10 * math.sqrt(mean) + 12)
    sizes = np.arange(1, most + 1)
    log_chance = sizes * math.log(mean) - mean - _log_factorial(sizes)
    chance = np.exp(log_chance - log_chance.max())
    return sizes, chance / chance.sum()


def merges_a_level(share: float) -> float:
    """Return the mean number of merges at a count level from the share of ascending neighbours (0.5: none tied).

    Empty levels count: this is the mean of the Poisson distribution, merges per unit of count.

    >>> round(merges_a_level(ascent_share(0.3)), 6)
    0.3
    """
    smallest, largest = 1e-6, 200.0
    if share <= ascent_share(smallest):
        return 0.0
    if share >= ascent_share(largest):
        return largest
    low, high = math.log(smallest), math.log(largest)
    while high - low > 1e-9:
        middle = (low + high) / 2
        low, high = (middle, high) if ascent_share(math.exp(middle)) < share else (low, middle)
    return math.exp((low + high) / 2)
