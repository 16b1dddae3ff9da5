"""The search behind `bpeinfer.inspection.reachability`: which tokens BPE leaves whole, and texts that produce them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import compress, islice, pairwise

import numpy as np

from bpeinfer.inspection.encoding import encode_by_rank
from bpeinfer.inspection.left_whole import left_whole
from bpeinfer.loading import Tokenizer
from bpeinfer.loading.fragments import readings
from bpeinfer.merges import MergeList
from bpeinfer.pair_ranks import PairRanks
from bpeinfer.pretokenize import Pretokenizer
from bpeinfer.pretokenize.sentencepiece import is_sentencepiece
from bpeinfer.replay import replay

__all__ = ["PLACES", "REASONS", "TextSearch", "texts_to_try"]

_Texts = Callable[[int], Iterable[tuple[str, str]]]
"""For the number of a token: places of `PLACES`, each with a text to try."""

PLACES = ("alone", "after_space", "after_other", "before_other", "between", "in_character", "never")
"""Where a token occurs: its own text produces it; only after a space; after something else; only before something;
only between two neighbours; only as a part of a character; in no text tried or possible."""

REASONS = ("merges", "not_utf8", "added", "cut", "taken")
"""Why a token never occurs: BPE leaves its own text in other parts; no UTF-8 contains its bytes; an added token is cut
out of it first; the splitter cuts or changes it in every text tried; its edges merge with every neighbour tried."""

# One of every kind that split patterns tell apart, common and rare: rare ones, of which no list has merges, leave the
# token's edges alone.
_NEIGHBOURS = (
    " ",
    "\U00010428",  # a small letter
    "\U00010400",  # a capital
    "\U00012000",  # a letter without case
    "a",
    "A",
    "\u2e0e",  # a sign
    ".",
    "'",
    "\U000114d0",  # a digit
    "1",
    "\n",
    "\t",
    "\u2003",  # a wide space
    "   ",
    "\u0301",  # an accent
    "\U00020000",  # a rare ideograph
)
_ENDINGS = ("s", "t", "m", "d", "re", "ve", "ll")  # what patterns leave with an apostrophe before it
FIRST_LETTER = 1
FIRST_CONTEXTS = 5
FIRST_COMPLETIONS, MORE_COMPLETIONS, MOST_COMPLETIONS = 8, 64, 4_096
BATCH = 200_000


class TextSearch:
    """Texts are tried for tokens until one produces each; keeps what was found, and why not."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        self.tokenizer = tokenizer
        merges = tokenizer.merges
        self.number_of = {symbol: number for number, symbol in enumerate(merges.symbols)}
        self.bare = [_bare(symbol, merges) for symbol in merges.symbols]
        self.shown = [_bare(symbol, merges) for symbol in merges.comparable_symbols()]
        self.texts = list(map(_as_utf8, self.shown))
        size = len(merges.symbols)
        self.place = np.full(size, PLACES.index("never"), dtype=np.uint8)
        self.reason = np.full(size, REASONS.index("cut"), dtype=np.uint8)
        self.witnesses: list[str | None] = [None] * size
        self.pretokenizer = _of_the_encoder(tokenizer)
        self.ranks = PairRanks(tokenizer.encoder or merges)
        if tokenizer.encoder is None:
            self.whole = left_whole(merges, self.ranks)
        else:
            made = self._encoded(merges.symbols, alone=True)
            self.whole = np.array([parts == {number} for number, parts in enumerate(made)])
        self.possible = self.whole | tokenizer.takes_whole
        self.reason[~self.whole] = REASONS.index("merges")
        for number, text in enumerate(self.texts):
            if text is None and next(readings(self.shown[number]), None) is None:
                self.reason[number] = REASONS.index("not_utf8")
                self.possible[number] = False
        self.added = self._added_inside()
        self.complete = self._complete()

    def _complete(self) -> list[bool]:
        """Which tokens can be a pretoken of their own, as their marks say."""
        merges = self.tokenizer.merges
        if merges.mark_symbol is not None:
            return [False] * len(merges.symbols)
        end, prefix = merges.end_of_word, merges.continuing_prefix
        return [
            symbol.endswith(end) and not (prefix and symbol.startswith(prefix)) for symbol in merges.symbols
        ]

    def _added_inside(self) -> list[str]:
        """Return the added tokens that stand inside texts of tokens; nearly always none."""
        every = "\0".join(text for text in self.texts if text is not None)
        begins = {text[:8] for text in self.tokenizer.added if text}
        inside = tuple(begin for begin in begins if begin in every)
        return (
            [text for text in self.tokenizer.added if text.startswith(inside) and text in every]
            if inside
            else []
        )

    def run(self, waiting: Sequence[int], texts_of: _Texts) -> list[int]:
        """Try texts for these tokens and note the first that produces each; return the others."""
        found: set[int] = set()
        tried = (
            (number, place, text)
            for number in waiting
            for place, text in texts_of(number)
            if number not in found and not (self.added and self._cut_out(number, text))
        )
        while batch := list(islice(tried, BATCH)):
            produced = self._produced([number for number, _, _ in batch], [text for _, _, text in batch])
            for number, place, text in compress(batch, produced):
                if number not in found:
                    found.add(number)
                    self.place[number], self.witnesses[number] = PLACES.index(place), text
        return [number for number in waiting if number not in found]

    def beside_tokens(self, number: int) -> Iterator[tuple[str, str]]:
        """Yield for a fragment every token that could follow it, or come before it, as the rest of a character.

        Whatever stands next to it in an encoding is a token, too, some of which reach into the next character.
        """
        if self.texts[number] is not None:
            return
        own = self.shown[number]
        joined = [own + other for other in self.shown if _continues(other)]
        if _continues(own):
            joined += [other + own for other in self.shown if other[-1] >= 0x80]
        for both in joined:
            for text in islice(readings(both), FIRST_COMPLETIONS):
                yield "in_character", text

    def _cut_out(self, number: int, text: str) -> bool:
        """Whether an added token would be cut out of the text; not this one, which is then the longest there."""
        own = self.texts[number]
        if own in self.added or not any(added in text for added in self.added):
            return False
        if text == self.texts[number]:
            self.reason[number] = REASONS.index("added")
        return True

    def _produced(self, numbers: Sequence[int], texts: Sequence[str]) -> list[bool]:
        """Return for each token whether its text produces it."""
        pieces = self.pretokenizer.pieces(texts)
        pretokens = pieces.pretokens()
        produced = [False] * len(texts)
        inside: dict[bytes, list[int]] = {}
        for place, (number, (start, stop)) in enumerate(
            zip(numbers, pairwise(pieces.first.tolist()), strict=True)
        ):
            bare = self.bare[number]
            if stop == start + 1 and pretokens[start] == bare and self.complete[number]:
                produced[place] = True
            elif self.whole[number] or self.complete[number]:
                for pretoken in pretokens[start:stop]:
                    if bare in pretoken:
                        inside.setdefault(pretoken, []).append(place)
        for pretoken, made in zip(inside, self._encoded(list(inside)), strict=True):
            for place in inside[pretoken]:
                number = numbers[place]
                produced[place] |= number in made
                if self.reason[number] == REASONS.index("cut"):
                    self.reason[number] = REASONS.index("taken")
        return produced

    def _encoded(self, pretokens: Sequence[bytes], *, alone: bool = False) -> list[set[int]]:
        """Return the symbols that each pretoken is encoded in; `alone`: by the merges alone."""
        if self.tokenizer.encoder is None:
            done = replay(
                self.tokenizer.merges,
                np.frombuffer(b"".join(pretokens), dtype=np.uint8),
                np.cumsum([0, *map(len, pretokens)]),
                ranks=self.ranks,
            )
            tokens, offsets = done.nodes.symbol[done.tokens], done.offsets
        else:
            tokens, offsets = encode_by_rank(self.tokenizer.encoder, pretokens, self.ranks)
        symbols = tokens.tolist()
        made = [set(symbols[start:stop]) for start, stop in pairwise(offsets.tolist())]
        if self.tokenizer.takes_whole and not alone:
            made = [
                {self.number_of[pretoken]} if pretoken in self.number_of else parts
                for pretoken, parts in zip(pretokens, made, strict=True)
            ]
        return made


