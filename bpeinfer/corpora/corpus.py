"""Category samples on disk → `Corpus`: named categories, each a stream of documents.

A folder holds one sub-folder or one file for each category; a file is .txt (one document), .jsonl (one
document a line), .csv or .parquet (one document a row), each also .gz, .bz2, .xz or .zst, or a .tally of
counts. A list of words with counts (.tsv, .txt, .csv or wordfreq's .msgpack) counts as text, too: its words are
strung into sentences as the category's running text has them. A ``manifest.json`` beside them gives titles and groups.
"""

from __future__ import annotations

import glob as globbing
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from bpeinfer.corpora.folders import Entry, entries_of
from bpeinfer.corpora.layout import AS_IT_IS, Layout, Rewritten
from bpeinfer.corpora.sources import TALLY, FromFiles, Memory, Sampled, Source, TallyFile
from bpeinfer.corpora.text_files import Errors, TextFile, matches, split_name
from bpeinfer.corpora.word_lists import is_word_list
from bpeinfer.corpora.words import Strung
from bpeinfer.errors import CorpusError
from bpeinfer.files import shown
from bpeinfer.limits import DEFAULT_LIMITS, Limits

__all__ = ["STARTER", "Category", "Corpus", "load_corpus", "starter_corpus"]

STARTER = "bundled:starter"
"""Stands for the folder of the samples that ship inside the package, wherever a path of samples is asked for."""

# Names that `repr` shows.
SHOWN = 8

STARTER_FOLDER = Path(__file__).parents[1] / "starter"
"""The category samples that ship with the package."""


