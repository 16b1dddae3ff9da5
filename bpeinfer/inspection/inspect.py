"""What the merge list alone says: composition along the ranks, oddities, and how two lists differ."""

from __future__ import annotations

import json
import unicodedata
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
import regex

from bpeinfer.inspection.consistency import unproducible_merges
from bpeinfer.inspection.lineage import Relative, copied_head, relatives
from bpeinfer.loading import Tokenizer
from bpeinfer.loading.patterns import KNOWN, PATTERN_NAMES, split_spec
from bpeinfer.merges import MergeList
from bpeinfer.pretokenize import Pretokenizer
from bpeinfer.pretokenize.describe import splitting_in_words
from bpeinfer.scripts import scripts_of

__all__ = [
    "KINDS",
    "Comparison",
    "Composition",
    "Inspection",
    "Oddity",
    "compare_tokenizers",
    "composition",
    "inspect_tokenizer",
    "kind_of",
    "oddities",
]

KINDS = ("letters", "digits", "punctuation", "whitespace", "code-like", "mixed", "byte fragment")
"""Kinds of token, see `kind_of`."""
DECILES = 10
_CODE = frozenset('{}()[]<>=;/\\_$#@*&|+^~`"')
_URL = regex.compile(rb"https?:|www\.|://|\.(?:com|org|net|html?|php|io)\b")
_MAIL = regex.compile(rb"@[\w-]*\.|[\w.-]+@[\w-]+|mailto")
_REPEAT = regex.compile(r"(\S)\1{7,}|(\S\S)\2{5,}", regex.DOTALL)
VERY_LONG = 20
"""Letters of one script in a row that make a token "very long"."""


@dataclass(frozen=True, eq=False)
class Composition:
    """Shares of a merge list's products by kind and by script, in ten slices of ranks.

    Attributes:
        slices: int, first ranks of the slices and the end: slice d is ``slices[d]:slices[d + 1]``.
        kinds: kind → number of merges in each slice.
        scripts: script of the letters → number of merges in each slice; "none" where there are no letters.
    """

    slices: tuple[int, ...]
    kinds: Mapping[str, tuple[int, ...]]
    scripts: Mapping[str, tuple[int, ...]]

    def to_dict(self) -> dict[str, Any]:
        """Return the counts as plain data."""
        return {
            "slices": list(self.slices),
            "kinds": {kind: list(counts) for kind, counts in self.kinds.items()},
            "scripts": {script: list(counts) for script, counts in self.scripts.items()},
        }


@dataclass(frozen=True)
class Oddity:
    """Tokens that an auditor looks at twice: how many of one sort, and examples as (rank, bytes)."""

    sort: str
    count: int
    examples: tuple[tuple[int, bytes], ...]


