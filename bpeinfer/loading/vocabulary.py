"""From a vocabulary of written tokens (string → id) and written merges to units: sorted, then decoded.

tokenizer.json, merges.txt and GGUF share three steps: `sort_tokens` sets aside what training did not make,
`decode_tokens` and `decode_merges` undo the display alphabet of byte-level lists. `read_vocabulary` does all three.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from bpeinfer.errors import TokenizerFileError
from bpeinfer.loading.bytelevel import from_display
from bpeinfer.loading.marks import NO_MARKS, Marks
from bpeinfer.loading.raw import Token

__all__ = ["Vocabulary", "is_byte_fallback", "read_vocabulary"]


@dataclass(frozen=True, kw_only=True)
class Vocabulary:
    """Ordinary tokens by id, the merges, and what was set aside, counted by reason."""

    unit: Literal["byte", "character"]
    tokens: Sequence[Token]
    merges: Sequence[tuple[Token, Token]]
    set_aside: Mapping[str, int]


def is_byte_fallback(token: str) -> bool:
    """Return whether `token` stands for one raw byte, as ``<0x0A>`` does.

    Example:
        >>> is_byte_fallback("<0x0A>"), is_byte_fallback("<0xZZ>")
        (True, False)
    """
    return len(token) == 6 and token.startswith("<0x") and token[5] == ">" and _is_hex(token[3:5])


def _is_hex(text: str) -> bool:
    return all(character in "0123456789abcdefABCDEF" for character in text)


def read_vocabulary(
    vocab: Mapping[str, Any],
    pairs: Sequence[tuple[str, str]],
    name: str,
    *,
    byte_level: bool,
    marks: Marks = NO_MARKS,
    added: Mapping[str, bool] | None = None,
    byte_fallback: bool = False,
) -> Vocabulary:
    """Sort and decode a vocabulary and its merges.

    Args:
        vocab: written token → id; may be empty.
        pairs: written merges, in order.
        name: what to call the file in errors.
        byte_level: whether both are written in the display alphabet of bytes.
        marks: the end-of-word mark and prefix that they carry.
        added: tokens added after training, with True for special ones.
        byte_fallback: whether tokens such as ``<0x0A>`` stand for raw bytes.

    Raises:
        TokenizerFileError: an id is not a whole number, a merge is not written in the byte alphabet, or a token is
            not Unicode text.
    """
    made = {marks.join(left, right) for left, right in pairs}
    ordinary, aside = sort_tokens(vocab, name, made, added or {}, byte_fallback)
    if not byte_level:
        lone = next((token for token in (*ordinary, *made) if not _is_text(token)), None)
        if lone is not None:
            raise TokenizerFileError(
                f"{name}: the token {lone!r:.60} has a lone surrogate; fetch the file again"
            )
        return Vocabulary(unit="character", tokens=ordinary, merges=pairs, set_aside=_positive(aside))
    shown = decode_tokens(ordinary, marks)
    tokens = [data for data in shown.values() if data is not None]
    aside["tokens_outside_the_byte_alphabet"] += len(ordinary) - len(tokens)
    merges = decode_merges(pairs, shown, marks, name)
    return Vocabulary(unit="byte", tokens=tokens, merges=merges, set_aside=_positive(aside))


def sort_tokens(
    vocab: Mapping[str, Any],
    name: str,
    made: Collection[str],
    added: Mapping[str, bool],
    byte_fallback: bool,
) -> tuple[list[str], Counter[str]]:
    """Return the ordinary tokens by id, and the number of others by reason.

    An added token that a merge makes (it is in `made`) is an ordinary one: some vendors protect ordinary tokens by
    adding them a second time.

    Raises:
        TokenizerFileError: an id is not a whole number.
    """
    _require_whole_ids(vocab, name)
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
    outside = Counter(special for token, special in added.items() if token not in vocab)
    aside["special_tokens"] += outside[True]
    aside["added_tokens"] += outside[False]
    return ordinary, aside


def _require_whole_ids(vocab: Mapping[str, Any], name: str) -> None:
    for token, number in vocab.items():
        if not isinstance(number, int) or isinstance(number, bool):
            raise TokenizerFileError(f"{name}: the id of {token!r} is {number!r}, expected a whole number")


def decode_tokens(tokens: Iterable[str], marks: Marks) -> dict[str, bytes | None]:
    """Return written token → its bytes, or None for one outside the display alphabet; marks stay plain text."""
    if not marks:
        return {token: from_display(token) for token in tokens}
    return {token: _bytes_of(token, marks) for token in tokens}


def decode_merges(
    pairs: Sequence[tuple[str, str]], shown: dict[str, bytes | None], marks: Marks, name: str
) -> list[tuple[Token, Token]]:
    """Return the merges in bytes; `shown` is the decoded vocabulary.

    Raises:
        TokenizerFileError: a part is not written in the byte alphabet.
    """
    merges: list[tuple[Token, Token]] = []
    get = shown.get
    for pair in pairs:
        left, right = get(pair[0]), get(pair[1])
        if not left or not right:
            left, right = (get(part) or _bytes_of(part, marks) for part in pair)
        if not left or not right:
            raise TokenizerFileError(f"{name}: the merge {pair!r:.60} is not written in the byte alphabet")
        merges.append((left, right))
    return merges


def _bytes_of(token: str, marks: Marks) -> bytes | None:
    if not marks:
        return from_display(token)
    end, prefix = marks.end_of_word, marks.continuing_prefix
    if marks.apart and token == end:
        return end.encode()
    front = prefix if prefix and token.startswith(prefix) else ""
    back = end if end and token.endswith(end) else ""
    data = from_display(token[len(front) : len(token) - len(back)])
    return front.encode() + data + back.encode() if data else None


def _is_text(token: str) -> bool:
    try:
        token.encode()
    except UnicodeEncodeError:
        return False
    return True


def _positive(counts: Mapping[str, int]) -> dict[str, int]:
    return {reason: count for reason, count in counts.items() if count}
