"""Writers of every tokenizer format, for tests: what the parsers must read back."""

from __future__ import annotations

import base64
import json
import struct
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from bpeinfer.loading.bytelevel import to_display
from bpeinfer.merges import MergeList

BYTE_LEVEL = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True}


def byte_tokens(merges: MergeList) -> list[bytes]:
    """Every byte, then the products in order."""
    products = dict.fromkeys(merges.product.tolist())
    return [bytes([byte]) for byte in range(256)] + [merges.symbols[product] for product in products]


def pairs_of(merges: MergeList) -> list[tuple[bytes, bytes]]:
    return [merges.pair(rank) for rank in range(len(merges))]


def tokenizer_json(merges: MergeList, *, as_strings: bool = False, **extra: Any) -> bytes:
    """A byte-level tokenizer.json with the merges as pairs or as strings."""
    pairs = [[to_display(left), to_display(right)] for left, right in pairs_of(merges)]
    vocab = {to_display(token): number for number, token in enumerate(byte_tokens(merges))}
    model = {
        "type": "BPE",
        "vocab": vocab,
        "merges": [" ".join(pair) for pair in pairs] if as_strings else pairs,
    }
    document = {"added_tokens": [], "normalizer": None, "pre_tokenizer": BYTE_LEVEL, "decoder": None}
    return json.dumps(document | extra | {"model": model | extra.get("model", {})}).encode()


def every_split(merges: MergeList) -> list[tuple[bytes, bytes]]:
    """What a converter lists: every split of every product into two tokens."""
    tokens = set(byte_tokens(merges))
    return [
        (token[:cut], token[cut:])
        for token in byte_tokens(merges)[256:]
        for cut in range(1, len(token))
        if token[:cut] in tokens and token[cut:] in tokens
    ]


def merges_txt(merges: MergeList, *, header: bool = True) -> bytes:
    lines = [f"{to_display(left)} {to_display(right)}" for left, right in pairs_of(merges)]
    return "\n".join([*(["#version: 0.2"] if header else []), *lines, ""]).encode()


def tiktoken(tokens: Iterable[bytes]) -> bytes:
    return b"".join(base64.b64encode(token) + b" %d\n" % rank for rank, token in enumerate(tokens))


def tekken(tokens: Sequence[bytes], *, in_use: int | None = None, pattern: str = r"\p{L}+|\s+|.") -> bytes:
    rows = [
        {"rank": rank, "token_bytes": base64.b64encode(token).decode(), "token_str": None}
        for rank, token in enumerate(tokens)
    ]
    config = {
        "pattern": pattern,
        "num_vocab_tokens": len(tokens),
        "default_vocab_size": (len(tokens) if in_use is None else in_use) + 10,
        "default_num_special_tokens": 10,
    }
    return json.dumps({"config": config, "vocab": rows}).encode()


def varint(value: int) -> bytes:
    out = b""
    value &= 0xFFFF_FFFF_FFFF_FFFF
    while value > 0x7F:
        out += bytes([value & 0x7F | 0x80])
        value >>= 7
    return out + bytes([value])


def message(fields: Iterable[tuple[int, int | float | bytes]]) -> bytes:
    """A protobuf message."""
    out = b""
    for number, value in fields:
        if isinstance(value, bytes):
            out += varint(number << 3 | 2) + varint(len(value)) + value
        elif isinstance(value, float):
            out += varint(number << 3 | 5) + struct.pack("<f", value)
        else:
            out += varint(number << 3) + varint(value)
    return out


def sentencepiece(
    pieces: Sequence[tuple[str, float, int]],
    trainer: Mapping[int, int | float | bytes] | None = None,
    normalizer: Mapping[int, int | float | bytes] | None = None,
) -> bytes:
    """A sentencepiece model; `trainer` defaults to BPE."""
    rows: list[tuple[int, bytes]] = [
        (1, message([(1, piece.encode()), (2, score), (3, kind)])) for piece, score, kind in pieces
    ]
    return message(
        [
            *rows,
            (2, message(({3: 2} | dict(trainer or {})).items())),
            (3, message((normalizer or {}).items())),
        ]
    )


GGUF_STRING, GGUF_ARRAY = 8, 9
GGUF_SCALARS = {4: "I", 5: "i", 6: "f", 7: "?", 10: "Q"}


def gguf(fields: Mapping[str, tuple[int, Any]], version: int = 3) -> bytes:
    """A GGUF header; a value is (type, value), for arrays (9, (item type, items))."""

    def string(text: bytes | str) -> bytes:
        data = text.encode() if isinstance(text, str) else text
        return struct.pack("<Q", len(data)) + data

    def value(kind: int, item: Any) -> bytes:
        if kind == GGUF_STRING:
            return string(item)
        if kind == GGUF_ARRAY:
            of, items = item
            return struct.pack("<IQ", of, len(items)) + b"".join(value(of, one) for one in items)
        return struct.pack("<" + GGUF_SCALARS[kind], item)

    body = b"".join(
        string(key) + struct.pack("<I", kind) + value(kind, item) for key, (kind, item) in fields.items()
    )
    return b"GGUF" + struct.pack("<IQQ", version, 0, len(fields)) + body


def gguf_with_merges(merges: MergeList, pre: str = "gpt-2", user_defined: Sequence[str] = ()) -> bytes:
    tokens = [to_display(token) for token in byte_tokens(merges)]
    lines = [f"{to_display(left)} {to_display(right)}" for left, right in pairs_of(merges)]
    return gguf(
        {
            "general.architecture": (GGUF_STRING, "test"),
            "tokenizer.ggml.model": (GGUF_STRING, "gpt2"),
            "tokenizer.ggml.pre": (GGUF_STRING, pre),
            "tokenizer.ggml.tokens": (GGUF_ARRAY, (GGUF_STRING, [*tokens, *user_defined])),
            "tokenizer.ggml.token_type": (GGUF_ARRAY, (5, [1] * len(tokens) + [4] * len(user_defined))),
            "tokenizer.ggml.merges": (GGUF_ARRAY, (GGUF_STRING, lines)),
        }
    )


def gguf_with_scores(pieces: Sequence[tuple[str, float, int]]) -> bytes:
    return gguf(
        {
            "tokenizer.ggml.model": (GGUF_STRING, "llama"),
            "tokenizer.ggml.tokens": (GGUF_ARRAY, (GGUF_STRING, [piece for piece, _, _ in pieces])),
            "tokenizer.ggml.scores": (GGUF_ARRAY, (6, [score for _, score, _ in pieces])),
            "tokenizer.ggml.token_type": (GGUF_ARRAY, (5, [kind for _, _, kind in pieces])),
        }
    )
