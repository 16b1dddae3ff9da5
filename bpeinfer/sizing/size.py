"""How much text a tokenizer was trained on, from the density of ties along its merge list and a fitted mixture.

A merge's count falls by one every ρ merges, where ρ is the mean number of merges at a count level; the share of
neighbours that ascend by the trainer's tie rule gives ρ (`ascent_share`). Samples in the fitted mixture show by what
share of all pairs the count falls from merge to merge (`count_curve`). One number joins the two, the number of pairs
in the training text: 1 / ρ = pairs · fall. It is found by maximum likelihood, window by window of the list.

More than 300 lines: a sixth of them are the constants and what they were measured on.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from bpeinfer.inspection.tie_rules import ascent_shares, ascents, tie_keys
from bpeinfer.inspection.trainer_family import ListPart
from bpeinfer.merges import MergeList
from bpeinfer.ragged import run_starts
from bpeinfer.sizing.count_curve import CountCurve, count_curve
from bpeinfer.sizing.result import (
    FEWEST_NEIGHBOURS,
    FIRST_USED,
    SizeStatus,
    SizeWindow,
    TrainingSize,
    not_told,
    refusal,
)

__all__ = ["measure_size"]

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Longs = NDArray[np.int64]

MOST_ABSENT = 0.5
"""Once the samples lack more than this share of neighbouring merges, later ones are not used."""
SMALLEST_COUNT = 4.0
"""Merges with smaller counts are not used: below, trainers differ in where they stop."""
WINDOWS = 8
WORTH_SHOWING, WORTH_WEIGHING = 0.5, 0.25
"""Standard error (of the logarithm) up to which a window's own size is shown, and compared with the others'."""
INFORMATION = 3.0
"""Without ties a list of random keys has a third of the variance of ascents that independent draws have."""
OWN_ERROR = 0.04
"""Standard error (of the logarithm) of the curve of counts if the samples contain all merges. This and the next were
set on lists of known size, from the same sources as the samples and from others; see docs/explanation/ties.md."""
ABSENT_ERROR = 0.4
"""Standard error added per unit share of merges that the samples lack."""
FAR_APART = 0.5
"""Standard deviation of the logarithm between windows above which there is no answer; real lists have up to 0.3."""
COUNTS_ERROR = 0.045
"""Standard error if the file contains the counts: early merges are then as informative as late ones."""
COUNTS_RANKS = (20, 3_000)
SEEN = 1.92
"""Log-likelihood by which ties must be more likely than none: half the 95 % point of χ² with one degree of freedom."""
ALIKE = 1_000
"""Ranks whose logarithms agree to one part in this many share one chance to ascend."""
LOGS = (math.log(1e2), math.log(1e16))
"""Logarithms of the numbers of pairs between which the answer is sought."""


_TOO_FEW = "the samples contain too few of the merges: give more text, or text of the kind the tokenizer learned from"


def measure_size(
    merges: MergeList, shares: Floats, bytes_a_pair: float, part: ListPart | None
) -> TrainingSize:
    """Measure the size of the training text.

    Args:
        merges: the whole merge list, length T.
        shares: float64[k], k ≤ T, count of each merge's pair when it is merged, as a share of the initial pairs, in the
            samples mixed as fitted.
        bytes_a_pair: bytes of text per initial pair in that mixture.
        part: the part of the list to use, from `sized_part`.
    """
    reason = refusal(merges, part)
    if reason is not None:
        return not_told(reason, part)
    if merges.falling_counts is not None:
        return _from_counts(merges.falling_counts, shares, bytes_a_pair)
    assert part is not None
    shares = shares[part.first : part.last + 1]
    used = _enough_in_samples(shares)
    if used < FIRST_USED + FEWEST_NEIGHBOURS:
        return not_told(_TOO_FEW, part)
    curve = count_curve(shares[:used])
    keys = tie_keys(merges)
    # If no rule is named, each could have been the trainer's: the least bound holds for all.
    names = list(keys) if part.family is None else [part.rule or part.evidence[0].rule]
    found = [
        _from_ties(_Neighbours.of(merges, keys[name], part.first, curve), part, shares, bytes_a_pair)
        for name in names
    ]
    return min(found, key=lambda size: size.interval[0] or 0.0)


def _enough_in_samples(shares: Floats) -> int:
    """Return how many merges at the front can be used: up to where the samples lack more than half of them."""
    width = max(FEWEST_NEIGHBOURS, len(shares) // 20)
    absent = np.concatenate([[0], np.cumsum(shares <= 0)])
    if len(shares) <= width:
        return len(shares) if absent[-1] < MOST_ABSENT * len(shares) else 0
    over = np.flatnonzero(absent[width:] - absent[:-width] > MOST_ABSENT * width)
    return int(over[0]) if len(over) else len(shares)


@dataclass(frozen=True, eq=False, kw_only=True)
class _Neighbours:
    """The neighbours that are compared, by place in the part.

    Attributes:
        first: rank of the part's first merge.
        place: int64[k], places of the earlier of the two.
        ascending: bool[k].
        fall: float64[k], by how much the counts fall there, as a share of the initial pairs.
        share: float64[k], the merge's share of the initial pairs.
    """

    first: int
    place: Longs
    ascending: Bools
    fall: Floats
    share: Floats

    @classmethod
    def of(cls, merges: MergeList, key: Longs, first: int, curve: CountCurve) -> _Neighbours:
        ascending, place = ascents(merges, key)
        place = place - first
        kept = (place >= FIRST_USED) & (place < len(curve.share) - 1)
        place = place[kept]
        return cls(
            first=first,
            place=place,
            ascending=ascending[kept],
            fall=curve.fall[place],
            share=curve.share[place],
        )

    def __len__(self) -> int:
        return len(self.place)

    def __getitem__(self, chosen: Bools | slice) -> _Neighbours:
        return _Neighbours(
            first=self.first,
            place=self.place[chosen],
            ascending=self.ascending[chosen],
            fall=self.fall[chosen],
            share=self.share[chosen],
        )

    @cached_property
    def _alike(self) -> tuple[Floats, Longs, Longs]:
        """The mean fall, the ascents and the descents of neighbours at nearly the same rank, which share one chance."""
        starts = np.flatnonzero(run_starts((ALIKE * np.log(self.place)).astype(np.int64)))
        count = np.diff(starts, append=len(self.place))
        up = np.add.reduceat(self.ascending.astype(np.int64), starts)
        return np.add.reduceat(self.fall, starts) / count, up, count - up

    def log_likelihood(self, log_pairs: Floats) -> Floats:
        """Return the log-likelihood of the ascents for each number of pairs (float64[m], logarithms)."""
        fall, up, down = self._alike
        found = []
        for log in log_pairs.tolist():
            ascends = np.clip(ascent_shares(1 / (math.exp(log) * fall)), 0.5, 1 - 1e-9)
            found.append(float(up @ np.log(ascends) + down @ np.log1p(-ascends)))
        return INFORMATION * np.array(found)

    def standard_error(self, log_pairs: float) -> float:
        """Return the standard error of the logarithm of the number of pairs, by Fisher's information there."""
        density = 1 / (math.exp(log_pairs) * self.fall)
        step = 0.01
        ascends = np.clip(ascent_shares(density), 0.5, 1 - 1e-9)
        slope = (ascent_shares(density * math.exp(step)) - ascent_shares(density * math.exp(-step))) / (
            2 * step
        )
        information = INFORMATION * float((slope**2 / (ascends * (1 - ascends))).sum())
        return 1 / math.sqrt(max(information, 1e-12))

    def most_likely(self) -> tuple[float, float, float]:
        """Return the most likely logarithm of the number of pairs, and the ends of its 95 % interval (∞: no ties)."""
        grid = np.linspace(*LOGS, 140)
        values = self.log_likelihood(grid)
        best = int(np.argmax(values))
        fine = np.linspace(grid[max(best - 1, 0)], grid[min(best + 1, len(grid) - 1)], 41)
        peak = self.log_likelihood(fine)
        centre, top = float(fine[np.argmax(peak)]), float(peak.max())
        return centre, self._end(centre, top, grid[0]), self._end(centre, top, grid[-1])

    def _end(self, centre: float, top: float, limit: float) -> float:
        """Return where the log-likelihood has dropped by `SEEN` towards a limit, infinite if it does not."""
        if top - float(self.log_likelihood(np.array([limit]))[0]) < SEEN:
            return math.copysign(math.inf, limit - centre)
        inside, outside = centre, float(limit)
        for _ in range(40):
            middle = (inside + outside) / 2
            if top - float(self.log_likelihood(np.array([middle]))[0]) < SEEN:
                inside = middle
            else:
                outside = middle
        return inside


