"""Text that is safe on a terminal: nothing in a file can move the cursor, hide text or reverse the line."""

from __future__ import annotations

import unicodedata

__all__ = ["escape_text", "is_hidden", "show_token"]

_NAMED = {"\n": "\\n", "\t": "\\t", "\r": "\\r", "\\": "\\\\"}
# Control, format (bidi marks, zero-width), surrogate, private use, unassigned, line and paragraph separators.
_HIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def is_hidden(character: str) -> bool:
    """Return whether a character is invisible, or a blank other than the plain space."""
    return unicodedata.category(character) in _HIDDEN or (character.isspace() and character != " ")


def escape_text(text: str, keep: str = "") -> str:
    """Return text with every hidden character as an escape, except those in `keep`.

    Example:
        >>> print(escape_text("a\\x1b[31m\\u202eb\\n"))
        a\\x1b[31m\\u202eb\\n
    """
    shown = []
    for character in text:
        if character in keep:
            shown.append(character)
        elif character in _NAMED:
            shown.append(_NAMED[character])
        elif is_hidden(character):
            code = ord(character)
            shown.append(
                f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
            )
        else:
            shown.append(character)
    if shown and unicodedata.category(text[0])[0] == "M":
        shown.insert(0, "◌")  # a combining mark would sit on the quote before it
    return "".join(shown)


def show_token(token: str) -> str:
    """Return a token between quotes, safe to print.

    Example:
        >>> print(show_token(" caf<0xC3>"))
        " caf<0xC3>"
    """
    return f'"{escape_text(token)}"'
