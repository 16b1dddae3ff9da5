# /// script
# requires-python = ">=3.11"
# dependencies = [
#     "mwparserfromhell==0.7.2",
#     "polib==1.2.0",
#     "rdata==1.1.0",
#     "regex==2026.11.15",
#     "selectolax==1.0.2",
# ]
# ///
"""Build the starter pack, `bpeinfer/starter/`, from published packages.

    python tools/build_starter.py                       # rebuild the pack in place
    python tools/build_starter.py --full DIR            # larger text, split into DIR/train and DIR/sample

Everything is sampled by a hash of the document's id and packed with fixed settings: the same package versions
give the same bytes. apt keeps no old versions, so a rebuild on another day can differ; the manifest says what
was used.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import lzma
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

from categories import CATEGORIES, Category, Source
from markup import clean_prose, licence_header, line_key, printable, split_long, unique_lines
from packages import PackageError, default_cache, fetch
from readers import Document

STARTER = Path(__file__).resolve().parent.parent / "bpeinfer" / "starter"
XZ_FILTERS = [
    {"id": lzma.FILTER_LZMA2, "preset": 9 | lzma.PRESET_EXTREME, "lc": 4, "pb": 0, "dict_size": 8 << 20}
]
PROSE_PIECE = 20_000
SMALLEST_DOCUMENT = 150
SMALLEST_NEW_SHARE = 0.5
LICENCE_HEADERS_KEPT = 3


@dataclass(frozen=True, slots=True)
class Text:
    """A cleaned document of one source: `half` is 0 (train) or 1 (sample), by the id alone."""

    key: bytes
    half: int
    text: str
    size: int

    @classmethod
    def of(cls, document: Document, piece: int = 0) -> Text:
        """A document, or one piece of it, with its place in the order by hash."""
        digest = hashlib.sha256(document.id.encode()).digest()
        return cls(
            digest[:16] + piece.to_bytes(4), digest[-1] & 1, document.text, len(document.text.encode())
        )


def _prose(
    documents: Iterable[Document], language: str, english: frozenset[int], seen: set[int]
) -> Iterator[Text]:
    for document in sorted(documents, key=lambda document: Text.of(document).key):
        text = clean_prose(document.text, language, english, seen)
        for number, piece in enumerate(split_long(text, PROSE_PIECE)):
            if len(piece.encode()) >= SMALLEST_DOCUMENT:
                yield Text.of(Document(document.id, piece), number)


def _code(
    documents: Iterable[Document], seen: set[int], headers: dict[str, int], limit: int
) -> Iterator[Text]:
    total = 0
    for document in documents:
        text = printable(document.text)
        header = licence_header(text)
        if header:
            # The same licence names another year and author in each file.
            same = "".join(character for character in header if character.isalpha())[-200:]
            headers[same] = headers.get(same, 0) + 1
            if headers[same] > LICENCE_HEADERS_KEPT:
                text = text[len(header) :].lstrip("\n")
        if len(text) < SMALLEST_DOCUMENT or unique_lines(text, seen) < SMALLEST_NEW_SHARE:
            continue
        found = Text.of(Document(document.id, text))
        total += found.size
        yield found
        if total > limit:
            return


def read_sources(
    category: Category, cache: Path, english: frozenset[int], limit: int
) -> list[tuple[Source, str, list[Text]]]:
    """Every source of a category with the version fetched and its cleaned documents."""
    seen: set[int] = set()
    headers: dict[str, int] = {}
    result = []
    for source in category.sources:
        unpacked = fetch(source.package, cache)
        documents = source.reader(unpacked.root, source.tag)
        if category.language:
            texts = list(_prose(documents, category.language, english, seen))
        else:
            texts = list(_code(documents, seen, headers, limit))
        result.append((source, unpacked.version, sorted(texts, key=lambda text: text.key)))
    return result


def shares(available: Sequence[int], weights: Sequence[float], wanted: int) -> list[int]:
    """Divide `wanted` bytes by weight, giving what one source lacks to the others.

    >>> shares([100, 1000, 1000], [1, 1, 2], 1000)
    [100, 300, 600]
    """
    quotas = [0] * len(available)
    open_sources = set(range(len(available)))
    left = wanted
    while open_sources:
        level = left / sum(weights[i] for i in open_sources)
        short = {i for i in open_sources if available[i] <= level * weights[i]}
        if not short:
            for i in open_sources:
                quotas[i] = int(level * weights[i])
            break
        for i in short:
            quotas[i] = available[i]
            left -= available[i]
        open_sources -= short
    return quotas


def choose(sources: list[tuple[Source, str, list[Text]]], wanted: int) -> list[list[Text]]:
    """For each source the documents that fit its share of `wanted` bytes, in the order of their keys.

    A document larger than a sixteenth of `wanted` (and than 20 kB) is passed over: breadth is worth more.
    """
    largest = max(20_000, wanted // 16)
    sources = [
        (source, version, [text for text in texts if text.size <= largest])
        for source, version, texts in sources
    ]
    available = [sum(text.size for text in texts) for _, _, texts in sources]
    quotas = shares(available, [source.weight for source, _, _ in sources], wanted)
    chosen: list[list[Text]] = []
    for (_, _, texts), quota in zip(sources, quotas, strict=True):
        taken: list[Text] = []
        total = 0
        for text in texts:
            if total + text.size <= quota + 2000:
                taken.append(text)
                total += text.size
        chosen.append(taken)
    return chosen


def jsonl(texts: Iterable[Text]) -> bytes:
    """One JSON object a line, in the order of the keys."""
    ordered = sorted(texts, key=lambda text: (text.key, text.text))
    return b"".join(json.dumps({"text": text.text}, ensure_ascii=False).encode() + b"\n" for text in ordered)


def write_atomically(path: Path, data: bytes) -> None:
    """Write a file under a temporary name first."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.part")
    temporary.write_bytes(data)
    temporary.replace(path)


