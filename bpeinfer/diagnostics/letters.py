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


def letters_without_sample(counts: PretokenCounts, tokens: Iterable[bytes]) -> tuple[str, ...]:
    """Return the letters of tokens that are (nearly) absent from all samples, in the order of the tokens."""
    wanted = letters_of_tokens(tokens)
    if not wanted:
        return ()
    characters, pretoken = _characters(counts)
    by_category = counts.by_category()
    total = np.maximum(np.bincount(pretoken, minlength=len(counts)) @ by_category, 1)
    # Some of the pretokens already have most letters in plenty; only the others need to be counted in all of them.
    missing = set(wanted)
    for part in (len(characters) // 32, len(characters)):
        missing = _hardly_held(missing, characters[:part], pretoken[:part], by_category, total)
    return tuple(letter for letter in wanted if letter in missing)


def _hardly_held(
    letters: set[str],
    characters: NDArray[np.uint32],
    pretoken: Longs,
    by_category: csr_array,
    total: NDArray[np.float64],
) -> set[str]:
    """Return the letters that make up next to nothing of every category's characters, `total` float64[n] in all."""
    codes = np.array(sorted(map(ord, letters)), dtype=np.uint32)
    number = np.full(sys.maxunicode + 1, len(codes), dtype=np.int32)
    number[codes] = np.arange(len(codes))
    place = number[characters]
    at = np.flatnonzero(place < len(codes))
    # Equal entries add up to how often each letter occurs in each distinct pretoken.
    held = csr_array(
        (np.ones(len(at), dtype=np.int64), (place[at], pretoken[at])),
        shape=(len(codes), by_category.shape[0]),
    )
    hardly = ((held @ by_category).toarray() < HARDLY * total).all(axis=1)
    return {chr(code) for code in codes[hardly].tolist()}


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


def measure_coverage(counts: PretokenCounts, merges: MergeList) -> Coverage | None:
    """Compare the samples' characters with an alphabet of characters; None for alphabets of bytes."""
    if merges.unit == "byte":
        return None
    marks = (merges.end_of_word, merges.continuing_prefix)
    symbols = merges.symbols[: merges.alphabet_size]
    alphabet = {
        symbol.removesuffix(marks[0]).removeprefix(marks[1]).decode("utf-8", "replace") for symbol in symbols
    }
    known = np.array(sorted(ord(text) for text in alphabet if len(text) == 1), dtype=np.uint32)
    characters, pretoken = _characters(counts)
    distinct, place = np.unique(characters, return_inverse=True)
    covered = np.isin(distinct, known)
    texts = [chr(code) for code in distinct.tolist()]
    lengths = np.array([len(text.encode("utf-8", "replace")) for text in texts])
    script_of = scripts_of(texts)
    names = sorted({script for text, script in script_of.items() if unicodedata.category(text)[0] == "L"})
    number = {name: i for i, name in enumerate(names)}
    script = np.array(
        [number[script_of[t]] if unicodedata.category(t)[0] == "L" else len(names) for t in texts]
    )
    by_category = counts.by_category()

    def summed(values: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray(np.bincount(pretoken, values[place], len(counts)) @ by_category)

    of_scripts = np.array([summed((script == i).astype(float)) for i in range(len(names))])
    held = np.array([summed(((script == i) & covered).astype(float)) for i in range(len(names))])
    main = of_scripts.argmax(axis=0)
    columns = np.arange(len(counts.categories))
    return Coverage(
        bytes=summed((lengths * covered).astype(float)) / np.maximum(summed(lengths.astype(float)), 1),
        script=tuple(names[i] for i in main.tolist()),
        letters=held[main, columns] / np.maximum(of_scripts[main, columns], 1),
    )
