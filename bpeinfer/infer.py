"""`infer`: from a tokenizer and category samples to the mixture it was trained on."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from bpeinfer.baselines import baseline_shares
from bpeinfer.corpora import Corpus
from bpeinfer.errors import InferenceError
from bpeinfer.evidence import Comparison, evidence
from bpeinfer.fit import Fit, judge
from bpeinfer.lineage import copied_head
from bpeinfer.loading import Tokenizer
from bpeinfer.merges import MergeList
from bpeinfer.pretokens import PretokenCounts, count_pretokens
from bpeinfer.progress import SILENT, Progress
from bpeinfer.replay import replay
from bpeinfer.reports.estimate import estimate_as_html, estimate_as_text
from bpeinfer.solving import (
    METHODS,
    Form,
    Identified,
    MixtureProblem,
    Normalization,
    Solution,
    identify,
    solve,
)
from bpeinfer.stability import Jackknife, leave_out_runs
from bpeinfer.trajectory import PairHistory, PairTrajectories
from bpeinfer.twins import Twins, find_twins
from bpeinfer.uncertainty import Bootstrap, bootstrap, byte_shares

if TYPE_CHECKING:
    import pandas

__all__ = ["MixtureEstimate", "infer", "trace"]

Floats = NDArray[np.float64]

DEFAULT_RESAMPLES = 20
"""Enough for the spread of an estimate to within a sixth; with the starter pack they take about half a minute."""

DEFAULT_MERGES = 10_000
"""Merges used unless said otherwise, counted from the first one used. Later ones are rare in samples of megabytes
and add work, not accuracy (benchmarks/RESULTS.md, "Merges used")."""

SMALLEST_IDENTIFIED = 0.01
"""Pair share from which the identified range of a category or group is sought on its own."""

LARGEST_GAP = 1e-4
"""Gap up to which identified ranges are made: they are those of a rise in the objective by as much."""

IDENTIFIED_CATEGORIES = 20
"""Categories up to which identified ranges are made unless said otherwise: 10 take 1 to 3 s of CPU time, the 87 of the
starter pack 12 s, as much as the bootstrap."""

SMALLEST_EXPLAINED = 1e-4
"""Pair share from which the evidence for a category is kept."""

EVIDENCE = 40
"""Comparisons kept for each category that has a share."""


@dataclass(frozen=True, eq=False)
class MixtureEstimate:
    """The mixture of categories under which the tokenizer's comparisons come out as they did.

    Attributes:
        tokenizer: the tokenizer's source, format, number of merges and sha256.
        categories: the n category names.
        groups: the group of each category, "" where it has none.
        byte_shares: float64[n], share of the training text's bytes, sums to one.
        pair_shares: float64[n], share of the training text's initial pairs (the paper's α), sums to one.
        sample_bytes: int64[n], UTF-8 bytes of each category's sample.
        solution: the solver's answer, with its certificate.
        first_merge, merges: the ranks first_merge .. merges-1 were asked for.
        merges_used: how many of them gave a row.
        merges_absent: how many of them occur in no sample.
        bootstrap: estimates from resampled samples, None if not asked for.
        identified: ranges in which the objective hardly changes, of categories and then of groups (`group_names`), in
            byte shares and in pair shares; None if not asked for.
        twins: sets of categories that cannot be told apart.
        jackknife: estimates without one run of merges each, None if not asked for.
        initial_pairs: int64[n], adjacent pairs of each category's sample before the first merge.
        baselines: float64[n] byte shares by each simple method that was asked for.
        fit: whether to believe the estimate, and the merges that no category explains.
        evidence: by category name, the comparisons with the largest effect on its share, strongest first.
        seconds: time of each phase.
        notes: what the reader should know about how the estimate was made.
    """

    tokenizer: MappingProxyType[str, Any]
    categories: tuple[str, ...]
    groups: tuple[str, ...]
    byte_shares: Floats
    pair_shares: Floats
    sample_bytes: NDArray[np.int64]
    solution: Solution
    first_merge: int
    merges: int
    merges_used: int
    merges_absent: int
    bootstrap: Bootstrap | None
    identified: Identified | None
    twins: tuple[Twins, ...]
    jackknife: Jackknife | None
    initial_pairs: NDArray[np.int64]
    baselines: MappingProxyType[str, Floats]
    fit: Fit
    evidence: MappingProxyType[str, tuple[Comparison, ...]]
    seconds: MappingProxyType[str, float]
    notes: tuple[str, ...] = ()

    @property
    def proportions(self) -> dict[str, float]:
        """Byte share of each category, by name, largest first."""
        return {self.categories[i]: float(self.byte_shares[i]) for i in self._order()}

    def _order(self) -> NDArray[np.int64]:
        """Return the categories' numbers, largest byte share first; ties keep the order of names."""
        return np.argsort(-self.byte_shares, kind="stable")

    @property
    def group_shares(self) -> dict[str, dict[str, float]]:
        """Byte and pair shares summed over each group, largest first."""
        return {
            group["name"]: {unit: group[unit] for unit in ("byte_share", "pair_share")}
            for group in self._groups()
        }

    @property
    def group_names(self) -> tuple[str, ...]:
        """Names of the groups, in the order of the categories."""
        return _group_names(self.groups)

    def _groups(self) -> list[dict[str, Any]]:
        groups = [
            {"name": name}
            | self._shares(np.array([group == name for group in self.groups]))
            | self._identified(len(self.categories) + number)
            for number, name in enumerate(self.group_names)
        ]
        return sorted(groups, key=lambda group: -group["byte_share"])

    def _identified(self, number: int) -> dict[str, Any]:
        if self.identified is None:
            return {}
        of_units = zip(("byte_share", "pair_share"), self.identified.outer[:, number].tolist(), strict=True)
        return {"identified": dict(of_units)}

    def _moves(self, category: int) -> dict[str, Any]:
        """Return the category's shares without each run of merges, and the largest move."""
        if self.jackknife is None:
            return {}
        in_pairs = self.jackknife.pair_shares
        in_bytes = byte_shares(in_pairs, self.sample_bytes, self.initial_pairs)
        units = {"byte_share": (self.byte_shares, in_bytes), "pair_share": (self.pair_shares, in_pairs)}
        moves: dict[str, Any] = {}
        for unit, (shares, without) in units.items():
            change = without[:, category] - shares[category]
            largest = int(np.argmax(np.abs(change)))
            moves[unit] = {
                "without": without[:, category].tolist(),
                "spread": float(np.sqrt(np.mean(change**2))),
                "largest_move": float(change[largest]),
                "largest_run": list(self.jackknife.runs[largest]),
            }
        return {"jackknife": moves}

    def _shares(self, members: NDArray[np.bool_]) -> dict[str, Any]:
        """Sum both shares over some categories, with the bootstrap's 95 % intervals of the sums."""
        shares: dict[str, Any] = {
            "byte_share": float(self.byte_shares[members].sum()),
            "pair_share": float(self.pair_shares[members].sum()),
        }
        if self.baselines:
            shares["baselines"] = {name: float(by[members].sum()) for name, by in self.baselines.items()}
        if self.bootstrap is not None:
            shares["interval"] = {
                "byte_share": self._interval(self.byte_shares, self.bootstrap.byte_shares, members),
                "pair_share": self._interval(self.pair_shares, self.bootstrap.pair_shares, members),
            }
        return shares

    @staticmethod
    def _interval(shares: Floats, resampled: Floats, members: NDArray[np.bool_]) -> list[float]:
        ends = Bootstrap.interval(shares[members].sum(), resampled[:, members].sum(axis=1))
        return [float(end) for end in ends]

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain data, ready for JSON (the same as ``bpeinfer infer --json``)."""
        return {
            "tokenizer": dict(self.tokenizer),
            "categories": [
                {"name": self.categories[i], "group": self.groups[i] or None}
                | self._shares(np.arange(len(self.categories)) == i)
                | self._identified(int(i))
                | self._moves(int(i))
                | {"sample_bytes": int(self.sample_bytes[i])}
                for i in self._order()
            ],
            "groups": self._groups(),
            "indistinguishable": [
                {"names": [self.categories[i] for i in twins.categories], "reason": twins.reason}
                | self._shares(np.isin(np.arange(len(self.categories)), twins.categories))
                for twins in self.twins
            ],
            "certificate": {
                "objective": self.solution.objective,
                "lower_bound": self.solution.lower_bound,
                "gap": self.solution.gap,
                "status": self.solution.status.name.lower(),
                "method": self.solution.method,
            },
            "verdict": self.fit.verdict.value,
            "unexplained": self.fit.unexplained,
            "fit": self.fit.to_dict(),
            "evidence": {
                name: [comparison.to_dict() for comparison in comparisons]
                for name, comparisons in self.evidence.items()
            },
            "first_merge": self.first_merge,
            "merges": self.merges,
            "merges_used": self.merges_used,
            "merges_absent": self.merges_absent,
            "resamples": 0 if self.bootstrap is None else len(self.bootstrap),
            "left_out": [] if self.jackknife is None else [list(run) for run in self.jackknife.runs],
            "notes": list(self.notes),
            "seconds": dict(self.seconds),
        }

    def to_frame(self) -> pandas.DataFrame:
        """Return the categories as a pandas data frame, one row each, largest byte share first.

        Columns ``byte_share_low`` and ``_high`` are the interval's ends, ``_least`` and ``_greatest`` the identified
        range's, both also for ``pair_share``.

        Raises:
            ImportError: pandas is not installed.
        """
        import pandas

        entries = [
            {name: value for name, value in entry.items() if name != "jackknife"}
            for entry in self.to_dict()["categories"]
        ]
        frame = pandas.json_normalize(entries).set_index("name")
        for unit in ("byte_share", "pair_share"):
            for kind, ends in (("interval", ("low", "high")), ("identified", ("least", "greatest"))):
                if (column := f"{kind}.{unit}") in frame:
                    low, high = zip(*frame.pop(column), strict=True)
                    frame[f"{unit}_{ends[0]}"], frame[f"{unit}_{ends[1]}"] = low, high
        return frame

    def __repr__(self) -> str:
        return estimate_as_text(self.to_dict())

    def _repr_html_(self) -> str:
        return estimate_as_html(self.to_dict())


def infer(
    tokenizer: Tokenizer,
    samples: Corpus | PretokenCounts,
    *,
    merges: int | None = None,
    first_merge: int | Literal["auto"] = "auto",
    form: Form = "last",
    normalization: Normalization = "mass",
    method: str = "interior-point",
    tolerance: float = 1e-6,
    time_limit: float | None = None,
    baselines: Sequence[str] = (),
    resamples: int = DEFAULT_RESAMPLES,
    identified: float | Literal["auto"] | None = "auto",
    jackknife: int = 0,
    seed: int = 0,
    workers: int = 1,
    cache: Path | None = None,
    progress: Progress = SILENT,
) -> MixtureEstimate:
    """Find the mixture of `samples` that best explains the order of the tokenizer's merges.

    Args:
        tokenizer: from `load_tokenizer`.
        samples: sample text by category, or its counts under this tokenizer's pre-tokenizer.
        merges: use the merges before this rank (None: `DEFAULT_MERGES` from `first_merge` on).
        first_merge: leave out the merges before this rank as evidence; they are replayed all the same. "auto":
            the head that was copied from a known older tokenizer, whose merges tell of that one's data.
        form: which rivals each merge is held against, see `MixtureProblem`.
        normalization: unit of the objective, see `MixtureProblem`.
        method: the solver, see `solve`.
        tolerance: relative gap at which the solver may stop.
        time_limit: seconds after which the solver returns its best point, marked as not optimal.
        baselines: simple estimates to make beside it: "uniform", "tee", "tc" (see `bpeinfer.baselines`).
        resamples: bootstrap resamples of the samples' blocks, for the intervals (0: none).
        identified: pair share from which identified ranges are sought one by one, see `identify` (None: no ranges;
            "auto": `SMALLEST_IDENTIFIED` for up to `IDENTIFIED_CATEGORIES`, no ranges for more).
            Smaller categories then have wide bounds; other forms than "last" and "interval" have none.
        jackknife: runs of merges to leave out in turn, see `leave_out_runs` (0: none). Each takes a solve.
        seed: of the bootstrap.
        workers: processes that count text, and threads of the bootstrap; with more than one, a script needs
            ``if __name__ == "__main__":``.
        cache: a folder in which the counts of each file are kept, so that the next run skips its text.
        progress: hears of each phase.

    Raises:
        InferenceError: `merges` or `first_merge` do not fit the list, another amount makes no sense, the form does
            not allow what is asked for, there are fewer than two categories, or no merge in range occurs in any sample.
        CorpusError: a sample cannot be read.
        SolverError: the solver failed.

    Source: Hayase et al. 2024, section 3.
    """
    _check_amounts(
        {"merges": merges, "first_merge": None if first_merge == "auto" else first_merge},
        {"resamples": resamples, "jackknife": jackknife, "seed": seed},
        {"workers": workers},
    )
    if identified == "auto":
        few = len(_names(samples)) <= IDENTIFIED_CATEGORIES
        identified = SMALLEST_IDENTIFIED if few else None
    _check_limits(tolerance, time_limit, identified)
    if form not in METHODS["interior-point"]:
        identified = None
        if resamples or jackknife:
            raise InferenceError(f"form {form!r} has no intervals: ask for resamples=0 and jackknife=0")
    notes = list(tokenizer.notes)
    if first_merge == "auto":
        head = copied_head(tokenizer)
        first_merge = head if merges is None or merges > head else 0
        if head:
            notes.append(
                f"the first {head:,} merges were copied from an older tokenizer: "
                + ("only later ones are used" if first_merge else "the result tells of that one's data")
            )
    last = _checked_range(len(tokenizer.merges), merges, first_merge)
    names = _names(samples)
    if len(names) < 2:
        raise InferenceError(
            f"a mixture needs at least two categories, found {len(names)} "
            f"({', '.join(names) or 'none'}); add samples of another kind of text"
        )
    clock = Clock()
    with clock.time("pretokens"):
        counts = _counts(samples, tokenizer, progress, workers, cache)
    history, trajectories = _follow(tokenizer.merges.head(last), counts, progress, clock)
    _check_categories_speak(counts.categories, trajectories)
    if tokenizer.limits is not None and tokenizer.limits.longest_token is not None:
        trajectories = trajectories.without_longer_than(tokenizer.limits.longest_token)
    with clock.time("solve"):
        progress.start("solving")
        problem = MixtureProblem.from_trajectories(trajectories, first_merge, normalization, form)
        solution = solve(problem, method=method, tolerance=tolerance, time_limit=time_limit)
    with clock.time("baselines"):
        beside = {name: baseline_shares(name, tokenizer.merges.head(last), counts) for name in baselines}
    with clock.time("fit"):
        fit = judge(history, counts, trajectories, problem, solution, seed)
        explained = {
            name: evidence(trajectories, problem, solution, number, EVIDENCE)
            for number, name in enumerate(counts.categories)
            if solution.alpha[number] >= SMALLEST_EXPLAINED
        }
    in_bytes = byte_shares(solution.alpha, trajectories.category_bytes, trajectories.initial_pairs)
    ranges = None
    if identified is not None and solution.gap > LARGEST_GAP:
        notes.append("no identified ranges: the solver did not come near enough to the optimum")
    elif identified is not None:
        with clock.time("identified"):
            progress.start("identified ranges")
            sets = [np.eye(len(names), dtype=bool)]
            sets += [
                np.array([[own == name for own in counts.groups]]) for name in _group_names(counts.groups)
            ]
            per_pair = trajectories.category_bytes / np.maximum(trajectories.initial_pairs, 1)
            units = np.vstack((per_pair, np.ones(len(names))))
            ranges = identify(problem, solution, np.vstack(sets), units, smallest=identified)
    without = None
    if jackknife:
        with clock.time("jackknife"):
            without = leave_out_runs(problem, solution, jackknife, progress)
    resampled = None
    if resamples:
        with clock.time("bootstrap"):
            resampled = bootstrap(
                history, counts, trajectories, problem, solution, resamples, seed, workers, progress
            )
        if len(resampled) < resamples:
            notes.append(f"interrupted: the intervals come from {len(resampled)} of {resamples} resamples")
    return MixtureEstimate(
        tokenizer=MappingProxyType(
            {
                "source": tokenizer.provenance.source,
                "format": tokenizer.provenance.format,
                "revision": tokenizer.provenance.revision,
                "merges": len(tokenizer.merges),
                "sha256": tokenizer.provenance.sha256,
            }
        ),
        categories=counts.categories,
        groups=counts.groups,
        byte_shares=in_bytes,
        pair_shares=solution.alpha,
        bootstrap=resampled,
        identified=ranges,
        twins=find_twins(problem, in_bytes, resampled),
        jackknife=without,
        initial_pairs=trajectories.initial_pairs,
        baselines=MappingProxyType(beside),
        fit=fit,
        evidence=MappingProxyType(explained),
        sample_bytes=counts.category_bytes,
        solution=solution,
        first_merge=first_merge,
        merges=last,
        merges_used=problem.rows,
        merges_absent=problem.merges_absent,
        seconds=MappingProxyType(clock.seconds),
        notes=tuple(notes),
    )


def trace(merges: MergeList, counts: PretokenCounts, *, progress: Progress = SILENT) -> PairTrajectories:
    """Replay the merges on all pretokens and sum up each category's pair counts over the steps."""
    return _follow(merges, counts, progress, Clock())[1]