def english_keys(category: Category, cache: Path, known: dict[Source, frozenset[int]]) -> frozenset[int]:
    """Keys of the English originals' paragraphs, by which untranslated text is recognised."""
    for source in category.originals:
        if source not in known:
            unpacked = fetch(source.package, cache)
            known[source] = frozenset(
                line_key(paragraph)
                for document in source.reader(unpacked.root, source.tag)
                for paragraph in printable(document.text).split("\n\n")
            )
    return frozenset().union(*(known[source] for source in category.originals))


def manifest_row(
    category: Category, data: bytes, texts: list[Text], used: list[tuple[Source, str]]
) -> dict[str, object]:
    """A category's entry in the manifest."""
    sources: list[dict[str, str]] = []
    for source, version in used:
        row = {
            "package": source.package.name,
            "version": version,
            "registry": source.package.registry,
            "licence": source.licence,
            "attribution": source.attribution,
        }
        if row not in sources:
            sources.append(row)
    return {
        "name": category.name,
        "title": category.title,
        "group": category.group,
        "file": f"{category.name}.jsonl.xz",
        "documents": len(texts),
        "bytes": sum(text.size for text in texts),
        "sha256": hashlib.sha256(data).hexdigest(),
        "sources": sources,
    }


def build_pack(categories: Sequence[Category], cache: Path, folder: Path) -> None:
    """Write the pack, its manifest and its attributions into a folder."""
    known: dict[Source, frozenset[int]] = {}
    met: set[str] = set()
    rows = []
    for category in categories:
        read = read_sources(category, cache, english_keys(category, cache, known), 3 * category.bytes_wanted)
        fresh = [
            (source, version, [text for text in texts if text.text not in met])
            for source, version, texts in read
        ]
        chosen = choose(fresh, category.bytes_wanted)
        texts = [text for taken in chosen for text in taken]
        met.update(text.text for text in texts)
        data = lzma.compress(jsonl(texts), format=lzma.FORMAT_XZ, check=lzma.CHECK_CRC64, filters=XZ_FILTERS)
        used = [(source, version) for (source, version, _), taken in zip(fresh, chosen, strict=True) if taken]
        row = manifest_row(category, data, texts, used)
        write_atomically(folder / str(row["file"]), data)
        rows.append(row)
        parts = ", ".join(
            f"{source.package.name} {sum(text.size for text in taken) // 1000}"
            for (source, _, _), taken in zip(fresh, chosen, strict=True)
        )
        size = f"{row['bytes']:9,} bytes {len(data):9,} packed"
        print(f"{category.name:18} {len(texts):6} documents {size}  [kB: {parts}]", flush=True)
    manifest = json.dumps({"version": 1, "categories": rows}, indent=1, ensure_ascii=False) + "\n"
    write_atomically(folder / "manifest.json", manifest.encode())
    write_atomically(folder / "ATTRIBUTION.md", attribution(rows).encode())
    total = sum((folder / str(row["file"])).stat().st_size for row in rows)
    text_bytes = sum(int(str(row["bytes"])) for row in rows)
    print(f"{len(rows)} categories, {text_bytes:,} bytes of text, {total:,} packed")


