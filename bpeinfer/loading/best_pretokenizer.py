"""Which known pre-tokenizer fits a list of merges best? The one that can produce most of them and cuts finest."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache

from bpeinfer.loading.consistency import QUICK, Consistency, check_merges
from bpeinfer.loading.known_pretokenizers import KNOWN
from bpeinfer.merges import MergeList
from bpeinfer.pretokenize import Pretokenizer

__all__ = ["Fit", "best_known"]

SHAPES = 150
"""Number of token kinds, the commonest ones, on which candidates are compared first."""
LOOKED_AT = 20_000
"""Number of merges whose shapes are examined."""
FINALISTS = 3
ROUGHLY, CLOSE = 0.005, 0.0002
"""Differences in the share of the merges, in the rough and the close comparison, up to which two candidates fit equally
well; then the one that cuts text more finely is chosen."""
SAME_FINENESS = 0.97
"""A candidate with at least this share of the finest one's pretokens cuts as finely; the first in the registry wins."""

_PROBE = (
    "The man's 1,234 dogs don't run; they're HAPPY (aren't they?).\n\n\tif (x == 42) {\r\n\t\treturn foo_bar[i+1];"
    "\n    }\n\n  Привет, мир! 12345 Größe naïve 中文字符と日本語。 한국어 हिन्दी "
    "http://www.example.com/a?b=c&d=1  -- ...\n"
)
"""A text on which pre-tokenizers differ; the one with more pretokens cuts more finely."""


@dataclass(frozen=True, kw_only=True)
class Fit:
    """A known pre-tokenizer, how many of the merges it can produce, and the runner-up."""

    name: str
    consistency: Consistency
    runner_up: str = ""
    runner_up_share: float = 0.0

    @property
    def proof(self) -> str:
        """The reason for the choice, in words."""
        found = self.consistency
        about = "" if found.exact else "about "
        words = f"it can produce {about}{found.share:.2%} of the {found.merges:,} merges"
        if self.runner_up:
            words += f" ({self.runner_up}: {self.runner_up_share:.2%})"
        return words


def best_known(merges: MergeList) -> Fit:
    """Return the known pre-tokenizer that can produce most of the merges, the finest of equally good ones.

    All are compared on the commonest kinds of token (tokens of one shape: letters, digits, signs and blanks in
    the same order), then the best few on the whole list.
    """
    rough = _rough_shares(merges)
    order = sorted(rough, key=lambda name: (-rough[name], -_fineness(name)))
    close = [name for name in order if rough[name] >= max(rough.values()) - ROUGHLY]
    finest_first = sorted(close, key=lambda name: -_fineness(name))
    finalists = dict.fromkeys([_first_of_the_finest(close), *finest_first[:FINALISTS], *order[:2]])
    checked = {name: check_merges(merges, _built(name), seconds=2 * QUICK) for name in finalists}
    most = max(found.share for found in checked.values())
    level = [name for name in checked if checked[name].share >= most - CLOSE]
    level = [name for name in level if checked[name].exact] or level  # a sample may miss the few that fail
    name = _first_of_the_finest(level)
    same = KNOWN[name].pre_tokenizer
    others = [other for other in order if KNOWN[other].pre_tokenizer != same]
    return Fit(
        name=name,
        consistency=checked[name],
        runner_up=others[0] if others else "",
        runner_up_share=rough[others[0]] if others else 0.0,
    )


def _rough_shares(merges: MergeList) -> dict[str, float]:
    """Return the share of the commonest kinds of token that each known pre-tokenizer can produce."""
    weights, ranks = _shapes(merges)
    total = max(sum(weights.values()), 1)
    names: list[str] = list(KNOWN)
    if merges.end_of_word:  # it represents the space, so no pretoken contains one
        names = [name for name in names if _drops_spaces(name)]
    if merges.unit == "character":
        names = [name for name in names if _keeps_characters(name)]
    shares = {}
    for name in names:
        failing = check_merges(merges, _built(name), ranks, most_neighbours=1).unproducible
        shares[name] = 1 - sum(weights[rank] for rank in failing) / total
    return shares


def _first_of_the_finest(names: Collection[str]) -> str:
    """Return the first in the registry of those that cut about as finely as the finest one."""
    finest = max(map(_fineness, names))
    return next(name for name in KNOWN if name in names and _fineness(name) >= SAME_FINENESS * finest)


@cache
def _built(name: str) -> Pretokenizer:
    return Pretokenizer.from_spec(KNOWN[name].normalizer, KNOWN[name].pre_tokenizer)


@cache
def _drops_spaces(name: str) -> bool:
    return not any(b" " in pretoken for pretoken in _built(name).split(_PROBE))


@cache
def _keeps_characters(name: str) -> bool:
    """Return whether no character is cut: Falcon's digits are looked for among the display characters of bytes."""
    text = b"".join(pretoken.decode(errors="replace").encode() for pretoken in _built(name).split(_PROBE))
    return "\ufffd".encode() not in text


@cache
def _fineness(name: str) -> int:
    return len(_built(name).split(_PROBE))


def _shapes(merges: MergeList) -> tuple[Mapping[int, int], list[int]]:
    """Return one rank for each of the commonest shapes, and how many merges have that shape."""
    first: dict[str, int] = {}
    weights: dict[int, int] = {}
    symbols = merges.symbols
    for rank in range(0, len(merges), max(1, len(merges) // LOOKED_AT)):
        product = int(merges.product[rank])
        if not _is_text(symbols[product]):
            continue
        rank_of_shape = first.setdefault(_shape(symbols[product]), rank)
        weights[rank_of_shape] = weights.get(rank_of_shape, 0) + 1
    ranks = sorted(weights, key=lambda rank: -weights[rank])[:SHAPES]
    return {rank: weights[rank] for rank in ranks}, sorted(ranks)


def _is_text(symbol: bytes) -> bool:
    try:
        symbol.decode()
    except UnicodeDecodeError:
        return False
    return True


def _shape(symbol: bytes) -> str:
    """Return a token's character classes, with runs of letters and signs shortened to two."""
    shape: list[str] = []
    for character in symbol.decode("utf-8", "replace"):
        kind = _class(character)
        if kind not in "LlPM" or shape[-2:] != [kind, kind]:
            shape.append(kind)
    return "".join(shape[:24])


@cache
def _class(character: str) -> str:
    if character in " \n\r\t'▁":
        return character
    category = unicodedata.category(character)
    return {"Ll": "l", "Lu": "L", "Nd": "0"}.get(category, category[0])
