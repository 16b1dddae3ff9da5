"""`Pretokenizer`: a tokenizer's normalizer and pre-tokenizer as one function, text → pretokens."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import regex  # type: ignore[import-untyped]

from bpeinfer.errors import TokenizerFileError
from bpeinfer.pretokenize import oracle

__all__ = ["Pretokenizer"]


@dataclass(frozen=True)
class Pretokenizer:
    """How a tokenizer turns text into pretokens, described by the tokenizer's own specification.

    A pretoken is the UTF-8 bytes of a piece of the *normalised* text, before ByteLevel's display mapping.
    Made by `from_spec` or `from_pattern`; holds only strings, so it can be compared, hashed and pickled.

    Attributes:
        normalizer: the ``normalizer`` object of tokenizer.json as canonical JSON text (``"null"``: none).
        pre_tokenizer: the ``pre_tokenizer`` object, likewise; ``"null"`` when `pattern` is set.
        pattern: a split pattern in the syntax of `regex` (tiktoken's way), else ``""``.
        name: a name for messages; no part of the comparison or of the fingerprint.

    Example:
        >>> Pretokenizer.from_spec(None, {"type": "ByteLevel", "add_prefix_space": False}).split("I'm  in")
        [b'I', b"'m", b' ', b' in']
    """

    normalizer: str = "null"
    pre_tokenizer: str = "null"
    pattern: str = ""
    name: str = ""

    @classmethod
    def from_spec(
        cls,
        normalizer: Mapping[str, Any] | None,
        pre_tokenizer: Mapping[str, Any] | None,
        name: str = "",
    ) -> Pretokenizer:
        """Build from the two JSON objects of a tokenizer.json.

        Raises:
            TokenizerFileError: `tokenizers` cannot build one of them.
        """
        made = cls(_canonical(normalizer), _canonical(_complete(pre_tokenizer)), name=name)
        made.split("")
        return made

    @classmethod
    def from_pattern(cls, pattern: str, name: str = "") -> Pretokenizer:
        """Build from a split pattern: pretokens are its matches; text between is dropped, as tiktoken does.

        Raises:
            TokenizerFileError: the pattern is not a regular expression.
        """
        try:
            regex.compile(pattern)
        except regex.error as error:
            raise TokenizerFileError(
                f"split pattern {pattern!r} is not a regular expression: {error}; "
                "give a pattern in the syntax of the `regex` package"
            ) from error
        return cls(pattern=pattern, name=name)

    def split(self, text: str) -> list[bytes]:
        """Return the pretokens of `text` in order."""
        return self._split(text)

    def count(self, text: str) -> Counter[bytes]:
        """Return how often each pretoken occurs in `text`."""
        return Counter(self.split(text))

    @cached_property
    def fingerprint(self) -> str:
        """The sha256 (hex) of the specification: equal fingerprints mean equal pretokens."""
        document = [self.normalizer, self.pre_tokenizer, self.pattern]
        return hashlib.sha256(json.dumps(document).encode()).hexdigest()

    @cached_property
    def description(self) -> str:
        """One line in words: normalizer, then pre-tokenizer or pattern."""
        if self.pattern:
            return f"{self.name + ': ' if self.name else ''}matches of {self.pattern}"
        steps = [*_steps(json.loads(self.normalizer)), *_steps(json.loads(self.pre_tokenizer))]
        return f"{self.name + ': ' if self.name else ''}{', then '.join(steps) or 'each document whole'}"

    @cached_property
    def _split(self) -> Callable[[str], list[bytes]]:
        if self.pattern:
            matches = regex.compile(self.pattern).finditer
            return lambda text: [match.group().encode() for match in matches(text) if match.group()]
        return oracle.splitting_function(self.normalizer, self.pre_tokenizer)

    def __getstate__(self) -> dict[str, str]:
        return {key: self.__dict__[key] for key in ("normalizer", "pre_tokenizer", "pattern", "name")}


def _canonical(spec: Mapping[str, Any] | None) -> str:
    return json.dumps(spec, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def _complete(spec: Any) -> Any:
    """Add what some files leave out and what changes no pretoken."""
    if isinstance(spec, list):
        return [_complete(part) for part in spec]
    if not isinstance(spec, Mapping):
        return spec
    defaults = {"trim_offsets": True} if spec.get("type") == "ByteLevel" else {}
    return defaults | {key: _complete(value) for key, value in spec.items()}


def _steps(spec: Any) -> list[str]:
    """Name the stages of a spec in words."""
    if not spec:
        return []
    kind = spec.get("type", "?")
    if kind == "Sequence":
        parts = spec.get("normalizers") or spec.get("pretokenizers") or []
        return [step for part in parts for step in _steps(part)]
    options = []
    for key, value in spec.items():
        if isinstance(value, dict):
            value = next(iter(value.values()), "")
        if key not in ("type", "trim_offsets", "precompiled_charsmap"):
            options.append(f"{key} {value!r}" if isinstance(value, str) else f"{key} {value}")
    return [f"{kind}({', '.join(options)})" if options else kind]
