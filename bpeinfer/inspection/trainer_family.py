"""Who trained it: the rule by which ties were broken, part by part of the list, with the evidence for and against.

A family of rules is named only if neighbours follow one of its rules far more often than by chance, if that rule wins
against every rule of another family on the neighbours on which the two disagree, and if merges two places apart ascend
as often as that rule would make them (under a wrong rule that only resembles the right one they ascend too often).
"""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bpeinfer.inspection.rule_changes import (
    FAMILY_OF,
    Order,
    drops_between,
    find_changes,
    log_likelihood_ratio,
)
from bpeinfer.inspection.tie_rules import (
    FAMILIES,
    RULES,
    TieRule,
    ascent_share,
    merges_a_level,
    tie_keys,
)
from bpeinfer.merges import MergeList

__all__ = ["ListPart", "RuleEvidence", "RuleStatus", "trainer_parts"]

Floats = NDArray[np.float64]

TENTHS = 10
STRONG_EVIDENCE = 14.0
"""Log-likelihood ratio (nats) over chance that counts as order; e¹⁴ allows for the rules and stretches tried."""
DECISIVE = 4.0
"""Standard deviations by which a rule must win on the neighbours on which it disagrees with another."""
FIT_DEVIATIONS = 5.0
FIT_SLACK = 0.02
"""Merges two places apart may ascend more often than the rule predicts by this much, on top of chance."""


class RuleStatus(enum.Enum):
    """What the order among neighbours says; the value is the sentence that users see."""

    NAMED = "the order of ties follows a known rule"
    NONE_SEEN = "no ties seen: a large text, or too few merges to tell"
    NOT_TOLD = "ties are in order, but several rules fit equally well"
    UNKNOWN_RULE = "ties are in an order that no known rule explains"


@dataclass(frozen=True, kw_only=True)
class RuleEvidence:
    """How well one rule fits a part of a list.

    Attributes:
        rule: its name in `RULES`.
        ascending: share of neighbours that ascend by it, over the stretch with the strongest evidence.
        first: rank at which that stretch begins; it ends with the part.
        neighbours: how many neighbours were compared there.
        log_likelihood_ratio: of that share against chance, in nats.
    """

    rule: str
    ascending: float
    first: int
    neighbours: int
    log_likelihood_ratio: float


@dataclass(frozen=True, kw_only=True)
class ListPart:
    """A part of a merge list that follows one rule.

    Attributes:
        first, last: ranks, both included.
        status: what can be said.
        family: the family of rules that is followed, None unless it was named.
        rule: the rule's name in `RULES`, None if the family's rules cannot be told apart.
        words: the rule, or the family, in words ("" if none is named).
        trainers: those that have been seen to follow it.
        evidence: of every rule, strongest first.
        tenths: share of ascending neighbours in each tenth of the part, by the strongest rule.
        merges_a_level: mean number of merges at each count level in the last tenth, by the named rule; None if none.
    """

    first: int
    last: int
    status: RuleStatus
    family: str | None
    rule: str | None
    words: str
    trainers: tuple[str, ...]
    evidence: tuple[RuleEvidence, ...]
    tenths: tuple[float, ...]
    merges_a_level: float | None

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for JSON."""
        return {
            "first_merge": self.first,
            "last_merge": self.last,
            "status": self.status.name.lower(),
            "family": self.family,
            "rule": self.rule,
            "words": self.words,
            "trainers": list(self.trainers),
            "ascending_by_tenths": [round(share, 4) for share in self.tenths],
            "merges_a_level": self.merges_a_level,
            "evidence": [vars(evidence) for evidence in self.evidence],
        }


def trainer_parts(merges: MergeList, inherited: int = 0) -> tuple[ListPart, ...]:
    """Find the parts of a list that follow one tie rule each, with falling counts throughout, and name the rules.

    Args:
        merges: the learned merges in the order of training.
        inherited: number of merges at the front that come from an older tokenizer and form a part of their own.

    Returns:
        The parts in order; together they cover the list. Empty for lists of fewer than three merges.
    """
    if len(merges) < 3:
        return ()
    orders = {name: Order(merges, key) for name, key in tie_keys(merges).items()}
    edges = [0, len(merges)]
    if 0 < inherited < len(merges):
        edges.insert(1, inherited)
    parts: list[ListPart] = []
    for first, stop in pairwise(edges):
        cuts = [first, *find_changes(orders, first, stop), stop]
        for begin, end in pairwise(cuts):
            found = _part(orders, merges.unit, begin, end)
            shows_ties = found.status is not RuleStatus.NONE_SEEN
            drops = drops_between(orders[found.evidence[0].rule], begin, end) if shows_ties else []
            pieces = [begin, *drops, end]
            parts += [_part(orders, merges.unit, *piece) for piece in pairwise(pieces)] if drops else [found]
    return tuple(parts)


def _part(orders: dict[str, Order], unit: str, first: int, stop: int) -> ListPart:
    evidence = sorted(
        (_evidence(name, order, first, stop) for name, order in orders.items()),
        key=lambda found: -found.log_likelihood_ratio,
    )
    best = evidence[0]
    status = _status(orders, evidence, stop)
    edges = np.linspace(first, stop, TENTHS + 1).astype(int).tolist()
    tenths = [orders[best.rule].counts(begin, end) for begin, end in pairwise(edges)]
    shares = tuple(up / there if there else 0.5 for there, up in tenths)
    part = ListPart(
        first=first,
        last=stop - 1,
        status=status,
        family=None,
        rule=None,
        words="",
        trainers=(),
        evidence=tuple(evidence),
        tenths=shares,
        merges_a_level=None,
    )
    if status is not RuleStatus.NAMED:
        return part
    family = FAMILY_OF[best.rule]
    rules = _rules_left(orders, best, stop)
    told = len(rules) == 1
    return replace(
        part,
        family=family,
        rule=best.rule if told else None,
        words=rules[0].words if told else FAMILIES[family],
        trainers=_trainers(rules, unit),
        merges_a_level=merges_a_level(shares[-1]),
    )


def _rules_left(orders: dict[str, Order], best: RuleEvidence, stop: int) -> list[TieRule]:
    """Return the rules of the best one's family, or that one alone if it beats all others."""
    family = [rule for rule in RULES if rule.family == FAMILY_OF[best.rule] and rule.name in orders]
    others = [orders[rule.name] for rule in family if rule.name != best.rule]
    if all(_wins(orders[best.rule], other, best.first, stop) for other in others):
        return [rule for rule in family if rule.name == best.rule]
    return family