def build_full(categories: Sequence[Category], cache: Path, folder: Path, limit: int) -> None:
    """Write up to `limit` bytes of each half of each category into train/ and sample/ of a folder."""
    known: dict[Source, frozenset[int]] = {}
    for category in categories:
        read = read_sources(category, cache, english_keys(category, cache, known), 2 * limit)
        sizes = []
        for half, name in enumerate(("train", "sample")):
            mine = [
                (source, version, [text for text in texts if text.half == half])
                for source, version, texts in read
            ]
            texts = [text for taken in choose(mine, limit) for text in taken]
            write_atomically(folder / name / f"{category.name}.jsonl", jsonl(texts))
            sizes.append(sum(text.size for text in texts))
        print(f"{category.name:18} train {sizes[0]:11,} sample {sizes[1]:11,} bytes", flush=True)


def attribution(rows: list[dict[str, object]]) -> str:
    """The text of ATTRIBUTION.md: who wrote what, under which licence, in which category."""
    lines = [
        "# Where the starter pack's text comes from",
        "",
        "Each category is a sample of published packages, shipped as data for measuring tokenizers. The",
        "texts stay under their own licences, named below by their SPDX names where there is one; they",
        "are not under bpeinfer's licence. What was changed: markup, menus, repeated lines and",
        "untranslated passages were taken out of prose, and long texts split; source files are as written",
        "but for line ends, control characters and repeated licence headers. Only some documents of each",
        "package, chosen by a hash of their names, are included.",
        "Collections of quotations hold short quotations by many authors; their licence is the collection's.",
        "`tools/build_starter.py` rebuilds the pack; `manifest.json` has sizes and hashes.",
        "",
    ]
    for row in rows:
        lines += [f"## {row['name']}: {row['title']}", ""]
        sources = row["sources"]
        assert isinstance(sources, list)
        for source in sources:
            lines.append(
                f"- {source['registry']} `{source['package']}` {source['version']}: {source['attribution']}. "
                f"Licence: {source['licence']}."
            )
        lines.append("")
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    """Parse the command line and build."""
    parser = argparse.ArgumentParser(description="Build the starter pack from published packages.")
    parser.add_argument(
        "--cache", type=Path, default=default_cache(), help="where packages are kept unpacked"
    )
    parser.add_argument("--output", type=Path, default=STARTER, help="folder of the pack")
    parser.add_argument("--only", default="*", help="categories to build: a glob, or several with commas")
    parser.add_argument(
        "--full", type=Path, help="write larger train and sample halves there instead of the pack"
    )
    parser.add_argument("--limit-mb", type=float, default=10.0, help="with --full: most text a half, in MB")
    options = parser.parse_args(arguments)
    wanted = [
        category
        for category in CATEGORIES
        if any(fnmatch(category.name, pattern) for pattern in options.only.split(","))
    ]
    if not wanted:
        parser.error(f"--only {options.only!r} matches no category")
    try:
        if options.full:
            build_full(wanted, options.cache, options.full, round(options.limit_mb * 1e6))
        else:
            build_pack(wanted, options.cache, options.output)
    except PackageError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
