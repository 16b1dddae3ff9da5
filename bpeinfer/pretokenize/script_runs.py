"""How sentencepiece's trainer cuts lines, as `bpeinfer.loading` writes it: at ▁, between scripts, around digits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import regex
from numpy.typing import NDArray

from bpeinfer.pretokenize.boundaries import BAR, Buffer, character_flags, cut_pieces, spread
from bpeinfer.pretokenize.character_classes import Engine, class_table

__all__ = ["ScriptRuns", "script_runs"]

_STOP, _BAR = 128, 127  # class numbers that no script has
_HEAD = regex.compile(r"(?P<digits>\\p\{Nd\}\|)?▁(?P<bars>[*?])\(\?:(?P<body>.+)\)\|▁\+?")
_RUN = regex.compile(r"\(\?!\[▁\\n[^\]]*\]\)\[(?P<members>[^\[\]]+)\]\(\?:")


@dataclass(frozen=True)
class ScriptRuns:
    """Runs of one script become pieces, with the ▁ before them; marks of no script go with what they stand on.

    Attributes:
        scripts: the members of each script, as inside a bracket; what is in none is left between the pieces.
            Without any, all characters count as one script.
        digits: each decimal digit is a piece.
        bars: "*": a run of ▁ goes with what follows; "?": the last one does, the others are pieces.
        engine: who knows the scripts.
    """

    scripts: tuple[str, ...]
    digits: bool
    bars: Literal["*", "?"]
    engine: Engine = "tokenizers"

    def pattern(self) -> str:
        """Return the split pattern that this stands for."""
        digit = r"\p{Nd}" if self.digits else ""
        body = rf"[^▁\n{digit}]+" if self.digits else r"[^▁\n]+"
        if self.scripts:
            runs = []
            for members in self.scripts:
                out = rf"▁\n{digit}" + ("ー" if _without_long_mark(members) else "")
                runs.append(rf"(?![{out}])[{members}](?:(?![{out}])[{members}\p{{Inherited}}])*")
            body = rf"\p{{Inherited}}*(?:{'|'.join(runs)})|\p{{Inherited}}+"
        head = r"\p{Nd}|" if self.digits else ""
        return f"{head}▁{self.bars}(?:{body})|▁{'+' if self.bars == '*' else ''}"

    def run(self, buffer: Buffer, starts: NDArray[np.bool_]) -> tuple[Buffer, NDArray[np.bool_]] | None:
        """Mark where runs start."""
        buffer = Buffer(cut_pieces(buffer, starts).data.replace("▁".encode(), bytes([BAR])))
        codes = buffer.codes
        # Class numbers: 1 what no script has (marks), 2 digits, then the scripts, then everything else.
        apart = r"&&[^\p{Nd}]" if self.digits else ""
        classes = (
            r"\p{Inherited}" if self.scripts else r"[^\x{0}-\x{10FFFF}]",
            r"\p{Nd}" if self.digits else r"[^\x{0}-\x{10FFFF}]",
            *(f"[{members}{apart}{_without_long_mark(members)}]" for members in self.scripts),
        )
        table = class_table(self.engine, classes)
        kinds = character_flags(buffer, table, np.arange(len(classes) + 2, dtype=np.uint8), 0)
        kinds[codes == BAR] = _BAR
        script = (kinds > 2) & (kinds < (table.other if self.scripts else _BAR))
        self._attach_marks(kinds, script)
        starts = np.ones(len(codes), dtype=bool)
        np.not_equal(kinds[1:], kinds[:-1], out=starts[1:])
        starts |= kinds == _STOP
        if self.digits:
            starts |= (kinds == 2) & ((codes & 0xC0) != 0x80)
        bar = kinds == _BAR
        if self.bars == "?":
            starts |= bar
        joins = script | (kinds == 1)
        starts[1:] &= ~(bar[:-1] & joins[1:])
        return buffer, starts

    def _attach_marks(self, kinds: NDArray[np.uint8], script: NDArray[np.bool_]) -> None:
        """Give marks the script they follow, or else the one that follows them."""
        mark = kinds == 1
        begin = np.flatnonzero(mark[1:] & ~mark[:-1]) + 1
        if not len(begin):
            return
        stop = np.flatnonzero(mark[:-1] & ~mark[1:]) + 1
        before, after = begin - 1, stop
        found = np.where(script[before], kinds[before], np.where(script[after], kinds[after], 1))
        kinds[spread(begin, stop)] = np.repeat(found, stop - begin)
        script[spread(begin, stop)] = np.repeat(found != 1, stop - begin)


def _without_long_mark(members: str) -> str:
    """Common characters leave out ー, which belongs to Japanese."""
    return "&&[^ー]" if r"\p{Common}" in members else ""


def script_runs(pattern: str) -> ScriptRuns | None:
    """Read a split pattern of this kind; None if it is of another."""
    head = _HEAD.fullmatch(pattern)
    if not head:
        return None
    scripts = tuple(found["members"] for found in _RUN.finditer(head["body"]))
    made = ScriptRuns(scripts, bool(head["digits"]), head["bars"])
    # What was read must say all that the pattern says.
    return made if made.pattern() == pattern and len(scripts) < 120 else None
