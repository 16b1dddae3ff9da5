"""Letters as evidence: letters in the merge list but in no sample, and categories whose letters the alphabet lacks."""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

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
        characters, pretoken = _characters(part)
        by_category = part.by_category()
        # Some of the pretokens already have most letters in plenty; only the others need to be counted in all of them.
        some = len(characters) // 32
        seen = held + _letters_in(codes, characters[:some], pretoken[:some], by_category)
        rare = (seen < enough).all(axis=1)
        codes, held = codes[rare], held[rare]
        held += _letters_in(codes, characters, pretoken, by_category)
    missing = {chr(code) for code in codes[(held < enough).all(axis=1)].tolist()}
    return tuple(letter for letter in wanted if letter in missing)


def _letters_in(
    codes: NDArray[np.uint32], characters: NDArray[np.uint32], pretoken: Longs, by_category: csr_array
) -> Longs:
    """Return int64[k, n]: how often each of k letters occurs in each category, among these characters."""
    number = np.full(sys.maxunicode + 1, len(codes), dtype=np.int32)
    number[codes] = np.arange(len(codes))
    place = number[characters]
    at = np.flatnonzero(place < len(codes))
    # Equal entries add up to how often each letter occurs in each distinct pretoken.
    held = csr_array(
        (np.ones(len(at), dtype=np.int64), (place[at], pretoken[at])),
        shape=(len(codes), by_category.shape[0]),
    )
    found: Longs = (held @ by_category).toarray()
    return found


def _characters_in(counts: PretokenCounts) -> Longs:
    """Return int64[n]: the characters of each category, a pretoken's first byte being taken for one's first."""
    first = (counts.blob & 0xC0) != 0x80
    first[counts.offsets[:-1]] = True
    lengths = np.add.reduceat(first, counts.offsets[:-1], dtype=np.int64)
    return counts.category_sums(lengths)


def _characters(counts: PretokenCounts) -> tuple[NDArray[np.uint32], Longs]:
    """Return the characters of the distinct pretokens, and which pretoken each belongs to; broken bytes are U+FFFD."""
    starts = np.zeros(len(counts.blob), dtype=bool)
    starts[counts.offsets[:-1]] = True
    # Bytes that begin a character or a pretoken.
    first = ((counts.blob & 0xC0) != 0x80) | starts
    text = counts.blob.tobytes().decode("utf-8", "replace")
    characters = np.frombuffer(text.encode("utf-32-le", "replace"), dtype=np.uint32)
    pretoken = (np.cumsum(starts) - 1)[first]
    if len(characters) != len(pretoken):  # pretokens that break characters apart: go one by one
        texts = [pretoken.decode("utf-8", "replace") for pretoken in counts.pretokens()]
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
        characters, pretoken = _characters(part)
        own = np.unique(characters)
        both = np.union1d(codes, own)
        grown = np.zeros((len(both), found.shape[1]), dtype=np.int64)
        grown[np.searchsorted(both, codes)] = found
        grown[np.searchsorted(both, own)] += _letters_in(own, characters, pretoken, part.by_category())
        codes, found = both, grown
    return codes, found
