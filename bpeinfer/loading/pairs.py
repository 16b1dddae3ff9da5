"""Merges written as "left right" lines whose tokens may contain white space: which space is the boundary?

Up to version 0.19, `tokenizers` wrote merges this way. A line with one space has one reading. For any other line,
the right reading is one whose parts exist already and that BPE itself leaves: after all earlier merges, the joined
text consists of exactly these two parts (the replay rule of `recovery`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bpeinfer.errors import TokenizerFileError
from bpeinfer.loading.marks import NO_MARKS, Marks
from bpeinfer.loading.split_trees import SplitTrees

__all__ = ["read_pairs"]

LONGEST_LINE = 4_096
"""Most characters in a line with white space inside tokens; longer ones are not read."""


def read_pairs(
    lines: Sequence[tuple[str, str]],
    vocab: Mapping[str, Any],
    separator: str = " ",
    marks: Marks = NO_MARKS,
) -> tuple[list[tuple[str, str]], list[str]]:
    """Split each line at its separator.

    Args:
        lines: (where the line is, for errors; the line) in the order of the merges.
        vocab: the vocabulary, if there is one: it contains both parts and their product.
        separator: a space or a tab.
        marks: the marks that the tokens carry, if the file names them.

    Returns:
        the pairs, and notes on lines with more than one reading.

    Example:
        >>> read_pairs([("merge 0", "a  "), ("merge 1", "a  b")], {})[0]
        [('a', ' '), ('a ', 'b')]

    Raises:
        TokenizerFileError: a line has no separator, or cannot be read as two known tokens.
    """
    pairs: list[tuple[str, str] | None] = []
    waiting = []
    for number, (_, line) in enumerate(lines):
        parts = line.split(separator)
        if len(parts) == 2 and parts[0] and parts[1]:
            pairs.append((parts[0], parts[1]))
        else:
            pairs.append(None)
            waiting.append(number)
    if not waiting:
        return pairs, []  # type: ignore[return-value]  # none is None
    trees = SplitTrees()
    several = 0
    for number, pair in enumerate(pairs):
        if pair is None:
            where, line = lines[number]
            fits = _readings(line, vocab, trees, separator, marks)
            if not fits:
                raise TokenizerFileError(f"{where} is {line!r:.60}, which cannot be read as two known tokens")
            several += len(fits) > 1
            pair = fits[0] if len(fits) == 1 else _left_by_replay(fits, trees)
            pairs[number] = pair
        trees.add(*pair)
    notes = (
        [f"merges that can be read in more than one way: {several:,}; the replay rule decides"]
        if several
        else []
    )
    return pairs, notes  # type: ignore[return-value]  # each None is replaced


def _readings(
    line: str, vocab: Mapping[str, Any], trees: SplitTrees, separator: str, marks: Marks
) -> list[tuple[str, str]]:
    """Return the boundaries at which both parts are known and, if there is a vocabulary, the product too."""

    def known(token: str) -> bool:
        return bool(token) and (trees.knows(token) or (bool(marks) and len(marks.bare(token)) == 1))

    if len(line) > LONGEST_LINE:  # longer than any two tokens
        return []
    cuts = [place for place, character in enumerate(line) if character == separator]
    pairs = ((line[:cut], line[cut + 1 :]) for cut in cuts)
    return [
        (left, right)
        for left, right in pairs
        if known(left) and known(right) and (not vocab or marks.join(left, right) in vocab)
    ]


def _left_by_replay(fits: list[tuple[str, str]], trees: SplitTrees) -> tuple[str, str]:
    """Return the first reading that BPE leaves with the merges so far, else the one whose parts were made first."""
    left_whole = [pair for pair in fits if trees.leaves(*pair)]
    return min(left_whole or fits, key=lambda pair: trees.age(*pair))
