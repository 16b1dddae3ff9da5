"""`Budget`: how many counts are held at once when memory is bounded."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bpeinfer.errors import LimitError

__all__ = ["JOINED", "LEAST_MEMORY", "Budget"]

JOINED = 25
"""Groups into which a category's blocks are joined where counts in all of them take too much memory."""

LEAST_MEMORY = 1_000_000_000
"""Bytes below which the program itself, a chunk of text and one partition do not fit."""

_PROGRAM = 400_000_000
"""Bytes of the interpreter, its libraries and the merge list."""
_ENTRY = 90
"""Bytes of working arrays for each count of a pretoken in a block."""
_PRETOKEN = 1_800
"""Bytes of working arrays for each distinct pretoken that is replayed, with the lifetimes of its pairs."""
_SUM = 8
"""Bytes of a sum."""


@dataclass(frozen=True, kw_only=True)
class Budget:
    """How much of the counts a partition may have, and of what is made from them.

    Attributes:
        entries: counts of a pretoken in a block.
        pretokens: distinct pretokens.
        sums: sums over pretokens, of pairs in blocks, in categories or in resamples, that are held at once (None: any
            number).
    """

    entries: int
    pretokens: int
    sums: int | None = None

    @classmethod
    def of(cls, memory: int | Budget) -> Budget:
        """Return the budget for this many bytes of memory in all.

        Raises:
            LimitError: the memory is less than `LEAST_MEMORY`.
        """
        if isinstance(memory, Budget):
            return memory
        if isinstance(memory, bool) or not isinstance(memory, int | float) or not memory >= LEAST_MEMORY:
            raise LimitError(
                f"memory is {memory!r}, expected at least {LEAST_MEMORY:,} bytes (1G): the program itself takes "
                "nearly half of that"
            )
        half = (int(memory) - _PROGRAM) // 2
        return cls(entries=half // _ENTRY, pretokens=half // _PRETOKEN, sums=half // 2 // _SUM)

    def shared(self, workers: int) -> Budget:
        """Return the budget of each of so many processes that have their partitions in memory at once."""
        return replace(self, entries=self.entries // workers, pretokens=self.pretokens // workers)
