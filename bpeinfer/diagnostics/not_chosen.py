"""Categories that were not chosen, as witnesses: is text like theirs in the list?

A mixture is fitted to the categories at hand, and text like others counts as like these: read with an encyclopedia and
French, GPT-2's list is all encyclopedia. The list has merges that the categories at hand explain badly and others
explain well. So the rest of the samples that the categories were chosen from is fitted beside them. What it gets there
may be in the training text, and is missing from the shares of those chosen. It is in it if the list has its own merges
(`OwnMerges`): a share without them fills in for a register that the samples lack.

Other registers or variants of a language that was chosen are of its kind (`languages.relatives`), and neutral text is
in every text: neither is missing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bpeinfer.diagnostics.bootstrap import byte_shares
from bpeinfer.diagnostics.fitted import Fitted
from bpeinfer.diagnostics.languages import relatives
from bpeinfer.diagnostics.own_merges import OwnMerges
from bpeinfer.diagnostics.ruled_out import EVIDENCE, RuledOut
from bpeinfer.diagnostics.supplied import supplied_alone
from bpeinfer.token_text import token_text

__all__ = ["NotChosen", "NotChosenKind", "compare_with_not_chosen"]

Floats = NDArray[np.float64]
Longs = NDArray[np.int64]

SMALLEST = 0.003
"""Least pair share of a kind that is named."""
EXAMPLES = 8


@dataclass(frozen=True, kw_only=True)
class NotChosenKind:
    """A language or kind of code that was not chosen, with a share beside those that were.

    Attributes:
        names: its categories with a share, largest first.
        byte_share, pair_share: in the fit with all categories.
        found, missing: how many of the merges of its own the list has and lacks there.
        present: whether these speak for it, by the odds at which a category is not ruled out.
        examples: some merges of the list that it alone supplies, as tokens.
    """

    names: tuple[str, ...]
    byte_share: float
    pair_share: float
    found: int
    missing: int
    present: bool
    examples: tuple[bytes, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for JSON."""
        return {
            "names": list(self.names),
            "byte_share": self.byte_share,
            "pair_share": self.pair_share,
            "found": self.found,
            "missing": self.missing,
            "present": self.present,
            "examples": list(map(token_text, self.examples)),
        }


