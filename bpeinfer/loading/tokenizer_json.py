"""tokenizer.json, the file format of the `tokenizers` library, in all its versions."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bpeinfer.errors import NotBpeError, TokenizerFileError
from bpeinfer.loading.alphabet import is_byte_level
from bpeinfer.loading.marks import USUAL_MARK, Marks, marks_of_pairs
from bpeinfer.loading.pairs import read_pairs
from bpeinfer.loading.raw import RawTokenizer, Spec, require_bounded
from bpeinfer.loading.vocabulary import read_vocabulary

__all__ = ["parse_json", "parse_tokenizer_json"]

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
        if error.msg == "Extra data" and data[:4096].split(b"\n")[0].rstrip().endswith(b"}"):
            raise TokenizerFileError(
                f"{name}: a JSON object on each line, as samples have, not a tokenizer; the tokenizer comes first, and "
                "samples go where the command takes samples (--corpus)"
            ) from error
        raise TokenizerFileError(
            f"{name}: not valid JSON at line {error.lineno}, column {error.colno} ({error.msg}); "
            "fetch the file again"
        ) from error
    except _RepeatedKeyError as error:
        raise TokenizerFileError(
            f"{name}: the key {error.args[0]!r:.60} occurs twice; fetch the file again"
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


def parse_tokenizer_json(document: Mapping[str, Any], name: str) -> RawTokenizer:
    """Read a decoded tokenizer.json.

    Raises:
        NotBpeError: the model is unigram, WordPiece or word-level.
        TokenizerFileError: the model has no vocabulary or merges, or they are not what the format requires.
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
    marks = Marks(
        end_of_word=_mark(model, "end_of_word_suffix", name),
        continuing_prefix=_mark(model, "continuing_subword_prefix", name),
    )
    pairs, notes = _pairs(merges, vocab, marks, name)
    _require_unlike_text(marks, vocab, pairs, name)
    if not marks:
        marks = marks_of_pairs(pairs)
        if marks:
            mark = marks.end_of_word or marks.continuing_prefix
            notes.append(f"the merges carry the mark {mark}, which the file does not name")
    added = _added_tokens(document, name)
    byte_level = is_byte_level(
        (marks.bare(marks.join(*pair)) for pair in pairs),
        {token for token in vocab if len(token) == 1 and token not in added},
        declared=_mentions(pre_tokenizer, "ByteLevel") or _mentions(normalizer, "ByteLevel"),
    )
    if byte_level and (after := _rewrites_bytes(normalizer, pre_tokenizer)):
        raise TokenizerFileError(
            f"{name}: {after} follows ByteLevel and changes its characters, so tokens do not stand for bytes; "
            "bpeinfer reads byte-level tokenizers whose ByteLevel comes last"
        )
    read = read_vocabulary(
        vocab,
        pairs,
        name,
        byte_level=byte_level,
        marks=marks,
        added=added,
        byte_fallback=bool(model.get("byte_fallback")),
    )
    return RawTokenizer(
        format=FORMAT,
        unit=read.unit,
        tokens=read.tokens,
        merges=read.merges,
        set_aside=read.set_aside,
        normalizer=normalizer,
        pre_tokenizer=pre_tokenizer,
        marks=marks,
        cut_out=tuple(added),
        added=tuple(added),
        takes_whole=model.get("ignore_merges") is True,
        notes=tuple(notes),
    )


def _require_unlike_text(
    marks: Marks, vocab: Mapping[str, int], pairs: Sequence[tuple[str, str]], name: str
) -> None:
    """Raise TokenizerFileError if a mark is text, too: the library then has one token for two different ones.

    With the suffix ``e``, ``te`` is both a ``t`` at the end of a word and ``t`` and ``e`` anywhere.
    """
    suffix, prefix = marks.end_of_word, marks.continuing_prefix
    if suffix not in ("", USUAL_MARK) and suffix in vocab:
        mark, kind = suffix, "end_of_word_suffix"
    elif prefix and any(left == prefix and right.startswith(prefix) for left, right in pairs):
        mark, kind = prefix, "continuing_subword_prefix"
    else:
        return
    raise TokenizerFileError(
        f'{name}: the {kind} "{mark}" is a token of text, too, so that tokens with the mark and without it cannot be '
        "told apart; train with a mark that the text does not contain"
    )


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
    """Return whether a normalizer, pre-tokenizer or decoder is of type `kind` or contains one that is."""
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


def _rewrites_bytes(normalizer: Spec | None, pre_tokenizer: Spec | None) -> str:
    """Return the type of the first stage after ByteLevel that changes or adds characters, or "" if there is none."""
    in_bytes = False
    for stage in _stages(normalizer):
        if in_bytes and stage.get("type") != "Strip":  # the display alphabet has no white space
            return str(stage.get("type"))
        in_bytes |= stage.get("type") == "ByteLevel"
    for stage in _stages(pre_tokenizer):
        kind = stage.get("type")
        adds_mark = kind == "Metaspace" and stage.get("prepend_scheme", "always") != "never"
        if in_bytes and (kind == "ByteLevel" or adds_mark):
            return str(kind)
        in_bytes |= kind == "ByteLevel"
    return ""


def _stages(spec: Spec | None) -> Iterator[Spec]:
    """Yield the stages of a normalizer or pre-tokenizer in order, with sequences flattened."""
    waiting: list[Any] = [spec]
    while waiting:
        stage = waiting.pop()
        if not isinstance(stage, dict):
            continue
        parts = stage.get("normalizers", stage.get("pretokenizers"))
        if isinstance(parts, list):
            waiting.extend(reversed(parts))
        else:
            yield stage


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


def _pairs(
    merges: list[Any], vocab: Mapping[str, Any], marks: Marks, name: str
) -> tuple[list[tuple[str, str]], list[str]]:
    """Read the list of merges, whose items are pairs of strings or, up to tokenizers 0.19, "left right"."""
    if merges and all(isinstance(merge, str) for merge in merges):
        lines = [(f"{name}: merge {rank}", merge) for rank, merge in enumerate(merges)]
        return read_pairs(lines, vocab, marks=marks)
    pairs = []
    for rank, merge in enumerate(merges):
        left, right = merge if isinstance(merge, list) and len(merge) == 2 else (None, None)
        if not isinstance(left, str) or not isinstance(right, str):
            raise TokenizerFileError(f"{name}: merge {rank} is {merge!r:.60}, expected two strings")
        if not left or not right:
            raise TokenizerFileError(f"{name}: merge {rank} is {merge!r}, which has an empty part")
        pairs.append((left, right))
    return pairs, []