@dataclass(frozen=True, eq=False)
class Inspection:
    """Everything ``bpeinfer inspect`` shows.

    Attributes:
        tokenizer: the tokenizer itself, with provenance and audit.
        relatives: known tokenizers that share a head or merges, closest first.
        copied_head: merges at the front taken over from an older known tokenizer.
        unproducible: ranks of merges that the pre-tokenizer cannot produce.
        better_pretokenizer: a known pre-tokenizer that leaves less than half as many, and how many; else None.
        composition: by kind and script along the ranks.
        oddities: URLs, e-mail-like strings, repeated characters, very long tokens, fragments.
    """

    tokenizer: Tokenizer
    relatives: tuple[Relative, ...]
    copied_head: int
    unproducible: tuple[int, ...]
    better_pretokenizer: tuple[str, int] | None
    composition: Composition
    oddities: tuple[Oddity, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return the inspection as plain data (tokens as text, bytes that are no UTF-8 as ``<0xNN>``)."""
        tokenizer = self.tokenizer
        audit, provenance, merges = tokenizer.audit, tokenizer.provenance, tokenizer.merges
        return {
            "name": tokenizer.name,
            "source": provenance.source,
            "format": provenance.format,
            "repository": provenance.repository,
            "revision": provenance.revision,
            "sha256": provenance.sha256,
            "files": dict(provenance.files),
            "alphabet": {
                "unit": merges.unit,
                "size": merges.alphabet_size,
                "end_of_word": merges.end_of_word.decode(),
                "continuing_prefix": merges.continuing_prefix.decode(),
            },
            "vocabulary": audit.vocabulary,
            "alphabet_tokens": audit.alphabet_tokens,
            "learned_tokens": audit.learned_tokens,
            "listed_merges": audit.listed_merges,
            "learned_merges": audit.learned_merges,
            "learned_not_listed": audit.learned_not_listed,
            "method": audit.method,
            "set_aside": audit.set_aside,
            "tokens_set_aside": dict(audit.tokens_set_aside),
            "merges_set_aside": dict(audit.merges_set_aside),
            "order_inversions": audit.order_inversions,
            "unreachable": {
                "count": len(audit.unreachable),
                "tokens": [as_text(token) for token in audit.unreachable],
            },
            "pretokenizer": {
                "steps": splitting_in_words(*_specs(tokenizer), PATTERN_NAMES),
                "normalizer": _specs(tokenizer)[0],
                "pre_tokenizer": _specs(tokenizer)[1],
                "origin": tokenizer.pretokenizer_origin,
                "fingerprint": tokenizer.pretokenizer.fingerprint,
                "unproducible_merges": len(self.unproducible),
                "unproducible_examples": [
                    as_text(merges.symbols[merges.product[rank]]) for rank in self.unproducible[:EXAMPLES]
                ],
                "better_known": self.better_pretokenizer and self.better_pretokenizer[0],
                "better_known_unproducible": self.better_pretokenizer and self.better_pretokenizer[1],
            },
            "trainer_limits": vars(tokenizer.limits) if tokenizer.limits else None,
            "notes": list(tokenizer.notes),
            "copied_head": self.copied_head,
            "lineage": [relative.to_dict() for relative in self.relatives],
            "composition": self.composition.to_dict(),
            "first_merges": [
                [as_text(part) for part in merges.pair(rank)] for rank in range(min(EXAMPLES, len(merges)))
            ],
            "longest_tokens": [as_text(token) for token in longest_tokens(merges, EXAMPLES)],
            "oddities": [
                {
                    "sort": oddity.sort,
                    "count": oddity.count,
                    "examples": [[rank, as_text(token)] for rank, token in oddity.examples],
                }
                for oddity in self.oddities
            ],
        }


@dataclass(frozen=True, eq=False)
class Comparison:
    """How two merge lists differ.

    Attributes:
        first, second: the two tokenizers.
        common_head: merges at the front that are the same in both.
        shared_merges: merges (pairs) in both lists, wherever they stand.
        shared_tokens: products in both lists, whatever pair made them.
        rank_correlation: Spearman's correlation of the shared merges' ranks; None if fewer than three are
            shared.
        after_head: the first merges after the common head, of each list, as (left, right) bytes.
        only_first, only_second: products of each that the other lacks, earliest first, as (rank, bytes).
        compositions: of the two lists.
    """

    first: Tokenizer
    second: Tokenizer
    common_head: int
    shared_merges: int
    shared_tokens: int
    rank_correlation: float | None
    after_head: tuple[tuple[tuple[bytes, bytes], ...], tuple[tuple[bytes, bytes], ...]]
    only_first: tuple[tuple[int, bytes], ...]
    only_second: tuple[tuple[int, bytes], ...]
    compositions: tuple[Composition, Composition]

    def to_dict(self) -> dict[str, Any]:
        """Return the comparison as plain data."""
        sides = []
        for tokenizer, after, only, made in zip(
            (self.first, self.second),
            self.after_head,
            (self.only_first, self.only_second),
            self.compositions,
            strict=True,
        ):
            sides.append(
                {
                    "name": tokenizer.name,
                    "source": tokenizer.provenance.source,
                    "sha256": tokenizer.provenance.sha256,
                    "merges": len(tokenizer.merges),
                    "only_merges": len(tokenizer.merges) - self.shared_merges,
                    "only_tokens": len(only),
                    "first_only_tokens": [[rank, as_text(token)] for rank, token in only[:EXAMPLES]],
                    "after_head": [[as_text(part) for part in pair] for pair in after],
                    "composition": made.to_dict(),
                }
            )
        return {
            "common_head": self.common_head,
            "shared_merges": self.shared_merges,
            "shared_tokens": self.shared_tokens,
            "rank_correlation": self.rank_correlation,
            "tokenizers": sides,
        }


MANY_UNPRODUCIBLE = 50
"""Unproducible merges from which a better known pre-tokenizer is looked for."""
EXAMPLES = 20
"""How many examples of a kind go into a result."""


def as_text(token: bytes) -> str:
    """Return a token as text, bytes that are no UTF-8 in the field's way.

    Example:
        >>> as_text(b"caf\\xc3")
        'caf<0xC3>'
    """
    text = ""
    while token:
        try:
            return text + token.decode()
        except UnicodeDecodeError as error:
            wrong = "".join(f"<0x{byte:02X}>" for byte in token[error.start : error.end])
            text += token[: error.start].decode() + wrong
            token = token[error.end :]
    return text


def _specs(tokenizer: Tokenizer) -> tuple[Any, Any]:
    """The normalizer and pre-tokenizer as in tokenizer.json."""
    splitter = tokenizer.pretokenizer
    pre_tokenizer = split_spec(splitter.pattern) if splitter.pattern else json.loads(splitter.pre_tokenizer)
    return json.loads(splitter.normalizer), pre_tokenizer


def inspect_tokenizer(tokenizer: Tokenizer) -> Inspection:
    """Look at a tokenizer as an auditor would: account, relatives, consistency, composition, oddities."""
    merges = tokenizer.merges
    unproducible = unproducible_merges(merges, tokenizer.pretokenizer.split)
    return Inspection(
        tokenizer,
        tuple(relatives(merges)),
        copied_head(tokenizer),
        tuple(unproducible),
        _better_pretokenizer(merges, unproducible),
        composition(merges),
        tuple(oddities(merges)),
    )


def _better_pretokenizer(merges: MergeList, unproducible: list[int]) -> tuple[str, int] | None:
    """Find the known pre-tokenizer that leaves the fewest merges unproducible, if that is less than half."""
    if len(unproducible) < MANY_UNPRODUCIBLE:
        return None
    failing = unproducible[:: max(1, len(unproducible) // 60)]
    passing = sorted(set(range(0, len(merges), max(1, len(merges) // 600))) - set(unproducible))
    splits = {
        name: Pretokenizer.from_spec(known.normalizer, known.pre_tokenizer).split
        for name, known in KNOWN.items()
    }
    # Estimated from a sample of both sorts; then counted for the three that look best.
    estimate = {
        name: len(unproducible_merges(merges, split, failing)) / len(failing) * len(unproducible)
        + len(unproducible_merges(merges, split, passing)) / len(passing) * len(merges)
        for name, split in splits.items()
    }
    candidates = sorted(name for name in estimate if estimate[name] < len(unproducible))
    candidates = sorted(candidates, key=lambda name: estimate[name])[:3]
    counts = {name: len(unproducible_merges(merges, splits[name])) for name in candidates}
    best = min(counts, key=lambda name: counts[name], default=None)
    return (best, counts[best]) if best is not None and 2 * counts[best] < len(unproducible) else None


def kind_of(text: str) -> str:
    """Return the kind of a token, spaces at its edges not counted.

    Example:
        >>> [kind_of(text) for text in (" the", "123", "!!", "  ", "getName", "();", "a1")]
        ['letters', 'digits', 'punctuation', 'whitespace', 'code-like', 'code-like', 'mixed']
    """
    core = text.strip()
    if not core:
        return "whitespace"
    if core.isalpha():
        return "code-like" if _is_camel(core) else "letters"
    classes = {_class_of(character) for character in core}
    if classes == {"L"}:
        return "letters"
    if classes == {"N"}:
        return "digits"
    if (
        not _CODE.isdisjoint(core)
        or ("S" in classes and "L" in classes and core[0] in ".,:-")
        or "\n" in text
    ):
        return "code-like"
    if classes == {"S"}:
        return "punctuation"
    return "mixed"


def _is_camel(word: str) -> bool:
    """Lower case, then upper case: getName, but neither NASA nor Name."""
    return word.isascii() and any(before.islower() and after.isupper() for before, after in pairwise(word))


@cache
def _class_of(character: str) -> str:
    category = unicodedata.category(character)
    if category[0] in "LM":
        return "L"
    return "N" if category[0] == "N" else "S" if category[0] in "PS" else "Z"


def composition(merges: MergeList) -> Composition:
    """Count the products of a merge list by kind and by script of their letters, in ten slices of ranks."""
    texts = _texts(merges)
    edges = tuple(round(place * len(merges) / DECILES) for place in range(DECILES + 1))
    letters = {character for text in texts if text for character in text if _class_of(character) == "L"}
    script_of = scripts_of(letters)
    kinds: dict[str, list[int]] = {kind: [0] * DECILES for kind in KINDS}
    scripts: dict[str, list[int]] = {}
    for place in range(DECILES):
        for text in texts[edges[place] : edges[place + 1]]:
            kinds["byte fragment" if text is None else kind_of(text)][place] += 1
            script = "byte fragment" if text is None else _script(text, script_of)
            scripts.setdefault(script, [0] * DECILES)[place] += 1
    order = sorted(scripts, key=lambda script: -sum(scripts[script]))
    return Composition(
        edges,
        {kind: tuple(counts) for kind, counts in kinds.items()},
        {script: tuple(scripts[script]) for script in order},
    )


def _texts(merges: MergeList) -> list[str | None]:
    """The product of each merge as text with plain spaces; None where it is no UTF-8."""
    texts: list[str | None] = []
    for symbol in merges.comparable_symbols():
        token = symbol.removesuffix(merges.end_of_word).removeprefix(merges.continuing_prefix)
        try:
            texts.append(token.decode())
        except UnicodeDecodeError:
            texts.append(None)
    return [texts[product] for product in merges.product.tolist()]


def _script(text: str, script_of: Mapping[str, str]) -> str:
    found = Counter(script_of[character] for character in text if character in script_of)
    for neutral in ("Common", "Inherited"):
        if len(found) > 1:
            found.pop(neutral, None)
    return min(found, key=lambda script: (-found[script], script)) if found else "none"


def longest_tokens(merges: MergeList, count: int) -> list[bytes]:
    """Return the longest products of at least five different bytes (so no rules, no blanks)."""
    tokens = (merges.symbols[product] for product in dict.fromkeys(merges.product.tolist()))
    return sorted(
        (token for token in tokens if len(set(token)) >= 5), key=lambda token: (-len(token), token)
    )[:count]


def oddities(merges: MergeList) -> list[Oddity]:
    """Find tokens that an auditor looks at twice, sort by sort; sorts without a token are left out."""
    symbols = merges.comparable_symbols()
    texts = _texts(merges)
    letters = {character for text in texts if text for character in text if _class_of(character) == "L"}
    script_of = scripts_of(letters)
    found: dict[str, list[tuple[int, bytes]]] = {
        "URLs": [],
        "e-mail-like": [],
        "repeated characters": [],
        f"words of {VERY_LONG} letters or more": [],
        "fragments that no text can complete": [],
    }
    urls, mails, repeats, long_words, fragments = found.values()
    for rank, (product, text) in enumerate(zip(merges.product.tolist(), texts, strict=True)):
        token = symbols[product]
        if text is None:
            if not _can_be_completed(token):
                fragments.append((rank, token))
            continue
        if _URL.search(token):
            urls.append((rank, token))
        if _MAIL.search(token):
            mails.append((rank, token))
        if _REPEAT.search(text):
            repeats.append((rank, token))
        core = text.strip()
        if (
            len(core) >= VERY_LONG
            and core.isalpha()
            and len({script_of[character] for character in core}) == 1
        ):
            long_words.append((rank, token))
    return [Oddity(sort, len(tokens), tuple(tokens[:EXAMPLES])) for sort, tokens in found.items() if tokens]


def _can_be_completed(token: bytes) -> bool:
    """Say whether some valid UTF-8 text holds these bytes."""
    for cut_front in range(4):
        front, rest = token[:cut_front], token[cut_front:]
        if any(byte & 0xC0 != 0x80 for byte in front):
            break
        for cut_back in range(min(4, len(rest) + 1)):
            back = rest[len(rest) - cut_back :]
            if cut_back and not _begins_character(back):
                continue
            try:
                rest[: len(rest) - cut_back].decode()
            except UnicodeDecodeError:
                continue
            return True
    return False


def _begins_character(data: bytes) -> bool:
    lead = data[0]
    need = 2 if 0xC2 <= lead < 0xE0 else 3 if 0xE0 <= lead < 0xF0 else 4 if 0xF0 <= lead < 0xF5 else 0
    return len(data) < need and all(byte & 0xC0 == 0x80 for byte in data[1:])


def compare_tokenizers(first: Tokenizer, second: Tokenizer) -> Comparison:
    """Compare the merge lists of two tokenizers, pair by pair; space signs count as spaces."""
    pairs_first, pairs_second = _pairs(first.merges), _pairs(second.merges)
    head = 0
    for one, other in zip(pairs_first, pairs_second, strict=False):
        if one != other:
            break
        head += 1
    rank_second = {pair: rank for rank, pair in enumerate(pairs_second)}
    shared = [(rank, rank_second[pair]) for rank, pair in enumerate(pairs_first) if pair in rank_second]
    tokens_first, tokens_second = (
        {left + right: rank for rank, (left, right) in reversed(list(enumerate(pairs)))}
        for pairs in (pairs_first, pairs_second)
    )
    return Comparison(
        first,
        second,
        head,
        len(shared),
        len(tokens_first.keys() & tokens_second.keys()),
        _spearman(shared),
        (tuple(pairs_first[head : head + 5]), tuple(pairs_second[head : head + 5])),
        _only(tokens_first, tokens_second),
        _only(tokens_second, tokens_first),
        (composition(first.merges), composition(second.merges)),
    )


def _pairs(merges: MergeList) -> list[tuple[bytes, bytes]]:
    symbols = merges.comparable_symbols()
    return [
        (symbols[left], symbols[right])
        for left, right in zip(merges.left.tolist(), merges.right.tolist(), strict=True)
    ]


def _only(tokens: Mapping[bytes, int], others: Mapping[bytes, int]) -> tuple[tuple[int, bytes], ...]:
    return tuple(sorted((rank, token) for token, rank in tokens.items() if token not in others))


def _spearman(ranks: list[tuple[int, int]]) -> float | None:
    """Correlation of the order of the shared merges in both lists; no ties, since ranks are distinct."""
    if len(ranks) < 3:
        return None
    places = [np.argsort(np.argsort([pair[side] for pair in ranks])) for side in (0, 1)]
    return float(np.corrcoef(places[0], places[1])[0, 1])
