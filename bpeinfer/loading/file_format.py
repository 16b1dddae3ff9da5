"""Recognises a file's format by its content, not its name; only this module calls the formats' parsers."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from bpeinfer.errors import NotBpeError, TokenizerFileError
from bpeinfer.loading.gguf import MAGIC, parse_gguf
from bpeinfer.loading.merge_lines import looks_like_merges, parse_merges
from bpeinfer.loading.raw import RawTokenizer
from bpeinfer.loading.sentencepiece_model import looks_like_model, parse_sentencepiece
from bpeinfer.loading.sentencepiece_vocab import looks_like_vocab, parse_vocab
from bpeinfer.loading.tekken import looks_like_tekken, parse_tekken
from bpeinfer.loading.tiktoken_ranks import parse_tiktoken
from bpeinfer.loading.tokenizer_json import parse_json, parse_tokenizer_json
from bpeinfer.loading.youtokentome import looks_like_youtokentome, parse_youtokentome

__all__ = ["is_vocabulary", "parse"]

_RANK_LINE = re.compile(rb"(?:[A-Za-z0-9+/]+={0,2}|=) [0-9]+\r?\Z")
_TRIE_LINE = re.compile(rb"[0-9]+ b?['\"].*['\"] [0-9]+\r?\Z")


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
    if looks_like_model(data):
        return parse_sentencepiece(data, name)
    if data[:256].lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{":
        return _parse_object(parse_json(data, name), name, full)
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
    if is_vocabulary(document):
        raise TokenizerFileError(f"{name}: a vocabulary without merges; put its merges.txt next to it")
    raise TokenizerFileError(
        f'{name}: a JSON file, but not a tokenizer\'s (no "model"); give its tokenizer.json'
    )


def _refuse_binary(data: bytes, name: str) -> None:
    if data.startswith(b"kitoken"):
        raise TokenizerFileError(
            f"{name}: a kitoken file, which has tokens but not the order of their merges; give its source file"
        )
    if data[:1] == b"\x80" and data[1:2] in (b"\x02", b"\x03", b"\x04", b"\x05"):
        raise TokenizerFileError(
            f"{name}: a pickle, which can run code when read, so bpeinfer does not read it; save the ranks of its "
            "tokenizer as a .tiktoken file (base64 of the token, a space, the rank)"
        )


def _parse_lines(data: bytes, name: str, vocab: Mapping[str, Any], full: bool) -> RawTokenizer:
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


def _looks_like_wordpiece(data: bytes, first_lines: Sequence[bytes]) -> bool:
    if any(b" " in line or b"\x00" in line for line in first_lines):
        return False
    return any(line.startswith((b"##", b"[CLS]", b"[PAD]", b"[UNK]")) for line in data[: 2**20].split(b"\n"))
