"""Take markup off documents and drop what is not prose; pure functions from text to text."""

from __future__ import annotations

import hashlib
import html
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator

import mwparserfromhell
import regex
from selectolax.lexbor import LexborHTMLParser, LexborNode

BLOCKS = "p, li, dd, dt, h1, h2, h3, h4, h5, h6, blockquote, td, th, div.para"
NOT_PROSE = "script, style, nav, header, footer, pre, aside, figure, code.block, div.verbatim"
PROSE_ELEMENTS = {"p", "para", "simpara", "title", "item"}
SKIPPED_ELEMENTS = {
    "info",
    "code",
    "screen",
    "programlisting",
    "credit",
    "legalnotice",
    "bookinfo",
    "articleinfo",
}

_SELF_CLOSED = regex.compile(
    r"<(a|b|dd|div|dt|em|i|li|p|span|td)(\s[^<>]*)?/>"
)  # XHTML, which HTML leaves open
_SPACE = regex.compile(r"[ \t\r\n\f\v]+")
_UNWANTED = regex.compile(r"[\p{Cc}\p{Co}\p{Cs}\p{Cn}\uFEFF\u00AD\u2028\u2029--\t\n]", regex.V1)
_LETTER = regex.compile(r"\p{L}")
# Words that are English and nothing else, and English's commonest, some of which other languages have too.
_ENGLISH_ONLY = frozenset(["the", "and", "with", "this", "that", "you", "are", "from", "your", "which", "of"])
_ENGLISH_COMMON = _ENGLISH_ONLY | {
    "to", "in", "is", "it", "for", "on", "as", "be", "at", "or", "by", "not", "can", "if", "an", "will",
    "these", "all", "more", "has", "have", "see", "when", "was", "its", "into",
}  # fmt: skip
_WORD = regex.compile(r"\p{L}+")

# The scripts whose letters must be the majority of a paragraph; languages in Latin script are not listed.
SCRIPTS = {
    "ar": "Arabic", "bg": "Cyrillic", "el": "Greek", "fa": "Arabic", "he": "Hebrew", "hi": "Devanagari",
    "ja": "Hiragana Katakana Han", "ko": "Hangul", "ru": "Cyrillic", "sr": "Cyrillic", "th": "Thai",
    "uk": "Cyrillic", "zh-cn": "Han", "zh-tw": "Han", "bn": "Bengali", "km": "Khmer", "am": "Ethiopic",
    "be": "Cyrillic", "dz": "Tibetan", "gu": "Gujarati", "hy": "Armenian", "ka": "Georgian", "kk": "Cyrillic",
    "kn": "Kannada", "ky": "Cyrillic", "lo": "Lao", "mk": "Cyrillic", "ml": "Malayalam", "mn": "Cyrillic",
    "mr": "Devanagari", "my": "Myanmar", "ne": "Devanagari", "or": "Oriya", "pa": "Gurmukhi", "ps": "Arabic",
    "sa": "Devanagari", "si": "Sinhala", "ta": "Tamil", "te": "Telugu", "tg": "Cyrillic", "ti": "Ethiopic",
    "tt": "Cyrillic", "ug": "Arabic", "ur": "Arabic",
}  # fmt: skip
_SCRIPT_LETTERS = {
    language: regex.compile("[" + "".join(rf"\p{{Script={name}}}" for name in names.split()) + "]")
    for language, names in SCRIPTS.items()
}


def squeeze(text: str) -> str:
    r"""Join a paragraph's lines, `'a\n   b '` → `'a b'`; no-break spaces stay, they are French spelling."""
    return str(_SPACE.sub(" ", text)).strip(" ")


def printable(text: str) -> str:
    r"""Make line ends `\n` and drop control, private-use and unassigned characters but `\t` and `\n`."""
    return str(_UNWANTED.sub("", text.replace("\r\n", "\n").replace("\r", "\n")))


def as_written(text: str) -> str:
    r"""A source file with its own line ends, `\r\n` where it has them, and no other control characters but tabs."""
    return "\r\n".join(printable(part) for part in text.split("\r\n"))