def _trainers(rules: Sequence[TieRule], unit: str) -> tuple[str, ...]:
    return tuple(trainer for rule in rules if rule.alphabet in ("", unit) for trainer in rule.trainers)


def _evidence(name: str, order: Order, first: int, stop: int) -> RuleEvidence:
    """Return a rule's evidence over the stretch up to the part's end in which it is strongest, since ties come late."""
    found = []
    for tenth in range(TENTHS):
        begin = first + (stop - first) * tenth // TENTHS
        neighbours, ascending = order.counts(begin, stop)
        found.append((log_likelihood_ratio(neighbours, ascending), begin, neighbours, ascending))
    ratio, begin, neighbours, ascending = max(found)
    return RuleEvidence(
        rule=name,
        ascending=ascending / neighbours if neighbours else 0.5,
        first=begin,
        neighbours=neighbours,
        log_likelihood_ratio=float(ratio),
    )


def _status(orders: dict[str, Order], evidence: Sequence[RuleEvidence], stop: int) -> RuleStatus:
    best = evidence[0]
    if best.log_likelihood_ratio < STRONG_EVIDENCE:
        return RuleStatus.NONE_SEEN
    order = orders[best.rule]
    if not _fits(order, best, stop):
        return RuleStatus.UNKNOWN_RULE
    for other in evidence[1:]:
        if FAMILY_OF[other.rule] != FAMILY_OF[best.rule] and not _wins(
            order, orders[other.rule], best.first, stop
        ):
            return RuleStatus.NOT_TOLD
    return RuleStatus.NAMED


def _fits(order: Order, best: RuleEvidence, stop: int) -> bool:
    """Return whether merges two places apart ascend as often as the rule would make them, tenth by tenth."""
    expected, seen, compared = 0.0, 0, 0
    for tenth in range(TENTHS):
        begin = best.first + (stop - best.first) * tenth // TENTHS
        end = best.first + (stop - best.first) * (tenth + 1) // TENTHS
        neighbours, ascending = order.counts(begin, end)
        two_apart, up = order.counts(begin, end, lag=2)
        if neighbours and two_apart:
            level = merges_a_level(ascending / neighbours)
            expected += two_apart * (ascent_share(level, lag=2) if level else 0.5)
            seen += up
            compared += two_apart
    allowed = FIT_SLACK * compared + FIT_DEVIATIONS * 0.5 * np.sqrt(compared)
    return bool(abs(seen - expected) <= allowed)


def _wins(order: Order, other: Order, first: int, stop: int) -> bool:
    """Return whether a rule beats another on the neighbours on which the two disagree."""
    part = slice(first, max(stop - 1, first))
    both = order.compared[part] & other.compared[part]
    differ = both & (order.ascends[part] != other.ascends[part])
    ours = int(np.count_nonzero(order.ascends[part] & differ))
    theirs = int(np.count_nonzero(differ)) - ours
    return bool(ours - theirs > DECISIVE * np.sqrt(ours + theirs))
