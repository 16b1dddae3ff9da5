"""`Drawing`: draws parts of a data set in random order until a category has enough text."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from bpeinfer.corpora.hub.dataset import HubDataset, asking
from bpeinfer.corpora.hub.journal import Journal
from bpeinfer.corpora.hub.parts import in_random_order, number_of_parts, part_of
from bpeinfer.corpora.hub.sample import HubSample
from bpeinfer.errors import CorpusError
from bpeinfer.limits import Limits
from bpeinfer.progress import Progress

__all__ = ["Drawing", "Run"]

_DEEPER = 4  # times as much of each part in each further pass over a small data set


@dataclass
class Run:
    """State shared by the threads of one run."""

    folder: Path
    seed: int
    limits: Limits
    progress: Progress
    lock: threading.Lock = field(default_factory=threading.Lock)
    stopped: threading.Event = field(default_factory=threading.Event)

    def advance(self, amount: int, name: str) -> None:
        """Report bytes of a category's text, one thread at a time."""
        with self.lock:
            self.progress.advance(amount, name)


@dataclass
class Drawing:
    """Draws parts in random order until there is enough text."""

    run: Run
    sample: HubSample
    dataset: HubDataset
    journal: Journal

    @property
    def stretch(self) -> int:
        """Bytes first taken from each part, so that the text comes from 16 to 256 parts."""
        return self.sample.bytes // min(max(self.sample.bytes // 250_000, 16), 256) + 1

    def draw(self) -> None:
        """Take parts until there is enough text, or all of it is taken."""
        for deep in count():
            more = False
            for path, number in in_random_order(self.dataset.sizes, self.run.seed, self._count):
                if self.run.stopped.is_set():
                    raise CorpusError(f"{self.sample.name}: stopped")
                documents, whole, last = self._taken(path).get(str(number), [0, 0, -1])
                if not whole and last < deep:
                    whole, full = self._take(path, number, documents, self.stretch * _DEEPER**deep, deep)
                    if full:
                        return
                more |= not whole
            if not more:
                return

    def _taken(self, path: str) -> dict[str, list[int]]:
        return self.journal.taken.setdefault(path, {})

    def _count(self, path: str) -> int:
        counts = self.journal.counts
        if path not in counts:
            with asking(self.sample, self.run.limits):
                counts[path] = number_of_parts(self.dataset, path, self.stretch)
        return counts[path]

    def _take(self, path: str, number: int, skip: int, budget: int, deep: int) -> tuple[bool, bool]:
        """Take up to `budget` bytes of a part after skipping `skip` documents.

        Returns:
            whether the part is exhausted, and whether there is enough text now.
        """
        room = self.sample.bytes - self.journal.bytes
        texts: list[str] = []
        held, whole, full = 0, True, False
        with asking(self.sample, self.run.limits):
            for text in _after(part_of(self.dataset, path, number, self.stretch).documents(), skip):
                size = len(text.encode())
                if held + size > room and (texts or self.journal.rows):
                    full = True
                    break
                texts.append(text)
                held += size
                if held >= budget:
                    whole = False
                    break
        full = full or held >= room
        self._taken(path)[str(number)] = [skip + len(texts), int(whole), deep]
        self.journal.add(texts, path)
        self.run.advance(held, self.sample.name)
        return whole, full


def _after(texts: Iterator[str], skip: int) -> Iterator[str]:
    for number, text in enumerate(texts):
        if number >= skip:
            yield text
