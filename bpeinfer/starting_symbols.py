"""Pretokens as the alphabet symbols that training starts from: bytes, characters, or letters with their marks."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from functools import cache

import numpy as np
from numpy.typing import NDArray

from bpeinfer.errors import InferenceError
from bpeinfer.merges import MergeList

__all__ = ["starting_symbols"]

CODE_POINTS = 0x110000

Ints = NDArray[np.int32]
Units = NDArray[np.uint8] | NDArray[np.uint32]


def starting_symbols(
    merges: MergeList, blob: NDArray[np.uint8], offsets: NDArray[np.int64]
) -> tuple[Ints, NDArray[np.int64]]:
    """Split pretokens into the alphabet symbols that training starts from.

    Args:
        merges: defines what one symbol is (byte or character) and whether the last one carries or precedes a mark.
        blob: uint8[B], the pretokens' bytes, one after another.
        offsets: int64[P+1], where each pretoken starts.

    Returns:
        (symbols int32[M], offsets int64[P+1]); anything outside the alphabet is ``alphabet_size``, or is left out
        if `merges.skips_unknown`.

    Raises:
        InferenceError: the merge list is over characters and the pretokens are not UTF-8.
    """
    outside = merges.alphabet_size
    letters = _letters_with_marks(merges) if merges.joined_marks else {}
    units, starts = (blob, offsets) if merges.unit == "byte" else _code_points(blob, offsets)
    if merges.joined_marks:
        units, starts = _join_marks(units, starts, letters)
    mark = merges.mark_symbol
    prefix, suffix = merges.continuing_prefix, merges.end_of_word if mark is None else b""
    tables = _tables(merges, prefix, suffix, letters)
    symbols: Ints = tables[-1, 0][units]
    filled = starts[1:] > starts[:-1]
    if prefix or suffix:
        first, last = starts[:-1][filled], starts[1:][filled] - 1
        symbols[first] = tables[0, 0][units[first]]
        symbols[last] = tables[-1, -1][units[last]]
        alone = first[first == last]
        symbols[alone] = tables[0, -1][units[alone]]
    if merges.skips_unknown and not (known := symbols != outside).all():
        starts = np.concatenate(([0], np.cumsum(known)))[starts]
        symbols = symbols[known]
    if mark is not None:  # it follows each pretoken
        symbols = np.insert(symbols, starts[1:], mark)
        starts = starts + np.arange(len(starts))
    return symbols, starts


def _code_points(
    blob: NDArray[np.uint8], offsets: NDArray[np.int64]
) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
    try:
        text = blob.tobytes().decode("utf-8")
    except UnicodeDecodeError as error:
        raise InferenceError(
            f"the tokenizer's alphabet is characters but a pretoken is not UTF-8 ({error}); "
            "use the pre-tokenizer that belongs to it"
        ) from None
    units = np.frombuffer(text.encode("utf-32-le"), dtype=np.uint32)
    return units, np.concatenate(([0], np.cumsum((blob & 0xC0) != 0x80)))[offsets]


def _tables(merges: MergeList, prefix: bytes, suffix: bytes, letters: Mapping[str, int]) -> Ints:
    """Return int32[continues a pretoken?, ends it?, unit], the symbol of each unit by its position."""
    encoding, possible = ("latin-1", 256) if merges.unit == "byte" else ("utf-8", CODE_POINTS)
    possible += len(letters) + merges.joined_marks
    shape = (1 + bool(prefix), 1 + bool(suffix), possible)
    tables = np.full(shape, merges.alphabet_size, dtype=np.int32)
    for number, symbol in enumerate(merges.symbols[: merges.alphabet_size]):
        continues = bool(prefix) and symbol.startswith(prefix) and symbol != prefix
        ends = bool(suffix) and symbol.endswith(suffix) and symbol != suffix
        bare = symbol[len(prefix) * continues : len(symbol) - len(suffix) * ends].decode(encoding)
        code = ord(bare) if len(bare) == 1 else letters.get(bare)
        if code is not None:
            tables[int(continues), int(ends), code] = number
    return tables


def _letters_with_marks(merges: MergeList) -> dict[str, int]:
    """Number the alphabet's letters of several code points."""
    texts = (symbol.decode() for symbol in merges.symbols[: merges.alphabet_size])
    end, prefix = merges.end_of_word.decode(), merges.continuing_prefix.decode()
    bare = dict.fromkeys(text.removesuffix(end).removeprefix(prefix) for text in texts)
    return {text: CODE_POINTS + n for n, text in enumerate((text for text in bare if len(text) > 1), 1)}


def _join_marks(
    units: Units, starts: NDArray[np.int64], letters: Mapping[str, int]
) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
    """Make one unit of each letter and the combining marks after it; an unknown unit is `CODE_POINTS`."""
    begins = ~_combining()[units]
    begins[starts[:-1][starts[:-1] < starts[1:]]] = True
    first = np.flatnonzero(begins)
    lengths = np.diff(first, append=len(units))
    joined = units[first].astype(np.uint32)
    for place in np.flatnonzero(lengths > 1).tolist():
        text = units[first[place] : first[place] + lengths[place]].tobytes().decode("utf-32-le")
        joined[place] = letters.get(text, CODE_POINTS)
    return joined, np.searchsorted(first, starts)


@cache
def _combining() -> NDArray[np.bool_]:
    """bool[CODE_POINTS], which code points are combining marks."""
    found = np.zeros(CODE_POINTS, dtype=bool)
    found[[code for code in range(CODE_POINTS) if unicodedata.category(chr(code))[0] == "M"]] = True
    return found
