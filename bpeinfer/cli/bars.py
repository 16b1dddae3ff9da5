"""Progress on stderr: bars on a terminal, now and then a line elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    SpinnerColumn,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)
from rich.progress import Progress as Bars

from bpeinfer.progress import Progress
from bpeinfer.reports.terminal import escape_text

__all__ = ["PhaseLines", "progress_bars"]

QUIET = 60.0
"""Seconds from one line to the next where there are no bars; shorter commands print none."""


class _PhaseBars(Progress):
    """Draws one bar per phase; phases in bytes also show their rate."""

    def __init__(self, console: Console) -> None:
        text = TextColumn("{task.description}")
        note = TextColumn("{task.fields[note]}", style="dim", markup=False)  # names may contain brackets
        times = (TimeElapsedColumn(), TimeRemainingColumn())
        size = (DownloadColumn(), TransferSpeedColumn())
        start = (SpinnerColumn(), text, BarColumn())
        self.bytes = Bars(*start, *size, *times, note, console=console, transient=True)
        self.steps = Bars(*start, *times, note, console=console, transient=True)
        self._bars: Bars | None = None
        self._task: TaskID | None = None

    def start(self, phase: str, total: float | None = None, unit: str = "") -> None:
        self.stop()
        self._bars = self.bytes if unit == "B" else self.steps
        self._bars.start()
        self._task = self._bars.add_task(phase, total=total, note="")

    def advance(self, amount: float = 1, note: str = "") -> None:
        if self._bars is not None and self._task is not None:
            self._bars.update(self._task, advance=amount, note=escape_text(note))

    def stop(self) -> None:
        if self._bars is not None and self._task is not None:
            self._bars.remove_task(self._task)
            self._bars.stop()
        self._bars = self._task = None


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
    bars = _PhaseBars(console)
    try:
        yield bars
    finally:
        bars.stop()
