"""Progress on stderr: bars on a terminal, now and then a line elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console

from bpeinfer.progress import Progress
from bpeinfer.reports.terminal import escape_text

__all__ = ["PhaseLines", "progress_bars"]

QUIET = 60.0
"""Seconds from one line to the next where there are no bars; shorter commands print none."""


class PhaseLines(Progress):
    """Prints which phase runs, at most every minute: for the logs of long commands."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._began = self._said = clock()

    def start(self, phase: str, total: float | None = None, unit: str = "") -> None:
        """Begin a phase."""
        self._phase, self._total, self._done = phase, total, 0.0
        self._say()

    def advance(self, amount: float = 1, note: str = "") -> None:
        """Count what is done."""
        self._done += amount
        self._say()

    def _say(self) -> None:
        now = self._clock()
        if now - self._said < QUIET:
            return
        self._said = now
        minutes, seconds = divmod(round(now - self._began), 60)
        part = f", {100 * self._done / self._total:.0f} %" if self._total else ""
        print(
            escape_text(f"bpeinfer: {minutes}:{seconds:02} {self._phase}{part}"), file=sys.stderr, flush=True
        )


@contextmanager
def progress_bars() -> Iterator[Progress]:
    """Show bars while the block runs; if stderr is not a terminal, print a line of long phases instead."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield PhaseLines()
        return
    from bpeinfer.cli.phase_bars import PhaseBars  # a tenth of the start of a command

    bars = PhaseBars(console)
    try:
        yield bars
    finally:
        bars.stop()