@dataclass(frozen=True)
class Category:
    """A named sample: its sources in order, the group it belongs to ("" if none) and a title for reports.

    `origins` is what a manifest says of where the text comes from (name, register, licence and so on), and `bytes` how
    much text there is (0: it does not say).
    """

    name: str
    sources: tuple[Source, ...]
    group: str = ""
    title: str = ""
    origins: tuple[Mapping[str, object], ...] = field(default=(), repr=False, compare=False)
    bytes: int = field(default=0, repr=False, compare=False)

    def documents(self) -> Iterator[str]:
        """Yield the documents of all sources in order; empty documents are left out."""
        for source in self.sources:
            if not isinstance(source, TallyFile):
                yield from source.documents()

    @property
    def size(self) -> int:
        """Bytes of the files on disk, 0 for text in memory: a measure of the work, not of the text."""
        return sum(source.size for source in self.sources)

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader of a result should know about this sample."""
        sources = [source.source if isinstance(source, Rewritten) else source for source in self.sources]
        strung = [source for source in sources if isinstance(source, Strung) and not source.running]
        return tuple(
            f"category {self.name!r}: {shown(source.words.path.name)} is a list of words without running text; its "
            "spaces, capitals, punctuation and line ends are those of a usual text"
            for source in strung
        )


@dataclass(frozen=True, repr=False)
class Corpus:
    """Categories in the order of their names.

    Attributes:
        categories: the samples.
        origin: where they were looked for.
        layout: how their documents are rewritten.
        options: how they were chosen and read, by the names of `load_corpus`'s arguments.

    Example:
        >>> corpus = Corpus.from_texts({"en": ["one text", "another"], "de": ["ein Text"]})
        >>> corpus.names, list(corpus.categories[1].documents())
        (('de', 'en'), ['one text', 'another'])
    """

    categories: tuple[Category, ...]
    origin: str = field(default="", compare=False)
    layout: Layout = AS_IT_IS
    options: Mapping[str, object] = field(default_factory=dict, compare=False)

    def __repr__(self) -> str:
        shown_names = ", ".join(self.names[:SHOWN]) + (", …" if len(self.names) > SHOWN else "")
        return f"Corpus({len(self.categories)} categories from {self.origin or 'nowhere'}: {shown_names})"

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the categories."""
        return tuple(category.name for category in self.categories)

    @property
    def groups(self) -> tuple[str, ...]:
        """The group of each category, in the order of `names`."""
        return tuple(category.group for category in self.categories)

    @property
    def titles(self) -> tuple[str, ...]:
        """The title of each category, in the order of `names`."""
        return tuple(category.title for category in self.categories)

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader of a result should know about the samples."""
        own = tuple(note for category in self.categories for note in category.notes)
        return own if self.layout == AS_IT_IS else (*own, f"samples rewritten: {self.layout}")

    @property
    def size(self) -> int:
        """Bytes of the files on disk: a measure of the work for progress bars."""
        return sum(category.size for category in self.categories)

    @classmethod
    def from_texts(
        cls, texts: Mapping[str, Iterable[str]], groups: Mapping[str, str] | None = None
    ) -> Corpus:
        """Build a corpus from documents in memory, by category name."""
        groups = groups or {}
        return cls(
            tuple(
                Category(name, (Memory(tuple(documents)),), groups.get(name, ""))
                for name, documents in sorted(texts.items())
            ),
            "memory",
        )

    def select(self, pattern: str | None) -> Corpus:
        """Return the categories whose names match a glob, or several globs separated by commas (None: all).

        Raises:
            CorpusError: no category matches.
        """
        if not pattern:
            return self
        globs = [part.strip() for part in pattern.split(",")]
        kept = tuple(category for category in self.categories if matches(category.name, globs))
        if not kept:
            raise CorpusError(f"no category matches {pattern!r}; there are: {', '.join(self.names)}")
        return replace(self, categories=kept)

    def require(self, minimum: int) -> None:
        """Raise CorpusError if there are fewer than `minimum` categories."""
        if len(self.categories) < minimum:
            raise CorpusError(
                f"{self.origin}: number of categories is {len(self.categories)} "
                f"({', '.join(self.names) or 'none'}), at least {minimum} are needed to be compared; "
                "give a folder with one sub-folder or file for each category"
            )

    def rewritten(self, layout: Layout) -> Corpus:
        """Return the same documents in another layout, see `bpeinfer.corpora.layout`.

        Raises:
            CorpusError: a category is counts, which cannot be rewritten.
        """
        if layout == AS_IT_IS:
            return self
        categories = tuple(
            replace(
                category,
                sources=tuple(_rewritten(category.name, source, layout) for source in category.sources),
            )
            for category in self.categories
        )
        return replace(self, categories=categories, layout=layout)


def load_corpus(
    paths: str | Path | Sequence[str | Path],
    *,
    text_field: str = "text",
    categories: str | None = None,
    sources: str | None = None,
    errors: Errors = "strict",
    limit: int | None = None,
    seed: int = 0,
    minimum: int = 2,
    limits: Limits = DEFAULT_LIMITS,
) -> Corpus:
    """Find the category samples under one or several paths; text is only read when it is counted.

    Args:
        paths: folders (one sub-folder or file for each category), files (one category each), globs of them, or
            ``bundled:starter``. A category that several paths have holds the text of all. A pipe is read once, as
            .txt if its name has no suffix.
        text_field: the field of a .jsonl line that holds the text (in files of your own).
        categories: keep only the categories whose names match this glob (several: separate by commas).
        sources: keep only the documents whose source matches this glob (several: separate by commas), and the
            categories that have any: the field ``source`` of a .jsonl line, else the name of the file.
        errors: what to do with bytes that are not UTF-8: "strict" raises, "replace" counts U+FFFD for them.
        limit: take at most so many bytes of each category, a random choice of documents by `seed`.
        minimum: how many categories there must be; a mixture needs two.
        limits: how long lines may be, and how much compressed files may expand.

    Raises:
        CorpusError: a path is missing, a suffix unknown, a category empty, `limit` below 1, or too few
            categories remain.
    """
    if limit is not None and limit < 1:
        raise CorpusError(f"limit is {limit} bytes of each category, expected 1 or more")
    given = [paths] if isinstance(paths, str | Path) else list(paths)
    globs = tuple(part.strip() for part in sources.split(",")) if sources else ()
    found: dict[str, list[Entry]] = {}
    for place in (place for path in given for place in _expand(str(path))):
        for entry in entries_of(place, limits):
            if kept := _of_sources(entry, globs):
                found.setdefault(entry.name, []).append(kept)
    origin = ", ".join(map(shown, given))
    if globs and not found:
        raise CorpusError(f"{origin}: no source matches {sources!r}; see `bpeinfer corpus ls`")

    def category(name: str, entries: list[Entry]) -> Category:
        files = [file for entry in entries for file in entry.files]
        notes = {key: value for entry in entries for key, value in entry.notes.items()}
        return Category(
            name,
            _sources(name, files, text_field, errors, limit, seed, limits, globs),
            notes.get("group", ""),
            notes.get("title", ""),
            tuple(source for entry in entries for source in entry.sources),
            sum(entry.bytes for entry in entries),
        )

    made = tuple(category(name, entries) for name, entries in sorted(found.items()))
    options = {"text_field": text_field, "categories": categories, "sources": sources, "errors": errors}
    corpus = Corpus(made, origin, options=options | {"limit": limit, "seed": seed}).select(categories)
    corpus.require(minimum)
    return corpus


def _rewritten(category: str, source: Source, layout: Layout) -> Source:
    if isinstance(source, Memory):
        return Memory(tuple(map(layout.rewrite, source.texts)))
    if isinstance(source, TallyFile):
        raise CorpusError(
            f"category {category!r}: counts ({shown(source.path)}) cannot be rewritten; give text, or --layout as-is"
        )
    return Rewritten(source, layout)


def starter_corpus(categories: str | None = None) -> Corpus:
    """Return the samples that ship inside the package: English prose, other languages, code."""
    return load_corpus(STARTER, categories=categories)


def _field(file: Path, text_field: str) -> str:
    return "text" if STARTER_FOLDER in file.parents else text_field


def _of_sources(entry: Entry, globs: tuple[str, ...]) -> Entry | None:
    """Return the part of an entry that has some of the sources asked for, None if there is none."""
    if not globs:
        return entry
    named = tuple(source for source in entry.sources if matches(str(source.get("name", "")), globs))
    if entry.sources and not named:
        return None
    # The documents of a .jsonl file name their sources themselves; any other file is one source.
    files = tuple(
        file for file in entry.files if split_name(file)[1] == ".jsonl" or matches(split_name(file)[0], globs)
    )
    size = sum(size for source in named if isinstance(size := source.get("bytes"), int))
    return replace(entry, files=files, sources=named, bytes=size) if files else None


def _expand(path: str) -> list[Path]:
    if path == STARTER:
        return [STARTER_FOLDER]
    if os.path.exists(path):
        return [Path(path)]
    matches = sorted(globbing.glob(path, recursive=True))  # noqa: PTH207 - takes absolute patterns too
    if not matches:
        wild = any(sign in path for sign in "*?[")
        raise CorpusError(
            f"corpus {shown(path)!r}: {'nothing matches' if wild else 'no such file or folder'}; "
            f"give a folder with one sub-folder or file for each category, or {STARTER}"
        )
    return [Path(match) for match in matches]


def _sources(
    name: str,
    files: list[Path],
    text_field: str,
    errors: Errors,
    limit: int | None,
    seed: int,
    limits: Limits,
    globs: tuple[str, ...],
) -> tuple[Source, ...]:
    tallies = tuple(TallyFile.find(path, limits) for path in files if split_name(path)[1] == TALLY)
    found = [
        replace(TextFile.find(path, _field(path, text_field), errors, limits), sources=globs)
        for path in files
        if split_name(path)[1] != TALLY
    ]
    lists = [file for file in found if is_word_list(file.path, limits)]
    running = tuple(file for file in found if file not in lists)
    texts: tuple[FromFiles, ...] = (*running, *(Strung(file, running, seed) for file in lists))
    if limit is None:
        return (*tallies, *texts)
    if tallies:
        raise CorpusError(
            f"category {name!r}: a byte limit cannot be put on counts ({shown(tallies[0].path)}); "
            "leave the limit out or give the text"
        )
    return (Sampled(texts, limit, seed),)
