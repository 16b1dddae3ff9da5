"""`Clock`: wall time by phase; deadlines."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["Clock", "deadline_in"]


class Clock:
    """Wall time by phase."""

    def __init__(self) -> None:
        """Start with no phase."""
        self.seconds: dict[str, float] = {}

    @contextmanager
    def time(self, phase: str) -> Iterator[None]:
        """Add the time that the block takes to `phase`."""
        begin = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[phase] = self.seconds.get(phase, 0.0) + time.perf_counter() - begin


def deadline_in(seconds: float | None) -> float:
    """Return when so many seconds from now are over, on the clock of `time.perf_counter`; infinite for None."""
    return math.inf if seconds is None else time.perf_counter() + seconds
