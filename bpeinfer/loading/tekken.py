"""tekken.json, Mistral's rank list: tokens in base64, the split pattern, how much of the list is used."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping, Sequence
from typing import Any

from bpeinfer.errors import TokenizerFileError
from bpeinfer.loading.known_pretokenizers import split_spec
from bpeinfer.loading.raw import RawTokenizer, require_bounded
from bpeinfer.pretokenize.fancy_regex import for_oniguruma

__all__ = ["looks_like_tekken", "parse_tekken"]

FORMAT = "tekken"


def looks_like_tekken(document: Mapping[str, Any]) -> bool:
    """Return whether a decoded JSON object is a tekken file."""
    return isinstance(document.get("config"), dict) and isinstance(document.get("vocab"), list)


def parse_tekken(document: Mapping[str, Any], name: str, *, full: bool = False) -> RawTokenizer:
    """Read a decoded tekken.json.

    The file has more ranks than the model uses, which is `default_vocab_size` minus the special tokens.
    `full` reads them all. `token_str` is lossy and ignored.

    Raises:
        TokenizerFileError: a rank is missing or occurs twice, or a token is not base64.
    """
    config, rows = document["config"], document["vocab"]
    pattern = config.get("pattern")
    if not isinstance(pattern, str):
        raise TokenizerFileError(f'{name}: "config" has no "pattern" (a string)')
    try:
        pattern = for_oniguruma(pattern)  # mistral-common splits with tiktoken
    except TokenizerFileError as error:
        raise TokenizerFileError(f"{name}: {error}") from error
    require_bounded(len(rows), "ranks", name)
    ordered = _by_rank(rows, name)
    special = _whole(config, "default_num_special_tokens", name, 0)
    in_use = _whole(config, "default_vocab_size", name, len(ordered) + special) - special
    if in_use <= 0:
        raise TokenizerFileError(f'{name}: "default_vocab_size" leaves no tokens other than the special ones')
    kept = len(ordered) if full else min(in_use, len(ordered))
    aside = {"special_tokens": special, "ranks_not_in_use": len(ordered) - kept}
    notes: tuple[str, ...] = ()
    if len(ordered) > in_use:
        notes = (
            (f"all {len(ordered):,} ranks of the file are read; the model uses the first {in_use:,}",)
            if full
            else (f"the file lists {len(ordered):,} ranks, of which the model uses the first {in_use:,}",)
        )
    return RawTokenizer(
        format=FORMAT,
        unit="byte",
        tokens=ordered[:kept],
        set_aside={reason: count for reason, count in aside.items() if count},
        pre_tokenizer=split_spec(pattern),
        takes_whole=True,
        notes=notes,
    )


def _by_rank(rows: Sequence[Any], name: str) -> list[bytes]:
    tokens: dict[int, bytes] = {}
    for row in rows:
        try:
            rank, token = row["rank"], base64.b64decode(row["token_bytes"])
        except (TypeError, KeyError, ValueError, binascii.Error) as error:
            raise TokenizerFileError(
                f'{name}: {row!r:.60} is not a vocabulary entry with "rank" and "token_bytes" ({error})'
            ) from error
        if not isinstance(rank, int) or rank in tokens or not token:
            raise TokenizerFileError(
                f"{name}: rank {rank!r:.20} occurs twice, is not a whole number, or has an empty token"
            )
        tokens[rank] = token
    ordered = [tokens[rank] for rank in sorted(tokens)]
    if len(set(ordered)) != len(ordered):
        raise TokenizerFileError(f"{name}: a token has two ranks; fetch the file again")
    return ordered


def _whole(config: Mapping[str, Any], key: str, name: str, default: int) -> int:
    value = config.get(key, default)
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise TokenizerFileError(f'{name}: "{key}" is {value!r:.40}, expected a whole number')
    return value
