"""Letters as evidence: letters in the merge list but in no sample, and categories whose letters the alphabet lacks."""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from bpeinfer.counting.counts import PretokenCounts
from bpeinfer.counting.spilled_counts import AnyCounts
from bpeinfer.merges import MergeList
from bpeinfer.scripts import scripts_of

__all__ = ["Coverage", "letters_of_tokens", "letters_without_sample", "measure_coverage"]

Longs = NDArray[np.int64]

# A letter that makes up less than this part of the letters of every sample counts as being in none.
HARDLY = 2e-5
# A category is ruled out if the alphabet contains less than this part of its own script's letters. Trainers that limit
# the alphabet leave out the rarest characters, a few percent of their text at most, or (limits of 1,000 characters) a
# part of Chinese; none leaves out a whole script that it was given.
COVERED = 0.05
# Bytes of distinct pretokens whose characters are looked at together.
PIECE = 1 << 20


def letters_of_tokens(tokens: Iterable[bytes]) -> list[str]:
    """Return the distinct letters (and vowel signs) of tokens in the order in which they appear."""
    texts = "".join(token.decode("utf-8", "ignore") for token in tokens)
    return [letter for letter in dict.fromkeys(texts) if unicodedata.category(letter)[0] in "LM"]


def letters_without_sample(counts: AnyCounts, tokens: Iterable[bytes]) -> tuple[str, ...]:
    """Return the letters of tokens that are (nearly) absent from all samples, in the order of the tokens."""
    wanted = letters_of_tokens(tokens)
    if not wanted:
        return ()
    enough = HARDLY * np.maximum(np.sum([_characters_in(part) for part in counts.parts()], axis=0), 1)
    codes = np.array(sorted(map(ord, wanted)), dtype=np.uint32)
    held = np.zeros((len(codes), len(counts.categories)), dtype=np.int64)
    for part in counts.parts():
        for piece in _pieces(part):
            held += _letters_in(codes, piece, part.block_category, held.shape[1])
            # What has most letters in plenty need not be looked for in the pieces after it.
            rare = (held < enough).all(axis=1)
            codes, held = codes[rare], held[rare]
            if not len(codes):
                return ()
    missing = {chr(code) for code in codes.tolist()}
    return tuple(letter for letter in wanted if letter in missing)


@dataclass(frozen=True, eq=False)
class _Piece:
    """Distinct pretokens: their characters, which pretoken each belongs to, and the pretokens' counts in blocks."""

    characters: NDArray[np.uint32]
    pretoken: Longs
    counts: csr_array


def _pieces(counts: PretokenCounts) -> Iterator[_Piece]:
    """Cut counts into pieces of about `PIECE` bytes: decoded, a byte of text takes up to 20."""
    stops = np.searchsorted(counts.offsets, np.arange(PIECE, int(counts.offsets[-1]) + PIECE, PIECE))
    first = 0
    for stop in np.unique(np.minimum(stops, len(counts.offsets) - 1)).tolist():
        offsets = counts.offsets[first : stop + 1]
        characters, pretoken = _characters(counts.blob[offsets[0] : offsets[-1]], offsets - offsets[0])
        yield _Piece(characters, pretoken, counts.counts[first:stop])
        first = stop


def _letters_in(
    codes: NDArray[np.uint32], piece: _Piece, block_category: NDArray[np.int32], categories: int
) -> Longs:
    """Return int64[k, n]: how often each of k letters occurs in each of n categories, in this piece."""
    number = np.full(sys.maxunicode + 1, len(codes), dtype=np.int32)
    number[codes] = np.arange(len(codes))
    place = number[piece.characters]
    at = np.flatnonzero(place < len(codes))
    # Equal entries add up to how often each letter occurs in each distinct pretoken.
    held = csr_array(
        (np.ones(len(at), dtype=np.int64), (place[at], piece.pretoken[at])),
        shape=(len(codes), piece.counts.shape[0]),
    )
    by_block = (held @ piece.counts).tocoo()
    row, block = by_block.coords
    found = np.zeros((len(codes), categories), dtype=np.int64)
    np.add.at(found, (row, block_category[block]), by_block.data)
    return found


