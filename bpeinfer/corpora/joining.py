"""`Joining`: how the words of a list are written and joined, learned from running text.

It covers the capitals of each word (by last letters for words not seen), what follows each word (or any word), how
sentences begin, and the digits of numbers.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import regex
from numpy.typing import NDArray

from bpeinfer.corpora.spelling import Spelling

__all__ = ["Joining", "Occurrences", "kind_of"]

Longs = NDArray[np.int64]

# Longer junctures are tables and rules; they count as a line end or a space.
LONGEST_JUNCTURE = 8
# Occurrences needed to learn which letters may follow a sign without a space (French l'a…, l'e…, not l'b…), and how
# much rarer than elsewhere a letter may be there.
ENOUGH_JOINED, RARER = 30, 0.25
# Words seen at most this often, and any that are not in the list, show how unseen words are joined: the most frequent
# words are joined in their own ways (l', d', qu').
RARE = 10
# Weight, in words, of the wider group in the shares of a group of words with the same last letters.
PRIOR_OF_SUFFIX = 5.0

_JOINERS = r"'’ʼ.,·\-\u200c\u200d"
_TOKEN = regex.compile(rf"[\p{{L}}\p{{N}}\p{{M}}]+(?:[{_JOINERS}][\p{{L}}\p{{N}}\p{{M}}]+)*")
_PIECE = regex.compile(rf"[{_JOINERS}]")
_SENTENCE_END = regex.compile(r"[.!?…։।॥۔؟።]")
_OPENING = regex.compile(r"[:\"“”„«»‘(\[]|'")


@dataclass(frozen=True, eq=False)
class Occurrences:
    """A value at each occurrence of words, sorted by word: those of word k are value[start[k]:start[k + 1]]."""

    start: Longs
    value: Longs

    @classmethod
    def of(cls, word: Longs, value: Longs, words: int) -> Occurrences:
        """Sort by word; −1 stands for any word outside the list, which has `words` words."""
        word = np.where(word < 0, words, word)
        order = np.argsort(word, kind="stable")
        return cls(np.searchsorted(word[order], np.arange(words + 2)), value[order])

    def draw(self, words: Longs, prior: NDArray[np.float64], generator: np.random.Generator) -> Longs:
        """Draw one of each word's own n occurrences with probability n / (n + prior), else −1."""
        first, number = self.start[words], self.start[words + 1] - self.start[words]
        own = generator.random(len(words)) * (number + prior) < number
        drawn = np.full(len(words), -1, dtype=np.int64)
        at = first[own] + (generator.random(int(own.sum())) * number[own]).astype(np.int64)
        drawn[own] = self.value[at]
        return drawn


@dataclass(frozen=True, eq=False, kw_only=True)
class Joining:
    """How words of a list are written and joined.

    Attributes:
        junctures, juncture: the distinct strings between words, and which one follows at each occurrence.
        usual: numbers of the junctures that follow rare words.
        forms, form: the distinct spellings, and which one is used at each occurrence inside a sentence (at the
            start of a sentence, capitals say nothing about the word).
        initial: by the kind of juncture (`kind_of`), the share of words after it that begin with a capital.
        suffix: by last letters, the shares of distinct words written with a capital and in capitals.
        follows: by juncture, the first letters of words that may follow, for signs without a space.
        curly: share of ’ among the apostrophes inside words.
        words: how many words were seen.
        found: the share of these that are in the list.
    """

    junctures: tuple[str, ...]
    juncture: Occurrences
    usual: Longs
    forms: tuple[str, ...]
    form: Occurrences
    initial: Mapping[str, float]
    suffix: Mapping[str, tuple[float, float]]
    follows: Mapping[int, frozenset[str]]
    curly: float
    words: int
    found: float

    @classmethod
    def of(cls, documents: Iterable[str], keys: Sequence[str], spelling: Spelling) -> Joining:
        """Find the list's words in running text."""
        seen = _Seen({key: number for number, key in enumerate(keys)}, spelling)
        for document in documents:
            seen.add(document)
        rows = np.array(seen.rows, dtype=np.int64).reshape(-1, 3)
        word, form, juncture = rows.T
        inside = form >= 0
        after = Occurrences.of(word, juncture, len(keys))
        number = np.diff(after.start)
        rare = np.append(number <= RARE, np.ones(1, dtype=bool))  # the last is every other word
        usual = after.value[np.repeat(rare, np.append(number, len(rows) - after.start[-1]))]
        return cls(
            junctures=tuple(seen.junctures),
            juncture=after,
            usual=usual if len(usual) > ENOUGH_JOINED else after.value,
            forms=tuple(seen.forms),
            form=Occurrences.of(word[inside], form[inside], len(keys)),
            initial={kind: up / max(low + up, 1) for kind, (low, up) in seen.initial.items()},
            suffix={} if spelling.cased else _suffixes(seen, spelling),
            follows=_follows(seen),
            curly=seen.curly / max(seen.curly + seen.straight, 1),
            words=len(rows),
            found=float((word >= 0).mean()) if len(rows) else 0.0,
        )

    def shares_of_capitals(self, word: str) -> tuple[float, float]:
        """Return how likely an unseen word is written with a capital, and in capitals."""
        for length in (3, 2, 1):
            if len(word) > length and (shares := self.suffix.get(word[-length:])):
                return shares
        return self.suffix.get("", (0.0, 0.0))


def kind_of(juncture: str) -> str:
    """Return what a juncture is to the next word's first letter: a line end, sentence end, quotation, or nothing.

    Example:
        >>> [kind_of(juncture) for juncture in (".\\n", "! ", ": ", ", ")]
        ['\\n', '.', ':', '']
    """
    if "\n" in juncture:
        return "\n"
    if _SENTENCE_END.search(juncture):
        return "."
    return ":" if _OPENING.search(juncture) else ""


