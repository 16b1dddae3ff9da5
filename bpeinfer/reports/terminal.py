"""Text that is safe on a terminal: nothing in a file can move the cursor, hide text or reverse the line."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

__all__ = ["escape_text", "is_hidden", "show_token", "words_first"]

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


def words_first(examples: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return merges with their tokens in the same order, but those that are parts of characters last."""
    # Results of older versions have U+FFFD for such parts.
    return sorted(examples, key=lambda one: "<0x" in one["token"] or "\ufffd" in one["token"])
