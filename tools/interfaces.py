"""Read translated messages as documents: gettext catalogues, Qt's, Java's, MediaWiki's, Firefox's."""

from __future__ import annotations

import json
import struct
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import polib
import regex
from markup import line_key, squeeze
from readers import Document, Reader, files_in, shuffled

_MARKUP = regex.compile(r"</?[a-z_]+[^<>]*>")
_PLACEHOLDER = regex.compile(r"[$%{}\[\]|~_\\#*]|&[^ ]|='|=\"")
_PER_DOCUMENT = 20


def _grouped(messages: list[tuple[str, str]], prefix: str) -> Iterator[Document]:
    """Put messages into documents by a hash of the original, the same ones in every language."""
    groups: dict[int, list[str]] = {}
    count = max(1, round(len(messages) / _PER_DOCUMENT))
    for original, text in messages:
        groups.setdefault(line_key(original) % 1009 * count // 1009, []).append(text)
    for number, texts in sorted(groups.items()):
        yield Document(f"{prefix}/{number}", "\n\n".join(texts))


def _plain_message(original: str, translated: str, least: int) -> str:
    """A message as prose, or an empty string when it is a label or has placeholders or markup left."""
    if len(original) < least or original == translated:
        return ""
    text = "\n\n".join(squeeze(line) for line in _MARKUP.sub("", translated).splitlines())
    return "" if _PLACEHOLDER.search(text) else text


def gettext_catalogues(pattern: str, least: int = 50) -> Reader:
    """A reader of message catalogues: originals of `least` characters; `{}` in the pattern is the tag."""

    def read(root: Path, tag: str) -> Iterator[Document]:
        for path in shuffled(files_in(root, pattern.format(tag))):
            messages = []
            for entry in polib.mofile(str(path)):
                # A context before the original, as in `female^text`, is not part of it.
                text = _plain_message(entry.msgid, entry.msgstr, least)
                if text:
                    messages.append((entry.msgid, text))
            yield from _grouped(messages, f"mo/{path.name}")

    return read


def gettext_originals(pattern: str, least: int = 50) -> Reader:
    """The English originals of catalogues whose language is the tag given."""

    def read(root: Path, tag: str) -> Iterator[Document]:
        for path in shuffled(files_in(root, pattern.format(tag))):
            messages = []
            for entry in polib.mofile(str(path)):
                original = entry.msgid.rpartition("^")[2]
                text = _plain_message(original, _MARKUP.sub("", original) + " ", least)
                if text:
                    messages.append((entry.msgid, text))
            yield from _grouped(messages, f"mo/{path.name}")

    return read


_QT_MESSAGES = 0x69
_QT_END, _QT_TRANSLATION, _QT_NUMBER, _QT_ORIGINAL = 1, 3, 5, 6


def _qt_entries(catalogue: bytes) -> Iterator[tuple[str, str]]:
    """Originals and translations (of several by number, the first) of Qt's compiled catalogue.

    After 16 bytes come sections, each a tag (1 byte), its length (4 bytes, big-endian) and its content; that of the
    messages is made of tagged fields in the same form, the translation in UTF-16.
    """
    at = 16
    while at < len(catalogue):
        section, length = struct.unpack_from(">BI", catalogue, at)
        at += 5
        end = at + length
        original = translation = ""
        while section == _QT_MESSAGES and at < end:
            tag = catalogue[at]
            at += 1
            if tag == _QT_END:
                yield original, translation
                original = translation = ""
                continue
            if tag == _QT_NUMBER:
                at += 4
                continue
            (size,) = struct.unpack_from(">I", catalogue, at)
            field = catalogue[at + 4 : at + 4 + size] if size != 0xFFFFFFFF else b""
            at += 4 + len(field)
            if tag == _QT_TRANSLATION and not translation:
                translation = field.decode("utf-16-be")
            elif tag == _QT_ORIGINAL:
                original = field.decode("utf-8")
        at = end


def qt_catalogues(pattern: str, least: int = 50) -> Reader:
    """A reader of Qt's message catalogues: originals of `least` characters; `{}` in the pattern is the tag."""

    def read(root: Path, tag: str) -> Iterator[Document]:
        for path in files_in(root, pattern.format(tag)):
            messages = [
                (original, text)
                for original, translated in _qt_entries(path.read_bytes())
                if (text := _plain_message(original, translated, least))
            ]
            yield from _grouped(sorted(messages), f"qm/{path.name.partition('_')[0]}")

    return read


def _properties(path: Path) -> dict[str, str]:
    lines = path.read_text(encoding="utf-8").splitlines()
    pairs = (line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))
    return {key.strip(): text.strip().replace("\\n", "\n") for key, text in pairs}


