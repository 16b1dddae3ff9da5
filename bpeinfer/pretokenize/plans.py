"""A tokenizer's specification → a `Plan`: vectorised stages that split as it does, or the reason there is none."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import regex
from numpy.typing import NDArray

from bpeinfer.pretokenize import huggingface
from bpeinfer.pretokenize.buffers import BAR, CUT, END, Buffer
from bpeinfer.pretokenize.by_regex import Matches, plain_pattern
from bpeinfer.pretokenize.character_classes import Engine
from bpeinfer.pretokenize.normal_forms import UnicodeForm
from bpeinfer.pretokenize.sentencepiece import TYPE as SENTENCEPIECE
from bpeinfer.pretokenize.sentencepiece import CutOut, Lines, TrainerWords, is_sentencepiece
from bpeinfer.pretokenize.stages import (
    Bars,
    ClassRuns,
    ShownDigits,
    SpaceAtEnd,
    SpaceBefore,
    Stage,
    Words,
    piece_starts,
)
from bpeinfer.pretokenize.word_rules import DROPPING_RULES, GPT2, word_rule

__all__ = ["Plan", "UnplannedError", "plan_for_spec"]


class UnplannedError(Exception):
    """A specification has no vectorised plan; the message says which part and why."""


@dataclass(frozen=True)
class Plan:
    """How to split texts without an object for each piece: normalizers on strings, then stages on bytes."""

    normalizers: tuple[Callable[[list[str]], list[str]], ...]
    stages: tuple[Stage, ...]

    @property
    def slow_because(self) -> str:
        """Which stage is not vectorised; "" if all are."""
        return "; ".join(stage.slow_because for stage in self.stages if isinstance(stage, Matches))

    def split(
        self, texts: Sequence[str], encoded: Sequence[bytes] | None = None
    ) -> tuple[bytes, NDArray[np.int64], NDArray[np.int64]] | None:
        """Return a buffer, the starts of the pretokens in it and their lengths; None: use the slow way.

        The buffer begins with END, and one follows each text. `encoded` may give the texts in UTF-8.
        """
        if self.normalizers or encoded is None:
            texts = list(texts)
            for normalize in self.normalizers:
                texts = normalize(texts)
            encoded = [text.encode() for text in texts]
        end = bytes([END])
        buffer = Buffer(end.join([b"", *encoded, end * 16]))
        starts = piece_starts(buffer)
        for stage in self.stages:
            done = stage.run(buffer, starts)
            if done is None:
                return None
            buffer, starts = done
        places = np.flatnonzero(starts)
        lengths = np.diff(places)  # the last start is an END
        places = places[:-1]
        found = buffer.codes[places]
        kept = np.flatnonzero((found < CUT) | (found == BAR))
        return buffer.data, places[kept], lengths[kept]


def plan_for_spec(normalizer: Any, pre_tokenizer: Any) -> Plan:
    """Return the plan of the two objects of a tokenizer.json.

    Raises:
        UnplannedError: a part has no vectorised form.
    """
    if is_sentencepiece(pre_tokenizer):
        cut = CutOut(tuple(pre_tokenizer["symbols"]), pre_tokenizer["delimiter"])
        return Plan((*_normalizers(normalizer), cut), (TrainerWords(pre_tokenizer),))
    if huggingface.depends_on_the_start(normalizer, pre_tokenizer):
        raise UnplannedError("Metaspace marks the start of texts, and the normalizer may drop that start")
    return Plan(tuple(_normalizers(normalizer)), tuple(_stages(pre_tokenizer)))


def _normalizers(spec: Any) -> Iterator[Callable[[list[str]], list[str]]]:
    if spec is None:
        return
    kind = spec.get("type")
    if kind == "Sequence":
        for part in spec["normalizers"]:
            yield from _normalizers(part)
    elif kind in ("NFC", "NFD", "NFKC", "NFKD"):
        yield UnicodeForm(kind)
    elif kind == "Replace" and "String" in spec["pattern"]:
        yield Replace(spec["pattern"]["String"], spec["content"])
    elif kind == SENTENCEPIECE:
        yield Lines(spec)
    elif kind == "Prepend":
        yield Prepend(spec["prepend"])
    elif kind == "ByteLevel":
        raise UnplannedError("a ByteLevel normalizer")
    else:
        yield OneByOne(huggingface.normalizing_function(json.dumps(spec)))


@dataclass(frozen=True)
class OneByOne:
    """Normalise texts one by one."""

    normalize: Callable[[str], str]

    def __call__(self, texts: list[str]) -> list[str]:
        """Return the normalised texts."""
        return [self.normalize(text) for text in texts]


@dataclass(frozen=True)
class Replace:
    """Replace a literal string."""

    old: str
    new: str

    def __call__(self, texts: list[str]) -> list[str]:
        """Return the texts with every occurrence replaced."""
        return [text.replace(self.old, self.new) for text in texts] if self.old else texts


@dataclass(frozen=True)
class Prepend:
    """Put a string before each text that is not empty."""

    prefix: str

    def __call__(self, texts: list[str]) -> list[str]:
        """Return the longer texts."""
        return [self.prefix + text if text else text for text in texts]


def _stages(spec: Any) -> Iterator[Stage]:
    if spec is None:
        return
    kind = spec.get("type")
    if kind == "Sequence":
        yield from _stages_of_sequence(spec["pretokenizers"])
    elif kind == "ByteLevel":
        if spec.get("add_prefix_space"):
            yield SpaceBefore()
        if spec.get("use_regex", True):
            yield _stage_for_pattern(GPT2, "tokenizers", drop_others=False)
    elif kind == "Split":
        yield _stage_for_split(spec)
    elif kind == "Digits":
        yield ClassRuns(members="", engine="Digits", longest=int(spec["individual_digits"]))
    elif kind == "Metaspace" and spec["replacement"] == "▁":
        yield _stage_for_metaspace(spec)
    elif kind == "WhitespaceSplit":
        yield ClassRuns(members=r"\s", engine="tokenizers", drop="members")
    elif kind == "Punctuation" and spec.get("behavior", "Isolated") in ("Isolated", "Contiguous"):
        yield ClassRuns(
            members="", engine="Punctuation", longest=int(spec.get("behavior", "Isolated") == "Isolated")
        )
    else:
        raise UnplannedError(f"pre-tokenizer {kind} with {spec}")


def _stages_of_sequence(parts: Sequence[Any]) -> Iterator[Stage]:
    for number, part in enumerate(parts):
        if huggingface.uses_byte_display(parts[:number]):
            yield _stage_for_display(part)
        elif part.get("type") == "Split" and part["pattern"].get("Regex") == _AT_END:
            # `$` also matches at the end of a line, so lines must be separated already.
            if not any(_cuts_lines(before) for before in parts[:number]):
                raise UnplannedError(f"{_AT_END} on text with several lines")
            yield SpaceAtEnd()
        else:
            yield from _stages(part)


def _stage_for_metaspace(spec: Any) -> Stage:
    # Files from tokenizers before 0.15 have add_prefix_space instead of prepend_scheme.
    given: Literal["always", "never"] = "always" if spec.get("add_prefix_space", True) else "never"
    return Bars(spec.get("prepend_scheme") or given, spec.get("split") is not False)


def _stage_for_display(spec: Any) -> Stage:
    """Return the stage that follows ByteLevel and sees the display characters of bytes."""
    if spec.get("type") == "Digits":
        return ShownDigits(1 if spec["individual_digits"] else 0)
    isolated = spec.get("behavior") == "Isolated" and not spec.get("invert")
    if spec.get("type") == "Split" and isolated and spec["pattern"].get("Regex") == "[0-9][0-9][0-9]":
        return ShownDigits(3)
    raise UnplannedError(f"a stage after ByteLevel, which sees the display characters of bytes: {spec}")


def _stage_for_split(spec: Any) -> Stage:
    behavior, invert = spec["behavior"], bool(spec.get("invert"))
    pattern = spec["pattern"].get("Regex")
    if pattern is None:
        raise UnplannedError(f"Split at the string {spec['pattern'].get('String')!r}")
    if behavior == "Isolated":
        return _stage_for_pattern(pattern, "tokenizers", drop_others=False)
    if behavior == "Removed" and invert:
        return _stage_for_pattern(pattern, "tokenizers", drop_others=True)
    if behavior == "Removed" and (found := _class_run(pattern, "tokenizers")):
        members, longest, space = found
        if not space and longest == 0:
            return ClassRuns(members=members, engine="tokenizers", drop="members")
    if behavior == "Removed" and not invert and (classes := plain_pattern(pattern)) is not None:
        return Matches(pattern, classes, drop="matches")
    raise UnplannedError(f"Split with behavior {behavior}, invert {invert}, pattern {pattern}")


def _stage_for_pattern(pattern: str, engine: Engine, *, drop_others: bool) -> Stage:
    rule = word_rule(pattern)
    # A rule for ascii_words leaves stray characters between its matches.
    if rule is not None and not (drop_others and rule.ascii_words):
        return Words(rule, engine)
    if drop_others and pattern in DROPPING_RULES:
        return Words(DROPPING_RULES[pattern], engine)
    if found := _class_run(pattern, engine):
        members, longest, space = found
        if not (drop_others and space):
            return ClassRuns(
                members=members,
                engine=engine,
                longest=longest,
                space=space,
                drop="others" if drop_others else "",
            )
    if engine == "tokenizers" and (classes := plain_pattern(pattern)) is not None:
        return Matches(pattern, classes, drop="others" if drop_others else "")
    raise UnplannedError(f"a split pattern of no known family: {pattern}")


_AT_END = r"\s+$"


def _cuts_lines(spec: Any) -> bool:
    pattern = spec.get("pattern", {}).get("Regex", "").replace("\r", r"\r").replace("\n", r"\n")
    return bool(pattern == r"[\r\n]")


_SPACE_FORMS = {"": "", " ?": " ", r"\s?": "s"}
_CLASS = regex.compile(
    r"(?P<space>|[ ]\?|\\s\?)"
    r"(?P<members>\\p\{\w+\}|\[(?:[^\[\]\\]|\\.|(?P<nested>\[(?:[^\[\]\\]|\\.)+\]))+\])"
    r"(?P<times>|\+|\{1,(?P<longest>[2-9])\})"
)


def _class_run(pattern: str, engine: Engine) -> tuple[str, int, Any] | None:
    """Read ``[class]``, ``[class]+`` or ``[class]{1,3}``, optionally with one space before it."""
    found = _CLASS.fullmatch(pattern)
    if not found or (found["nested"] and engine == "regex"):  # which reads a bracket in brackets as a sign
        return None
    space = _SPACE_FORMS[found["space"]]
    longest = 0 if found["times"] == "+" else int(found["longest"] or 1)
    return (found["members"], longest, space) if not (space and longest) else None