def _from_ties(near: _Neighbours, part: ListPart, shares: Floats, bytes_a_pair: float) -> TrainingSize:
    if len(near) < FEWEST_NEIGHBOURS // 2:
        return not_told("nearly every merge uses the one before it, so few could be tied", part)
    log_pairs, low, high = near.most_likely()
    enough = math.exp(log_pairs) * near.share >= SMALLEST_COUNT
    if not enough.all() and enough.sum() >= FEWEST_NEIGHBOURS:
        near = near[enough]
        log_pairs, low, high = near.most_likely()
    used = shares[: near.place[-1] + 2]
    absent = float(np.mean(used <= 0))
    last = near.first + len(used) - 1
    own = math.hypot(OWN_ERROR, ABSENT_ERROR * absent)
    if part.family is None or math.isinf(high):
        if math.isinf(low):
            return not_told(
                "no ties found, but in so short a list there would be none for a small text either",
                part,
                absent,
            )
        lower = math.exp(low - 1.96 * own) * bytes_a_pair
        return TrainingSize(
            status=SizeStatus.AT_LEAST,
            reason="no ties found; the bound holds if the trainer breaks ties by one of the rules known to bpeinfer"
            if part.family is None
            else "too few ties are found among the merges that the samples contain",
            bytes=None,
            interval=(lower, None),
            basis="ties",
            rule=None,
            first=near.first + FIRST_USED,
            last=last,
            last_count=None,
            absent=absent,
            windows=(),
        )
    windows, between = _windows(near, log_pairs, bytes_a_pair)
    if between > FAR_APART:
        return not_told(
            "windows of the list give sizes that are too far apart: the list is not as one trainer learned it",
            part,
            absent,
        )
    ends = [
        log_pairs - math.hypot(log_pairs - low, 1.96 * math.hypot(own, between)),
        log_pairs + math.hypot(high - log_pairs, 1.96 * math.hypot(own, between)),
    ]
    return TrainingSize(
        status=SizeStatus.MEASURED,
        reason="",
        bytes=math.exp(log_pairs) * bytes_a_pair,
        interval=(math.exp(ends[0]) * bytes_a_pair, math.exp(ends[1]) * bytes_a_pair),
        basis="ties",
        rule=part.family,
        first=near.first + FIRST_USED,
        last=last,
        last_count=math.exp(log_pairs) * float(near.share[-1]),
        absent=absent,
        windows=windows,
    )


