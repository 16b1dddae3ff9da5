"""Who trained it: the rule by which ties were broken, part by part of the list, with the evidence for and against.

A family of rules is named only where neighbours follow one of them far more often than by chance, where it wins against
every rule of another family on the neighbours on which the two disagree, and where merges two places apart ascend as
often as that rule would make them (under a wrong rule that only resembles the right one they ascend too often).
"""

from __future__ import annotations

import enum
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bpeinfer.inspection.drops import find_drops
from bpeinfer.inspection.ties import FAMILIES, RULES, TieRule, ascent_share, ascents, merges_a_level, tie_keys
from bpeinfer.merges import MergeList

__all__ = ["ListPart", "RuleEvidence", "RuleStatus", "trainer_parts"]

Floats = NDArray[np.float64]

TENTHS = 10
STRONG_EVIDENCE = 14.0
"""Log-likelihood ratio (nats) over chance from which there is an order: e¹⁴ allows for rules and stretches tried."""
DECISIVE = 4.0
"""Standard deviations by which a rule has to win on the neighbours on which it disagrees with another."""
FIT_DEVIATIONS = 5.0
FIT_SLACK = 0.02
"""Merges two places apart may ascend more often than the rule predicts by this much, and chance besides."""
BLOCKS = 120
LEAST_BLOCK = 250
"""A list is cut into at most so many blocks of at least so many merges when parts are sought."""
_FAMILY_OF = {rule.name: rule.family for rule in RULES}
CHANGE_COST = 25.0
"""Nats that a change of rule along the list has to gain."""


class RuleStatus(enum.Enum):
    """What the order among neighbours says; the value is the sentence for the user."""

    NAMED = "the order of ties follows a known rule"
    NONE_SEEN = "no ties seen: a large text, or too few merges to tell"
    NOT_TOLD = "ties are in order, but several rules fit alike"
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
        rule: the rule's name in `RULES`, None where the family's rules cannot be told apart.
        words: what the rule, or the family, is ("" where none is named).
        trainers: those that were seen to follow it.
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
    """Find the parts of a list that follow one tie rule each, in counts that fall all along, and name the rules.

    Args:
        merges: the learned merges in the order of training.
        inherited: merges at the front that come from an older tokenizer: they are a part of their own.

    Returns:
        the parts in order; together they cover the list. Empty for lists of fewer than three merges.
    """
    if len(merges) < 3:
        return ()
    orders = {name: _Order(merges, key) for name, key in tie_keys(merges).items()}
    edges = [0, len(merges)]
    if 0 < inherited < len(merges):
        edges.insert(1, inherited)
    parts: list[ListPart] = []
    for first, stop in pairwise(edges):
        cuts = [first, *_changes(orders, first, stop), stop]
        for begin, end in pairwise(cuts):
            found = _part(orders, merges.unit, begin, end)
            drops = _drops(orders[found.evidence[0].rule], found)
            pieces = [begin, *drops, end]
            parts += [_part(orders, merges.unit, *piece) for piece in pairwise(pieces)] if drops else [found]
    return tuple(parts)