def _characters_in(counts: PretokenCounts) -> Longs:
    """Return int64[n]: the characters of each category, a pretoken's first byte being taken for one's first."""
    first = (counts.blob & 0xC0) != 0x80
    first[counts.offsets[:-1]] = True
    lengths = np.add.reduceat(first, counts.offsets[:-1], dtype=np.int64)
    return counts.category_sums(lengths)


def _characters(blob: NDArray[np.uint8], offsets: Longs) -> tuple[NDArray[np.uint32], Longs]:
    """Return the characters of pretokens, and which pretoken each belongs to; broken bytes are U+FFFD."""
    starts = np.zeros(len(blob), dtype=bool)
    starts[offsets[:-1]] = True
    # Bytes that begin a character or a pretoken.
    first = ((blob & 0xC0) != 0x80) | starts
    data = blob.tobytes()
    characters = np.frombuffer(
        data.decode("utf-8", "replace").encode("utf-32-le", "replace"), dtype=np.uint32
    )
    pretoken = (np.cumsum(starts) - 1)[first]
    if len(characters) != len(pretoken):  # pretokens that break characters apart: go one by one
        texts = [data[a:b].decode("utf-8", "replace") for a, b in pairwise(offsets.tolist())]
        characters = np.frombuffer("".join(texts).encode("utf-32-le"), dtype=np.uint32)
        pretoken = np.repeat(np.arange(len(texts)), [len(text) for text in texts])
    return characters, pretoken


@dataclass(frozen=True, eq=False)
class Coverage:
    """What a tokenizer's alphabet covers of each category's text.

    Attributes:
        bytes: float64[n], share of the sample's bytes whose characters are in the alphabet.
        script: the script of most of each category's letters.
        letters: float64[n], share of that script's letters that are in the alphabet.
    """

    bytes: NDArray[np.float64]
    script: tuple[str, ...]
    letters: NDArray[np.float64]

    @property
    def ruled_out(self) -> NDArray[np.bool_]:
        """Which categories are written in a script that the alphabet lacks."""
        return self.letters < COVERED


def measure_coverage(counts: AnyCounts, merges: MergeList) -> Coverage | None:
    """Compare the samples' characters with an alphabet of characters; None for alphabets of bytes."""
    if merges.unit == "byte":
        return None
    marks = (merges.end_of_word, merges.continuing_prefix)
    symbols = merges.symbols[: merges.alphabet_size]
    alphabet = {
        symbol.removesuffix(marks[0]).removeprefix(marks[1]).decode("utf-8", "replace") for symbol in symbols
    }
    known = np.array(sorted(ord(text) for text in alphabet if len(text) == 1), dtype=np.uint32)
    distinct, occurrences = _all_characters(counts)
    covered = np.isin(distinct, known)
    texts = [chr(code) for code in distinct.tolist()]
    lengths = np.array([len(text.encode("utf-8", "replace")) for text in texts])
    script_of = scripts_of(texts)
    names = sorted({script for text, script in script_of.items() if unicodedata.category(text)[0] == "L"})
    number = {name: i for i, name in enumerate(names)}
    script = np.array(
        [number[script_of[t]] if unicodedata.category(t)[0] == "L" else len(names) for t in texts]
    )
    of_scripts = np.array([(script == i) @ occurrences for i in range(len(names))])
    held = np.array([((script == i) & covered) @ occurrences for i in range(len(names))])
    main = of_scripts.argmax(axis=0)
    columns = np.arange(len(counts.categories))
    return Coverage(
        bytes=(lengths * covered) @ occurrences / np.maximum(lengths @ occurrences, 1),
        script=tuple(names[i] for i in main.tolist()),
        letters=held[main, columns] / np.maximum(of_scripts[main, columns], 1),
    )


def _all_characters(counts: AnyCounts) -> tuple[NDArray[np.uint32], Longs]:
    """Return the distinct characters, uint32[c], and how often each occurs in each category, int64[c, n]."""
    codes, found = np.zeros(0, dtype=np.uint32), np.zeros((0, len(counts.categories)), dtype=np.int64)
    for part in counts.parts():
        for piece in _pieces(part):
            own = np.unique(piece.characters)
            both = np.union1d(codes, own)
            grown = np.zeros((len(both), found.shape[1]), dtype=np.int64)
            grown[np.searchsorted(both, codes)] = found
            grown[np.searchsorted(both, own)] += _letters_in(own, piece, part.block_category, found.shape[1])
            codes, found = both, grown
    return codes, found
