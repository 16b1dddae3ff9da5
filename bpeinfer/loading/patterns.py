"""Known split patterns, for formats that do not say how text is split (tiktoken, GGUF, merges.txt)."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from bpeinfer.loading.raw import Spec, Token

__all__ = ["KNOWN", "KnownPretokenizer", "fingerprint", "known_for", "split_spec"]


@dataclass(frozen=True)
class KnownPretokenizer:
    """A published way to split text: the specs as tokenizer.json would have them, and where they are published."""

    name: str
    pre_tokenizer: Spec
    normalizer: Spec | None
    origin: str


def split_spec(pattern: str) -> Spec:
    """Return the tokenizer.json spec of "every match of `pattern` is a pretoken, and so is what lies between"."""
    return {"type": "Split", "pattern": {"Regex": pattern}, "behavior": "Isolated", "invert": False}


_CONTRACTIONS = "(?i:'s|'t|'re|'ve|'m|'ll|'d)"
_GPT2 = r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"
_CL100K = (
    _CONTRACTIONS + r"|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
_QWEN2 = _CL100K.replace(r"\p{N}{1,3}", r"\p{N}")
_UPPER, _LOWER = r"[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]", r"[\p{Ll}\p{Lm}\p{Lo}\p{M}]"
_O200K = (
    rf"[^\r\n\p{{L}}\p{{N}}]?{_UPPER}*{_LOWER}+{_CONTRACTIONS}?"
    rf"|[^\r\n\p{{L}}\p{{N}}]?{_UPPER}+{_LOWER}*{_CONTRACTIONS}?"
    r"|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)

KNOWN: dict[str, KnownPretokenizer] = {
    known.name: known
    for known in [
        KnownPretokenizer("r50k", split_spec(_GPT2), None, "openai/tiktoken, r50k_base (GPT-2)"),
        KnownPretokenizer("p50k", split_spec(_GPT2), None, "openai/tiktoken, p50k_base"),
        KnownPretokenizer("cl100k", split_spec(_CL100K), None, "openai/tiktoken, cl100k_base"),
        KnownPretokenizer("o200k", split_spec(_O200K), None, "openai/tiktoken, o200k_base"),
        KnownPretokenizer("qwen2", split_spec(_QWEN2), {"type": "NFC"}, "Qwen2 tokenizer.json"),
    ]
}
"""name → known pre-tokenizer; the names are what ``--pretokenizer`` takes."""

FINGERPRINT_LENGTH = 5_000
"""How many of the first learned tokens identify a family of rank lists."""


def fingerprint(tokens: Sequence[Token]) -> str:
    """Return the sha256 of an ordered list of tokens, each preceded by its length, so that lists cannot collide."""
    state = hashlib.sha256()
    for token in tokens:
        data = token if isinstance(token, bytes) else token.encode("utf-8", "surrogatepass")
        state.update(len(data).to_bytes(4, "big") + data)
    return state.hexdigest()


# sha256 of all learned tokens of a rank list → its pre-tokenizer.
_WHOLE_LISTS = {
    "1a7b35101a998b01": "r50k",
    "98fb00a830c88ca3": "p50k",
    "8a85a353a0f7a810": "cl100k",
    "64d4c9c5d3e235b8": "o200k",
    "6d8384a43ee8515f": "qwen2",
    "106acba90ff5e52e": "r50k",  # Whisper's multilingual list, trained and used with GPT-2's pattern
}
# The same of the first `FINGERPRINT_LENGTH` tokens, for lists that extend a known one.
_LIST_HEADS = {
    "1c7c88da70fb6701": "r50k",
    "2ad07e5df11f2ee1": "cl100k",
    "ff90306d84ebb473": "o200k",
    "d279d11ae60fe1f2": "qwen2",
    "b156184f1d092d4b": "r50k",
}


def known_for(tokens: Sequence[Token]) -> tuple[KnownPretokenizer, str] | None:
    """Find the published pre-tokenizer of an ordered list of learned tokens, and say how it was recognised."""
    name = _WHOLE_LISTS.get(fingerprint(tokens)[:16])
    if name is not None:
        return KNOWN[name], f"known list {name}"
    name = _LIST_HEADS.get(fingerprint(tokens[:FINGERPRINT_LENGTH])[:16])
    if name is not None:
        return KNOWN[name], f"first {FINGERPRINT_LENGTH:,} tokens are those of {name}"
    return None
