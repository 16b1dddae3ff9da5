"""Which documents of a category's sources are taken: registers share its bytes, sources their register's part."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import regex
from catalogue import GENRES, Category
from markup import clean_prose, line_key, printable
from packages import fetch
from readers import Document
from texts import READ_OF_ENGLISH, Read, Text, documents_of

from bpeinfer.corpora.word_lists import WordList
from bpeinfer.corpora.words_to_text import string_words

__all__ = ["choose", "shares"]

_INSIDE = regex.compile(r"(?<=[\p{L},] )[\p{L}\p{N}][\p{L}\p{M}\p{N}]*(?:['’.,][\p{L}\p{N}]+)*")

LABELS = {"interface", "manuals"}
"""Registers whose marks and capitals are not taken for a language's running text when there is another."""

GLOSSARIES = {"glossary"}
"""Registers that are lists of words: no running text at all."""


def _running(category: Category, read: Sequence[Read], cache: Path) -> list[str]:
    """The running text that lends lists of words its marks and capitals."""
    if category.style:
        return [
            clean_prose(document.text, "en")
            for source in category.style
            for document in documents_of(source, fetch(source.package, cache).root, cache, READ_OF_ENGLISH)
        ]
    read = [one for one in read if one.texts and one.source.register not in GLOSSARIES]
    running = [one for one in read if one.source.register not in LABELS]
    lent_by = running if sum(text.size for one in running for text in one.texts) > 50_000 else read
    return [text.text for one in lent_by for text in one.texts[:100]]


def _as_written(words: Sequence[tuple[str, float]], running: Sequence[str]) -> list[tuple[str, float]]:
    """A list without capitals in the spellings that running text of several languages has inside sentences.

    What the text lacks of a list of words that languages share are names: they begin with a capital.
    """
    wanted = {word for word, _ in words}
    forms: dict[str, Counter[str]] = {}
    for text in running:
        for found in _INSIDE.finditer(text):
            if found[0].lower() in wanted:
                forms.setdefault(found[0].lower(), Counter())[found[0]] += 1
    return [
        (form, share * count / counts.total())
        for word, share in words
        for counts in [forms.get(word) or Counter([word[:1].upper() + word[1:]])]
        for form, count in counts.items()
    ]


def _strung(category: Category, one: Read, running: list[str], size: int) -> list[Text]:
    """Running text of about `size` bytes strung from a list of words."""
    assert one.source.words is not None
    words = one.source.words(one.root)
    total = sum(share for _, share in words)
    mean = sum(share * (len(word.encode()) + 1.3) for word, share in words) / total
    if category.style and not category.language:
        words, running = _as_written(words, running), []
    seed = line_key(f"{category.name}/{one.source.name}")
    documents = string_words(
        WordList.of(words), running, size=max(1, round(size / mean)), seed=seed, name=category.name
    )
    return [
        Text.of(Document(f"words/{category.name}/{number}", printable(text)), one.source.name)
        for number, text in enumerate(documents)
    ]


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


def _quotas(read: Sequence[Read], available: Sequence[int], wanted: int) -> list[int]:
    """Divide `wanted` bytes: between registers by the genres they hold, within a register by weight."""
    registers = list(dict.fromkeys(one.source.register for one in read))
    members = [[i for i, one in enumerate(read) if one.source.register == name] for name in registers]
    parts = shares(
        [sum(available[i] for i in mine) for mine in members],
        [GENRES.get(name, 1.0) for name in registers],
        wanted,
    )
    quotas = [0] * len(read)
    for mine, part in zip(members, parts, strict=True):
        inside = shares([available[i] for i in mine], [read[i].source.weight for i in mine], part)
        for i, quota in zip(mine, inside, strict=True):
            quotas[i] = quota
    return quotas


def choose(category: Category, read: Sequence[Read], wanted: int, cache: Path) -> list[list[Text]]:
    """For each source the documents that fit its share of `wanted` bytes, in the order of their keys.

    A document larger than a sixteenth of `wanted` (and than 20 kB) is passed over: breadth is worth more.
    """
    largest = max(20_000, wanted // 16)
    fitting = [[text for text in one.texts if text.size <= largest] for one in read]
    available = [
        wanted if one.source.words else sum(text.size for text in texts)
        for one, texts in zip(read, fitting, strict=True)
    ]
    chosen: list[list[Text]] = []
    for one, texts, quota in zip(read, fitting, _quotas(read, available, wanted), strict=True):
        if one.source.words is not None:
            chosen.append(_strung(category, one, _running(category, read, cache), quota) if quota else [])
            continue
        taken: list[Text] = []
        total = 0
        for text in texts:
            if total + text.size <= quota + 2000:
                taken.append(text)
                total += text.size
        chosen.append(taken)
    return chosen
