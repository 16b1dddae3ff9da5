"""Lists of merges as lines of text: merges.txt, and the codes of subword-nmt, OpenNMT, fastBPE and ffbpe.

Each line is "left right"; fastBPE adds the pair's count as a third column, ffbpe after an arrow, and some lists are
separated by tabs.
The lines do not say whether they are written in bytes (`alphabet`) or which marks they carry (`marks_of_pairs`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from bpeinfer.errors import TokenizerFileError
from bpeinfer.loading.alphabet import is_byte_level
from bpeinfer.loading.marks import marks_of_pairs
from bpeinfer.loading.pairs import read_pairs
from bpeinfer.loading.raw import RawTokenizer, require_bounded
from bpeinfer.loading.vocabulary import read_vocabulary

__all__ = ["looks_like_merges", "parse_merges"]

FORMAT = "merges.txt"
CLIP_HEADER = b"bpe_simple_vocab_16e6"
CLIP_MERGES = 49_152 - 256 - 2
"""How many lines of CLIP's merge file are used (of 262,144): openai/CLIP, simple_tokenizer.py."""

_COUNTED = re.compile(r"([^ ]+) ([^ ]+) (=> )?([0-9]+)")


def looks_like_merges(lines: Sequence[bytes]) -> bool:
    """Return whether the first lines of a file are merges: a header, or two columns in each (three with a count).

    Example:
        >>> lines = b"th e</w>", b"th e</w> 90", b"t h => 90", b"three such words"
        >>> [looks_like_merges([line]) for line in lines]
        [True, True, True, False]
    """
    if b"#version" in lines[0]:
        return True
    stripped = [line.rstrip(b"\r") for line in lines]
    return (
        all(line.count(b" ") == 1 for line in stripped)
        or all(line.count(b"\t") == 1 and not line.startswith(b"\t") for line in stripped)
        or all(re.fullmatch(rb"[^ ]+ [^ ]+ (=> )?[0-9]+", line) for line in stripped)
    )


def parse_merges(data: bytes, name: str, vocab: Mapping[str, Any], *, full: bool = False) -> RawTokenizer:
    """Read a list of merges, with its vocabulary (token → id) if there is one.

    Raises:
        TokenizerFileError: not UTF-8, or a line that is not two tokens.
    """
    require_bounded(data.count(b"\n"), "lines", name)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise TokenizerFileError(f"{name}: not UTF-8 at byte {error.start}; fetch the file again") from error
    rows = _rows(text.split("\n"), name)
    notes = []
    if CLIP_HEADER in data[:64] and not full:
        notes = [f"CLIP uses the first {CLIP_MERGES:,} of {len(rows):,} lines"]
        rows = rows[:CLIP_MERGES]
    counted_by = "ffbpe" if rows and " => " in rows[0][1] else "fastBPE"
    rows, counts = _without_counts(rows)
    if counts:
        notes.append(f"the lines include the pairs' counts ({counted_by})")
    pairs, ambiguous = read_pairs(rows, vocab, _separator(rows))
    notes += ambiguous
    marks = marks_of_pairs(pairs)
    units = [token for token in vocab if len(token) == 1]
    byte_level = is_byte_level((marks.bare(marks.join(*pair)) for pair in pairs), units)
    read = read_vocabulary(vocab, pairs, name, byte_level=byte_level, marks=marks)
    return RawTokenizer(
        format=counted_by if counts else FORMAT,
        unit=read.unit,
        tokens=read.tokens,
        merges=read.merges,
        counts=counts,
        set_aside=read.set_aside,
        has_pre_tokenizer=False,
        marks=marks,
        notes=tuple(notes),
    )


Row = tuple[str, str]
"""Where a line is, for errors, and the line."""
_LOOKED_AT = 1000
"""Number of lines that decide how a list is written."""


def _rows(lines: list[str], name: str) -> list[Row]:
    """Return the lines that hold merges; like `tokenizers`, skip "#version:" wherever it stands (joined files)."""
    rows = enumerate((line.rstrip("\r") for line in lines), 1)
    numbered = [(number, line) for number, line in rows if line and not line.startswith("#version:")]
    header = "#version" in lines[0]  # CLIP's begins otherwise
    return [(f"{name}: line {number}", line) for number, line in numbered if number > header]


def _separator(rows: Sequence[Row]) -> str:
    sample = [line for _, line in rows[:_LOOKED_AT]]
    return "\t" if sample and all(line.count("\t") == 1 and len(line) > 2 for line in sample) else " "


def _without_counts(rows: list[Row]) -> tuple[list[Row], list[int] | None]:
    """Split off a third column of counts, if there is one. Raises TokenizerFileError for a line without it."""
    if not rows or not all(_COUNTED.fullmatch(line) for _, line in rows[:_LOOKED_AT]):
        return rows, None
    pairs, counts = [], []
    for where, line in rows:
        found = _COUNTED.fullmatch(line)
        if found is None:
            raise TokenizerFileError(
                f'{where} is {line!r:.60}, expected "left right count" as on the lines before'
            )
        pairs.append((where, f"{found[1]} {found[2]}"))
        counts.append(int(found[4]))
    return pairs, counts
