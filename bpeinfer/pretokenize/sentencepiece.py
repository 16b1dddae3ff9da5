"""What sentencepiece's BPE trainer sees of a text: normalised lines, cut into words that merges never cross.

Two specifications, in addition to those of tokenizer.json, describe it::

    normalizer     {"type": "SentencePiece", "charsmap": base64, "add_dummy_prefix": …, "remove_extra_whitespaces": …,
                    "treat_whitespace_as_suffix": …, "max_sentence_length": bytes (0: any)}
    pre_tokenizer  {"type": "SentencePiece", "symbols": […], "delimiter": …, "split_by_whitespace": …,
                    "treat_whitespace_as_suffix": …, "allow_whitespace_only_pieces": …,
                    "split_by_unicode_script": …, "split_by_number": …, "split_digits": …}

The names are sentencepiece's own. A token can never cross the border between two scripts, so "may not mix" is the same
as "is split there" if both characters have a script; a mark between two scripts may go with either, so text is not
split there and `bpeinfer.loading.TrainerLimits` decides which pairs could be merged.

Source: sentencepiece 0.2.3, normalizer.cc (Normalize), trainer_interface.cc (LoadSentences, SplitSentencesByWhitespace,
IsValidSentencePiece) and model_interface.cc (SplitIntoWords).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bpeinfer.pretokenize import huggingface
from bpeinfer.pretokenize.boundaries import character_flags
from bpeinfer.pretokenize.buffers import BAR, CUT, Buffer
from bpeinfer.pretokenize.character_classes import FixedClasses
from bpeinfer.pretokenize.charsmap import character_map
from bpeinfer.pretokenize.sentencepiece_scripts import COMMON, DIGITS, INHERITED, is_digit, trainer_scripts

__all__ = [
    "TYPE",
    "CutOut",
    "Lines",
    "TrainerWords",
    "flat",
    "is_sentencepiece",
    "readable",
    "splitting_function",
    "words",
]

TYPE = "SentencePiece"
"""The type of both specifications."""

SPACE = "▁"
_RESERVED = "▅"  # the trainer's own sign for unknown characters: lines with it are skipped
_MARKS = "\n\x1f"  # what always separates words: line ends, and the trainer's own boundary
_ANY, _DIGIT = (
    250,
    249,
)  # numbers that no script has: for ▁ and digits that go with any script; for other digits

_EDGES = re.compile(r"^ +", re.MULTILINE)
_TAIL = re.compile(f"{SPACE}+$", re.MULTILINE)
_SPACES = re.compile(" {2,}")


def is_sentencepiece(spec: Any) -> bool:
    """Return whether a specification is one of sentencepiece's."""
    return isinstance(spec, Mapping) and spec.get("type") == TYPE


def readable(text: str, longest: int) -> str:
    """Return the text without the lines that the trainer skips: those longer than `longest` bytes or with its sign."""
    if _RESERVED not in text and (not longest or len(text) * 4 <= longest or len(text.encode()) <= longest):
        return text
    return "\n".join(
        "" if _RESERVED in line or (longest and len(line.encode()) > longest) else line
        for line in text.split("\n")
    )


