"""A normalizer and a pre-tokenizer in words, step by step."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

__all__ = ["splitting_in_words"]

Spec = Mapping[str, Any]

LONG_PATTERN = 600
"""Length, in characters, from which a pattern is no longer shown."""

_PLAIN = {
    "NFC": "Unicode NFC",
    "NFD": "Unicode NFD",
    "NFKC": "Unicode NFKC",
    "NFKD": "Unicode NFKD",
    "Lowercase": "lower case",
    "Strip": "drop blanks at the ends",
    "StripAccents": "drop accents",
    "Nmt": "sentencepiece's clean-up of control characters",
    "Whitespace": "cut into runs of word characters and runs of other signs, drop blanks",
    "WhitespaceSplit": "cut at blanks and drop them",
    "UnicodeScripts": "cut where the script changes",
    "BertPreTokenizer": "cut at blanks and punctuation",
    "Precompiled": "sentencepiece's compiled character map",
}
_BEHAVIOURS = {
    "Isolated": "cut out each",
    "Removed": "cut at and drop each",
    "Contiguous": "cut out runs of",
    "MergedWithPrevious": "cut after each",
    "MergedWithNext": "cut before each",
}


def splitting_in_words(
    normalizer: Spec | None,
    pre_tokenizer: Spec | None,
    names: Mapping[str, str] = MappingProxyType({}),
) -> list[str]:
    """Return one phrase for each step from text to pretokens.

    Args:
        normalizer, pre_tokenizer: the objects of a tokenizer.json.
        names: regular expression → name of the pattern.

    Example:
        >>> splitting_in_words({"type": "NFC"}, {"type": "Digits", "individual_digits": True})
        ['Unicode NFC', 'cut out each digit']
    """
    steps = [*_steps(normalizer, names), *_steps(pre_tokenizer, names)]
    return steps or ["each document is one pretoken"]


def _steps(spec: Spec | None, names: Mapping[str, str]) -> list[str]:
    if not spec:
        return []
    kind = spec.get("type", "?")
    if kind == "Sequence":
        parts = spec.get("normalizers") or spec.get("pretokenizers") or []
        return [step for part in parts for step in _steps(part, names)]
    if kind in _PLAIN:
        return [_PLAIN[kind]]
    if kind in _WITH_PATTERN:
        return [_WITH_PATTERN[kind](spec, _pattern(spec, names))]
    if kind in _WITH_OPTIONS:
        return _WITH_OPTIONS[kind](spec)
    options = ", ".join(f"{key} {value}" for key, value in spec.items() if key != "type")
    return [f"{kind} ({options})" if options else kind]


def _replace(spec: Spec, pattern: str) -> str:
    return f"replace {pattern} by {_quoted(spec.get('content', ''))}"


def _split(spec: Spec, pattern: str) -> str:
    if spec.get("invert"):
        return f"keep only each {pattern}"
    return f"{_BEHAVIOURS.get(spec.get('behavior', ''), 'cut at')} {pattern}"


def _prepend(spec: Spec) -> list[str]:
    return [f"put {_quoted(spec.get('prepend', ''))} in front"]


def _digits(spec: Spec) -> list[str]:
    return ["cut out each digit" if spec.get("individual_digits") else "cut out runs of digits"]


def _punctuation(spec: Spec) -> list[str]:
    what = "punctuation" if spec.get("behavior") == "Contiguous" else "punctuation sign"
    return [f"{_BEHAVIOURS.get(spec.get('behavior', 'Isolated'), 'cut at')} {what}"]


def _byte_level(spec: Spec) -> list[str]:
    front = ["put a space in front"] if spec.get("add_prefix_space") else []
    cut = ["cut by GPT-2's pattern (r50k)"] if spec.get("use_regex", True) else []
    return [*front, *cut, "take the bytes"]


def _metaspace(spec: Spec) -> list[str]:
    mark = spec.get("replacement", "▁")
    front = "" if spec.get("prepend_scheme", "always") == "never" else f", put {mark} in front"
    cut = f", cut before each {mark}" if spec.get("split", True) else ""
    return [f"write spaces as {mark}{front}{cut}"]


def _sentencepiece(spec: Spec) -> list[str]:
    return _sentencepiece_lines(spec) if "charsmap" in spec else _sentencepiece_words(spec)


def _sentencepiece_lines(spec: Spec) -> list[str]:
    longest = spec["max_sentence_length"]
    steps = [
        f"drop lines of more than {longest:,} bytes" if longest else "",
        "sentencepiece's compiled character map" if spec["charsmap"] else "",
        "one space between words" if spec["remove_extra_whitespaces"] else "",
        "write spaces as ▁",
    ]
    if spec["add_dummy_prefix"]:
        steps.append(f"put ▁ {'after' if spec['treat_whitespace_as_suffix'] else 'before'} each line")
    return [step for step in steps if step]


def _sentencepiece_words(spec: Spec) -> list[str]:
    steps = ["cut at line ends"]
    symbols = spec["symbols"]
    if symbols:
        shown = ", ".join(symbols[:5]) + (", …" if len(symbols) > 5 else "")
        steps.append(f"take out {len(symbols):,} symbols ({shown})")
    if spec["delimiter"]:
        steps.append(f"cut at {_quoted(spec['delimiter'])}")
    if spec["split_by_whitespace"]:
        runs = "runs of ▁" if spec["allow_whitespace_only_pieces"] else "each ▁"
        steps.append(f"cut {'after' if spec['treat_whitespace_as_suffix'] else 'before'} {runs}")
    if spec["split_by_unicode_script"]:
        digits = "" if spec["split_by_number"] else ", digits with any"
        steps.append(f"cut where the script changes{digits}")
    return [*steps, "cut out each digit"] if spec["split_digits"] else steps


def _quoted(text: str) -> str:
    return f'"{text}"'


def _pattern(spec: Spec, names: Mapping[str, str]) -> str:
    pattern: Any = spec.get("pattern")
    if isinstance(pattern, dict):
        if "String" in pattern:
            return _quoted(pattern["String"])
        pattern = pattern.get("Regex", "?")
    if pattern in names:
        return f"match of the pattern {names[pattern]}: {pattern}"
    if len(pattern) > LONG_PATTERN:
        return f"match of a pattern of {len(pattern):,} characters (--json has it in full)"
    return f"match of {pattern}"


_WITH_PATTERN = {"Replace": _replace, "Split": _split}
_WITH_OPTIONS = {
    "Prepend": _prepend,
    "Digits": _digits,
    "Punctuation": _punctuation,
    "ByteLevel": _byte_level,
    "Metaspace": _metaspace,
    "SentencePiece": _sentencepiece,
}
