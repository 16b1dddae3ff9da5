"""Fingerprints of known lists of learned tokens, whose published pre-tokenizers are then used."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from bpeinfer.loading.known_pretokenizers import KNOWN, KnownPretokenizer

__all__ = ["fingerprint", "known_for", "overruling", "with_lengths"]

FINGERPRINT_LENGTH = 5_000
"""How many of the first learned tokens identify a family of rank lists."""


def fingerprint(tokens: Sequence[bytes]) -> str:
    """Return the sha256 of an ordered list of tokens, each preceded by its length."""
    return hashlib.sha256(b"".join(with_lengths(tokens))).hexdigest()


def with_lengths(tokens: Sequence[bytes]) -> list[bytes]:
    """Return tokens with their lengths before them, in four bytes, so that joined ones can be told apart."""
    prefixes = {size: size.to_bytes(4, "big") for size in set(map(len, tokens))}
    return [prefixes[len(token)] + token for token in tokens]


# sha256 of all learned tokens of a rank list → its pre-tokenizer.
_WHOLE_LISTS = {
    "1a7b35101a998b01": "r50k",
    "98fb00a830c88ca3": "p50k",
    "8a85a353a0f7a810": "cl100k",
    "64d4c9c5d3e235b8": "o200k",
    "6d8384a43ee8515f": "qwen2",
    "106acba90ff5e52e": "r50k",  # Whisper's multilingual list, trained and used with GPT-2's pattern
    "4d70bb212dcf9a5f": "gpt-neox",  # and MPT
    "eabf76d734805380": "r50k",  # Aquila
    "815f19319cdc4e56": "clip",
    "c9d4e00677cdd79f": "o200k",  # Llama 4
    "d970e3f094a0254b": "qwen35",  # Qwen 3.5 and 3.6
}
# The same for the first `FINGERPRINT_LENGTH` tokens, for lists that extend a known one.
_LIST_HEADS = {
    "1c7c88da70fb6701": "r50k",
    "2ad07e5df11f2ee1": "cl100k",
    "ff90306d84ebb473": "o200k",
    "d279d11ae60fe1f2": "qwen2",
    "b156184f1d092d4b": "r50k",
}

# Lists whose tokenizer.json declares a pre-tokenizer that cannot have been the trainer's.
_OVERRULED_HEADS = {"41e59c2ea5db9071": "charylu", "1eeb83dd6c1d8f71": "charylu"}  # general, nocode


def known_for(tokens: Sequence[bytes]) -> tuple[KnownPretokenizer, str] | None:
    """Return the published pre-tokenizer of a list of learned tokens, and how the list was recognised."""
    name = _WHOLE_LISTS.get(fingerprint(tokens)[:16])
    if name is not None:
        return KNOWN[name], f"known list {name}"
    name = _LIST_HEADS.get(fingerprint(tokens[:FINGERPRINT_LENGTH])[:16])
    if name is not None:
        return KNOWN[name], f"first {FINGERPRINT_LENGTH:,} tokens are those of {name}"
    return None


def overruling(tokens: Sequence[bytes]) -> KnownPretokenizer | None:
    """Return the published pre-tokenizer of a list whose own file is known to declare a wrong one."""
    name = _OVERRULED_HEADS.get(fingerprint(tokens[:FINGERPRINT_LENGTH])[:16])
    return KNOWN[name] if name is not None else None
