"""How a text may have been given to a trainer: whole documents, or line by line with or without the line ends."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bpeinfer.corpora.sources import ChosenTally, FromFiles, Memory, Source, TallyFile
from bpeinfer.corpora.text_files import TextFile

__all__ = ["FEEDINGS", "ByLine", "fed", "lines_of"]

FEEDINGS = {
    "documents": "whole documents",
    "lines": "line by line, with the line ends",
    "bare-lines": "line by line, without the line ends",
}
"""Ways to feed a trainer; pretokens differ at the seams. Trainers that read files take lines, most with ends."""


@dataclass(frozen=True)
class ByLine:
    """The lines of a source's documents, each as a document of its own."""

    source: FromFiles
    ends: bool

    @property
    def files(self) -> tuple[TextFile, ...]:
        """The files of the source."""
        return self.source.files

    @property
    def choice(self) -> list[object]:
        """The source's choices, and whether line ends are kept."""
        return [*self.source.choice, "by line", self.ends]

    @property
    def size(self) -> int:
        """Bytes of the files."""
        return self.source.size

    def documents(self) -> Iterator[str]:
        """Yield the lines in order, without empty ones."""
        for document in self.source.documents():
            yield from lines_of(document, self.ends)


def lines_of(document: str, ends: bool) -> list[str]:
    r"""Cut a document after its line feeds, which are kept or dropped; lines then empty are dropped.

    >>> lines_of("a\n\nb", True), lines_of("a\n\nb", False)
    (['a\n', '\n', 'b'], ['a', 'b'])
    """
    lines = re.findall("[^\n]*\n|[^\n]+", document) if ends else document.split("\n")
    return [line for line in lines if line]


def fed(source: Source, feeding: str) -> Source | None:
    """Return a source fed in one of the `FEEDINGS`; None if it can be read in one way only."""
    if feeding == "documents":
        return source
    ends = feeding == "lines"
    if isinstance(source, Memory):
        return Memory(tuple(line for text in source.texts for line in lines_of(text, ends)))
    if isinstance(source, TallyFile | ChosenTally) or any(file.stream for file in source.files):
        return None
    return ByLine(source, ends)
