"""Progress bars on stderr."""

from __future__ import annotations

from collections.abc import Iterator
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

from bpeinfer.progress import SILENT, Progress
from bpeinfer.reports.terminal import escape_text

__all__ = ["progress_bars"]


class _PhaseBars(Progress):
    """Draws one bar per phase; phases in bytes also show their rate."""

    def __init__(self, console: Console) -> None:
        text = TextColumn("{task.description}")
        note = TextColumn("{task.fields[note]}", style="dim", markup=False)  # names may contain brackets
        times = (TimeElapsedColumn(), TimeRemainingColumn())
        size = (DownloadColumn(), TransferSpeedColumn())
        silent = not console.is_terminal
        self.bytes = Bars(
            SpinnerColumn(),
            text,
            BarColumn(),
            *size,
            *times,
            note,
            console=console,
            transient=True,
            disable=silent,
        )
        self.steps = Bars(
            SpinnerColumn(), text, BarColumn(), *times, note, console=console, transient=True, disable=silent
        )
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


@contextmanager
def progress_bars() -> Iterator[Progress]:
    """Show bars while the block runs; nothing is drawn when stderr is not a terminal."""
    console = Console(stderr=True)
    if not console.is_terminal:  # some versions of rich print an empty line even for disabled bars
        yield SILENT
        return
    bars = _PhaseBars(console)
    try:
        yield bars
    finally:
        bars.stop()
