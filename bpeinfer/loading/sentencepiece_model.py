"""sentencepiece's .model: a protobuf with pieces and scores; the pieces' order gives the merges."""

from __future__ import annotations

import base64
from collections import Counter
from collections.abc import Mapping, Sequence

from bpeinfer.errors import NotBpeError, TokenizerFileError
from bpeinfer.loading.protobuf import WireError, read_fields
from bpeinfer.loading.raw import RawTokenizer, require_bounded
from bpeinfer.loading.sentencepiece_rules import normalizer_spec, pre_tokenizer_spec
from bpeinfer.loading.trainer_limits import TrainerLimits

__all__ = ["looks_like_model", "parse_sentencepiece"]

FORMAT = "sentencepiece"
MODEL_TYPES = {1: "unigram", 2: "BPE", 3: "word", 4: "character"}
PIECE_TYPES = {
    2: "unknown_tokens",
    3: "control_tokens",
    4: "user_defined_tokens",
    5: "unused_tokens",
    6: "byte_fallback_tokens",
}
Fields = Mapping[int, int | float | bytes]
"""Values by field number, as sentencepiece_model.proto numbers them."""
Piece = tuple[str, float, int]
"""Text, score and type."""


def looks_like_model(data: bytes) -> bool:
    """Return whether the bytes begin like a sentencepiece model: field 1, containing a string in field 1."""
    return len(data) > 4 and data[0] == 0x0A and data[1] < 0x80 and data[2] == 0x0A and data[3] <= data[1]


def parse_sentencepiece(data: bytes, name: str) -> RawTokenizer:
    """Read a sentencepiece model.

    Raises:
        NotBpeError: the model is of type unigram, word or character.
        TokenizerFileError: truncated, or not protobuf.
    """
    try:
        return _parse(data, name)
    except (WireError, UnicodeDecodeError, KeyError, AttributeError, TypeError) as error:
        raise TokenizerFileError(
            f"{name}: a damaged sentencepiece model ({error}); fetch the file again"
        ) from error


def _user_defined(pieces: Sequence[Piece]) -> tuple[str, ...]:
    return tuple(piece for piece, _, of_type in pieces if PIECE_TYPES.get(of_type) == "user_defined_tokens")


def _messages(data: bytes, name: str) -> tuple[list[Piece], Fields, Fields]:
    """Return the pieces, the trainer's settings and the normalizer's."""
    pieces: list[Piece] = []
    trainer: Fields = {}
    normalizer: Fields = {}
    for number, value in read_fields(data):
        if number == 1:
            require_bounded(len(pieces), "pieces", name)
            fields = dict(read_fields(_bytes(value)))
            pieces.append((_bytes(fields[1]).decode(), float(fields.get(2, 0.0)), _int(fields.get(3, 1))))
        elif number == 2:
            trainer = dict(read_fields(_bytes(value)))
        elif number == 3:
            normalizer = dict(read_fields(_bytes(value)))
    return pieces, trainer, normalizer


def _limits_of(trainer: Fields) -> TrainerLimits:
    return TrainerLimits(
        longest_token=_int(trainer.get(20, 16)),
        one_script=_flag(trainer, 21, True),
        numbers_apart=_flag(trainer, 23, True),
        single_digits=_flag(trainer, 25, False),
        split_at_spaces=_flag(trainer, 22, True),
        space_last=_flag(trainer, 24, False),
        space_runs=_flag(trainer, 26, False),
        each_once=True,
    )


def _parse(data: bytes, name: str) -> RawTokenizer:
    pieces, trainer, normalizer = _messages(data, name)
    kind = MODEL_TYPES.get(_int(trainer.get(3, 1)), "unknown")
    if kind != "BPE":
        raise NotBpeError(
            f"{name}: a sentencepiece {kind} model, which has no ordered merge list; "
            "bpeinfer needs a BPE tokenizer"
        )
    limits = _limits_of(trainer)
    normal = [(piece, score) for piece, score, of_type in pieces if of_type == 1]
    tokens = [piece for piece, _ in normal]
    if len(set(tokens)) != len(tokens):
        raise TokenizerFileError(f"{name}: a piece occurs twice; fetch the file again")
    aside = Counter(
        PIECE_TYPES.get(of_type, "tokens_of_unknown_type") for _, _, of_type in pieces if of_type != 1
    )
    charsmap = _charsmap(_bytes(normalizer.get(2, b"")))
    return RawTokenizer(
        format=FORMAT,
        unit="character",
        tokens=tokens,
        set_aside=dict(aside),
        added=_user_defined(pieces),
        normalizer=normalizer_spec(
            prepend_space=_flag(normalizer, 3, True),
            collapse_spaces=_flag(normalizer, 4, True),
            space_last=limits.space_last,
            charsmap=charsmap,
            longest_line=max(0, _int(trainer.get(18, 4192))),
        ),
        pre_tokenizer=pre_tokenizer_spec(
            limits,
            [piece for piece, _, of_type in pieces if of_type != 1],
            _bytes(trainer.get(53, b"")).decode(),
        ),
        limits=limits,
        notes=score_notes([score for _, score in normal]),
    )


def _charsmap(data: bytes) -> str:
    """Return the compiled character map in base64; its header gives the length of its trie of 32-bit units."""
    if data:
        trie = int.from_bytes(data[:4], "little")
        if len(data) < 4 or trie % 4 or not 0 < trie <= len(data) - 4:
            raise WireError("its character map does not have the length that it declares")
    return base64.b64encode(data).decode()


def score_notes(scores: list[float]) -> tuple[str, ...]:
    """Cross-check creation order and scores: a BPE trainer writes 0, -1, -2, …

    Example:
        >>> score_notes([0.0, -1e9, -2.0])
        ('1 of 3 scores was overwritten after training; the order of the ids is used',)
    """
    shifts = Counter(score + place for place, score in enumerate(scores))
    changed = len(scores) - max(shifts.values(), default=0)
    if not changed:
        return ()
    verb = "was" if changed == 1 else "were"
    return (
        f"{changed:,} of {len(scores):,} scores {verb} overwritten after training; "
        "the order of the ids is used",
    )


def _bytes(value: int | float | bytes) -> bytes:
    if not isinstance(value, bytes):
        raise WireError("a number where a message or string is expected")
    return value


def _int(value: int | float | bytes) -> int:
    if not isinstance(value, int):
        raise WireError("expected a whole number")
    return value


def _flag(fields: Fields, number: int, default: bool) -> bool:
    return bool(_int(fields.get(number, int(default))))
