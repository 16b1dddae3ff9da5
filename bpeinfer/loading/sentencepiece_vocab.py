"""sentencepiece's .vocab: "piece, tab, score" on each line; it lacks the trainer's settings."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bpeinfer.errors import NotBpeError, TokenizerFileError
from bpeinfer.loading.raw import RawTokenizer, require_bounded

__all__ = ["looks_like_vocab", "parse_vocab"]

FORMAT = "sentencepiece .vocab"
_LINE = re.compile(rb"[^\t]*\t-?[0-9]+(?:\.[0-9]+)?(?:e[+-]?[0-9]+)?\r?")


def looks_like_vocab(lines: Sequence[bytes]) -> bool:
    """Return whether the first lines of a file are pieces with scores."""
    return len(lines) > 1 and all(_LINE.fullmatch(line) for line in lines)


def parse_vocab(data: bytes, name: str) -> RawTokenizer:
    """Read the pieces; a BPE trainer scores them -0, -1, -2, …, and control pieces and user-defined symbols 0.

    Raises:
        NotBpeError: the scores are those of a unigram model.
        TokenizerFileError: not UTF-8, or a line without a score.
    """
    require_bounded(data.count(b"\n"), "lines", name)
    tokens: list[str] = []
    aside: list[str] = []
    for number, line in enumerate(data.split(b"\n"), 1):
        if not line.strip():
            continue
        if not _LINE.fullmatch(line):
            raise TokenizerFileError(f'{name}: line {number} is {line[:40]!r}, expected "piece, tab, score"')
        piece, score = line.rstrip(b"\r").split(b"\t")
        if not float(score).is_integer():
            raise NotBpeError(
                f"{name}: the vocabulary of a sentencepiece unigram model, which has no ordered merge list; "
                "bpeinfer needs a BPE tokenizer"
            )
        try:
            (aside if score == b"0" else tokens).append(piece.decode())
        except UnicodeDecodeError as error:
            raise TokenizerFileError(f"{name}: line {number} is not UTF-8; fetch the file again") from error
    return RawTokenizer(
        format=FORMAT,
        unit="character",
        tokens=list(dict.fromkeys(tokens)),
        set_aside={"control_tokens": len(aside)} if aside else {},
        has_pre_tokenizer=False,
        space_prefix=True,
        cut_out=tuple(aside),
        notes=("a .vocab file lacks the trainer's settings; its .model says more",),
    )
