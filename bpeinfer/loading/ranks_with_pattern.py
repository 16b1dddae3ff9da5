"""Ranks of tokens together with the split pattern: tiktoken's encodings as shipped by npm packages or pickled by
nanochat, and bpeasy's own files.

All have the same three things: token → rank, special tokens, and a pattern in tiktoken's syntax.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Collection, Mapping
from typing import Any

from bpeinfer.errors import TokenizerFileError
from bpeinfer.loading.pickled_data import read_pickled_data
from bpeinfer.loading.raw import RawTokenizer, require_bounded
from bpeinfer.pretokenize.fancy_regex import for_oniguruma, only_matches

__all__ = ["looks_like_bpeasy", "looks_like_js_encoding", "parse_bpeasy", "parse_js_encoding", "parse_pickle"]


def looks_like_js_encoding(document: Mapping[str, Any]) -> bool:
    """Return whether a decoded JSON object is an encoding from npm's tiktoken or js-tiktoken."""
    return isinstance(document.get("bpe_ranks"), str) and isinstance(document.get("pat_str"), str)


def parse_js_encoding(document: Mapping[str, Any], name: str) -> RawTokenizer:
    """Read an encoding whose ranks are lines of "! first_rank token token …", the tokens in base64.

    Raises:
        TokenizerFileError: a line has another form, or a token occurs twice.
    """
    ranks: dict[bytes, int] = {}
    for line in document["bpe_ranks"].split("\n"):
        if not line:
            continue
        try:
            _, first, *tokens = line.split(" ")
            require_bounded(len(ranks) + len(tokens), "ranks", name)
            for rank, token in enumerate(tokens, int(first)):
                _add(ranks, base64.b64decode(token, validate=True), rank)
        except (ValueError, binascii.Error) as error:
            raise TokenizerFileError(
                f'{name}: "bpe_ranks" has the line {line!r:.40}, expected "! first_rank base64 base64 …" ({error})'
            ) from error
    return _ranked(
        ranks, document["pat_str"], document.get("special_tokens") or {}, name, "tiktoken's JSON (npm)"
    )


def looks_like_bpeasy(document: Mapping[str, Any]) -> bool:
    """Return whether a decoded JSON object is a file of bpeasy's tokenizer."""
    return isinstance(document.get("vocab"), dict) and isinstance(document.get("regex_pattern"), str)


def parse_bpeasy(document: Mapping[str, Any], name: str) -> RawTokenizer:
    """Read a file saved by bpeasy's tokenizer: base64 → rank, with the pattern.

    Raises:
        TokenizerFileError: an entry is not base64 and a whole number.
    """
    require_bounded(len(document["vocab"]), "ranks", name)
    ranks: dict[bytes, int] = {}
    for text, rank in document["vocab"].items():
        try:
            _add(ranks, base64.b64decode(text, validate=True), rank)
        except (ValueError, binascii.Error) as error:
            raise TokenizerFileError(
                f"{name}: {text!r:.40} → {rank!r:.20} is not a token in base64 and its rank ({error})"
            ) from error
    return _ranked(ranks, document["regex_pattern"], document.get("special_tokens") or [], name, "bpeasy")


def parse_pickle(data: bytes, name: str) -> RawTokenizer:
    """Read the pickle of a tiktoken Encoding (nanochat's tokenizer.pkl) as data; none of it is run.

    Raises:
        TokenizerFileError: a pickle of something else.
    """
    state = read_pickled_data(data, name)
    ranks = state.get("mergeable_ranks") if isinstance(state, dict) else None
    pattern = state.get("pat_str") if isinstance(state, dict) else None
    if not isinstance(ranks, dict) or not isinstance(pattern, str):
        raise TokenizerFileError(
            f"{name}: a pickle, which can run code when it is loaded, so bpeinfer reads it as plain data; it is not "
            "that of a tiktoken Encoding. Save the ranks of its tokenizer as a .tiktoken file (base64 of the "
            "token, a space, the rank)"
        )
    checked: dict[bytes, int] = {}
    for token, rank in ranks.items():
        if not isinstance(token, bytes):
            raise TokenizerFileError(
                f"{name}: the token {token!r:.40} is not bytes; was the pickle made by Python 2?"
            )
        try:
            _add(checked, token, rank)
        except ValueError as error:
            raise TokenizerFileError(f"{name}: {token!r:.40} → {rank!r:.20}: {error}") from error
    special = state.get("special_tokens")
    return _ranked(
        checked, pattern, special if isinstance(special, dict) else {}, name, "pickle of tiktoken's Encoding"
    )


def _add(ranks: dict[bytes, int], token: bytes, rank: Any) -> None:
    """Add a rank. Raises ValueError if it is not a rank, or the token is empty or has one already."""
    if not isinstance(rank, int) or isinstance(rank, bool):
        raise ValueError("the rank is not a whole number")
    if not token or token in ranks:
        raise ValueError("the token is empty or listed twice")
    ranks[token] = rank


def _ranked(
    ranks: Mapping[bytes, int], pattern: str, special: Collection[str], name: str, file_format: str
) -> RawTokenizer:
    if len(set(ranks.values())) != len(ranks):
        raise TokenizerFileError(f"{name}: two tokens have the same rank; fetch the file again")
    try:
        matches = for_oniguruma(pattern)
    except TokenizerFileError as error:
        raise TokenizerFileError(f"{name}: {error}") from error
    tokens: list[bytes] = sorted(ranks, key=ranks.__getitem__)
    return RawTokenizer(
        format=file_format,
        unit="byte",
        tokens=tokens,
        set_aside={"special_tokens": len(special)} if special else {},
        pre_tokenizer=only_matches(matches),
        takes_whole=True,
    )
