"""`Spelling`: how a language capitalises words, and when two spellings are the same word of a list."""

from __future__ import annotations

from dataclasses import dataclass

import regex

__all__ = ["Spelling"]

_NUMBER = regex.compile(r"\d[\d.,]+\w*")


@dataclass(frozen=True)
class Spelling:
    """How the words of a list are written.

    Attributes:
        turkic: the capital of i is İ, and that of ı is I.
        cased: the list itself has capitals.
        smashed: every digit of a number of two or more digits is written as 0 (wordfreq).
    """

    turkic: bool = False
    cased: bool = False
    smashed: bool = False

    def lower(self, text: str) -> str:
        """Return the text without capitals."""
        return (text.replace("İ", "i").replace("I", "ı") if self.turkic else text).lower()

    def capital(self, text: str) -> str:
        """Return the text with an initial capital."""
        first = "İ" if self.turkic and text[0] == "i" else text[0].title()
        return (first if len(first) == 1 else text[0]) + text[1:]

    def capitals(self, text: str) -> str:
        """Return the text in capitals."""
        return (text.replace("i", "İ") if self.turkic else text).upper()

    def key(self, text: str) -> str:
        """Return the form in which the list has a word of running text.

        Example:
            >>> Spelling(smashed=True).key("Don’t"), Spelling(smashed=True).key("1,984")
            ("don't", '0,000')
        """
        key = text.replace("’", "'").replace("ʼ", "'")
        if self.smashed and _NUMBER.match(key):
            key = regex.sub(r"\d", "0", key)
        return key if self.cased else self.lower(key)
