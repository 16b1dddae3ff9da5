"""`RawTokenizer`: what a tokenizer file says, before the learned merges are separated from the rest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from bpeinfer.errors import TokenizerFileError
from bpeinfer.loading.marks import NO_MARKS, Marks
from bpeinfer.loading.trainer_limits import TrainerLimits

__all__ = ["LONGEST_TOKEN", "MOST_ENTRIES", "RawTokenizer", "Spec", "Token", "join_tokens", "require_bounded"]

MOST_ENTRIES = 2_000_000
"""The maximum number of tokens or merges read from a file (Gemma 3 lists 514,906 merges)."""

LONGEST_TOKEN = 4_096
"""The maximum number of units in a token whose merge is recovered (real lists: 128)."""

Token = str | bytes
"""A token as its smallest units: bytes (byte alphabets) or a character string (character alphabets)."""

Spec = dict[str, Any]
"""A normalizer or pre-tokenizer, written as in tokenizer.json."""


@dataclass(frozen=True, kw_only=True)
class RawTokenizer:
    """One tokenizer file, parsed but not yet interpreted.

    Attributes:
        format: name of the file format.
        unit: what one unit of a token is, a byte or a character.
        tokens: ordinary tokens, alphabet included, by creation id; which ones were learned is decided later.
        merges: the listed merges in order, or None if the format has none.
        counts: how often the trainer counted each listed pair, if the format says (fastBPE).
        set_aside: tokens that are not ordinary, counted by reason (special, byte fallback, unused, …).
        normalizer, pre_tokenizer: as in tokenizer.json; None if the file says there is none.
        has_pre_tokenizer: False if the format does not say how text is split (then a registry decides).
        splitting: a hint for the registry: GGUF's name of the pre-tokenizer, or a class of transformers.
        space_prefix: whether text gets a space mark at its start, if the registry decides.
        marks: signs that show a symbol's position in its pretoken.
        limits: which pairs the trainer was allowed to merge, if the file records it.
        cut_out: tokens that sentencepiece's trainer removes from the text, if this is one of its lists.
        added: texts of the tokens that an encoder cuts out of the text before it is split, if the format lists them.
        takes_whole: whether the encoder takes a pretoken that is a token whole, whatever the merges make of it
            (tiktoken; ``ignore_merges``).
        notes: what an auditor should know about how this file was read.
    """

    format: str
    unit: Literal["byte", "character"]
    tokens: Sequence[Token]
    merges: Sequence[tuple[Token, Token]] | None = None
    counts: Sequence[int] | None = None
    set_aside: Mapping[str, int] = field(default_factory=dict)
    normalizer: Spec | None = None
    pre_tokenizer: Spec | None = None
    has_pre_tokenizer: bool = True
    splitting: str = ""
    space_prefix: bool = False
    marks: Marks = NO_MARKS
    limits: TrainerLimits | None = None
    cut_out: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    takes_whole: bool = False
    notes: tuple[str, ...] = ()


def require_bounded(count: int, what: str, name: str) -> None:
    """Refuse a file with more than `MOST_ENTRIES` tokens or merges.

    Raises:
        TokenizerFileError: `count` is larger.
    """
    if count > MOST_ENTRIES:
        raise TokenizerFileError(f"{name}: {count:,} {what}, more than the {MOST_ENTRIES:,} that are read")


def join_tokens(left: Token, right: Token) -> Token:
    """Return the token that two tokens of one kind make."""
    return left + right  # type: ignore[operator]  # both are bytes or both are str