def _follow(
    merges: MergeList, counts: PretokenCounts, progress: Progress, clock: Clock
) -> tuple[PairHistory, PairTrajectories]:
    with clock.time("replay"):
        progress.start("replaying merges", total=float(len(counts.blob)), unit="B")
        segmentation = replay(merges, counts.blob, counts.offsets, progress.advance)
    with clock.time("aggregation"):
        progress.start("summing up pair counts")
        history = PairHistory.of(segmentation)
        return history, history.trajectories(counts.by_category(), counts.category_bytes)


class Clock:
    """Wall time by phase."""

    def __init__(self) -> None:
        """Start with no phase."""
        self.seconds: dict[str, float] = {}

    @contextmanager
    def time(self, phase: str) -> Iterator[None]:
        """Add the time that the block takes to `phase`."""
        begin = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[phase] = self.seconds.get(phase, 0.0) + time.perf_counter() - begin


def _group_names(groups: Sequence[str]) -> tuple[str, ...]:
    """Return each group's name once, in the order of the categories; "" is no group."""
    return tuple(name for name in dict.fromkeys(groups) if name)


def _names(samples: Corpus | PretokenCounts) -> Sequence[str]:
    return samples.names if isinstance(samples, Corpus) else samples.categories


def _counts(
    samples: Corpus | PretokenCounts,
    tokenizer: Tokenizer,
    progress: Progress,
    workers: int,
    cache: Path | None,
) -> PretokenCounts:
    if isinstance(samples, Corpus):
        progress.start("counting pretokens", total=float(samples.size) or None, unit="B")
        return count_pretokens(
            samples,
            tokenizer.pretokenizer,
            progress=lambda name, size: progress.advance(size, name),
            workers=workers,
            cache=cache,
        )
    wanted = tokenizer.pretokenizer.fingerprint
    if samples.fingerprint not in ("", wanted):
        raise InferenceError(
            f"the counts were made with another pre-tokenizer (fingerprint {samples.fingerprint[:12]}…, this "
            f"tokenizer's is {wanted[:12]}…); count the samples again with this tokenizer"
        )
    return samples


