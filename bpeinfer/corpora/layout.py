"""How a tokenizer's training text laid out its lines, inferred from the merges, and samples rewritten to match.

Vendors may rewrite line ends and indentation before training: CRLF, a mark such as ``<N>``, tabs for spaces or spaces
for tabs, runs of spaces cut to one. Unchanged samples then contradict the list wherever lines begin and end.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from bpeinfer.corpora.sources import FromFiles
from bpeinfer.corpora.text_files import TextFile
from bpeinfer.errors import CorpusError
from bpeinfer.loading import Tokenizer
from bpeinfer.merges import MergeList

__all__ = ["AS_IT_IS", "Layout", "Rewritten", "detect_layout", "samples_differ"]

Floats = NDArray[np.float64]

# Most merges examined, and fewest needed: in a shorter list, absence means little.
MOST, FEWEST = 20_000, 1_000
# How much more of one kind of indentation than of the other a list has if its text has only that kind.
CLEARLY = 10.0
# Spaces per tab.
WIDTH = 4
# Runs of tabs and of spaces: at the beginnings of lines, and anywhere.
LINE_STARTS, ANYWHERE = (r"\n\t", r"\n  "), (r"\n\t|\t\t", r"\n  |  ")
# What a splitter must leave together if a list is to show it.
PROBE = "x\n        y\n\t\t\t\tz        w\t\t\t\tv"

_MARK = re.compile(r"\s?<(?:N|n|NL|nl|newline|br)>\s?|[⏎↵]")


@dataclass(frozen=True)
class Layout:
    """How to rewrite samples.

    Attributes:
        newline: what replaces a line end.
        indent: "tabs" turns the spaces that lines begin with into tabs, "spaces" turns every tab into four spaces.
        single: runs of spaces and tabs are cut to one space.
    """

    newline: str = "\n"
    indent: Literal["", "tabs", "spaces"] = ""
    single: bool = False

    @classmethod
    def from_text(cls, text: str) -> Layout:
        """Read names separated by commas: crlf, tabs, spaces, single.

        Example:
            >>> Layout.from_text("crlf,tabs")
            Layout(newline='\\r\\n', indent='tabs', single=False)

        Raises:
            CorpusError: an unknown name.
        """
        names = {name.strip() for name in text.split(",") if name.strip()}
        if unknown := names - {"crlf", "tabs", "spaces", "single"}:
            raise CorpusError(
                f"layout {sorted(unknown)[0]!r}: expected auto, as-is, or some of crlf, tabs, spaces, single, "
                "separated by commas"
            )
        return cls(
            "\r\n" if "crlf" in names else "\n",
            "tabs" if "tabs" in names else "spaces" if "spaces" in names else "",
            "single" in names,
        )

    def __str__(self) -> str:
        """Describe the layout in words."""
        said = []
        if self.newline != "\n":
            said.append(
                f"line ends as {'CRLF' if self.newline == chr(13) + chr(10) else self.newline.strip()}"
            )
        if self.indent:
            said.append("tabs for the spaces of indentation" if self.indent == "tabs" else "spaces for tabs")
        if self.single:
            said.append("runs of spaces cut to one")
        return ", ".join(said)

    def rewrite(self, text: str) -> str:
        """Return the text in this layout.

        Example:
            >>> Layout("\\r\\n", "tabs").rewrite("if x:\\n  if y:\\n    z\\n")
            'if x:\\r\\n\\tif y:\\r\\n\\t\\tz\\r\\n'
        """
        text = text.replace("\r\n", "\n")
        if self.indent == "tabs":
            depths = {len(spaces) for spaces in re.findall(r"(?m)^( +)\S", text)}
            width = min((depth for depth in depths if depth > 1), default=WIDTH)
            text = re.sub(r"(?m)^ +", lambda spaces: "\t" * -(-len(spaces.group()) // width), text)
        elif self.indent == "spaces":
            text = text.replace("\t", " " * WIDTH)
        if self.single:
            text = re.sub(r"[ \t]{2,}|\t", " ", text)
        return text if self.newline == "\n" else text.replace("\n", self.newline)

    def changed_lines(self, documents: Iterable[str], most: int = 200_000) -> float:
        """Return the share of lines that rewriting changes, in about the first `most` characters.

        Example:
            >>> Layout(indent="spaces").changed_lines(["a\\n\\tb\\n", "c\\nd"])
            0.25
        """
        lines = changed = characters = 0
        for document in documents:
            for line in document[: most - characters].splitlines(keepends=True):
                lines += 1
                kept = line if self.newline != "\n" else line.rstrip("\r\n")
                changed += self.rewrite(kept) != kept
            characters += len(document)
            if characters >= most:
                break
        return changed / max(lines, 1)


AS_IT_IS = Layout()
"""Nothing is rewritten."""


def detect_layout(tokenizer: Tokenizer) -> Layout:
    """Infer the layout of the training text from the white space in the first 20,000 merges.

    A kind of white space counts as absent only if the list has another kind instead, and if the pre-tokenizer would
    have left it together: Metaspace cuts runs of spaces, but not of tabs.
    """
    merges = tokenizer.merges
    if len(merges) < FEWEST:
        return AS_IT_IS
    tokens, weights = _tokens(merges)
    newline = _line_end(tokens)
    tabs, spaces = _indentation(tokens, weights, _runs(tokens))
    whole = _texts(tokenizer.pretokenizer.split(PROBE), merges)
    tabs_whole, spaces_whole = (bool(_matching(whole, run)) for run in ANYWHERE)
    if tabs > CLEARLY * spaces and spaces_whole:
        return Layout(newline, "tabs")
    if spaces > CLEARLY * tabs and tabs_whole:
        return Layout(newline, "spaces")
    # Merged line ends show that white space could have been merged.
    ends = newline != "\n" or any("\n" in token for token in tokens)
    return Layout(newline, "", ends and spaces_whole and not tabs and not spaces)


def samples_differ(layout: Layout, merges: MergeList, pretokens: Sequence[bytes], weights: Floats) -> bool:
    """Say whether samples are laid out otherwise than the list's text was, as far as their pretokens show it.

    Args:
        layout: of the list, from `detect_layout`.
        merges: the list.
        pretokens: of the samples.
        weights: float64[len(pretokens)], how often each occurs in the fitted mixture.
    """
    texts = _texts(pretokens, merges)
    if layout.newline != "\n" and _line_end(texts) != layout.newline:
        return True
    tokens, rates = _tokens(merges)
    runs = _runs(tokens)
    of_list, of_samples = _indentation(tokens, rates, runs), _indentation(texts, weights, runs)
    if layout.single:
        return sum(of_samples) > 0
    if not layout.indent:
        return False
    kind = 0 if layout.indent == "tabs" else 1
    # What is rarer than the last merge examined does not show in the list.
    least = max(of_list[1 - kind], 1 / len(tokens))
    return of_list[kind] * of_samples[1 - kind] > CLEARLY * of_samples[kind] * least


def _tokens(merges: MergeList) -> tuple[list[str], Floats]:
    """Return the tokens that are examined, and their weights: pair counts fall roughly as 1/rank."""
    symbols = merges.comparable_symbols()
    tokens = [symbols[product].decode("utf-8", "replace") for product in merges.product[:MOST].tolist()]
    return tokens, 1 / np.arange(1, len(tokens) + 1)


def _texts(pretokens: Sequence[bytes], merges: MergeList) -> list[str]:
    """Return pretokens as text with spaces for the alphabet's sign of them."""
    sign = merges.space_sign
    return [pretoken.replace(sign, b" ").decode("utf-8", "replace") for pretoken in pretokens]