def texts_to_try(search: TextSearch) -> tuple[_Texts, ...]:
    """Return what to try, one plan after another, each for the tokens that are still waiting."""
    others = [one for one in _NEIGHBOURS if one[-1] != " "]
    after = [("after_other", one, "") for one in others]
    before = [("before_other", "", one) for one in (*_NEIGHBOURS, *_ENDINGS)]
    between = [("between", left, right) for left in others for right in _NEIGHBOURS]
    spaced = [("after_space", left, right) for left in (" ", "   ") for right in ("", *_NEIGHBOURS)]
    single = [("in_character", left, right) for one in _NEIGHBOURS for left, right in ((one, ""), ("", one))]

    def plan(
        contexts: Sequence[tuple[str, str, str]],
        most: int,
        around: Sequence[tuple[str, str, str]] = (("in_character", "", ""),),
        *,
        every: bool = False,
    ) -> _Texts:
        def texts(number: int) -> Iterator[tuple[str, str]]:
            text = search.texts[number]
            whole = islice(readings(search.shown[number], every=every), most) if text is None else (text,)
            for one in whole:
                for place, left, right in around if text is None else contexts:
                    yield place, left + one + right

        return texts

    # Tokens without an end-of-word mark want a letter after them, others before them.
    first = [before[FIRST_LETTER], *after[:FIRST_CONTEXTS]]
    if not search.tokenizer.merges.end_of_word:
        first = [*first[1:], first[0]]

    # The mark of a space may be put in front of every text, so that the space itself must not be there.
    bare = search.tokenizer.merges.unit == "character"

    def alone(number: int) -> Iterator[tuple[str, str]]:
        text = search.texts[number]
        if text is not None:
            yield "alone", text
            if bare and text.startswith(" "):
                yield "alone", text[1:]

    return (
        alone,
        plan(first, FIRST_COMPLETIONS),
        plan([*after, *before], MORE_COMPLETIONS, every=True),
        plan([*between, *spaced], FIRST_COMPLETIONS, single),
        plan([], MOST_COMPLETIONS, every=True),
        search.beside_tokens,
    )


def _of_the_encoder(tokenizer: Tokenizer) -> Pretokenizer:
    """Return how text is split for encoding: sentencepiece's rules are its trainer's; its encoder splits nothing."""
    given = tokenizer.pretokenizer
    if not is_sentencepiece(json.loads(given.pre_tokenizer)):
        return given
    return replace(given, pre_tokenizer="null")


def _bare(symbol: bytes, merges: MergeList) -> bytes:
    return symbol.removesuffix(merges.end_of_word).removeprefix(merges.continuing_prefix)


def _continues(token: bytes) -> bool:
    """Whether a token begins within a character."""
    return 0x80 <= token[0] < 0xC0


def _as_utf8(token: bytes) -> str | None:
    try:
        return token.decode()
    except UnicodeDecodeError:
        return None