def _own_text(block: LexborNode) -> str:
    """A block's text without that of the blocks inside it, which are visited themselves."""
    if not any(inner.mem_id != block.mem_id for inner in block.css(BLOCKS)):
        return str(block.text(deep=True, separator=""))
    outside = (
        child for child in block.iter(include_text=True) if not (child.tag != "-text" and child.css(BLOCKS))
    )
    return "".join(str(child.text(deep=True, separator="")) for child in outside)


def html_text(page: str, root: str = "body", drop: str = "") -> str:
    """The text of a page's block elements, one paragraph a block, a blank line between two.

    `root` and `drop` are CSS selectors: where to look, and what to leave out beside scripts and menus.

    >>> html_text("<p>The <b>north</b> <i>wind</i> blew<br>from the sea.</p>")
    'The north wind blew from the sea.'
    """
    tree = LexborHTMLParser(_SELF_CLOSED.sub(r"<\1\2></\1>", page))
    for node in tree.css(NOT_PROSE + (f", {drop}" if drop else "")):
        node.decompose()
    for node in tree.css("br"):
        node.replace_with(" ")  # it has no text, and would join two words
    paragraphs: list[str] = []
    for top in tree.css(root):
        paragraphs.extend(squeeze(_own_text(node)) for node in top.css(BLOCKS))
    return "\n\n".join(paragraph for paragraph in paragraphs if paragraph)


def xml_text(page: str) -> str:
    """The paragraphs and titles of a Mallard or DocBook page; an unreadable page gives an empty text."""
    try:
        tree = ElementTree.fromstring(page)
    except ElementTree.ParseError:
        return ""
    paragraphs: list[str] = []

    def visit(node: ElementTree.Element) -> None:
        name = str(node.tag).rpartition("}")[2]
        if name in SKIPPED_ELEMENTS:
            return
        inner = {str(child.tag).rpartition("}")[2] for child in node.iter() if child is not node}
        if name in PROSE_ELEMENTS and not inner & PROSE_ELEMENTS:
            paragraphs.append(squeeze("".join(node.itertext())))
            return
        for child in node:
            visit(child)

    visit(tree)
    return "\n\n".join(paragraph for paragraph in paragraphs if paragraph)


_WIKI_REFERENCE = regex.compile(r"<ref[^>/]*/>|<ref[^>]*>.*?</ref>|<!--.*?-->", regex.DOTALL)
_WIKI_FILE = regex.compile(
    r"\[\[(?:File|Image|Category|[a-z-]{2,12}):[^\[\]]*(?:\[\[[^\[\]]*\]\][^\[\]]*)*\]\]"
)
_WIKI_BREAK = regex.compile(r"<[bh]r\s*/?>", regex.IGNORECASE)  # strip_code joins the words around it
_WIKI_END = regex.compile(
    r"^==+\s*(See also|References|External links|Further reading|Notes|Bibliography)\b.*",
    regex.MULTILINE | regex.DOTALL,
)


def wikitext(page: str) -> str:
    """The running text of a Wikipedia article: no templates, tables, references, files or closing lists.

    >>> wikitext("'''Rome''' is the [[capital city|capital]] of [[Italy]].<ref>x</ref>")
    'Rome is the capital of Italy.'
    >>> wikitext("Rome lies<br />on the Tiber.")
    'Rome lies on the Tiber.'
    """
    page = _WIKI_END.sub("", _WIKI_FILE.sub("", _WIKI_REFERENCE.sub("", page)))
    page = _WIKI_BREAK.sub(" ", page)
    code = mwparserfromhell.parse(page)
    for table in code.filter_tags(
        matches=lambda node: str(node.tag).lower() in {"table", "gallery", "math", "pre"}
    ):
        try:
            code.remove(table)
        except ValueError:
            continue  # it went with a table around it
    text = code.strip_code(normalize=True, collapse=True)
    lines = (squeeze(line) for line in html.unescape(text).splitlines())
    # Short lines without a full stop are items of lists: links, names, titles.
    return "\n\n".join(
        line
        for line in lines
        if not line.startswith(("|", "!", "{")) and (len(line) > 80 or line.endswith((".", "?", "!")))
    )


