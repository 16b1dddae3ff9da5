"""`SpilledCounts`: the counts of `PretokenCounts` on disk, in parts that fit into memory one at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_array

from bpeinfer.counting.counts import PretokenCounts, join_parts
from bpeinfer.counting.memory import JOINED, Budget
from bpeinfer.counting.spill_folder import Spilled, SpillFolder
from bpeinfer.ragged import run_starts

__all__ = ["AnyCounts", "SpilledCounts"]

Longs = NDArray[np.int64]


@dataclass(frozen=True, eq=False, kw_only=True)
class SpilledCounts:
    """Counts of P distinct pretokens in K blocks of text that belong to n categories, on disk.

    The parts divide the pretokens in the order in which `PretokenCounts` has them.

    Attributes:
        folder: where they are; it is removed when nothing refers to it any more.
        stored: the parts.
        budget: how much of the counts is held in memory at once.
        size: P.
        blob_bytes: bytes of all distinct pretokens.
        block_category, categories, groups, category_bytes, documents, fingerprint, text_sha256: as in
            `PretokenCounts`.
    """

    folder: SpillFolder
    stored: tuple[Spilled, ...]
    budget: Budget
    size: int
    blob_bytes: int
    block_category: NDArray[np.int32]
    categories: tuple[str, ...]
    groups: tuple[str, ...]
    category_bytes: Longs
    documents: Longs
    fingerprint: str
    text_sha256: tuple[str, ...]

    def __len__(self) -> int:
        return self.size

    def __repr__(self) -> str:
        return (
            f"SpilledCounts({len(self):,} pretokens in {len(self.stored)} parts on disk, "
            f"{len(self.block_category)} blocks, {len(self.categories)} categories, "
            f"{int(self.category_bytes.sum()):,} bytes)"
        )

    def parts(self) -> Iterator[PretokenCounts]:
        """Yield the counts of some pretokens in all blocks, part by part, each in memory."""
        yield from map(self.part, range(len(self.stored)))

    def part(self, number: int) -> PretokenCounts:
        """Return the counts of one of the parts, in memory."""
        arrays = self.stored[number].read()
        return PretokenCounts(
            blob=arrays["blob"],
            offsets=arrays["offsets"],
            counts=csc_array(
                (arrays["data"], arrays["indices"], arrays["indptr"]),
                shape=(len(arrays["offsets"]) - 1, len(self.block_category)),
            ),
            block_category=self.block_category,
            categories=self.categories,
            groups=self.groups,
            category_bytes=self.category_bytes,
            documents=self.documents,
            fingerprint=self.fingerprint,
            text_sha256=self.text_sha256,
        )

    def block_bytes(self) -> Longs:
        """Return int64[K]: the bytes of the pretokens in each block."""
        found: Longs = np.sum([stored.read_array("block_bytes") for stored in self.stored], axis=0)
        return found

    def select(self, categories: Sequence[str]) -> PretokenCounts:
        """Return the counts of some categories only, in memory, in the order given; pretokens they lack are dropped.

        Raises:
            CorpusError: there is no category of this name.
        """
        return join_parts([part.select(categories) for part in self.parts()])

    def most_frequent(self, categories: Sequence[str]) -> tuple[PretokenCounts, int]:
        """Return the counts of some categories in memory, without the rare pretokens that the budget has no room for.

        If it has no room for the counts in all blocks, neighbouring blocks are joined.

        Returns:
            the counts, and how often the pretokens in them occur at least.

        Raises:
            CorpusError: there is no category of this name.
        """
        joined = sum(stored.length("data") for stored in self.stored) > self.budget.entries

        def chosen() -> Iterator[PretokenCounts]:
            for part in self.parts():
                selected = part.select(categories)
                yield selected.in_blocks(JOINED) if joined else selected

        # Numbers of occurrences, ascending; how many pretokens have each, and how many entries those have.
        amounts = np.zeros((3, 0), dtype=np.int64)
        for part in chosen():
            own = [
                np.asarray(part.counts.sum(axis=1)),
                np.ones(len(part), dtype=np.int64),
                np.bincount(part.counts.indices, minlength=len(part)),
            ]
            together = np.concatenate([amounts, own], axis=1)
            together = together[:, np.argsort(together[0], kind="stable")]
            first = np.flatnonzero(run_starts(together[0]))
            amounts = np.vstack([together[0, first], np.add.reduceat(together[1:], first, axis=1)])
        pretokens, entries = np.cumsum(amounts[1:, ::-1], axis=1)[:, ::-1]
        too_many = np.flatnonzero((pretokens > self.budget.pretokens) | (entries > self.budget.entries))
        least = int(amounts[0, too_many[-1]]) + 1 if len(too_many) else 1
        minimum = min(least, int(amounts[0, -1]))  # the most frequent are kept in any case
        return join_parts([part.of_at_least(minimum) for part in chosen()]), minimum


AnyCounts = PretokenCounts | SpilledCounts
"""Counts in memory or on disk."""
