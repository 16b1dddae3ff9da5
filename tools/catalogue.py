"""What the starter pack is made of: a source is one package read in one way, a category a group of sources."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from packages import Package
from readers import Reader

__all__ = ["GENRES", "Category", "Source", "Words", "apt", "crates", "npm", "pypi"]

Words = Callable[[Path], list[tuple[str, float]]]
"""Reads a list of words with their shares out of an unpacked package."""

GENRES = {"word frequencies": 3.0, "web and news": 2.0, "common words": 2.0}
"""Registers that hold several genres, and how many each counts for; every other register counts for one.

A word list of web, encyclopedia, subtitles, news and forums is five genres of which a sample of words has the
vocabulary but not the phrases; sentences picked from web and news pages are two, and so are the ten thousand commonest
words of the text that an identifier of languages was trained on.
"""


@dataclass(frozen=True, kw_only=True)
class Source:
    """One package as a source of one category.

    `name` is written beside every document, `register` the kind of text: a category's registers share its bytes
    equally (times `GENRES`) as far as each has enough, and the sources of a register share its part by `weight`.
    `words` reads a word-frequency list of the package, in place of documents.
    """

    name: str
    register: str
    package: Package
    licence: str
    attribution: str
    reader: Reader | None = None
    tag: str = ""
    weight: float = 1.0
    words: Words | None = None


@dataclass(frozen=True, kw_only=True)
class Category:
    """A category of the pack: `bytes_wanted` is the size of its sample in UTF-8 bytes.

    `language` is that of prose and empty for code, which is kept as written; `originals` are the English sources by
    which untranslated text is recognised; `style` is running text that lends lists of words its marks and capitals
    where the category's own sources are not running text.
    """

    name: str
    title: str
    group: str
    bytes_wanted: int
    sources: tuple[Source, ...]
    language: str = ""
    originals: tuple[Source, ...] = ()
    style: tuple[Source, ...] = ()

    @property
    def all_sources(self) -> tuple[Source, ...]:
        """Everything that is read to build the category."""
        return (*self.sources, *self.originals, *self.style)


def apt(name: str) -> Package:
    """A binary package of Debian."""
    return Package("apt", name)


def npm(name: str, version: str) -> Package:
    """A package of npm."""
    return Package("npm", name, version)


def pypi(name: str, version: str) -> Package:
    """A wheel of PyPI."""
    return Package("pypi", name, version)


def crates(name: str, version: str) -> Package:
    """A crate."""
    return Package("crates", name, version)
