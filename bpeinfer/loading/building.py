"""Shared by both ways of finding the learned merges: the alphabet, the `MergeList`, parts of the account."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from bpeinfer.errors import TokenizerFileError
from bpeinfer.loading.bytelevel import CHARACTER_OF_BYTE
from bpeinfer.loading.raw import RawTokenizer, Token
from bpeinfer.merges import MergeList

__all__ = [
    "as_bytes",
    "build_merge_list",
    "inversions",
    "is_unit",
    "positive",
    "require_merges",
    "starting_alphabet",
]


def is_unit(token: Token, raw: RawTokenizer) -> bool:
    """Return whether a token is one byte or character, not counting marks."""
    if len(token) == 1:
        return True
    marks = raw.marks
    if not marks:
        return False
    text = token.decode("latin-1") if isinstance(token, bytes) else token
    return text == marks.end_of_word if marks.apart else marks.is_letter(marks.bare(text))


def starting_alphabet(raw: RawTokenizer, also: Sequence[Token] = ()) -> list[Token]:
    """Single units in creation order; without a vocabulary, a byte alphabet has every byte."""
    units = (
        [token for token in raw.tokens if is_unit(token, raw)]
        if raw.marks
        else [token for token in raw.tokens if len(token) == 1]
    )
    units += also
    if raw.unit == "byte" and (raw.merges is None or not raw.tokens):
        every = [bytes([byte]) for byte in CHARACTER_OF_BYTE]
        units += every
        if raw.marks.end_of_word and not raw.marks.apart:
            units += [byte + raw.marks.end_of_word.encode() for byte in every]
        if raw.marks.continuing_prefix:
            units += [raw.marks.continuing_prefix.encode() + byte for byte in every]
    return list(dict.fromkeys(units))


def build_merge_list(
    raw: RawTokenizer,
    alphabet: Sequence[Token],
    made: Sequence[Token],
    columns: tuple[Sequence[int] | NDArray[np.int64], ...],
    skips_unknown: bool = False,
    counts: Sequence[int] | None = None,
) -> MergeList:
    """Return the merge list over the alphabet and the made tokens.

    Args:
        raw: the file, for the kind of unit and the marks.
        alphabet, made: tokens, numbered in this order.
        columns: left part, right part and product of each merge.
        skips_unknown: see `MergeList`.
        counts: the count of each merge's pair, if the file has it.
    """
    every = (*alphabet, *made)
    symbols = tuple(token if isinstance(token, bytes) else as_bytes(token) for token in every)
    left, right, product = (np.array(column, dtype=np.int32) for column in columns)
    return MergeList(
        symbols=symbols,
        alphabet_size=len(alphabet),
        left=left,
        right=right,
        product=product,
        unit=raw.unit,
        end_of_word=raw.marks.end_of_word.encode(),
        continuing_prefix=raw.marks.continuing_prefix.encode(),
        skips_unknown=skips_unknown,
        joined_marks=raw.marks.joined,
        counts=None if counts is None else np.array(counts, dtype=np.int64),
    )


def as_bytes(token: Token) -> bytes:
    """Return a token as bytes; a character string is encoded as UTF-8, lone surrogates kept."""
    return token if isinstance(token, bytes) else token.encode("utf-8", "surrogatepass")


def require_merges(made: Sequence[Token], raw: RawTokenizer) -> None:
    """Raise TokenizerFileError if there is no made token."""
    if not made:
        raise TokenizerFileError(
            f"a {raw.format} file without a learned merge; it is damaged or not a BPE tokenizer"
        )


def positive(counts: Mapping[str, int]) -> dict[str, int]:
    """Drop the zeros."""
    return {reason: count for reason, count in counts.items() if count}


def inversions(order: Sequence[int]) -> int:
    """Return how many items are smaller than some earlier item."""
    numbers = np.asarray(order, dtype=np.int64)
    return int((numbers < np.maximum.accumulate(numbers)).sum()) if len(numbers) else 0
