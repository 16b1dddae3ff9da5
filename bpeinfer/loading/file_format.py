"""Recognises a file's format by its content, not its name; only this module calls the formats' parsers."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from bpeinfer.errors import NotBpeError, TokenizerFileError
from bpeinfer.loading.gguf import MAGIC, parse_gguf
from bpeinfer.loading.merge_lines import looks_like_merges, parse_merges
from bpeinfer.loading.minbpe import HEADER, parse_minbpe
from bpeinfer.loading.pickled_data import looks_like_pickle
from bpeinfer.loading.ranks_with_pattern import (
    looks_like_bpeasy,
    looks_like_js_encoding,
    parse_bpeasy,
    parse_js_encoding,
    parse_pickle,
)
from bpeinfer.loading.raw import RawTokenizer
from bpeinfer.loading.sentencepiece_model import looks_like_model, parse_sentencepiece
from bpeinfer.loading.sentencepiece_vocab import looks_like_vocab, parse_vocab
from bpeinfer.loading.tekken import looks_like_tekken, parse_tekken
from bpeinfer.loading.tiktoken_ranks import parse_tiktoken
from bpeinfer.loading.tokenizer_json import parse_json, parse_tokenizer_json
from bpeinfer.loading.youtokentome import looks_like_youtokentome, parse_youtokentome

__all__ = ["is_vocabulary", "parse"]

_RANK_LINE = re.compile(rb"(?:[A-Za-z0-9+/]+={0,2}|=) [0-9]+\r?\Z")
_NUMBER = re.compile(rb"[0-9]{1,18}")
_TRIE_LINE = re.compile(rb"[0-9]+ b?['\"].*['\"] [0-9]+\r?\Z")
_JS_MODULE = re.compile(rb"\s*(?:export default|module\.exports\s*=)\s*(?=\{)")
"""How a JavaScript module of one object begins (js-tiktoken's ranks)."""
_JS_PROGRAM = re.compile(
    rb"\s*(?://|/\*|import |Object\.define|[\"']use strict[\"']|(?:export )?const \w+ ?= ?\[|"
    rb"export default \[|module\.exports ?= ?\[)"
)


def parse(
    data: bytes, name: str, vocab: Mapping[str, Any] | None = None, *, full: bool = False
) -> RawTokenizer:
    """Recognise the format of an unpacked tokenizer file and parse it.

    Args:
        data: the file's bytes.
        name: what to call it in errors.
        vocab: for a list of merges, the vocabulary (token → id) of its companion vocab.json.
        full: read the whole list even if the model uses only its first part (tekken, CLIP).

    Raises:
        NotBpeError: the format is known, but the tokenizer is not BPE.
        TokenizerFileError: not a tokenizer file, or a damaged one.
    """
    if not data.strip():
        raise TokenizerFileError(f"{name}: an empty file; fetch it again")
    if data.startswith(MAGIC):
        return parse_gguf(data, name)
    _refuse_binary(data, name)
    if looks_like_pickle(data):
        return parse_pickle(data, name)
    if looks_like_model(data):
        return parse_sentencepiece(data, name)
    if data[:256].lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{":
        return _parse_object(parse_json(data, name), name, full)
    module = _JS_MODULE.match(data[:64])
    if module:
        return _parse_object(_of_module(data[module.end() :], name), name, full)
    return _parse_lines(data, name, vocab or {}, full)


def is_vocabulary(document: object) -> bool:
    """Return whether a decoded JSON file is a vocab.json: nothing but token → id."""
    return (
        isinstance(document, dict)
        and bool(document)
        and all(isinstance(number, int) and not isinstance(number, bool) for number in document.values())
    )


def _parse_object(document: Any, name: str, full: bool) -> RawTokenizer:
    if "model" in document:
        return parse_tokenizer_json(document, name)
    if looks_like_tekken(document):
        return parse_tekken(document, name, full=full)
    if looks_like_js_encoding(document):
        return parse_js_encoding(document, name)
    if looks_like_bpeasy(document):
        return parse_bpeasy(document, name)
    if "merge_rank_map" in document:
        raise TokenizerFileError(
            f"{name}: ranks of merged strings (amharic-tokenizer), which do not show what was joined, in text that its "
            "package decomposes first; bpeinfer needs a list of pairs"
        )
    if "certificate" in document and "not_in_categories" in document:
        raise TokenizerFileError(
            f"{name}: a result of bpeinfer infer, not a tokenizer; show it with bpeinfer report {name}"
        )
    if is_vocabulary(document) and 0 in document.values():
        raise TokenizerFileError(f"{name}: a vocabulary without merges; put its merges.txt next to it")
    raise TokenizerFileError(
        f'{name}: a JSON file, but not a tokenizer\'s (no "model"); give its tokenizer.json'
    )


def _of_module(data: bytes, name: str) -> Any:
    """Decode the object in a JavaScript module, if it is written as JSON."""
    document = parse_json(data.rstrip().removesuffix(b";"), name)
    if not isinstance(document, dict):
        raise TokenizerFileError(f"{name}: a JavaScript module without ranks; give its tokenizer.json")
    return document


def _refuse_binary(data: bytes, name: str) -> None:
    if data.startswith(b"kitoken"):
        raise TokenizerFileError(
            f"{name}: a kitoken file, made from another tokenizer's; give the file that it was made from"
        )


def _parse_lines(data: bytes, name: str, vocab: Mapping[str, Any], full: bool) -> RawTokenizer:
    if data.startswith(HEADER):
        return parse_minbpe(data, name)
    _refuse_text(data, name)
    lines = [line for line in data[:4096].split(b"\n")[:9] if line.strip()]
    complete = lines[:-1] if len(lines) > 1 else lines  # the limit above may have cut off the last
    if looks_like_youtokentome(data):
        return parse_youtokentome(data, name)
    if looks_like_vocab(complete):
        return parse_vocab(data, name)
    if all(_RANK_LINE.match(line) for line in complete):
        return parse_tiktoken(data, name)
    if all(_TRIE_LINE.match(line) for line in complete):
        raise NotBpeError(
            f"{name}: a trie vocabulary (RWKV), which has no ordered merge list; bpeinfer needs BPE"
        )
    if complete[0].startswith(b"version https://git-lfs"):
        raise TokenizerFileError(f"{name}: a git-lfs pointer, not the file itself; run `git lfs pull`")
    if looks_like_merges(complete):
        return parse_merges(data, name, vocab, full=full)
    if _looks_like_wordpiece(data, complete):
        raise NotBpeError(
            f"{name}: a WordPiece vocabulary, which has no ordered merge list; bpeinfer needs BPE"
        )
    raise TokenizerFileError(
        f"{name}: not a tokenizer file that bpeinfer knows "
        "(tokenizer.json, merges.txt, tiktoken, tekken, sentencepiece, GGUF)"
    )


def _refuse_text(data: bytes, name: str) -> None:
    if _JS_PROGRAM.match(data[:256]):
        raise TokenizerFileError(
            f"{name}: a program (JavaScript, Python or the like), which is not read even if it has ranks or merges; "
            "give a data file, such as the data/NAME.tiktoken of gpt-tokenizer or a tokenizer.json"
        )
    head = data[:4096].split(b"\n")[:50][:-1]
    if any(map(_is_listed_with_numbers, (head, head), (b" ", b"\t"))):
        raise TokenizerFileError(
            f"{name}: a vocabulary with counts or ids (from subword-nmt, fastBPE, fairseq and others), which has no "
            "merges; give the list of merges, such as the codes that learn-bpe wrote"
        )


def _is_listed_with_numbers(head: Sequence[bytes], separator: bytes) -> bool:
    """Return whether lines are "token count" with falling counts or "id token" with rising ids, unlike any merges."""
    rows = [line.rstrip(b"\r").split(separator) for line in head]
    if len(rows) < 2 or any(len(row) != 2 for row in rows):
        return False
    firsts, seconds = zip(*rows, strict=True)
    if all(map(_NUMBER.fullmatch, firsts)) and not all(map(_NUMBER.fullmatch, seconds)):
        return [int(first) for first in firsts] == [*range(int(firsts[0]), int(firsts[0]) + len(firsts))]
    if not all(map(_NUMBER.fullmatch, seconds)) or all(map(_NUMBER.fullmatch, firsts)):
        return False
    if all(_RANK_LINE.match(line) and len(first) % 4 == 0 for line, first in zip(head, firsts, strict=True)):
        return False  # ranks of tokens in base64
    counts = [int(second) for second in seconds]
    return counts == sorted(counts, reverse=True) or separator == b"\t"


def _looks_like_wordpiece(data: bytes, first_lines: Sequence[bytes]) -> bool:
    if any(b" " in line or b"\x00" in line for line in first_lines):
        return False
    return any(line.startswith((b"##", b"[CLS]", b"[PAD]", b"[UNK]")) for line in data[: 2**20].split(b"\n"))
