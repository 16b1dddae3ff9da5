"""GGUF, llama.cpp's model file: the tokenizer is in its header, among typed key-value pairs."""

from __future__ import annotations

import math
import struct
from collections.abc import Mapping
from typing import Any

import numpy as np

from bpeinfer.errors import NotBpeError, TokenizerFileError
from bpeinfer.loading.pairs import read_pairs
from bpeinfer.loading.raw import RawTokenizer, require_bounded
from bpeinfer.loading.sentencepiece_model import PIECE_TYPES, score_notes
from bpeinfer.loading.vocabulary import read_vocabulary

__all__ = ["MAGIC", "parse_fields", "parse_gguf", "read_header"]

FORMAT = "gguf"
MAGIC = b"GGUF"
MOST_KEYS = 4096
NORMAL, USER_DEFINED = 1, 4
"""Types of tokens."""
_SCALARS = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}
_STRING, _ARRAY = 8, 9
_NOT_BPE = {"bert": "WordPiece", "t5": "unigram", "rwkv": "trie", "none": "missing", "no_vocab": "missing"}


class _Header:
    """A cursor over the header; every length is checked against the bytes left before anything is allocated."""

    def __init__(self, data: bytes, name: str) -> None:
        self.data, self.name, self.place = data, name, len(MAGIC)

    def take(self, length: int) -> bytes:
        if length > len(self.data) - self.place:
            raise TokenizerFileError(
                f"{self.name}: the GGUF header ends early: {length:,} bytes declared at byte {self.place:,}, "
                f"{len(self.data) - self.place:,} left"
            )
        self.place += length
        return self.data[self.place - length : self.place]

    def scalar(self, code: str) -> Any:
        return struct.unpack("<" + code, self.take(struct.calcsize("<" + code)))[0]

    def string(self) -> bytes:
        return self.take(self.scalar("Q"))

    def value(self, kind: int) -> Any:
        if kind in _SCALARS:
            return self.scalar(_SCALARS[kind])
        if kind == _STRING:
            return self.string()
        if kind != _ARRAY:
            raise TokenizerFileError(f"{self.name}: unknown value type {kind} in the GGUF header")
        item, count = self.scalar("I"), self.scalar("Q")
        if item in _SCALARS:
            code = np.dtype("<" + _SCALARS[item] if _SCALARS[item] != "?" else "?")
            return np.frombuffer(self.take(count * code.itemsize), dtype=code)
        if item != _STRING:
            raise TokenizerFileError(
                f"{self.name}: an array of type {item} in the GGUF header, expected scalars or strings"
            )
        if count * 8 > len(self.data) - self.place:
            raise TokenizerFileError(
                f"{self.name}: {count:,} strings declared, more than the GGUF header can hold"
            )
        require_bounded(count, "strings in one array", self.name)
        return [self.string() for _ in range(count)]


def read_header(data: bytes, name: str) -> dict[str, Any]:
    """Read the key-value pairs of a GGUF file (versions 2 and 3, little-endian); strings come as bytes.

    Raises:
        TokenizerFileError: truncated, of another version, or with impossible lengths.
    """
    header = _Header(data, name)
    version = header.scalar("I")
    if version not in (2, 3):
        raise TokenizerFileError(
            f"{name}: GGUF version {version}, expected 2 or 3 (little-endian); convert it again"
        )
    header.scalar("Q")  # number of tensors
    count = header.scalar("Q")
    if count > MOST_KEYS:
        raise TokenizerFileError(f"{name}: {count:,} keys in the GGUF header, expected at most {MOST_KEYS:,}")
    return {
        header.string().decode("utf-8", "replace"): header.value(header.scalar("I")) for _ in range(count)
    }


def parse_gguf(data: bytes, name: str) -> RawTokenizer:
    """Read the tokenizer in a GGUF header: with merges (byte-level, Gemma 4) or with scores only (Llama).

    Raises:
        NotBpeError: WordPiece, unigram, trie, or no tokenizer at all.
        TokenizerFileError: damaged, or without tokens.
    """
    return parse_fields(read_header(data, name), name)


def parse_fields(header: Mapping[str, Any], name: str) -> RawTokenizer:
    """Read the tokenizer in the decoded key-value pairs of a GGUF header (strings as bytes).

    A token or merge that occurs twice keeps its first place; the others are counted as repeated.

    Raises:
        NotBpeError: WordPiece, unigram, trie, or no tokenizer at all.
        TokenizerFileError: without tokens, or with lists that do not fit together.
    """
    fields = {
        key.removeprefix("tokenizer.ggml."): value
        for key, value in header.items()
        if key.startswith("tokenizer.ggml.")
    }
    model = _text(fields.get("model", b""), name)
    if model in _NOT_BPE or not model:
        kind = _NOT_BPE.get(model, "missing")
        raise NotBpeError(
            f"{name}: a {kind} tokenizer ({model or 'no model'} in GGUF); bpeinfer needs a BPE tokenizer"
        )
    tokens = [_text(token, name) for token in _strings(fields, "tokens", name)]
    types = _types(fields, len(tokens), name)
    if "merges" in fields:
        return _with_merges(fields, _Table(tokens, types, [0.0] * len(tokens)), model, name)
    scores = _numbers(fields, "scores", name)
    if model != "llama" or scores is None or len(scores) != len(tokens):
        raise TokenizerFileError(f"{name}: a {model!r} tokenizer in GGUF without merges or scores")
    return _with_scores(fields, _Table(tokens, types, scores))


