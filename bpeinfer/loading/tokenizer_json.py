"""tokenizer.json, the file of the `tokenizers` library, of every age."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from bpeinfer.errors import NotBpeError, TokenizerFileError
from bpeinfer.loading.bytelevel import from_display
from bpeinfer.loading.raw import RawTokenizer, Spec, Token, require_bounded

__all__ = [
    "is_byte_fallback",
    "parse_json",
    "parse_merge_lines",
    "parse_tokenizer_json",
    "parse_vocab_and_merges",
]

FORMAT = "tokenizer.json"


def parse_json(data: bytes, name: str) -> Any:
    """Decode UTF-8 JSON.

    Raises:
        TokenizerFileError: not UTF-8, not JSON (truncated, for instance), or nested too deeply.
    """
    try:
        return json.loads(data.decode("utf-8-sig"), object_pairs_hook=_without_repeats)
    except UnicodeDecodeError as error:
        raise TokenizerFileError(f"{name}: not UTF-8 at byte {error.start}; fetch the file again") from error
    except json.JSONDecodeError as error:
        raise TokenizerFileError(
            f"{name}: not valid JSON at line {error.lineno}, column {error.colno} ({error.msg}); "
            "fetch the file again"
        ) from error
    except _RepeatedKeyError as error:
        raise TokenizerFileError(
            f"{name}: the key {error.args[0]!r:.60} comes twice; fetch the file again"
        ) from error
    except (RecursionError, ValueError) as error:
        raise TokenizerFileError(
            f"{name}: JSON that cannot be read ({error}); fetch the file again"
        ) from error


class _RepeatedKeyError(Exception):
    """A JSON object names a key twice."""


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise _RepeatedKeyError(
            next(key for key, times in Counter(key for key, _ in pairs).items() if times > 1)
        )
    return made


def is_byte_fallback(token: str) -> bool:
    """Say whether `token` stands for one raw byte, as ``<0x0A>`` does.

    Example:
        >>> is_byte_fallback("<0x0A>"), is_byte_fallback("<0xZZ>")
        (True, False)
    """
    return len(token) == 6 and token.startswith("<0x") and token[5] == ">" and _is_hex(token[3:5])


def _is_hex(text: str) -> bool:
    return all(character in "0123456789abcdefABCDEF" for character in text)


def parse_tokenizer_json(document: Mapping[str, Any], name: str) -> RawTokenizer:
    """Read a decoded tokenizer.json.

    Raises:
        NotBpeError: the model is unigram, WordPiece or word-level.
        TokenizerFileError: the model has no vocabulary or merges, or they are not what the format says.
    """
    model = document.get("model")
    if not isinstance(model, dict):
        raise TokenizerFileError(f'{name}: no "model" object; this is not a whole tokenizer.json')
    _require_bpe(model, name)
    vocab, merges = model.get("vocab"), model.get("merges")
    if not isinstance(vocab, dict) or not isinstance(merges, list):
        raise TokenizerFileError(f'{name}: "model" must have "vocab" (an object) and "merges" (a list)')
    require_bounded(len(vocab), "tokens", name)
    require_bounded(len(merges), "merges", name)
    normalizer, pre_tokenizer = (_spec(document, key, name) for key in ("normalizer", "pre_tokenizer"))
    byte_level = _mentions(pre_tokenizer, "ByteLevel") or _mentions(
        _spec(document, "decoder", name), "ByteLevel"
    )
    added = _added_tokens(document, name)
    end_of_word, prefix = (
        _mark(model, key, name) for key in ("end_of_word_suffix", "continuing_subword_prefix")
    )
    return parse_vocab_and_merges(
        vocab,
        list(_pairs(merges, vocab, name)),
        name,
        format_name=FORMAT,
        byte_level=byte_level,
        added=added,
        byte_fallback=bool(model.get("byte_fallback")),
        end_of_word=end_of_word,
        continuing_prefix=prefix,
        normalizer=normalizer,
        pre_tokenizer=pre_tokenizer,
    )


def parse_vocab_and_merges(
    vocab: Mapping[str, Any],
    pairs: list[tuple[str, str]],
    name: str,
    *,
    format_name: str,
    byte_level: bool,
    added: Mapping[str, bool],
    byte_fallback: bool = False,
    end_of_word: str = "",
    continuing_prefix: str = "",
    normalizer: Spec | None = None,
    pre_tokenizer: Spec | None = None,
    has_pre_tokenizer: bool = True,
) -> RawTokenizer:
    """Sort a vocabulary (display string → id) into ordinary tokens and the rest; decode tokens and merges.

    `added` holds the added tokens, with True for special ones. An added token that a merge makes is an
    ordinary one (some vendors protect ordinary tokens by adding them again).

    Raises:
        TokenizerFileError: an id is not a whole number, or a merge is not written in the byte alphabet.
    """
    for token, number in vocab.items():
        if not isinstance(number, int) or isinstance(number, bool):
            raise TokenizerFileError(f"{name}: the id of {token!r} is {number!r}, expected a whole number")
    prefix_length = len(continuing_prefix)
    made = {
        left + (right[prefix_length:] if prefix_length and right.startswith(continuing_prefix) else right)
        for left, right in pairs
    }
    aside: Counter[str] = Counter()
    ordinary: list[str] = []
    for token in sorted(vocab, key=vocab.__getitem__):
        if byte_fallback and is_byte_fallback(token):
            aside["byte_fallback_tokens"] += 1
        elif token in added and token not in made and len(token) > 1:
            aside["special_tokens" if added[token] else "added_tokens"] += 1
        elif token == "":
            aside["empty_tokens"] += 1
        else:
            ordinary.append(token)
    aside["special_tokens"] += sum(special for token, special in added.items() if token not in vocab)
    aside["added_tokens"] += sum(not special for token, special in added.items() if token not in vocab)
    tokens: list[Token] = list(ordinary)
    merges: list[tuple[Token, Token]] = list(pairs)
    if byte_level:
        shown = {token: _bytes_of(token, end_of_word, continuing_prefix) for token in ordinary}
        tokens = [data for data in shown.values() if data is not None]
        aside["tokens_outside_the_byte_alphabet"] += len(ordinary) - len(tokens)
        merges = []
        for pair in pairs:
            left, right = (
                shown.get(part) or _bytes_of(part, end_of_word, continuing_prefix) for part in pair
            )
            if not left or not right:
                raise TokenizerFileError(
                    f"{name}: the merge {pair!r:.60} is not written in the byte alphabet"
                )
            merges.append((left, right))
    elif lone := next((token for token in (*ordinary, *made) if not _is_text(token)), None):
        raise TokenizerFileError(f"{name}: the token {lone!r:.60} has a lone surrogate; fetch the file again")
    return RawTokenizer(
        format_name,
        "byte" if byte_level else "character",
        tokens,
        merges,
        {reason: count for reason, count in aside.items() if count},
        normalizer,
        pre_tokenizer,
        has_pre_tokenizer,
        end_of_word=end_of_word,
        continuing_prefix=continuing_prefix,
    )


def _bytes_of(token: str, end_of_word: str, prefix: str) -> bytes | None:
    """Decode a token of the byte alphabet; marks are plain text and stay."""
    if not end_of_word and not prefix:
        return from_display(token)
    front = prefix if prefix and token.startswith(prefix) else ""
    back = end_of_word if end_of_word and token.endswith(end_of_word) else ""
    data = from_display(token[len(front) : len(token) - len(back)])
    return front.encode() + data + back.encode() if data else None


def _is_text(token: str) -> bool:
    try:
        token.encode()
    except UnicodeEncodeError:
        return False
    return True


def _require_bpe(model: Mapping[str, Any], name: str) -> None:
    kind = model.get("type")
    if kind is None:  # Files before tokenizers 0.9 do not name the type.
        if isinstance(model.get("vocab"), list):
            kind = "Unigram"
        elif "merges" in model:
            kind = "BPE"
        else:
            kind = "WordPiece" if "max_input_chars_per_word" in model else "WordLevel"
    if kind != "BPE":
        raise NotBpeError(
            f"{name}: a {kind} tokenizer, which has no ordered merge list; bpeinfer needs a BPE tokenizer"
        )


def _spec(document: Mapping[str, Any], key: str, name: str) -> Spec | None:
    spec = document.get(key)
    if spec is not None and not isinstance(spec, dict):
        raise TokenizerFileError(f'{name}: "{key}" is {type(spec).__name__}, expected an object or null')
    return spec


def _mark(model: Mapping[str, Any], key: str, name: str) -> str:
    mark = model.get(key) or ""
    if not isinstance(mark, str):
        raise TokenizerFileError(f'{name}: "{key}" is {type(mark).__name__}, expected a string or null')
    return mark


def _mentions(spec: object, kind: str) -> bool:
    """Say whether a normalizer, pre-tokenizer or decoder is of `kind` or has one inside."""
    waiting = [spec]
    while waiting:
        item = waiting.pop()
        if isinstance(item, dict):
            if item.get("type") == kind:
                return True
            waiting.extend(item.values())
        elif isinstance(item, list):
            waiting.extend(item)
    return False


def _added_tokens(document: Mapping[str, Any], name: str) -> dict[str, bool]:
    rows = document.get("added_tokens") or []
    if not isinstance(rows, list):
        raise TokenizerFileError(f'{name}: "added_tokens" is {type(rows).__name__}, expected a list')
    added = {}
    for row in rows:
        if not isinstance(row, dict) or not isinstance(row.get("content"), str):
            raise TokenizerFileError(
                f'{name}: an added token is {row!r:.60}, expected an object with "content"'
            )
        added[row["content"]] = bool(row.get("special"))
    return added


def _pairs(merges: list[Any], vocab: Mapping[str, Any], name: str) -> Iterator[tuple[str, str]]:
    for rank, merge in enumerate(merges):
        if isinstance(merge, str):
            yield split_pair(merge, vocab, f"{name}: merge {rank}")
        elif (
            isinstance(merge, list)
            and len(merge) == 2
            and isinstance(merge[0], str)
            and isinstance(merge[1], str)
        ):
            if not merge[0] or not merge[1]:
                raise TokenizerFileError(f"{name}: merge {rank} is {merge!r}, which has an empty part")
            yield merge[0], merge[1]
        else:
            raise TokenizerFileError(f"{name}: merge {rank} is {merge!r:.60}, expected two strings")


def split_pair(line: str, vocab: Mapping[str, Any], where: str) -> tuple[str, str]:
    """Split "left right" at its space; of several spaces take the one whose parts and product are all tokens.

    Example:
        >>> split_pair("a b c", {"a b": 0, "c": 1, "a bc": 2}, "merge 7")
        ('a b', 'c')

    Raises:
        TokenizerFileError: there is no space, or more than one reading fits.
    """
    parts = line.split(" ")
    if len(parts) == 2 and parts[0] and parts[1]:
        return parts[0], parts[1]
    fits = []
    for cut in (place for place, character in enumerate(line[:4096]) if character == " "):
        left, right = line[:cut], line[cut + 1 :]
        if left in vocab and right in vocab and left + right in vocab:
            fits.append((left, right))
    if len(fits) != 1:
        found = "no" if not fits else "more than one"
        raise TokenizerFileError(f"{where} is {line!r:.60}: {found} way to read it as two known tokens")
    return fits[0]


def parse_merge_lines(data: bytes, vocab: Mapping[str, Any], name: str) -> list[tuple[str, str]]:
    """Read the lines of a merges.txt: an optional ``#version`` header, then "left right" on each line.

    Raises:
        TokenizerFileError: not UTF-8, or a line that is not two tokens.
    """
    require_bounded(data.count(b"\n"), "lines", name)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise TokenizerFileError(f"{name}: not UTF-8 at byte {error.start}; fetch the file again") from error
    lines = text.split("\n")
    if lines and "#version" in lines[0]:
        lines[0] = ""
    return [
        split_pair(line.rstrip("\r"), vocab, f"{name}: line {number}")
        for number, line in enumerate(lines, 1)
        if line.rstrip("\r")
    ]
