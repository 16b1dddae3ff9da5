"""`Progress`: callbacks that report long phases; silent by default."""

from __future__ import annotations

__all__ = ["SILENT", "Progress"]


class Progress:
    """Callbacks for each phase of a run; this class is silent, the command line draws bars.

    A phase is started once, advanced any number of times, and ends when the next one starts or the run ends.
    """

    def start(self, phase: str, total: float | None = None, unit: str = "") -> None:
        """Begin a phase of `total` units of work (None: unknown)."""

    def advance(self, amount: float = 1, note: str = "") -> None:
        """Report that `amount` more units are done; `note` names the current item."""


SILENT = Progress()
