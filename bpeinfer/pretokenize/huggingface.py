"""What a Hugging Face normalizer and pre-tokenizer do to a text, computed by `tokenizers` itself.

This is slow (1-2 MB/s) and right by construction: every fast path must equal it, and what has no fast path runs here.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

from tokenizers import PreTokenizedString, Tokenizer

from bpeinfer.errors import TokenizerFileError
from bpeinfer.pretokenize.guard import call_library, check_growth, panics_as_errors, shorten

__all__ = [
    "depends_on_the_start",
    "display_bytes",
    "normalizing_function",
    "splitting_function",
    "uses_byte_display",
]


@lru_cache(maxsize=1)
def display_bytes() -> dict[str, bytes]:
    """Return the byte that each of the 256 display characters of ByteLevel stands for.

    Example:
        >>> display_bytes()["Ġ"]
        b' '
    """
    shown = [*range(ord("!"), ord("~") + 1), *range(ord("¡"), ord("¬") + 1), *range(ord("®"), ord("ÿ") + 1)]
    hidden = [byte for byte in range(256) if byte not in set(shown)]
    table = {chr(byte): bytes([byte]) for byte in shown}
    return table | {chr(256 + number): bytes([byte]) for number, byte in enumerate(hidden)}


def uses_byte_display(spec: Any) -> bool:
    """Return whether a normalizer or pre-tokenizer spec has a ByteLevel stage anywhere in it."""
    if isinstance(spec, dict):
        return spec.get("type") == "ByteLevel" or any(uses_byte_display(part) for part in spec.values())
    return isinstance(spec, list) and any(uses_byte_display(part) for part in spec)


def depends_on_the_start(normalizer: Any, pre_tokenizer: Any) -> bool:
    """Return whether pretokens depend on whether the normalizer drops the start of a text.

    Metaspace with the scheme "first" marks the piece that begins where the text began before normalisation.
    """
    first = any(part.get("prepend_scheme") == "first" for part in _parts(pre_tokenizer))
    return first and any(_may_drop(part) for part in _parts(normalizer))


def _may_drop(step: Any) -> bool:
    if step["type"] == "Replace":
        return not step["content"] or "Regex" in step["pattern"]
    return step["type"] not in ("Sequence", "NFC", "NFD", "NFKC", "NFKD", "Lowercase", "Prepend", "ByteLevel")


def _parts(spec: Any) -> Iterator[Any]:
    if isinstance(spec, dict):
        yield spec
        for part in spec.get("normalizers") or spec.get("pretokenizers") or ():
            yield from _parts(part)


@lru_cache(maxsize=64)
def _build(normalizer: str, pre_tokenizer: str) -> Tokenizer:
    document = {
        "version": "1.0",
        "added_tokens": [],
        "normalizer": json.loads(normalizer),
        "pre_tokenizer": json.loads(pre_tokenizer),
        "post_processor": None,
        "decoder": None,
        "model": {"type": "BPE", "vocab": {}, "merges": []},
    }
    check_growth(document["normalizer"])
    try:
        with panics_as_errors():  # some damaged specs cause a panic instead of an error
            return Tokenizer.from_str(json.dumps(document))
    except Exception as error:  # the library raises bare Exception
        raise TokenizerFileError(
            f"the installed `tokenizers` cannot build this normalizer and pre-tokenizer ({error}): "
            f"normalizer {shorten(normalizer)}, pre_tokenizer {shorten(pre_tokenizer)}; "
            "update `tokenizers` or name a known pre-tokenizer"
        ) from error


def normalizing_function(normalizer: str) -> Callable[[str], str]:
    """Return the text → text function of a normalizer, given as JSON text (``null``: the identity)."""
    built = _build(normalizer, "null").normalizer
    if built is None:
        return str
    normalize, what = built.normalize_str, f"the normalizer {shorten(normalizer)}"
    return lambda text: call_library(normalize, text, what)


def splitting_function(normalizer: str, pre_tokenizer: str) -> Callable[[str], list[bytes]]:
    """Return the text → pretokens function of a tokenizer's two JSON objects, as JSON texts.

    Raises:
        TokenizerFileError: `tokenizers` does not know one of the two objects.
    """
    built = _build(normalizer, pre_tokenizer)
    normalize = normalizing_function(normalizer)
    pre = built.pre_tokenizer
    mapped = uses_byte_display(json.loads(normalizer)) or uses_byte_display(json.loads(pre_tokenizer))
    table = display_bytes()
    what = f"the pre-tokenizer {shorten(pre_tokenizer)}"

    def encode(piece: str) -> bytes:
        if not mapped:
            return piece.encode()
        return b"".join(table.get(character) or character.encode() for character in piece)

    if pre is not None and depends_on_the_start(json.loads(normalizer), json.loads(pre_tokenizer)):
        normalizing = built.normalizer.normalize

        def whole(text: str) -> list[str]:
            pieces = PreTokenizedString(text)
            pieces.normalize(normalizing)
            # As in encoding, which looks for added tokens here: a slice knows where it begins.
            pieces.split(lambda _, piece: [piece.slice((0, len(piece.normalized))) or piece])
            pre.pre_tokenize(pieces)
            return [piece for piece, *_ in pieces.get_splits()]

        return lambda text: [encode(piece) for piece in call_library(whole, text, what) if piece]

    def split(text: str) -> list[bytes]:
        text = normalize(text)
        if pre is None:
            return [encode(text)] if text else []
        return [encode(piece) for piece, _ in call_library(pre.pre_tokenize_str, text, what) if piece]

    return split
