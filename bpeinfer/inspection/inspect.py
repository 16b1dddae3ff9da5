"""Everything that one merge list says by itself, for `bpeinfer inspect`."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from bpeinfer.inspection.composition import (
    EXAMPLES,
    Composition,
    composition,
    longest_tokens,
    texts_of,
)
from bpeinfer.inspection.lineage import Relative, head_from, relatives
from bpeinfer.inspection.oddities import Oddity, oddities
from bpeinfer.inspection.reachability import Reachability, reachability
from bpeinfer.inspection.self_check import PROBE, SelfCheck
from bpeinfer.inspection.self_check import self_check as compare_encodings
from bpeinfer.inspection.trainer_family import ListPart, trainer_parts
from bpeinfer.loading import GivenTokenizer, Tokenizer, as_tokenizer
from bpeinfer.loading.best_pretokenizer import best_known
from bpeinfer.loading.consistency import QUICK, Consistency, check_merges
from bpeinfer.loading.known_pretokenizers import PATTERN_NAMES
from bpeinfer.merges import MergeList
from bpeinfer.pretokenize.describe import splitting_in_words
from bpeinfer.reports.document import Document
from bpeinfer.reports.formats import Readable
from bpeinfer.reports.inspection import inspection_as_text
from bpeinfer.reports.inspection_report import inspection_document
from bpeinfer.token_text import token_text

__all__ = ["Inspection", "inspect_tokenizer"]

MANY_UNPRODUCIBLE = 50
"""Unproducible merges from which a better known pre-tokenizer is sought."""


@dataclass(frozen=True, eq=False, kw_only=True, repr=False)
class Inspection(Readable):
    """Everything ``bpeinfer inspect`` shows.

    Attributes:
        tokenizer: the tokenizer itself, with provenance and audit.
        relatives: known tokenizers that share a head or merges, closest first.
        copied_head: number of merges at the front that were copied from an older known tokenizer.
        consistency: which merges the pre-tokenizer cannot produce.
        better_pretokenizer: a known pre-tokenizer that leaves less than half as many, and how many; else None.
        trainer: the rule by which ties were broken, part by part of the list.
        composition: by kind and script along the ranks.
        oddities: URLs, e-mail-like strings, repeated characters, very long tokens, fragments.
        self_check: our encoding compared with that of the library the file is for; None if none could be run.
        reachability: which tokens a text can produce; None unless it was asked for.
    """

    tokenizer: Tokenizer
    relatives: tuple[Relative, ...]
    copied_head: int
    consistency: Consistency
    better_pretokenizer: tuple[str, int] | None
    trainer: tuple[ListPart, ...]
    composition: Composition
    oddities: tuple[Oddity, ...]
    self_check: SelfCheck | None = None
    reachability: Reachability | None = None

    def report(self) -> Document:
        """Return the report as blocks of text, tables and pictures."""
        return inspection_document(self.to_dict())

    def __str__(self) -> str:
        return inspection_as_text(self.to_dict())

    def __repr__(self) -> str:
        return f"Inspection({self.tokenizer.name}: {len(self.tokenizer.merges):,} merges)"

    def to_dict(self) -> dict[str, Any]:
        """Return the inspection as plain data (tokens as text, bytes that are not UTF-8 as ``<0xNN>``)."""
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
                "tokens": [token_text(token) for token in audit.unreachable],
            },
            "pretokenizer": {
                "steps": splitting_in_words(*_specs(tokenizer), PATTERN_NAMES),
                "normalizer": _specs(tokenizer)[0],
                "pre_tokenizer": _specs(tokenizer)[1],
                "origin": tokenizer.pretokenizer_origin,
                "fingerprint": tokenizer.pretokenizer.fingerprint,
                "unproducible_merges": self.consistency.count,
                "unproducible_exact": self.consistency.exact,
                "unproducible_examples": [
                    token_text(merges.symbols[merges.product[rank]])
                    for rank in self.consistency.unproducible[:EXAMPLES]
                ],
                "better_known": self.better_pretokenizer and self.better_pretokenizer[0],
                "better_known_unproducible": self.better_pretokenizer and self.better_pretokenizer[1],
            },
            "self_check": _plain(self.self_check),
            "reachability": _plain(self.reachability),
            "trainer_limits": vars(tokenizer.limits) if tokenizer.limits else None,
            "notes": list(tokenizer.notes),
            "first_stage": tokenizer.first_stage,
            "copied_head": self.copied_head,
            "lineage": [relative.to_dict() for relative in self.relatives],
            "trainer": [part.to_dict() for part in self.trainer],
            "composition": self.composition.to_dict(),
            "first_merges": [
                [token_text(part) for part in merges.pair(rank)] for rank in range(min(EXAMPLES, len(merges)))
            ],
            "longest_tokens": [token_text(token) for token in longest_tokens(merges, EXAMPLES)],
            "oddities": [
                {
                    "sort": oddity.sort,
                    "count": oddity.count,
                    "examples": [[rank, token_text(token)] for rank, token in oddity.examples],
                }
                for oddity in self.oddities
            ],
        }


def inspect_tokenizer(
    tokenizer: GivenTokenizer, self_check: Iterable[str] = PROBE, *, reachable: bool = False
) -> Inspection:
    """Look at a tokenizer as an auditor would: account, relatives, consistency, composition, oddities.

    Args:
        tokenizer: from `load_tokenizer`, or what it takes.
        self_check: texts to encode with the library that the file is for and with our replay (default: a built-in
            probe).
        reachable: also find out which tokens a text can produce (see `bpeinfer.reachability`).
    """
    tokenizer = as_tokenizer(tokenizer)
    merges = tokenizer.merges
    of_one_stage = merges.head(tokenizer.first_stage or len(merges))
    consistency = check_merges(of_one_stage, tokenizer.pretokenizer, seconds=QUICK)
    related = relatives(merges)
    inherited = head_from(related)
    products = texts_of(merges)
    return Inspection(
        tokenizer=tokenizer,
        relatives=tuple(related),
        copied_head=inherited,
        consistency=consistency,
        better_pretokenizer=_better_pretokenizer(of_one_stage, consistency),
        trainer=trainer_parts(merges, inherited),
        composition=composition(merges, products),
        oddities=tuple(oddities(merges, products)),
        self_check=compare_encodings(tokenizer, self_check),
        reachability=reachability(tokenizer) if reachable else None,
    )


def _plain(part: SelfCheck | Reachability | None) -> dict[str, Any] | None:
    return None if part is None else part.to_dict()


def _specs(tokenizer: Tokenizer) -> tuple[Any, Any]:
    """The normalizer and pre-tokenizer as in tokenizer.json."""
    splitter = tokenizer.pretokenizer
    return json.loads(splitter.normalizer), json.loads(splitter.pre_tokenizer)


def _better_pretokenizer(merges: MergeList, own: Consistency) -> tuple[str, int] | None:
    """Find the known pre-tokenizer that leaves the fewest merges unproducible, if less than half as many."""
    if own.count < MANY_UNPRODUCIBLE:
        return None
    fit = best_known(merges)
    left = fit.consistency.count
    return (fit.name, left) if 2 * left < own.count else None