@dataclass(frozen=True)
class Lines:
    """The normalizer: text → text with each line as the trainer sees it; spaces are ▁."""

    spec: Mapping[str, Any]

    def __call__(self, texts: list[str]) -> list[str]:
        """Return the normalised texts."""
        return [self.whole(text) for text in texts]

    def whole(self, text: str) -> str:
        """Normalise all lines at once."""
        spec = self.spec
        if spec["charsmap"] and character_map(spec["charsmap"]).makes_runs_of_spaces:
            return self.plain(text)
        text = readable(text, spec["max_sentence_length"])
        if spec["charsmap"]:
            text = character_map(spec["charsmap"]).apply(text)
        collapse, suffix = spec["remove_extra_whitespaces"], spec["treat_whitespace_as_suffix"]
        if collapse:
            text = _SPACES.sub(" ", _EDGES.sub("", text))
        if spec["add_dummy_prefix"] and not suffix:
            text = "\n".join([SPACE + line if line else line for line in text.split("\n")])
        text = text.replace(" ", SPACE)
        if spec["add_dummy_prefix"] and suffix:
            return "\n".join([_ended(line, collapse) for line in text.split("\n")])
        return _TAIL.sub("", text) if collapse else text

    def plain(self, text: str) -> str:
        """Normalise line by line and place by place, as sentencepiece does; `whole` must equal it."""
        return "\n".join(
            self._line(line) for line in readable(text, self.spec["max_sentence_length"]).split("\n")
        )

    def _line(self, line: str) -> str:
        if not line:  # without reading the map, which takes a while
            return line
        spec = self.spec
        collapse, suffix = spec["remove_extra_whitespaces"], spec["treat_whitespace_as_suffix"]
        chunks = character_map(spec["charsmap"]).walk(line) if spec["charsmap"] else list(line)
        made, after_space = "", collapse
        for chunk in chunks:
            if after_space:
                chunk = chunk.lstrip(" ")
            made += chunk.replace(" ", SPACE)
            if chunk and collapse:
                after_space = chunk.endswith(" ")
        # sentencepiece also marks a line that maps to nothing; a lone mark is in no pair.
        mark = SPACE if made and spec["add_dummy_prefix"] else ""
        if not suffix:
            made = mark + made
        if collapse:
            made = made.rstrip(SPACE)
        return made + mark if suffix else made


def _ended(line: str, collapse: bool) -> str:
    """Return a line with a space mark at its end; an empty line stays empty."""
    if not line:
        return line
    return (line.rstrip(SPACE) if collapse else line) + SPACE


@dataclass(frozen=True)
class CutOut:
    """What the trainer removes from normalised text before it counts: given symbols and a delimiter."""

    symbols: tuple[str, ...]
    delimiter: str

    def __call__(self, texts: list[str]) -> list[str]:
        """Return the texts with line ends in place of what is removed."""
        if self.symbols and any(texts):  # compiling thousands of symbols is left until there is text
            texts = [_any_of(self.symbols).sub("\n", text) for text in texts]
        return [text.replace(self.delimiter, "\n") for text in texts] if self.delimiter else texts


@lru_cache(maxsize=4)
def _any_of(symbols: tuple[str, ...]) -> re.Pattern[str]:
    """Return the pattern of the longest of some symbols: Gemma has six thousand."""
    return re.compile("|".join(map(re.escape, sorted(symbols, key=len, reverse=True))))


def words(spec: Mapping[str, Any]) -> Callable[[str], list[str]]:
    """Return the simple function from normalised text to pretokens; `TrainerWords` must equal it."""
    cut = CutOut(tuple(spec["symbols"]), spec["delimiter"])
    pattern = re.compile(_WORDS[spec["treat_whitespace_as_suffix"], spec["allow_whitespace_only_pieces"]])
    scripts = trainer_scripts()

    def kind(character: str) -> int:
        if character == SPACE or (is_digit(character) and not spec["split_by_number"]):
            return _ANY
        return int(scripts[ord(character)])

    def part(word: str) -> list[str]:
        pieces: list[str] = []
        before = _ANY
        for place, character in enumerate(word):
            now = kind(character)
            apart = (
                spec["split_by_unicode_script"] and before != now and not {before, now} & {_ANY, INHERITED}
            )
            if spec["split_digits"] and place:
                apart |= is_digit(character) or is_digit(word[place - 1])
            if apart or not pieces:
                pieces.append("")
            pieces[-1] += character
            before = now
        return pieces

    def split(text: str) -> list[str]:
        lines = re.split(f"[{_MARKS}]", cut([text])[0])
        found = (pattern.findall(line) if spec["split_by_whitespace"] else [line] for line in lines if line)
        return [piece for line in found for word in line for piece in part(word)]

    return split