_MAN_FONT = regex.compile(
    r"\\f(?:\(..|\[[^\]]*\]|.)|\\s[-+]?\d+|\\[&%/,|^:]|\\\(..|\\\[[^\]]*\]|\\\*(?:\(..|.)"
)
_MAN_NAMED = {
    r"\(aq": "'", r"\(dq": '"', r"\(bu": "•", r"\(em": "—", r"\(en": "–", r"\(lq": "“", r"\(rq": "”",
    r"\(oq": "‘", r"\(cq": "’", r"\(ha": "^", r"\(ti": "~", r"\(rs": "\\", r"\(co": "©",
    r"\(:a": "ä", r"\(:o": "ö", r"\(:u": "ü",
    r"\(ss": "ß", r"\-": "-", r"\e": "\\", r"\ ": " ", r"\~": "\u00a0",
    r"\(Fo": "«", r"\(Fc": "»", r"\(Bq": "„",
}  # fmt: skip


def man_text(page: str) -> str:
    """The paragraphs of a manual page, without examples, synopses and tables; empty for the mdoc dialect."""
    if regex.search(r"^\.(?:Dd|Sh) ", page, regex.MULTILINE):
        return ""
    paragraphs: list[str] = []
    current: list[str] = []
    skip_until = ""
    section = ""

    def flush() -> None:
        if current and "." in "".join(current):
            paragraphs.append(squeeze(" ".join(current)))
        current.clear()

    for line in page.splitlines():
        request, _, rest = line.partition(" ")
        if skip_until:
            skip_until = "" if request == skip_until else skip_until
            continue
        if line.startswith((".", "'")):
            if request in {".nf", ".EX", ".TS"}:
                flush()
                skip_until = {".nf": ".fi", ".EX": ".EE", ".TS": ".TE"}[request]
            elif request == ".SH":
                flush()
                section = rest.strip('" ')
            elif request in {".B", ".I", ".BR", ".IR", ".RB", ".RI", ".BI", ".IB", ".SM"}:
                joint = " " if len(request) == 2 else ""
                current.append(joint.join(regex.findall(r'"[^"]*"|\S+', rest)).replace('"', ""))
            else:
                flush()
        elif not line.strip():
            flush()
        else:
            current.append(line)
        if section in {"SYNOPSIS", "NAME"}:
            current.clear()
    flush()
    text = "\n\n".join(paragraphs)
    for escape, character in _MAN_NAMED.items():
        text = text.replace(escape, character)
    return str(_MAN_FONT.sub("", text))


def is_in_language(paragraph: str, language: str) -> bool:
    """Whether a paragraph's letters are mostly of the language's script, and it does not read as English.

    >>> is_in_language("Откройте файл README", "ru"), is_in_language("Open the file and save it", "fr")
    (True, False)
    """
    letters = _SCRIPT_LETTERS.get(language)
    if letters is not None:
        return 2 * len(letters.findall(paragraph)) > len(_LETTER.findall(paragraph))
    words = [word.lower() for word in _WORD.findall(paragraph)]
    only = sum(word in _ENGLISH_ONLY for word in words)
    common = sum(word in _ENGLISH_COMMON for word in words)
    return not ((only >= 2 and 18 * only >= len(words)) or (common >= 4 and 10 * common >= 3 * len(words)))


def is_prose(paragraph: str) -> bool:
    """Whether a paragraph is a sentence rather than a key list, a table row or a path.

    At least 30 bytes, two thirds letters and spaces, few placeholders.
    """
    if len(paragraph.encode()) < 30:
        return False
    letters = len(regex.findall(r"[\p{L}\p{M}\s]", paragraph))
    return 3 * letters >= 2 * len(paragraph) and not regex.search(
        r"%\d|%s|\$\{|\{\{|\}\}|<\w+[^<>]*>", paragraph
    )