def _line_end(tokens: list[str]) -> str:
    """Return how lines end: with CRLF, a mark such as ``<N>``, or ``\\n`` if nothing else is seen."""
    if any(re.search(r"(?<!\r)\n", token) for token in tokens):
        return "\n"
    if any("\r\n" in token for token in tokens):
        return "\r\n"
    mark = next((token for token in tokens if _MARK.fullmatch(token)), "\n")
    if mark == "\n":
        return mark
    return f" {mark.strip()} " if mark.startswith(" ") else mark.strip()


def _runs(tokens: list[str]) -> tuple[str, str]:
    """Choose the runs of tabs and of spaces: indentation if line ends were merged with it, else any run.

    Code also has runs of spaces inside lines.
    """
    return LINE_STARTS if any(_matching(tokens, run) for run in LINE_STARTS) else ANYWHERE


def _matching(texts: list[str], run: str) -> list[int]:
    """Return the numbers of the texts that contain a run of white space."""
    return [number for number, text in enumerate(texts) if re.search(run, text)]


def _indentation(texts: list[str], weights: Floats, runs: tuple[str, str]) -> tuple[float, float]:
    """Return the weights of the texts that contain runs of tabs and of spaces."""
    tabs, spaces = (float(weights[_matching(texts, run)].sum()) for run in runs)
    return tabs, spaces


@dataclass(frozen=True)
class Rewritten:
    """The documents of a source in another layout."""

    source: FromFiles
    layout: Layout

    @property
    def files(self) -> tuple[TextFile, ...]:
        """The files of the source."""
        return self.source.files

    @property
    def choice(self) -> list[object]:
        """The source's choice, and the layout."""
        return [*self.source.choice, self.layout.newline, self.layout.indent, self.layout.single]

    @property
    def size(self) -> int:
        """Bytes of the files."""
        return self.source.size

    def documents(self) -> Iterator[str]:
        """Yield the documents, rewritten."""
        yield from map(self.layout.rewrite, self.source.documents())