def _drops(order: _Order, part: ListPart) -> list[int]:
    """Return the ranks within a part that shows ties at which they become fewer."""
    blocks = min(BLOCKS, (part.last + 1 - part.first) // LEAST_BLOCK)
    if part.status is RuleStatus.NONE_SEEN or blocks < 2:
        return []
    edges = np.linspace(part.first, part.last + 1, blocks + 1).astype(int).tolist()
    counted = np.array([order.counts(begin, end) for begin, end in pairwise(edges)], dtype=np.float64)
    return [edges[block] for block in find_drops(counted[:, 0], counted[:, 1], CHANGE_COST)]


class _Order:
    """Neighbours by one rule: at one place apart and at two, with running sums for stretches."""

    def __init__(self, merges: MergeList, key: NDArray[np.int64]) -> None:
        self.key = key
        self._sums = {}
        for lag in (1, 2):
            ascending, place = ascents(merges, key, lag)
            there, up = np.zeros(len(merges), dtype=np.int64), np.zeros(len(merges), dtype=np.int64)
            there[place] = 1
            up[place[ascending]] = 1
            if lag == 1:
                self.compared, self.ascends = there.astype(bool), up.astype(bool)
            self._sums[lag] = tuple(np.concatenate(([0], np.cumsum(values))) for values in (there, up))

    def counts(self, first: int, stop: int, lag: int = 1) -> tuple[int, int]:
        """Return (neighbours compared, ascending) among the merges first .. stop-1."""
        end = max(stop - lag, first)
        there, up = self._sums[lag]
        return int(there[end] - there[first]), int(up[end] - up[first])


def _log_likelihood_ratio(neighbours: int, ascending: int) -> float:
    """Return the log likelihood of the share of ascents, if above half, against chance."""
    if 2 * ascending <= neighbours:
        return 0.0
    share = ascending / neighbours
    rest = 1 - share
    return neighbours * (share * math.log(2 * share) + (rest * math.log(2 * rest) if rest else 0.0))


def _part(orders: dict[str, _Order], unit: str, first: int, stop: int) -> ListPart:
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
    family = _FAMILY_OF[best.rule]
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


def _rules_left(orders: dict[str, _Order], best: RuleEvidence, stop: int) -> list[TieRule]:
    """Return the rules of the best one's family, or that one alone where it beats all others."""
    family = [rule for rule in RULES if rule.family == _FAMILY_OF[best.rule] and rule.name in orders]
    others = [orders[rule.name] for rule in family if rule.name != best.rule]
    if all(_wins(orders[best.rule], other, best.first, stop) for other in others):
        return [rule for rule in family if rule.name == best.rule]
    return family


def _trainers(rules: Sequence[TieRule], unit: str) -> tuple[str, ...]:
    return tuple(trainer for rule in rules if rule.alphabet in ("", unit) for trainer in rule.trainers)


def _evidence(name: str, order: _Order, first: int, stop: int) -> RuleEvidence:
    """Return a rule's evidence over the stretch, up to the part's end, in which it is strongest: ties come late."""
    found = []
    for tenth in range(TENTHS):
        begin = first + (stop - first) * tenth // TENTHS
        neighbours, ascending = order.counts(begin, stop)
        found.append((_log_likelihood_ratio(neighbours, ascending), begin, neighbours, ascending))
    ratio, begin, neighbours, ascending = max(found)
    return RuleEvidence(
        rule=name,
        ascending=ascending / neighbours if neighbours else 0.5,
        first=begin,
        neighbours=neighbours,
        log_likelihood_ratio=float(ratio),
    )


def _status(orders: dict[str, _Order], evidence: Sequence[RuleEvidence], stop: int) -> RuleStatus:
    best = evidence[0]
    if best.log_likelihood_ratio < STRONG_EVIDENCE:
        return RuleStatus.NONE_SEEN
    order = orders[best.rule]
    if not _fits(order, best, stop):
        return RuleStatus.UNKNOWN_RULE
    for other in evidence[1:]:
        if _FAMILY_OF[other.rule] != _FAMILY_OF[best.rule] and not _wins(
            order, orders[other.rule], best.first, stop
        ):
            return RuleStatus.NOT_TOLD
    return RuleStatus.NAMED


def _fits(order: _Order, best: RuleEvidence, stop: int) -> bool:
    """Say whether merges two places apart ascend as often as the rule would make them, tenth by tenth."""
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


def _wins(order: _Order, other: _Order, first: int, stop: int) -> bool:
    """Say whether a rule beats another on the neighbours on which the two disagree."""
    part = slice(first, max(stop - 1, first))
    both = order.compared[part] & other.compared[part]
    differ = both & (order.ascends[part] != other.ascends[part])
    ours = int(np.count_nonzero(order.ascends[part] & differ))
    theirs = int(np.count_nonzero(differ)) - ours
    return bool(ours - theirs > DECISIVE * np.sqrt(ours + theirs))


def _changes(orders: dict[str, _Order], first: int, stop: int) -> list[int]:
    """Return the ranks at which the rule changes, by the best sequence of rules over blocks (or none, chance)."""
    blocks = min(BLOCKS, (stop - first) // LEAST_BLOCK)
    if blocks < 2:
        return []
    edges = np.linspace(first, stop, blocks + 1).astype(int).tolist()
    families = list(FAMILIES)
    gain = np.zeros((len(families) + 1, blocks))  # the last row: chance
    for name, order in orders.items():
        row = families.index(_FAMILY_OF[name])
        for block, (begin, end) in enumerate(pairwise(edges)):
            gain[row, block] = max(gain[row, block], _log_likelihood_ratio(*order.counts(begin, end)))
    # Chance costs what a free share gains from noise in each block.
    gain[:-1] -= 0.5
    state = _best_states(gain)
    named = [int(s) for s in dict.fromkeys(state.tolist()) if s != len(families)]
    if len(named) < 2:
        return []
    cuts, current = [], None
    for block, chosen in enumerate(state.tolist()):
        if chosen == len(families):
            continue
        if current is not None and chosen != current:
            cuts.append(edges[block])
        current = chosen
    return cuts


def _best_states(gain: Floats) -> NDArray[np.int64]:
    """Return the sequence of rows with the largest sum, each change costing `CHANGE_COST` (Viterbi's algorithm)."""
    rows, blocks = gain.shape
    score = gain[:, 0].copy()
    came_from = np.zeros((blocks, rows), dtype=np.int64)
    for block in range(1, blocks):
        leap = int(np.argmax(score))
        stays = score >= score[leap] - CHANGE_COST
        came_from[block] = np.where(stays, np.arange(rows), leap)
        score = np.where(stays, score, score[leap] - CHANGE_COST) + gain[:, block]
    state = np.empty(blocks, dtype=np.int64)
    state[-1] = int(np.argmax(score))
    for block in range(blocks - 1, 0, -1):
        state[block - 1] = came_from[block, state[block]]
    return state