def _check_amounts(
    ranks: Mapping[str, object], from_zero: Mapping[str, object], from_one: Mapping[str, object]
) -> None:
    """Refuse what is no whole number, or less than it may be; ranks are held against the list later."""
    for least, amounts in ((None, ranks), (0, from_zero), (1, from_one)):
        for name, amount in amounts.items():
            if amount is None:
                continue
            if isinstance(amount, bool) or not isinstance(amount, int | np.integer):
                raise InferenceError(f"{name} is {amount!r}, expected a whole number")
            if least is not None and amount < least:
                raise InferenceError(f"{name} is {amount}, expected {least} or more")


def _check_limits(tolerance: float, time_limit: float | None, identified: float | None) -> None:
    if not 0 < tolerance < 1:  # so written, NaN is refused, too
        raise InferenceError(f"tolerance is {tolerance:g}, expected a number between 0 and 1, such as 1e-6")
    if time_limit is not None and not time_limit >= 0:
        raise InferenceError(f"time limit is {time_limit:g} seconds, expected 0 or more")
    if identified is not None and not 0 <= identified <= 1:
        raise InferenceError(f"identified is {identified:g}, expected a share from 0 to 1")


def _checked_range(length: int, merges: int | None, first_merge: int) -> int:
    """Return the end of the range of merges asked for."""
    usual = min(length, first_merge + DEFAULT_MERGES)
    last = usual if merges is None else merges
    if not 1 <= last <= length:
        raise InferenceError(
            f"merges is {merges}, but the tokenizer has {length} merges: choose 1 to {length}"
        )
    if not 0 <= first_merge < last:
        raise InferenceError(f"first_merge is {first_merge}, expected 0 to {last - 1} (merges used: {last})")
    return last


def _check_categories_speak(categories: tuple[str, ...], trajectories: PairTrajectories) -> None:
    """Refuse a category whose sample holds none of the merges: nothing could be said of its share."""
    mute = np.flatnonzero(~trajectories.merge_counts.any(axis=0))
    if len(mute):
        raise InferenceError(
            f"category {categories[mute[0]]!r} shares nothing with the tokenizer: none of its "
            f"{len(trajectories.merge_counts)} merges occurs in the sample; check that it is text of the right "
            "kind, or leave it out with --categories"
        )