def clean_prose(
    text: str, language: str, english: frozenset[int] = frozenset(), seen: set[int] | None = None
) -> str:
    """Keep the paragraphs that are prose in this language, not English originals and not met before.

    `english` holds hashes (`line_key`) of the paragraphs of the untranslated source; `seen` is updated.
    """
    kept = []
    for paragraph in printable(text).split("\n\n"):
        paragraph = paragraph.strip("\n ")
        key = line_key(paragraph)
        if "\N{REPLACEMENT CHARACTER}" in paragraph:
            continue  # it was not in the encoding it was read in
        if not is_prose(paragraph) or (seen is not None and len(paragraph) > 20 and key in seen):
            continue
        if language != "en" and (key in english or not is_in_language(paragraph, language)):
            continue
        if seen is not None:
            seen.add(key)
        kept.append(paragraph)
    return "\n\n".join(kept)


def line_key(line: str) -> int:
    """A 64-bit key for comparing lines, the same in every run (Python's own hash of a string is not)."""
    return int.from_bytes(hashlib.blake2b(line.strip().encode(), digest_size=8).digest(), "little")


_LICENCE = regex.compile(r"copyright|licen[sc]e|warrant|spdx|all rights reserved", regex.IGNORECASE)
_COMMENT = (
    "#",
    "//",
    "/*",
    " *",
    "*",
    "--",
    ";",
    "%",
    "'''",
    '"""',
    "(*",
    "{-",
    "<!--",
    "{",
    '"',
    "REM ",
    "=",
    "@c",
    "dnl",
)


def licence_header(text: str) -> str:
    """The leading comment of a source file when it speaks of a licence, else an empty string."""
    lines = text.splitlines(keepends=True)
    end = 0
    for number, line in enumerate(lines[:80]):
        if line.strip() and not line.lstrip(" \t").startswith(_COMMENT):
            # Inside a block comment lines need no mark of their own.
            opened = "".join(lines[:number])
            inside = any(
                opened.rfind(start) > opened.rfind(stop)
                for start, stop in (("/*", "*/"), ("(*", "*)"), ("<!--", "-->"), ("{-", "-}"))
            )
            if not inside:
                break
        end = number + 1
    head = "".join(lines[:end])
    return head if _LICENCE.search(head) else ""


def unique_lines(text: str, seen: set[int]) -> float:
    """The share of a text's lines over 20 characters that are not in `seen`; all of them are added to it."""
    keys = [line_key(line) for line in text.splitlines() if len(line.strip()) > 20]
    new = sum(key not in seen for key in keys)
    seen.update(keys)
    return new / len(keys) if keys else 0.0


_ENDS = [regex.compile(pattern) for pattern in (r"(?<=\n\n)", r"(?<=\n)", r"(?<=[.!?;।។。！？])\s*", r"")]


def split_long(text: str, limit: int) -> Iterator[str]:
    """Cut a text into pieces of at most `limit` UTF-8 bytes: at blank lines, else line ends, else sentences.

    >>> list(split_long("One two. Three four.", 12))
    ['One two.\\n', 'Three four.\\n']
    """
    current: list[str] = []
    size = 0
    for part in _parts(text, limit, 0):
        length = len(part.encode())
        if size + length > limit and current:
            yield "".join(current).strip("\n ") + "\n"
            current, size = [], 0
        current.append(part)
        size += length
    if "".join(current).strip():
        yield "".join(current).strip("\n ") + "\n"


def _parts(text: str, limit: int, level: int) -> Iterator[str]:
    """The text cut at the ends of this level, and parts that are still too long at those of the next."""
    if len(text.encode()) <= limit:
        yield text
        return
    at = 0
    for end in [*(found.end() for found in _ENDS[level].finditer(text)), len(text)]:
        if end > at:
            yield from _parts(text[at:end], limit, level + 1)
            at = end
