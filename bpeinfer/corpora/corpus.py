"""Category samples on disk → `Corpus`: named categories, each a stream of documents.

A folder has one sub-folder or file for each category; a file is .txt (one document), .jsonl (one document per
line), .csv or .parquet (one document per row), each optionally .gz, .bz2, .xz or .zst, or a .tally of counts. A
list of words with counts (.tsv, .txt, .csv or wordfreq's .msgpack) also serves as text: its words are strung into
sentences modelled on the category's running text. A ``manifest.json`` in the folder gives titles and groups.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from bpeinfer.corpora.layout import AS_IT_IS, Layout, Rewritten
from bpeinfer.corpora.sources import ChosenTally, Memory, Source, TallyFile
from bpeinfer.corpora.text_files import select_names
from bpeinfer.corpora.words_to_text import Strung
from bpeinfer.errors import CorpusError
from bpeinfer.files import shown

__all__ = ["STARTER", "STARTER_FOLDER", "Category", "Corpus"]

STARTER = "bundled:starter"
"""Stands for the folder of the samples that ship with the package, wherever a path of samples is expected."""

# Names that `repr` shows.
SHOWN = 8

STARTER_FOLDER = Path(__file__).parents[1] / "starter"
"""The category samples that ship with the package."""


@dataclass(frozen=True)
class Category:
    """A named sample: its sources in order, the group it belongs to ("" if none) and a title for reports.

    `origins` is what a manifest says about the text's sources (name, register, licence and so on), and `bytes` is the
    amount of text that it states (0: none stated).
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
            if not isinstance(source, TallyFile | ChosenTally):
                yield from source.documents()

    @property
    def size(self) -> int:
        """Bytes of the files on disk, 0 for text in memory; measures the work, not the text."""
        return sum(source.size for source in self.sources)

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader of a result should know about this sample."""
        sources = [source.source if isinstance(source, Rewritten) else source for source in self.sources]
        strung = [source for source in sources if isinstance(source, Strung) and not source.running]
        return tuple(
            f"category {self.name!r}: {shown(source.words.path.name)} is a list of words without running text; its "
            "spaces, capitals, punctuation and line ends are those of a typical text"
            for source in strung
        )


@dataclass(frozen=True, repr=False)
class Corpus:
    """Categories in the order of their names.

    Attributes:
        categories: the samples.
        origin: where they were looked for.
        layout: how their documents are rewritten.
        options: how they were chosen and read, under the names of `load_corpus`'s arguments.
        not_chosen: the categories of the same origin that `select` left out.

    Example:
        >>> corpus = Corpus.from_texts({"en": ["one text", "another"], "de": ["ein Text"]})
        >>> corpus.names, list(corpus.categories[1].documents())
        (('de', 'en'), ['one text', 'another'])
    """

    categories: tuple[Category, ...]
    origin: str = field(default="", compare=False)
    layout: Layout = AS_IT_IS
    options: Mapping[str, object] = field(default_factory=dict, compare=False)
    not_chosen: tuple[Category, ...] = field(default=(), compare=False)

    def __post_init__(self) -> None:
        if not isinstance(self.categories, tuple) or not all(
            isinstance(category, Category) for category in self.categories
        ):
            raise CorpusError(
                "a Corpus is made of Category objects; use Corpus.from_texts for documents by category, "
                "load_corpus for files"
            )

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
        said = [note for category in self.categories for note in category.notes]
        if self.not_chosen:
            there = len(self.categories) + len(self.not_chosen)
            said.append(
                f"{len(self.categories)} of {there} categories were chosen: text like the others counts as like these"
            )
        if self.layout != AS_IT_IS:
            said.append(f"samples rewritten: {self.layout}")
        return tuple(said)

    @property
    def size(self) -> int:
        """Bytes of text, for progress bars: as manifests state it, else that of the files on disk."""
        return sum(category.bytes or category.size for category in self.categories)

    @classmethod
    def from_texts(
        cls, texts: Mapping[str, Iterable[str]], groups: Mapping[str, str] | None = None
    ) -> Corpus:
        """Build a corpus from documents in memory, by category name; one string is one document.

        Raises:
            CorpusError: a document is not a string.
        """
        groups = groups or {}
        return cls(
            tuple(
                Category(name, (Memory(_documents(name, documents)),), groups.get(name, ""))
                for name, documents in sorted((str(name), documents) for name, documents in texts.items())
            ),
            "memory",
        )

    def select(self, pattern: str | None) -> Corpus:
        """Return the categories that match a glob, or several globs separated by commas (None: all).

        A glob is matched with names; a whole title (``French``, or ``Portuguese`` of "Portuguese (Brazil)") or
        group (``code``) chooses, too, in any case.

        Raises:
            CorpusError: one of the globs matches no category.
        """
        called = [(category.title, category.group) for category in self.categories]
        chosen = set(select_names(self.names, pattern, titles_and_groups=called))
        kept = tuple(category for category in self.categories if category.name in chosen)
        left_out = tuple(category for category in self.categories if category.name not in chosen)
        return replace(self, categories=kept, not_chosen=(*self.not_chosen, *left_out))

    def with_not_chosen(self) -> Corpus:
        """Return the categories with those that `select` left out."""
        return replace(
            self,
            categories=tuple(
                sorted((*self.categories, *self.not_chosen), key=lambda category: category.name)
            ),
            not_chosen=(),
        )

    def require(self, minimum: int) -> None:
        """Raise CorpusError if there are fewer than `minimum` categories."""
        if len(self.categories) < minimum:
            what_to_do = (
                f"choose more of the {len(self.categories) + len(self.not_chosen)} that there are"
                if self.not_chosen
                else "give a folder with one sub-folder or file for each category"
            )
            raise CorpusError(
                f"{self.origin}: number of categories is {len(self.categories)} "
                f"({', '.join(self.names) or 'none'}), at least {minimum} are needed for a comparison; {what_to_do}"
            )

    def rewritten(self, layout: Layout) -> Corpus:
        """Return the same documents in another layout; see `bpeinfer.corpora.layout`.

        Raises:
            CorpusError: a category consists of counts, which cannot be rewritten.
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
        others = tuple(
            replace(
                category,
                sources=tuple(_rewritten(category.name, source, layout) for source in category.sources),
            )
            for category in self.not_chosen
            if not any(isinstance(source, TallyFile | ChosenTally) for source in category.sources)
        )
        return replace(self, categories=categories, layout=layout, not_chosen=others)


def _rewritten(category: str, source: Source, layout: Layout) -> Source:
    if isinstance(source, Memory):
        return Memory(tuple(map(layout.rewrite, source.texts)))
    if isinstance(source, TallyFile | ChosenTally):
        where = source.name if isinstance(source, ChosenTally) else shown(source.path)
        raise CorpusError(
            f"category {category!r}: counts ({where}) cannot be rewritten; give text, or --layout as-is"
        )
    return Rewritten(source, layout)


def _documents(name: str, texts: Iterable[str] | str) -> tuple[str, ...]:
    # Iteration would yield their keys or column names, which are text, too.
    if isinstance(texts, Mapping) or hasattr(texts, "columns"):
        raise CorpusError(
            f"category {name!r}: a {type(texts).__name__}, expected a list of texts; of a data frame give the column, "
            "such as frame['text']"
        )
    documents = (texts,) if isinstance(texts, str) else tuple(texts)
    for number, document in enumerate(documents):
        if not isinstance(document, str):
            raise CorpusError(
                f"category {name!r}: document {number} is a {type(document).__name__}, expected text (str)"
            )
    return documents
