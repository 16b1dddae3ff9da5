"""Split patterns of known families → the `WordRule` that cuts text as they do."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import regex

from bpeinfer.pretokenize.boundaries import WordRule

__all__ = ["DROPPING_RULES", "GPT2", "word_rule"]

GPT2 = r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"
"""The pattern by which ByteLevel(use_regex) splits (Radford et al. 2019)."""

_ANY_CASE = "(?i:'s|'t|'re|'ve|'m|'ll|'d)"
_CAPITALS, _SMALLS = r"[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]", r"[\p{Ll}\p{Lm}\p{Lo}\p{M}]"
_PREFIX = r"[^\r\n\p{L}\p{N}]?"
_TO_LINES = (r"\s*[\r\n]+", r"\s+(?!\S)", r"\s+")
_ASCII_SIGN = r"""[!"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~]"""

# Each family: the alternatives of its pattern, one by one, and what they imply for the rule.
_CONTRACTIONS: dict[tuple[str, ...], dict[str, Any]] = {
    ("'s", "'t", "'re", "'ve", "'m", "'ll", "'d"): {"contractions": "lower"},
    ("'(?:[sdmt]|ll|ve|re)",): {"contractions": "lower"},
    (_ANY_CASE,): {"contractions": "any"},
    ("'(?i:[sdmt]|ll|ve|re)",): {"contractions": "any"},
    (): {},
}
_LETTERS: dict[tuple[str, ...], dict[str, Any]] = {
    (r" ?\p{L}+",): {"spaces": "join"},
    (_PREFIX + r"\p{L}+",): {"spaces": "lines"},
    (_PREFIX + r"[\p{L}\p{M}]+",): {"spaces": "lines", "marks": "letter"},
    (f"{_PREFIX}{_CAPITALS}*{_SMALLS}+", f"{_PREFIX}{_CAPITALS}+{_SMALLS}*"): {
        "spaces": "lines",
        "marks": "both",
        "cased": True,
    },
    (f"{_PREFIX}{_CAPITALS}*{_SMALLS}+{_ANY_CASE}?", f"{_PREFIX}{_CAPITALS}+{_SMALLS}*{_ANY_CASE}?"): {
        "spaces": "lines",
        "marks": "both",
        "cased": True,
        "contractions": "suffix",
    },
}
_NUMBERS: dict[tuple[str, ...], dict[str, Any]] = {
    (r" ?\p{N}+",): {"spaces": "join"},
    (r"\p{N}{1,3}",): {"spaces": "lines", "digits": 3},
    (r"\p{N}{1,2}",): {"spaces": "lines", "digits": 2},
    (r"\p{N}",): {"spaces": "lines", "digits": 1},
    (r"\p{N}+",): {"spaces": "lines"},
}
_SIGNS: dict[tuple[str, ...], dict[str, Any]] = {
    (r" ?[^\s\p{L}\p{N}]+",): {"spaces": "join"},
    (r" ?[^\s\p{L}\p{N}]+[\r\n]*",): {"spaces": "lines"},
    (r" ?[^\s\p{L}\p{N}]+[\r\n/]*",): {"spaces": "lines", "slashes": True},
    (r" ?[^\s\p{L}\p{M}\p{N}]+[\r\n]*",): {"spaces": "lines", "marks": "letter"},
}
_SPACES: dict[tuple[str, ...], dict[str, Any]] = {
    (r"\s+(?!\S)", r"\s+"): {"spaces": "join"},
    (r"\s+$", r"\s+(?!\S)", r"\s"): {"spaces": "join"},
    _TO_LINES: {"spaces": "lines"},
    (r"\s*[\r\n]", r"\s+(?!\S)", r"\s+"): {"spaces": "lines"},
    (r"\s+$", r"\s*[\r\n]", r"\s+(?!\S)", r"\s"): {"spaces": "lines", "whole_end": True},
}
_WHOLE: dict[str, WordRule] = {
    "|".join(
        [
            _ASCII_SIGN + "[A-Za-z]+",
            r"[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+",
            r" ?[\p{P}\p{S}]+[\r\n]*",
            *_TO_LINES,
        ]
    ): WordRule(marks="letter", ascii_words=True),
}
DROPPING_RULES: dict[str, WordRule] = {
    r"(?i)'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+": WordRule(
        spaces="drop", contractions="any", digits=1
    ),
}
"""Patterns whose matches are kept, while the rest is dropped."""


def word_rule(pattern: str) -> WordRule | None:
    """Return the rule of a split pattern (Oniguruma's) that covers any text, or None if its family is unknown.

    Example:
        >>> word_rule(GPT2).contractions
        'lower'
    """
    # An escaped quote or line break means the same as an unescaped one in all these patterns.
    plain = pattern.replace("\r", r"\r").replace("\n", r"\n").replace(r"\"", '"')
    if plain in _WHOLE:
        return _WHOLE[plain]
    # `$` matches before each line end: it is the end of the text only if all white space before it is matched.
    if "$" in plain.replace(r"\s++$", ""):
        return None
    plain = plain.replace(r"\z", "$")
    plain = regex.sub(r"\{1,\d\}\+", "+", plain)  # after braces, a plus is a repeat
    plain = regex.sub(r"\(\?>(\\p\{N\}\{1,\d\})\)", r"\1", plain)
    # A possessive operator changes no match of these patterns.
    plain = regex.sub(r"([?*+]|\{\d,\d\})\+", r"\1", plain)
    rest = tuple(_alternatives(plain))
    settings: dict[str, Any] = {}
    for family in (_CONTRACTIONS, _LETTERS, _NUMBERS, _SIGNS, _SPACES):
        for alternatives, said in family.items():
            if rest[: len(alternatives)] == alternatives and (alternatives or family is _CONTRACTIONS):
                if any(settings.get(key, value) != value for key, value in said.items()):
                    return None
                settings |= said
                rest = rest[len(alternatives) :]
                break
        else:
            return None
    if rest or (settings.get("marks") == "letter") != (r"[\p{L}\p{M}]" in plain and r"\p{M}\p{N}" in plain):
        return None
    return WordRule(**settings)


def _alternatives(pattern: str) -> Iterator[str]:
    """Yield the alternatives of a pattern at its top level."""
    depth = start = 0
    in_class = escaped = False
    for place, sign in enumerate(pattern):
        if escaped:
            escaped = False
        elif sign == "\\":
            escaped = True
        elif in_class:
            in_class = sign != "]"
        elif sign == "[":
            in_class = True
        elif sign in "()":
            depth += 1 if sign == "(" else -1
        elif sign == "|" and not depth:
            yield pattern[start:place]
            start = place + 1
    yield pattern[start:]
