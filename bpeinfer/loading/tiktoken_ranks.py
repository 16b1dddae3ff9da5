"""tiktoken's rank files: one line per token, with the base64 of its bytes, a space, and its rank."""

from __future__ import annotations

import binascii

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
    ranks: dict[bytes, int] = {}
    for number, line in enumerate(data.splitlines(), 1):
        if not line:
            continue
        try:
            text, rank = line.split()
            # A lone "=" is the empty token, as in Whisper's multilingual.tiktoken.
            token = b"" if text == b"=" else binascii.a2b_base64(text, strict_mode=True)
            if token in ranks:
                raise ValueError("token listed twice")
            ranks[token] = int(rank)
        except (ValueError, binascii.Error) as error:
            raise TokenizerFileError(
                f'{name}: line {number} is {line[:40]!r}, expected "base64 rank" ({error})'
            ) from error
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