class _Seen:
    """Occurrences of a list's words, collected document by document."""

    def __init__(self, number: Mapping[str, int], spelling: Spelling) -> None:
        self.number, self.spelling = number, spelling
        self.junctures: dict[str, int] = {}
        self.forms: dict[str, int] = {}
        self.rows: list[tuple[int, int, int]] = []  # word, form, the juncture after it
        self.initial: dict[str, list[int]] = {kind: [0, 0] for kind in ("\n", ".", ":")}
        self.letters: defaultdict[int, Counter[str]] = defaultdict(Counter)  # after each juncture
        self.curly = self.straight = 0
        self._pieces: dict[str, list[tuple[str, str, int]]] = {}
        self._kinds: list[str] = []

    def add(self, document: str) -> None:
        """Go through a document word by word."""
        forms, kinds, rows = self.forms, self._kinds, self.rows
        before: tuple[int, int] | None = None
        kind = "\n"
        for joiner, gap, piece, word in self._words(document):
            if before is not None:
                number = self._juncture(joiner or gap, "" if joiner else kind_of(gap))
                rows.append((*before, number))
                kind = kinds[number]
                self.letters[number][piece[0]] += 1
            if kind and (piece[0].isupper() or piece[0].islower()):
                self.initial[kind][piece[0].isupper()] += 1
            inside = not kind or self.spelling.cased
            before = (word, forms.setdefault(piece, len(forms)) if inside else -1)
        if before is not None:
            rows.append((*before, self._juncture("\n", "\n")))

    def _words(self, document: str) -> Iterator[tuple[str, str, str, int]]:
        """Yield each word: the sign that joins it to the piece before, the gap before its token, text, number or −1."""
        end = 0
        for match in _TOKEN.finditer(document):
            gap = document[end : match.start()]
            end = match.end()
            if len(gap) > LONGEST_JUNCTURE:
                gap = "\n" if "\n" in gap else " "
            for joiner, piece, word in self.pieces(match.group()):
                yield joiner, gap, piece, word

    def _juncture(self, text: str, kind: str) -> int:
        """Return a juncture's number; its kind is the one at its first occurrence."""
        number = self.junctures.setdefault(text, len(self.junctures))
        if number == len(self._kinds):
            self._kinds.append(kind)
        return number

    def pieces(self, token: str) -> list[tuple[str, str, int]]:
        """Cut a token into the longest words that the list has: (sign before the word, text, number or −1)."""
        if token not in self._pieces:
            self._pieces[token] = self._cut(token)
        return self._pieces[token]

    def _cut(self, token: str) -> list[tuple[str, str, int]]:
        self.curly += "’" in token
        self.straight += "'" in token
        whole = self._find(token)
        signs = [match.start() for match in _PIECE.finditer(token)]
        if whole >= 0 or not signs:
            return [("", token, whole)]
        ends = [*signs, len(token)]
        pieces: list[tuple[str, str, int]] = []
        start = 0
        while start < len(token):
            later = [end for end in ends if end > start]
            fits = ((end, self._find(token[start:end])) for end in reversed(later))
            end, word = next(((end, word) for end, word in fits if word >= 0), (later[0], -1))
            pieces.append((token[start - 1] if start else "", token[start:end], word))
            start = end + 1
        return pieces

    def _find(self, text: str) -> int:
        found = self.number.get(self.spelling.key(text), -1)
        if found < 0 and self.spelling.cased:
            found = self.number.get(self.spelling.lower(text), -1)
        return found


def _casings(seen: _Seen, spelling: Spelling) -> dict[str, list[int]]:
    """Return lower-case word → how often it was seen in lower case, capitalised, and all in capitals."""
    by_word: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    forms = list(seen.forms)
    for (_, number, _), times in Counter(row for row in seen.rows if row[1] >= 0).items():
        form = forms[number]
        if form[0].isalpha():
            kind = 0 if form == spelling.lower(form) else 2 if len(form) > 1 and form.isupper() else 1
            by_word[spelling.lower(form)][kind] += times
    return by_word


def _suffixes(seen: _Seen, spelling: Spelling) -> dict[str, tuple[float, float]]:
    """Average over distinct words, each with equal weight: unseen words resemble rare ones."""
    sums: defaultdict[str, NDArray[np.float64]] = defaultdict(lambda: np.zeros(3))
    for word, times_of in _casings(seen, spelling).items():
        shares = np.array([sum(times_of), times_of[1], times_of[2]]) / sum(times_of)
        for length in range(4):
            if len(word) > length or not length:
                sums[word[-length:] if length else ""] += shares
    result: dict[str, tuple[float, float]] = {}
    for suffix in sorted(sums, key=len):
        number, capital, capitals = sums[suffix]
        wider = result[suffix[1:]] if suffix else (0.0, 0.0)
        weight = PRIOR_OF_SUFFIX if suffix else 0.0
        result[suffix] = (
            float((capital + weight * wider[0]) / (number + weight)),
            float((capitals + weight * wider[1]) / (number + weight)),
        )
    return result


def _follows(seen: _Seen) -> dict[int, frozenset[str]]:
    """Find the first letters that may follow signs without a space."""
    everywhere: Counter[str] = Counter()
    for letters in seen.letters.values():
        everywhere.update(letters)
    total = everywhere.total()
    return {
        number: frozenset(
            letter
            for letter, times in letters.items()
            if times / letters.total() >= RARER * everywhere[letter] / total
        )
        for juncture, number in seen.junctures.items()
        if (letters := seen.letters[number]).total() >= ENOUGH_JOINED
        and not any(character.isspace() for character in juncture)
    }