@dataclass(frozen=True, eq=False, kw_only=True)
class NotChosen:
    """What a fit with the categories that were not chosen says of those that were.

    Attributes:
        categories: how many were not chosen.
        byte_share, pair_share: of text like them in the training text, without kinds whose own merges the list lacks.
        most_bytes, most_pairs: the same with all of them, if that is more: what cannot be excluded.
        byte_shares, pair_shares: float64[n], shares of those chosen without the others' text; each kind has what it has
            in the fit with all, divided in the proportions of the fit without.
        kinds: those with a share, largest first.
    """

    categories: int
    byte_share: float
    pair_share: float
    most_bytes: float
    most_pairs: float
    byte_shares: Floats
    pair_shares: Floats
    kinds: tuple[NotChosenKind, ...]

    @property
    def present(self) -> tuple[NotChosenKind, ...]:
        """The kinds whose own merges are in the list."""
        return tuple(kind for kind in self.kinds if kind.present)

    def reach(self, unit: str, members: NDArray[np.bool_], shifted: bool) -> tuple[float, ...]:
        """Return the shares that categories may have as well: of all text, and without the others'; () for no others.

        Args:
            unit: "byte_share" or "pair_share".
            members: bool[n].
            shifted: whether the samples may be of another register than the training text. If they are not, only the
                others that are present count: little shares for many are chance.
        """
        in_bytes = unit == "byte_share"
        if shifted:
            others = self.most_bytes if in_bytes else self.most_pairs
        else:
            others = sum(kind.byte_share if in_bytes else kind.pair_share for kind in self.present)
        alone = float((self.byte_shares if in_bytes else self.pair_shares)[members].sum())
        return (alone, alone * (1 - others)) if others > 0 else ()

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for JSON."""
        return {
            "categories": self.categories,
            "byte_share": self.byte_share,
            "pair_share": self.pair_share,
            "at_most": {"byte_share": self.most_bytes, "pair_share": self.most_pairs},
            "kinds": [kind.to_dict() for kind in self.kinds],
        }


def compare_with_not_chosen(
    chosen: Fitted, first: Fitted, beside: Fitted, ruled_out: Sequence[RuledOut], neutral: str
) -> NotChosen:
    """Compare a fit of the categories that were chosen with one of these and others.

    Args:
        chosen: the estimate.
        first: a fit of merges of the list to the categories of `chosen` and those not chosen, in the form "last".
        beside: the same without those whose own merges the list lacks.
        ruled_out: what was left out.
        neutral: the group of text that is in every text.
    """
    counts = beside.counts
    own = np.array([counts.categories.index(name) for name in chosen.counts.categories])
    kinds = relatives(counts.categories, counts.groups)
    missing = ~np.isin(kinds, kinds[own]) & (np.array(counts.groups) != neutral)
    before, with_all, with_others = _in_units(chosen), _in_units(first), _in_units(beside)
    # Others may take the place of chosen ones altogether: what these had is no evidence for who displaced them.
    gone = np.zeros_like(with_others["pair"])
    for entry in ruled_out:
        gone[list(entry.categories)] = entry.pair_shares
    gone[own] = np.maximum(gone[own], before["pair"] - with_others["pair"][own])
    alone = {unit: _without_others(before[unit], with_all[unit], kinds, own) for unit in ("byte", "pair")}
    return NotChosen(
        categories=len(counts.categories) - len(own),
        byte_share=float(with_others["byte"][missing].sum()),
        pair_share=float(with_others["pair"][missing].sum()),
        most_bytes=max(float(of["byte"][missing].sum()) for of in (with_all, with_others)),
        most_pairs=max(float(of["pair"][missing].sum()) for of in (with_all, with_others)),
        byte_shares=alone["byte"],
        pair_shares=alone["pair"],
        kinds=_kinds_of(first, beside, with_others, gone, kinds, missing),
    )


def _in_units(fitted: Fitted) -> dict[str, Floats]:
    """Return float64[n], the shares of bytes and of pairs."""
    pairs, trajectories = fitted.solution.alpha, fitted.trajectories
    in_bytes = byte_shares(pairs, trajectories.category_bytes, trajectories.initial_pairs)
    return {"byte": in_bytes, "pair": pairs}


def _without_others(before: Floats, with_others: Floats, kinds: Longs, own: Longs) -> Floats:
    """Return float64[n], sums to one: each kind's share with the others, divided as it was without them."""
    of_kinds = np.bincount(kinds, with_others)
    # A kind without a share before is divided evenly.
    was = np.bincount(kinds[own], before, len(of_kinds))[kinds[own]]
    many = np.bincount(kinds[own], minlength=len(of_kinds))[kinds[own]]
    parts = np.divide(before, was, out=1.0 / many, where=was > 0)
    alone: Floats = parts * of_kinds[kinds[own]]
    return alone / max(float(alone.sum()), np.finfo(float).tiny)


def _kinds_of(
    first: Fitted,
    beside: Fitted,
    shares: dict[str, Floats],
    gone: Floats,
    kinds: Longs,
    missing: NDArray[np.bool_],
) -> tuple[NotChosenKind, ...]:
    """Return the kinds that are missing and have a share, largest first.

    Args:
        first: the fit with all columns: those left out later have merges, too.
        beside: the fit that has these shares.
        shares: of bytes and of pairs, float64[n] each.
        gone: float64[n], the pair shares that categories have no longer, see `OwnMerges.of`.
        kinds: int64[n], the kind of each category.
        missing: bool[n], those that count as missing.
    """
    names, of_pairs = beside.counts.categories, shares["pair"]
    own = {one.members: one for one in OwnMerges(first, kinds).of(of_pairs, gone)}
    sets = {kind: kinds == kind for kind in np.unique(kinds[missing & (of_pairs > 0)]).tolist()}
    sets = {kind: members for kind, members in sets.items() if of_pairs[members].sum() >= SMALLEST}
    supplied = supplied_alone(beside, {str(kind): members for kind, members in sets.items()})
    found = []
    for kind, members in sets.items():
        alone = supplied[str(kind)]
        found.append(
            NotChosenKind(
                names=tuple(
                    names[i]
                    for i in np.argsort(-of_pairs, kind="stable").tolist()
                    if members[i] and of_pairs[i] > 0
                ),
                byte_share=float(shares["byte"][members].sum()),
                pair_share=float(of_pairs[members].sum()),
                found=own[kind].found,
                missing=own[kind].missing,
                present=own[kind].evidence >= EVIDENCE,
                examples=tuple(token for _, token, _ in alone.examples[:EXAMPLES]) if alone.merges else (),
            )
        )
    return tuple(sorted(found, key=lambda kind: -kind.pair_share))