def _types(fields: Mapping[str, Any], tokens: int, name: str) -> list[int]:
    """Return the type of each token, 1 (ordinary) if none is given."""
    types = _numbers(fields, "token_type", name)
    if types is None:
        return [NORMAL] * tokens
    if len(types) != tokens:
        raise TokenizerFileError(
            f"{name}: {tokens:,} tokens but {len(types):,} entries of tokenizer.ggml.token_type in the GGUF "
            "header, expected one for each token; convert it again"
        )
    return types


class _Table:
    """Tokens with their types and scores; a repeated token is dropped and counted."""

    def __init__(self, tokens: list[str], types: list[int], scores: list[float]) -> None:
        first: dict[str, int] = {}
        for number, token in enumerate(tokens):
            first.setdefault(token, number)
        self.tokens = list(first)
        self.types = [types[number] for number in first.values()]
        self.scores = [scores[number] for number in first.values()]
        self.repeated = len(tokens) - len(first)

    def aside(self, others: Mapping[str, int]) -> dict[str, int]:
        """Add the repeated tokens to what was set aside."""
        return {**others, **({"repeated_tokens": self.repeated} if self.repeated else {})}


def _with_merges(fields: Mapping[str, Any], table: _Table, model: str, name: str) -> RawTokenizer:
    byte_level = model == "gpt2"
    vocab = {token: number for number, token in enumerate(table.tokens)}
    added = {
        token: kind in (2, 3)
        for token, kind in zip(table.tokens, table.types, strict=True)
        if kind not in (1, 6)
    }
    lines = [
        (f"{name}: merge {rank}", _text(line, name))
        for rank, line in enumerate(_strings(fields, "merges", name))
    ]
    pairs, notes = read_pairs(lines, vocab)
    if not byte_level:
        pairs = [(_with_spaces(left, vocab), _with_spaces(right, vocab)) for left, right in pairs]
    read = read_vocabulary(
        vocab, pairs, name, byte_level=byte_level, added=added, byte_fallback=not byte_level
    )
    return RawTokenizer(
        format=FORMAT,
        unit=read.unit,
        tokens=read.tokens,
        merges=read.merges,
        set_aside=table.aside(read.set_aside),
        has_pre_tokenizer=False,
        splitting=_text(fields.get("pre", b""), name),
        space_prefix=bool(fields.get("add_space_prefix", False)),
        cut_out=tuple(added),
        added=_user_defined(table.tokens, table.types),
        notes=tuple(notes),
    )


def _with_spaces(token: str, vocab: Mapping[str, int]) -> str:
    """Undo gguf's spelling of a space inside a merge (U+0120) if the vocabulary has the space."""
    spaced = token.replace("\u0120", " ")
    return spaced if token not in vocab and spaced in vocab else token


def _with_scores(fields: Mapping[str, Any], table: _Table) -> RawTokenizer:
    scores, types = table.scores, _with_user_defined(table)
    normal = [number for number, kind in enumerate(types) if kind == NORMAL]
    aside: dict[str, int] = {}
    for kind in types:
        if kind != NORMAL:
            reason = PIECE_TYPES.get(kind, "tokens_of_unknown_type")
            aside[reason] = aside.get(reason, 0) + 1
    return RawTokenizer(
        format=FORMAT,
        unit="character",
        tokens=[table.tokens[number] for number in normal],
        set_aside=table.aside(aside),
        has_pre_tokenizer=False,
        space_prefix=bool(fields.get("add_space_prefix", True)),
        cut_out=tuple(token for token, kind in zip(table.tokens, types, strict=True) if kind != NORMAL),
        added=_user_defined(table.tokens, types),
        notes=score_notes([scores[number] for number in normal]),
    )


def _user_defined(tokens: list[str], types: list[int]) -> tuple[str, ...]:
    """Return the tokens that llama.cpp cuts out of any text before it splits it; control tokens only if asked to."""
    return tuple(token for token, kind in zip(tokens, types, strict=True) if kind == USER_DEFINED)


def _with_user_defined(table: _Table) -> list[int]:
    """Return the types, user-defined symbols told by their scores where the converter wrote them as ordinary tokens.

    sentencepiece's trainer scores them 0, and the pieces that it makes -0, -1, -2, …; the `gguf` package's own reader
    of its models does not ask which pieces are user-defined.
    """
    ordinary = [score for score, kind in zip(table.scores, table.types, strict=True) if kind == NORMAL]
    if not any(score == 0 and math.copysign(1, score) < 0 for score in ordinary):
        return table.types
    return [
        USER_DEFINED if kind == NORMAL and score == 0 and math.copysign(1, score) > 0 else kind
        for score, kind in zip(table.scores, table.types, strict=True)
    ]


def _numbers(fields: Mapping[str, Any], key: str, name: str) -> list[Any] | None:
    value = fields.get(key)
    if value is not None and not isinstance(value, np.ndarray):
        raise TokenizerFileError(f"{name}: tokenizer.ggml.{key} in the GGUF header is not a list of numbers")
    return None if value is None else value.tolist()


def _strings(fields: Mapping[str, Any], key: str, name: str) -> list[bytes]:
    value = fields.get(key)
    if not isinstance(value, list):
        raise TokenizerFileError(f"{name}: the GGUF header has no list tokenizer.ggml.{key}")
    return value


def _text(value: Any, name: str) -> str:
    try:
        return bytes(value).decode("utf-8")
    except (UnicodeDecodeError, TypeError) as error:
        raise TokenizerFileError(f"{name}: a string in the GGUF header is not UTF-8 ({error})") from error
