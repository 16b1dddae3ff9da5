"""tiktoken's rank files: one line per token, with the base64 of its bytes, a space, and its rank."""

from __future__ import annotations

import binascii
from collections.abc import Sequence

from bpeinfer.errors import TokenizerFileError
from bpeinfer.loading.raw import RawTokenizer, require_bounded

__all__ = ["parse_tiktoken"]

FORMAT = "tiktoken"


def parse_tiktoken(data: bytes, name: str) -> RawTokenizer:
    """Read a rank file; the rank is the creation id, and single bytes are in the vendor's own order.

    Raises:
        TokenizerFileError: a line is not "base64 rank", or a token or a rank occurs twice.
    """
    require_bounded(data.count(b"\n"), "lines", name)
    lines = data.splitlines()
    try:
        # A lone "=" is the empty token, as in Whisper's multilingual.tiktoken.
        ranks = {
            binascii.a2b_base64(text, strict_mode=True) if text != b"=" else b"": int(rank)
            for text, rank in map(bytes.split, filter(None, lines))
        }
    except (ValueError, binascii.Error):
        raise _first_fault(lines, name) from None
    if len(ranks) < len(lines) - lines.count(b""):
        raise _first_fault(lines, name)
    if len(set(ranks.values())) != len(ranks):
        raise TokenizerFileError(f"{name}: two tokens have the same rank; fetch the file again")
    tokens = sorted(ranks, key=ranks.__getitem__)
    aside = {"empty_tokens": 1} if b"" in ranks else {}
    return RawTokenizer(
        format=FORMAT,
        unit="byte",
        tokens=[token for token in tokens if token],
        set_aside=aside,
        has_pre_tokenizer=False,
        takes_whole=True,
    )


def _first_fault(lines: Sequence[bytes], name: str) -> TokenizerFileError:
    """Return what is wrong with the first line that is not a new token and its rank."""
    met: set[bytes] = set()
    for number, line in enumerate(lines, 1):
        if not line:
            continue
        try:
            text, rank = line.split()
            int(rank)
            token = binascii.a2b_base64(text, strict_mode=True) if text != b"=" else b""
            if token in met:
                raise ValueError("token listed twice")
            met.add(token)
        except (ValueError, binascii.Error) as error:
            return TokenizerFileError(
                f'{name}: line {number} is {line[:40]!r}, expected "base64 rank" ({error})'
            )
    raise AssertionError("no line is at fault")
