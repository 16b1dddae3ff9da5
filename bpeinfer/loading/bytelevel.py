"""GPT-2's display alphabet: each byte written as one printable Unicode character (``Ġ`` for a space)."""

from __future__ import annotations

from bpeinfer.pretokenize.huggingface import display_bytes

__all__ = ["BYTE_OF_CHARACTER", "CHARACTER_OF_BYTE", "from_display", "to_display"]


BYTE_OF_CHARACTER = {character: byte[0] for character, byte in display_bytes().items()}
"""Character → byte, in GPT-2's own order (printable bytes first, then the others)."""

CHARACTER_OF_BYTE = {byte: character for character, byte in BYTE_OF_CHARACTER.items()}

# For str.translate. Characters below 256 that display no byte are mapped to ones that latin-1 cannot encode.
_TO_LATIN1 = {ord(character): byte for character, byte in BYTE_OF_CHARACTER.items()} | {
    code: 0x10FFFF for code in range(256) if chr(code) not in BYTE_OF_CHARACTER
}


def from_display(text: str) -> bytes | None:
    """Return the bytes that `text` displays, or None if a character displays no byte.

    Example:
        >>> from_display("Ġcaf" + "Ã©"), from_display("a b")
        (b' caf\\xc3\\xa9', None)
    """
    try:
        return text.translate(_TO_LATIN1).encode("latin-1")
    except UnicodeEncodeError:
        return None


def to_display(data: bytes) -> str:
    """Return `data` in GPT-2's display alphabet.

    Example:
        >>> to_display(b" a")
        'Ġa'
    """
    return "".join(CHARACTER_OF_BYTE[byte] for byte in data)
