"""The stages of a plan: each takes a buffer of texts and marks where pieces start in it.

A stage may also change the buffer (drop white space, put a space in front). It is given the starts of the previous
stage's pieces and treats each as a text of its own; a stage that looks further first puts CUT between them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from bpeinfer.pretokenize.boundaries import WordRule, character_flags, character_starts, word_starts
from bpeinfer.pretokenize.buffers import BAR, CUT, END, Buffer, cut_pieces, spread
from bpeinfer.pretokenize.character_classes import Engine, class_table

__all__ = ["Bars", "ClassRuns", "ShownDigits", "SpaceAtEnd", "SpaceBefore", "Stage", "Words", "piece_starts"]

Bools = NDArray[np.bool_]

_IN, _SPACE = 1, 4  # flags that ClassRuns works with


class Stage(Protocol):
    """One step of a plan."""

    def run(self, buffer: Buffer, starts: Bools) -> tuple[Buffer, Bools] | None:
        """Return the (possibly changed) buffer and where pieces start in it; None: a case for the slow way.

        `starts` marks END, CUT, what follows them, and where pieces start.
        """


@dataclass(frozen=True)
class Words:
    """Words, numbers, punctuation and spaces, cut by a rule."""

    rule: WordRule
    engine: Engine

    def run(self, buffer: Buffer, starts: Bools) -> tuple[Buffer, Bools] | None:
        """Mark where words start; with ``spaces="drop"``, white space becomes CUT."""
        buffer = cut_pieces(buffer, starts)
        found = word_starts(buffer, self.rule, self.engine)
        if found is None:
            return None
        if self.rule.spaces == "drop":
            return _drop(buffer, self.engine, r"\s"), found
        return buffer, found


@dataclass(frozen=True, kw_only=True)
class ClassRuns:
    """Runs of one class of characters become pieces, and so does the text between them.

    Attributes:
        members: the class, as `engine` writes it; "" if the engine is a pre-tokenizer.
        longest: the most characters in a run; 0: any number.
        space: which one character before a run joins it: "" none, " " a space, "s" any white space.
        drop: "members" or "others" are left out instead of becoming pieces.
    """

    members: str
    engine: Engine
    longest: int = 0
    space: Literal["", " ", "s"] = ""
    drop: Literal["", "members", "others"] = ""

    def run(self, buffer: Buffer, starts: Bools) -> tuple[Buffer, Bools] | None:
        """Mark where runs start and where they end."""
        table = class_table(self.engine, (self.members,))
        inside = (character_flags(buffer, table, np.array([0, _IN, 0], dtype=np.uint8)) & _IN) != 0
        codes, cuts = buffer.codes, starts
        starts = cuts.copy()
        starts[1:] |= inside[1:] != inside[:-1]
        if self.longest:
            digits = np.flatnonzero(inside & ((codes & 0xC0) != 0x80))
            if len(digits):
                order = np.arange(len(digits))
                goes_on = inside[digits - 1] & ~cuts[digits]
                rank = order - np.maximum.accumulate(np.where(goes_on, 0, order))
                starts[digits[rank % self.longest == 0]] = True
        if self.space:
            begin = np.flatnonzero(inside[1:] & ~inside[:-1] & ~cuts[1:]) + 1
            if self.space == " ":
                begin = begin[codes[begin - 1] == 32]
                starts[begin - 1] = True
            else:
                blank = class_table(self.engine, (r"\s",))
                spaces = character_flags(buffer, blank, np.array([0, _SPACE, 0], dtype=np.uint8))
                begin = begin[(spaces[begin - 1] & _SPACE) != 0]
                starts[character_starts(codes, begin - 1)] = True
            starts[begin] = False
        if self.drop:
            gone = inside if self.drop == "members" else ~inside
            buffer = Buffer(np.where(gone & (codes < CUT), np.uint8(CUT), codes).tobytes())
        return buffer, starts


@dataclass(frozen=True)
class ShownDigits:
    """What Digits and a split at three digits see after ByteLevel: a sign for each byte, some of them numbers.

    Attributes:
        longest: 0: runs of numbers become pieces; 1: each number; 3: each three of the digits 0 to 9, from the left.
    """

    longest: Literal[0, 1, 3]

    def run(self, buffer: Buffer, starts: Bools) -> tuple[Buffer, Bools] | None:
        """Mark where runs, or groups of three, start and end."""
        codes, cuts = buffer.codes, starts
        starts = cuts.copy()
        digit = (codes - np.uint8(48)) <= 9
        if self.longest < 3:
            # ByteLevel shows these bytes as ² ³ ¹ ¼ ½ ¾.
            for byte in (0xB2, 0xB3, 0xB9, 0xBC, 0xBD, 0xBE):
                digit |= codes == byte
            starts[1:] |= digit[1:] != digit[:-1]
            if self.longest:
                starts |= digit
            return buffer, starts
        begin = np.flatnonzero(digit[1:] & (~digit[:-1] | cuts[1:])) + 1
        stop = np.flatnonzero(digit[:-1] & (~digit[1:] | cuts[1:])) + 1
        threes = (stop - begin) // 3
        marks = spread(begin, begin + np.where(threes > 0, 3 * threes + 1, 0))
        rank = marks - np.repeat(begin, np.where(threes > 0, 3 * threes + 1, 0))
        starts[marks[rank % 3 == 0]] = True
        return buffer, starts


@dataclass(frozen=True)
class SpaceAtEnd:
    """White space at the end of a piece becomes a piece (``\\s+$``, if lines are separated already)."""

    def run(self, buffer: Buffer, starts: Bools) -> tuple[Buffer, Bools] | None:
        """Mark where the white space starts."""
        table = class_table("tokenizers", (r"\s",))
        blank = (character_flags(buffer, table, np.array([0, _SPACE, 0], dtype=np.uint8)) & _SPACE) != 0
        starts = starts.copy()
        first = np.flatnonzero(blank[1:] & ~(blank[:-1] & ~starts[1:])) + 1
        finish = np.flatnonzero(blank[:-1] & starts[1:]) + 1
        # The run that reaches the end of a piece is the last one that begins before it.
        starts[first[np.searchsorted(first, finish) - 1]] = True
        return buffer, starts


@dataclass(frozen=True)
class SpaceBefore:
    """Each piece that does not start with a space gets one (``add_prefix_space``)."""

    def run(self, buffer: Buffer, starts: Bools) -> tuple[Buffer, Bools] | None:
        """Insert the spaces."""
        buffer = cut_pieces(buffer, starts)
        codes = buffer.codes
        stop = (codes == END) | (codes == CUT)
        places = np.flatnonzero(stop[:-1] & ~stop[1:] & (codes[1:] != 32)) + 1
        changed = Buffer(np.insert(codes, places, 32).tobytes()) if len(places) else buffer
        return changed, piece_starts(changed)


@dataclass(frozen=True)
class Bars:
    """Spaces become ▁, pieces start at each ▁ (Metaspace).

    Attributes:
        prepend: whether each piece, only the first of a document, or none gets a ▁ in front if it lacks one.
        split: pieces start at ▁; otherwise only their spaces change.
    """

    prepend: Literal["always", "first", "never"]
    split: bool

    def run(self, buffer: Buffer, starts: Bools) -> tuple[Buffer, Bools] | None:
        """Replace the spaces in place by BAR, one byte."""
        bar = bytes([BAR])
        changed = Buffer(cut_pieces(buffer, starts).data.replace("▁".encode(), bar).replace(b" ", bar))
        codes = changed.codes
        if self.prepend != "never":
            stop = codes == END
            filled = ~((codes == END) | (codes == CUT))
            if self.prepend == "always":
                stop = ~filled
            places = np.flatnonzero(stop[:-1] & filled[1:] & (codes[1:] != BAR)) + 1
            if len(places):
                changed = Buffer(np.insert(codes, places, BAR).tobytes())
        starts = piece_starts(changed)
        if self.split:
            starts |= changed.codes == BAR
        return changed, starts


def piece_starts(buffer: Buffer) -> Bools:
    """Mark END, CUT and what follows them."""
    starts: Bools = buffer.codes >= CUT
    starts &= buffer.codes != BAR
    starts[1:] |= starts[:-1].copy()
    return starts


def _drop(buffer: Buffer, engine: Engine, members: str) -> Buffer:
    """Overwrite the characters of a class with CUT."""
    flags = character_flags(buffer, class_table(engine, (members,)), np.array([0, 1, 0], dtype=np.uint8))
    return Buffer(np.where((flags & 1) != 0, np.uint8(CUT), buffer.codes).tobytes())
