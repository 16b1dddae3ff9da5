"""Bytes or characters: what one unit of a token is, decided once, from the whole list and its vocabulary.

A byte-level list is written in GPT-2's display alphabet (`bytelevel`), whose 256 characters also occur in plain
text: ``é`` is a French letter and also displays byte 0xE9. What the tokens spell distinguishes the two. Read as
bytes, the tokens of a byte-level list are pieces of UTF-8 text; those of a list over characters are not (two more
bytes of the same character must follow 0xE9, and do not).
"""

from __future__ import annotations

import codecs
from collections.abc import Collection, Iterable

from bpeinfer.loading.bytelevel import BYTE_OF_CHARACTER, from_display

__all__ = ["is_byte_level", "is_text_fragment"]

EXAMINED = 5_000
"""Number of tokens examined, evenly spread over the list: the two kinds differ in nearly every one of them."""

_CONTROLS = bytes(set(range(32)) - set(b"\t\n\v\f\r\x1b")) + b"\x7f"
_DISPLAY = frozenset(BYTE_OF_CHARACTER)


def is_byte_level(
    tokens: Iterable[str], units: Collection[str] = (), *, declared: bool | None = None
) -> bool:
    """Return whether tokens are written in the display alphabet of bytes.

    A ByteLevel pre-tokenizer or normalizer in the file settles it, since it turns text into that alphabet (a
    decoder does not). Otherwise every character must belong to the display alphabet, and most of the tokens with a
    non-ASCII character must spell pieces of UTF-8 text. If no token has such a character, a vocabulary of all 256
    display characters and no other unit indicates bytes; without one, both readings give the same merges, and
    characters are assumed.

    Args:
        tokens: the products of the merges, without marks.
        units: the vocabulary's one-character tokens, if there is a vocabulary.
        declared: whether the file has a ByteLevel pre-tokenizer or normalizer; None for formats that cannot say.

    Example:
        >>> is_byte_level(["Ġt", "he", "Ã©t"]), is_byte_level(["fü", "für", "ét"]), is_byte_level(["th", "the"])
        (True, False, False)
    """
    if declared:
        return True
    complete = len(units) == len(_DISPLAY) and _DISPLAY.issuperset(units)
    if (units and not _DISPLAY.issuperset(units)) or (declared is False and not complete):
        return False
    beyond_ascii = []
    for token in tokens:
        if not token.isascii():
            if not _DISPLAY.issuperset(token):
                return False
            beyond_ascii.append(token)
    if not beyond_ascii:
        return complete and declared is None
    examined = beyond_ascii[:: max(1, len(beyond_ascii) // EXAMINED)]
    return 2 * sum(map(_spells_text, examined)) > len(examined)


def _spells_text(token: str) -> bool:
    data = from_display(token)
    return data is not None and is_text_fragment(data) and data.translate(None, _CONTROLS) == data


def is_text_fragment(data: bytes) -> bool:
    """Return whether these bytes occur in some valid UTF-8 text; characters at the edges may be cut.

    Example:
        >>> is_text_fragment(b"\\xa9t\\xc3"), is_text_fragment(b"\\xe9t")
        (True, False)
    """
    for start in range(4):
        try:
            codecs.getincrementaldecoder("utf-8")().decode(data[start:])
        except UnicodeDecodeError:
            if start < len(data) and data[start] & 0xC0 == 0x80:
                continue
            return False
        return True
    return False