def _windows(
    near: _Neighbours, log_pairs: float, bytes_a_pair: float
) -> tuple[tuple[SizeWindow, ...], float]:
    """Return the result of each window, and the standard deviation between them beyond their sampling errors."""
    stop = int(near.place[-1]) + 2
    edges = np.unique(
        np.geomspace(max(FIRST_USED, stop / 2 ** (WINDOWS / 2)), stop, WINDOWS + 1).round().astype(int)
    )
    edges[0] = FIRST_USED
    windows, logs, errors = [], [], []
    for first, after in pairwise(edges.tolist()):
        inside = near[(near.place >= first) & (near.place < after)]
        if not len(inside):
            continue
        own, low, high = inside.most_likely()
        error = inside.standard_error(log_pairs)
        seen = math.isfinite(high) and error < WORTH_SHOWING
        if error < WORTH_WEIGHING:  # at the common answer: no window is left out because of its own
            logs.append(min(max(own, log_pairs - 1), log_pairs + 1))
            errors.append(error)
        to_bytes = [math.exp(log) * bytes_a_pair for log in (own, low, high)] if seen else []
        windows.append(
            SizeWindow(
                first=near.first + first,
                last=near.first + after - 1,
                neighbours=len(inside),
                ascending=float(inside.ascending.mean()),
                merges_a_level=float(np.mean(1 / (math.exp(log_pairs) * inside.fall))),
                bytes=to_bytes[0] if seen else None,
                interval=(to_bytes[1], to_bytes[2]) if seen else None,
            )
        )
    return tuple(windows), _between(np.array(logs), np.array(errors))


def _between(values: Floats, errors: Floats) -> float:
    """Return the standard deviation between values beyond their errors (DerSimonian and Laird 1986)."""
    if len(values) < 2:
        return 0.0
    weight = 1 / errors**2
    mean = (weight @ values) / weight.sum()
    excess = weight @ (values - mean) ** 2 - (len(values) - 1)
    return math.sqrt(max(float(excess / (weight.sum() - (weight @ weight) / weight.sum())), 0.0))


def _from_counts(counts: Longs, shares: Floats, bytes_a_pair: float) -> TrainingSize:
    """Return the size if the file contains the counts: how far they lie above the curve of the samples."""
    counted = counts[: len(shares)]
    stop = min(COUNTS_RANKS[1], int(np.count_nonzero(counted >= SMALLEST_COUNT)))
    first = min(COUNTS_RANKS[0], stop // 10)
    used = shares[first:stop]
    absent = float(np.mean(used <= 0)) if len(used) else 1.0
    if absent > MOST_ABSENT:
        return not_told(_TOO_FEW)
    curve = count_curve(shares[:stop])
    log_pairs = float(np.log(counted[first:stop] / curve.share[first:]).mean())
    half = 1.96 * math.hypot(COUNTS_ERROR, ABSENT_ERROR * absent)
    pairs = math.exp(log_pairs) * bytes_a_pair
    return TrainingSize(
        status=SizeStatus.MEASURED,
        reason="",
        bytes=pairs,
        interval=(pairs * math.exp(-half), pairs * math.exp(half)),
        basis="counts",
        rule=None,
        first=first,
        last=stop - 1,
        last_count=float(counted[stop - 1]),
        absent=absent,
        windows=(),
    )