def java_messages(folder: str, name: str, least: int = 50) -> Reader:
    """A reader of Java's messages: the originals are in `name`.properties, a language's in `name`_TAG.properties."""

    def read(root: Path, tag: str) -> Iterator[Document]:
        originals = _properties(root / folder / f"{name}.properties")
        translated = _properties(root / folder / f"{name}_{tag}.properties")
        messages = [
            (original, text)
            for key, original in sorted(originals.items())
            if (text := _plain_message(original, translated.get(key, ""), least))
        ]
        yield from _grouped(messages, f"java/{name}")

    return read


_WIKI_LINK = regex.compile(r"\[\[(?:[^\[\]|]*\|)?([^\[\]|]*)\]\]|\[(?:https?:|\$)\S* ([^\[\]]*)\]")


def mediawiki_messages(least: int = 50) -> Reader:
    """A reader of MediaWiki's interface messages whose originals have `least` characters."""

    def read(root: Path, tag: str) -> Iterator[Document]:
        for folder in sorted(path for path in root.glob("**/i18n") if (path / "en.json").is_file()):
            english, other = folder / "en.json", folder / f"{tag}.json"
            if not other.is_file():
                continue
            originals = json.loads(english.read_text())
            translated = json.loads(other.read_text())
            messages = []
            for key in sorted(originals.keys() & translated.keys()):
                original, text = originals[key], translated[key]
                if isinstance(original, str) and isinstance(text, str):
                    text = _WIKI_LINK.sub(lambda found: found[1] or found[2] or "", text)
                    plain = _plain_message(original, text.replace("'''", "").replace("''", ""), least)
                    if plain:
                        messages.append((original, plain))
            yield from _grouped(messages, f"mw/{folder.relative_to(root)}")

    return read


_FLUENT_VALUE = regex.compile(r"^(?:[a-zA-Z-][\w-]*|\s+\.[\w-]+)\s*= ?(.*)$")


def _fluent(lines: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Each message of a Fluent file with its key; those with conditions or variables are dropped later."""
    key, value = "", ""
    for line in [*lines, "end = "]:
        found = _FLUENT_VALUE.match(line)
        if found:
            if value.strip():
                yield key, value
            key, value = line.partition("=")[0].strip(), found[1]
        elif line.startswith(" "):
            value += " " + line.strip()


def firefox_messages(root: Path, tag: str) -> Iterator[Document]:
    """Firefox's messages in a language, out of its language pack."""
    for pack in files_in(root, "usr/lib/firefox-esr/browser/extensions/*.xpi"):
        with zipfile.ZipFile(pack) as zipped:
            for name in sorted(zipped.namelist()):
                if not name.endswith(".ftl"):
                    continue
                # The language is in the path: leave it out, so that parallel files have the same id.
                generic = regex.sub(r"localization/[^/]+/", "", name)
                lines = zipped.read(name).decode("utf-8", errors="replace").splitlines()
                messages = []
                for key, value in _fluent(lines):
                    plain = _plain_message(value, value + " ", 25).strip()
                    if plain:
                        messages.append((f"{generic}/{key}", plain))
                yield from _grouped(messages, f"firefox/{generic}")
