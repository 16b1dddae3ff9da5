"""A token's bytes as text."""

from __future__ import annotations

__all__ = ["token_text"]


def token_text(token: bytes) -> str:
    """Return a token as text, bytes that are not UTF-8 as ``<0xNN>``.

    Example:
        >>> token_text(b"caf\\xc3")
        'caf<0xC3>'
    """
    text = ""
    while token:
        try:
            return text + token.decode()
        except UnicodeDecodeError as error:
            wrong = "".join(f"<0x{byte:02X}>" for byte in token[error.start : error.end])
            text += token[: error.start].decode() + wrong
            token = token[error.end :]
    return text
