"""A bar for each phase of a command, on a terminal."""

from __future__ import annotations

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

__all__ = ["PhaseBars"]


class PhaseBars(Progress):
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
        """Draw the bar of a phase."""
        self.stop()
        self._bars = self.bytes if unit == "B" else self.steps
        self._bars.start()
        self._task = self._bars.add_task(phase, total=total, note="")

    def advance(self, amount: float = 1, note: str = "") -> None:
        """Move the bar."""
        if self._bars is not None and self._task is not None:
            self._bars.update(self._task, advance=amount, note=escape_text(note))

    def stop(self) -> None:
        """Take the bar away."""
        if self._bars is not None and self._task is not None:
            self._bars.remove_task(self._task)
            self._bars.stop()
        self._bars = self._task = None
