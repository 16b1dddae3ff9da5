"""How the counts of the parts of a category are added up, in memory or on disk: in which order, under which hash."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from typing import Protocol, TypeVar

from bpeinfer.corpora.corpus import Corpus
from bpeinfer.corpora.sources import Source
from bpeinfer.counting.units import units_of

__all__ = ["add_up_in_turn", "named_units"]

WAITING = 256_000_000
"""Bytes of text whose counts wait to be added to those of the text before them."""


class _Part(Protocol):
    @property
    def text_bytes(self) -> int: ...

    @property
    def text_sha256(self) -> str: ...


Part = TypeVar("Part", bound=_Part)


def named_units(corpus: Corpus) -> tuple[list[list[Source]], list[tuple[str, Source]]]:
    """Return each category's parts that are counted one by one, and all of them with the category's name."""
    groups = [list(units_of(category)) for category in corpus.categories]
    return groups, [
        (category.name, unit)
        for category, group in zip(corpus.categories, groups, strict=True)
        for unit in group
    ]


def add_up_in_turn(parts: Iterable[Part], add_up: Callable[[list[Part]], Part]) -> tuple[Part, str]:
    """Add up the counts of a category's parts; also return the hash of its text.

    Parts wait until they have as much text as those before them (at least `WAITING` bytes), so that memory holds the
    counts about twice and each is added a few times. The result depends on the texts' sizes alone.
    """
    waiting: list[Part] = []
    hashes = []
    for part in parts:
        waiting.append(part)
        hashes.append(part.text_sha256)
        if sum(part.text_bytes for part in waiting[1:]) > max(WAITING, waiting[0].text_bytes):
            waiting = [add_up(waiting)]
    # The hash of the parts in order, not of partial sums, which depend on how the text was divided.
    whole = hashes[0] if len(hashes) == 1 else hashlib.sha256("".join(hashes).encode()).hexdigest()
    return add_up(waiting), whole