# (space last, runs of spaces) → pattern of a word; sentencepiece's `SplitIntoWords`.
_WORDS = {
    (False, False): f"{SPACE}[^{SPACE}]*|[^{SPACE}]+",
    (False, True): f"{SPACE}+[^{SPACE}]*|[^{SPACE}]+",
    (True, False): f"[^{SPACE}]*{SPACE}|[^{SPACE}]+",
    (True, True): f"[^{SPACE}]*{SPACE}+|[^{SPACE}]+",
}


@dataclass(frozen=True)
class TrainerWords:
    """The stage that cuts normalised lines into words, and at scripts and digits."""

    spec: Mapping[str, Any]

    def run(self, buffer: Buffer, starts: NDArray[np.bool_]) -> tuple[Buffer, NDArray[np.bool_]]:
        """Mark where words start; line ends become CUT."""
        spec = self.spec
        data = buffer.data.replace(SPACE.encode(), bytes([BAR]))
        buffer = Buffer(data.translate(_TO_CUTS))
        codes = buffer.codes
        stop = (codes >= CUT) & (codes != BAR)
        starts = stop.copy()
        starts[1:] |= stop[:-1]
        bar = codes == BAR
        if spec["split_by_whitespace"]:
            runs = spec["allow_whitespace_only_pieces"]
            if spec["treat_whitespace_as_suffix"]:
                starts[1:] |= bar[:-1] & ~bar[1:] if runs else bar[:-1]
            else:
                starts |= bar
                if runs:
                    starts[1:] &= ~(bar[1:] & bar[:-1])
        if spec["split_by_unicode_script"] or spec["split_digits"]:
            kinds = character_flags(buffer, _classes(), _BY_CLASS, 0)
            digit = kinds == _DIGIT
            if spec["split_by_unicode_script"]:
                if spec["split_by_number"]:
                    kinds = np.where(digit, np.uint8(COMMON), kinds)
                definite = (kinds != INHERITED) & (kinds < _DIGIT)
                starts[1:] |= (kinds[1:] != kinds[:-1]) & definite[1:] & definite[:-1]
            if spec["split_digits"]:
                starts |= digit & ((codes & 0xC0) != 0x80)
                starts[1:] |= digit[:-1] & ~digit[1:]
        return buffer, starts


_TO_CUTS = bytes(CUT if chr(byte) in _MARKS else byte for byte in range(256))
_BY_CLASS = np.arange(256, dtype=np.uint8)


@lru_cache(maxsize=1)
def _classes() -> FixedClasses:
    """Return the scripts, with separate numbers for digits and ▁."""
    numbers = trainer_scripts().copy()
    numbers[[ord(digit) for digit in DIGITS]] = _DIGIT
    numbers[ord(SPACE)] = _ANY
    return FixedClasses(numbers)


def splitting_function(normalizer: Any, pre_tokenizer: Any) -> Callable[[str], list[bytes]]:
    """Return the text → pretokens function of two specifications, at least one of them sentencepiece's."""
    steps = [
        Lines(spec).plain if is_sentencepiece(spec) else huggingface.normalizing_function(json.dumps(spec))
        for spec in flat(normalizer)
    ]
    if is_sentencepiece(pre_tokenizer):
        cut = words(pre_tokenizer)
    else:
        rest = huggingface.splitting_function("null", json.dumps(pre_tokenizer))

    def split(text: str) -> list[bytes]:
        for step in steps:
            text = step(text)
        return [word.encode() for word in cut(text)] if is_sentencepiece(pre_tokenizer) else rest(text)

    return split


def flat(normalizer: Any) -> Iterator[Any]:
    """Yield the steps of a normalizer, with sequences flattened."""
    if normalizer is None:
        return
    if normalizer.get("type") == "Sequence":
        for part in normalizer["normalizers"]:
            yield from flat(part)
    else:
        yield normalizer
