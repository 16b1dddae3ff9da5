"""A list of words with counts → running text: words with the list's frequencies, joined as the language joins them.

BPE never merges across pretokens, so for most pre-tokenizers word counts are nearly as good as text. What a list
lacks (capitals, spaces, signs, line ends, the digits of numbers) comes from running text of the same category
(`bpeinfer.corpora.joining`). Words' frequencies come from the list alone; their order is random.

More than 300 lines, a fifth of them the stated defaults for categories without running text.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import regex
from numpy.typing import NDArray

from bpeinfer.corpora.joining import Joining, Occurrences, kind_of
from bpeinfer.corpora.spelling import Spelling
from bpeinfer.corpora.text_files import TextFile
from bpeinfer.corpora.word_lists import WordList, read_word_list
from bpeinfer.errors import CorpusError
from bpeinfer.files import shown
from bpeinfer.scripts import scripts_of

__all__ = ["FEWEST_WORDS", "MOST_WORDS", "Strung", "string_words"]

Floats = NDArray[np.float64]
Longs = NDArray[np.int64]

FEWEST_WORDS, MOST_WORDS = 250_000, 1_000_000
"""Bounds on the number of words made from a list, which otherwise is that of the running text."""

DOCUMENT = 1_000
"""Words in each document made."""

_STRINGING = 1  # increase when the text made from a list changes, to invalidate caches of counts

RUNNING = 1_500_000
"""Most characters of running text from which to learn."""

# If a smaller share of the running text's words is in the list, the text is in another language, or the list is split
# differently (Korean into morphemes).
LEAST_FOUND = 0.4
# A word seen n times uses its own spellings and junctures with probability n / (n + PRIOR), …
PRIOR = 2.0
# … and a number its own digits with n / (n + this), since there are more numbers than any text shows.
PRIOR_OF_NUMBERS = 50.0
# Share of numbers among words if the list has none, and their distribution over lengths.
NUMBERS = 0.015
LENGTHS = {2: 0.25, 3: 0.1, 4: 0.15}
# The first digit of a number (Benford's law).
FIRST_DIGIT = np.log10(1 + 1 / np.arange(1, 10))
# Nine in ten four-digit numbers are years, recent ones more often (wordfreq's model: 10^-0.0083 times as many for each
# year before the last one).
YEARS, LAST_YEAR, FALL = 0.9, 2019, 10**-0.0083

_ZEROS = regex.compile(r"0[0.,]*0")
_WITHOUT_SPACES = frozenset(
    {
        "Han",
        "Hiragana",
        "Katakana",
        "Bopomofo",
        "Thai",
        "Lao",
        "Khmer",
        "Myanmar",
        "Tibetan",
        "Yi",
        "Javanese",
    }
)
_STOPS = {
    "Devanagari": "।", "Bengali": "।", "Gurmukhi": "।", "Oriya": "।", "Armenian": "։", "Ethiopic": "።",
}  # fmt: skip
_COMMAS = {"Arabic": "،", "Ethiopic": "፣"}
# Without running text: what is between two words, per 1,000 ("." the script's full stop, "," its comma), …
_USUAL = {
    " ": 850, ", ": 50, ". ": 42, ".\n": 12, "\n": 10, ": ": 7, " (": 6, ") ": 5, "? ": 3, "! ": 3, " - ": 4,
    ' "': 3, '" ': 3, "-": 2,
}  # fmt: skip
# … and how often a capital follows.
_USUAL_INITIAL = {"\n": 0.9, ".": 0.97, ":": 0.3}


@dataclass(frozen=True)
class Strung:
    """The text made from a file of words with counts and the running text of its category.

    Attributes:
        words: the file of words.
        running: files of the category's running text; may be empty.
        seed: the seed for `string_words`.
    """

    words: TextFile
    running: tuple[TextFile, ...]
    seed: int = 0

    @property
    def files(self) -> tuple[TextFile, ...]:
        """The list, then the running text."""
        return (self.words, *self.running)

    @property
    def choice(self) -> list[object]:
        """The seed, and the version of the stringing."""
        return ["strung", _STRINGING, self.seed]

    @property
    def size(self) -> int:
        """Bytes of the list."""
        return self.words.size

    def documents(self) -> Iterator[str]:
        """Yield the documents.

        Raises:
            CorpusError: a file cannot be read, or `string_words` raises it.
        """
        words = read_word_list(self.words.path, self.words.errors, self.words.limits)
        running = (document for file in self.running for document in file.documents())
        yield from string_words(words, running, seed=self.seed, name=shown(self.words.path))


def string_words(
    words: WordList,
    running: Iterable[str] = (),
    *,
    size: int | None = None,
    seed: int = 0,
    name: str = "words",
) -> Iterator[str]:
    """String a list's words into documents of running text.

    Each word occurs as often as its frequency implies, to within one; rare words are chosen at equal steps through the
    list. wordfreq's numbers, which have every digit as 0, get digits again: those of the running text's numbers, else
    years if there are four, otherwise by Benford's law. The same arguments give the same documents.

    Args:
        words: from `read_word_list`.
        running: documents in the same language; if empty, only sentences begin with capitals, and spaces, signs and
            line ends have typical frequencies.
        size: number of words to make; None: as many as `running` has, within `FEWEST_WORDS` and `MOST_WORDS`.
        seed: the seed for the order and all choices.
        name: what to call the list in errors.

    Raises:
        CorpusError: the language is written without spaces, or the running text has other words than the list.

    Example:
        >>> found = WordList.of([("and", 5.0), ("york", 2.0), ("1984", 0.1)])
        >>> running = 9 * ["Here and in York. And in York, and so on, and Ely and York and York.\\n"]
        >>> next(string_words(found, running, size=8, seed=2))
        'And and York. York and York. And and\\n'
    """
    script = _script(words, name)
    keys, weights = _with_numbers(words)
    spelling = _spelling(words, keys)
    joining = Joining.of(_up_to(running, RUNNING), keys, spelling)
    if not joining.words:
        joining = _usual(script, len(keys))
    elif joining.found < LEAST_FOUND:
        raise CorpusError(
            f"{name}: only {joining.found:.0%} of the words of the category's running text are in the list: is it in "
            "another language, split differently (Korean into morphemes) or decomposed (NFD, as Hunspell's Korean)? "
            "leave it out, or give text that fits it"
        )
    if size is None:
        size = min(max(joining.words, FEWEST_WORDS), MOST_WORDS)
    generator = np.random.default_rng(seed)
    drawn = generator.permutation(np.repeat(np.arange(len(keys)), _times(weights, size, generator)))
    junctures = _junctures(drawn, joining, generator)
    drawn, junctures = _fit_joined(drawn, junctures, keys, joining, generator)
    texts = _spell(drawn, keys, joining, spelling, generator)
    after = np.array([kind_of(juncture) for juncture in joining.junctures])[junctures]
    chance = np.array([joining.initial.get(kind, 0.0) for kind in after.tolist()])
    raised = generator.random(len(drawn)) < chance
    if spelling.cased:
        raised[:] = False
    for start in range(0, len(drawn), DOCUMENT):
        pieces: list[str] = []
        first = not spelling.cased
        for place in range(start, min(start + DOCUMENT, len(drawn))):
            text = texts[place]
            pieces += (spelling.capital(text) if first else text, joining.junctures[junctures[place]])
            first = bool(raised[place])
        yield "".join(pieces[:-1]) + "\n"


def _script(words: WordList, name: str) -> str:
    """Return the script of most letters; refuse scripts that are written without spaces."""
    head = list(zip(words.words[:20_000], words.counts.tolist(), strict=False))
    script_of = scripts_of({character for word, _ in head for character in word})
    shares: Counter[str] = Counter()
    for word, count in head:
        for character in word:
            shares[script_of[character]] += count
    for script in ("Common", "Inherited"):
        shares.pop(script, None)
    if sum(shares[script] for script in _WITHOUT_SPACES) > 0.5 * shares.total():
        raise CorpusError(
            f"{name}: words in {shares.most_common(1)[0][0]} script, which is written without spaces: a list does not "
            "show how they follow one another; leave it out and give running text"
        )
    return shares.most_common(1)[0][0] if shares else "Latin"


def _spelling(words: WordList, keys: Sequence[str]) -> Spelling:
    weights = words.counts / words.counts.sum()
    dotless = sum(weight for word, weight in zip(words.words, weights.tolist(), strict=True) if "ı" in word)
    plain = Spelling(turkic=dotless > 0.02)
    head = words.words[:5_000]
    return Spelling(
        turkic=plain.turkic,
        cased=sum(plain.lower(word) != word for word in head) > 0.05 * len(head),
        smashed=not any(
            len(key) > 1 and key.isascii() and key.isdigit() and set(key) != {"0"} for key in keys
        ),
    )


def _with_numbers(words: WordList) -> tuple[list[str], Floats]:
    """Return the words, with numbers added if the list has none, and weights that add up to one."""
    keys, weights = list(words.words), words.counts / words.counts.sum()
    digits = np.array([any(map(str.isdigit, word)) for word in keys])
    if weights[digits].sum() < 1e-3:
        added = {
            str(digit): share * (1 - sum(LENGTHS.values())) for digit, share in enumerate(FIRST_DIGIT, 1)
        }
        added |= {"0" * length: share for length, share in LENGTHS.items()}
        kept = ~digits
        keys = [key for key, stays in zip(keys, kept, strict=True) if stays]
        weights = weights[kept] / weights[kept].sum() * (1 - NUMBERS)
        keys += added
        weights = np.concatenate([weights, NUMBERS * np.array(list(added.values()))])
    return keys, weights


def _up_to(documents: Iterable[str], limit: int) -> Iterator[str]:
    for document in documents:
        yield document[:limit]
        limit -= len(document)
        if limit <= 0:
            return


def _usual(script: str, words: int) -> Joining:
    """Return what is assumed if there is no running text."""
    stop, comma = _STOPS.get(script, "."), _COMMAS.get(script, ",")
    junctures = tuple(text.replace(".", stop).replace(",", comma) for text in _USUAL)
    nothing = np.zeros(words + 2, dtype=np.int64)
    return Joining(
        junctures=junctures,
        juncture=Occurrences(nothing, nothing[:0]),
        usual=np.repeat(np.arange(len(_USUAL)), list(_USUAL.values())),
        forms=(),
        form=Occurrences(nothing, nothing[:0]),
        initial=_USUAL_INITIAL,
        suffix={},
        follows={},
        curly=0.0,
        words=0,
        found=0.0,
    )


def _times(weights: Floats, size: int, generator: np.random.Generator) -> Longs:
    """Return how often each word occurs among `size`: its share rounded down or up, by equal steps from a random start.

    Example:
        >>> _times(np.array([0.5, 0.25, 0.25]), 4, np.random.default_rng(0)).tolist()
        [2, 1, 1]
    """
    ends = np.floor(np.cumsum(weights) * size + generator.random()).astype(np.int64)
    ends[-1] = size
    return np.diff(np.minimum(ends, size), prepend=0)


def _junctures(drawn: Longs, joining: Joining, generator: np.random.Generator) -> Longs:
    """Draw what follows each word: as seen after it, else as seen after rare words."""
    found = joining.juncture.draw(drawn, np.full(len(drawn), PRIOR), generator)
    other = np.flatnonzero(found < 0)
    found[other] = joining.usual[generator.integers(0, len(joining.usual), len(other))]
    return found


def _fit_joined(
    drawn: Longs, junctures: Longs, keys: Sequence[str], joining: Joining, generator: np.random.Generator
) -> tuple[Longs, Longs]:
    """Swap out words after a sign without a space if their first letter hardly ever occurs there."""
    if not joining.follows:
        return drawn, junctures
    letter = np.array([ord(key[0]) for key in keys])[drawn]
    # A swap also moves what follows the words; a second pass repairs nearly all misfits made by the first.
    for juncture, letters in [*joining.follows.items()] * 2:
        before = np.concatenate([[-1], junctures[:-1]])
        free = ~np.isin(before, list(joining.follows))
        fits = np.isin(letter, [ord(character) for character in letters])
        misfits = np.flatnonzero((before == juncture) & ~fits)
        others = np.flatnonzero(free & fits)
        number = min(len(misfits), len(others))
        misfits, others = misfits[:number], generator.choice(others, number, replace=False)
        for array in (drawn, junctures, letter):
            array[misfits], array[others] = array[others], array[misfits].copy()
    return drawn, junctures


def _spell(
    drawn: Longs, keys: Sequence[str], joining: Joining, spelling: Spelling, generator: np.random.Generator
) -> list[str]:
    """Write each word: in a spelling seen inside sentences, else as its last letters suggest."""
    distinct, place = np.unique(drawn, return_inverse=True)
    numbers = np.array([spelling.smashed and bool(_ZEROS.match(keys[word])) for word in distinct.tolist()])
    form = joining.form.draw(drawn, np.where(numbers, PRIOR_OF_NUMBERS, PRIOR)[place], generator)
    shares = np.array([joining.shares_of_capitals(keys[word]) for word in distinct.tolist()])
    chance = generator.random(len(drawn))
    capitals = chance < shares[place, 1]
    capital = ~capitals & (chance < shares.sum(axis=1)[place])
    curly = generator.random(len(drawn)) < joining.curly
    texts: list[str] = []
    plain = [keys[word] for word in distinct.tolist()]
    for word, number, upper, title, bent in zip(
        place.tolist(), form.tolist(), capitals.tolist(), capital.tolist(), curly.tolist(), strict=True
    ):
        if number >= 0:
            texts.append(joining.forms[number])
            continue
        text = plain[word]
        if numbers[word]:
            text = _digits(text, generator)
        elif upper or title:
            text = spelling.capitals(text) if upper else spelling.capital(text)
        texts.append(text.replace("'", "’") if bent else text)
    return texts


def _digits(zeros: str, generator: np.random.Generator) -> str:
    """Replace the zeros of a number by other digits: a year, or a first digit by Benford's law and any others."""
    if zeros == "0000" and generator.random() < YEARS:
        age = int(np.log(1 - generator.random()) / np.log(FALL))
        return str(max(LAST_YEAR - age, 1000))
    first = str(int(np.searchsorted(np.cumsum(FIRST_DIGIT), generator.random())) + 1)
    others = iter(generator.integers(0, 10, len(zeros)).tolist())
    return first[:1] + "".join(str(next(others)) if sign == "0" else sign for sign in zeros[1:])
