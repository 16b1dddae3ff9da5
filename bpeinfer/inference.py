"""`infer`: from a tokenizer and category samples to the mixture it was trained on."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from bpeinfer.baselines import baseline_shares
from bpeinfer.corpora.corpus import Corpus
from bpeinfer.corpora.layout import AS_IT_IS, detect_layout
from bpeinfer.counting.counts import PretokenCounts
from bpeinfer.counting.jobs import count_pretokens
from bpeinfer.diagnostics.bootstrap import FEWEST, Bootstrap, bootstrap, byte_shares
from bpeinfer.diagnostics.drift import follow_windows
from bpeinfer.diagnostics.evidence import evidence
from bpeinfer.diagnostics.fitted import Fitted
from bpeinfer.diagnostics.identified import Identified, identify
from bpeinfer.diagnostics.indistinguishable import find_indistinguishable
from bpeinfer.diagnostics.jackknife import leave_out_runs
from bpeinfer.diagnostics.letters import Coverage, measure_coverage
from bpeinfer.diagnostics.outside import measure_outside
from bpeinfer.diagnostics.supplied import supplied_alone
from bpeinfer.diagnostics.verdict import judge
from bpeinfer.errors import InferenceError
from bpeinfer.estimate import MixtureEstimate, group_names
from bpeinfer.inspection.lineage import copied_head
from bpeinfer.inspection.self_check import self_check
from bpeinfer.loading import Tokenizer
from bpeinfer.loading.consistency import QUICK, check_merges
from bpeinfer.merges import MergeList
from bpeinfer.pair_history import PairHistory
from bpeinfer.progress import SILENT, Progress
from bpeinfer.provenance import describe_run, describe_tokenizer
from bpeinfer.replay import replay
from bpeinfer.solving import (
    METHODS,
    Form,
    MixtureProblem,
    Normalization,
    solve,
)
from bpeinfer.trajectory import PairTrajectories

__all__ = ["infer", "trace"]

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

MOST_UNPRODUCIBLE = 0.01
"""Share of the merges used that the pre-tokenizer may be unable to produce before the result says so."""

SMALLEST_EXPLAINED = 1e-4
"""Pair share from which the evidence for a category is kept."""

# Pair share of code, and of categories without a group, from which the samples' layout is looked at.
CODE = 0.2

EVIDENCE = 40
"""Comparisons kept for each category that has a share."""


def infer(
    tokenizer: Tokenizer,
    samples: Corpus | PretokenCounts,
    *,
    counts: PretokenCounts | None = None,
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
    windows: int = 0,
    seed: int = 0,
    workers: int = 1,
    cache: Path | None = None,
    progress: Progress = SILENT,
) -> MixtureEstimate:
    """Find the mixture of `samples` that best explains the order of the tokenizer's merges.

    Args:
        tokenizer: from `load_tokenizer`.
        samples: sample text by category, or its counts under this tokenizer's pre-tokenizer.
        counts: the counts of `samples`, from `count_pretokens`, where they have been made already.
        merges: use the merges before this rank (None: `DEFAULT_MERGES` from `first_merge` on).
        first_merge: leave out the merges before this rank as evidence; they are replayed all the same. "auto":
            the prefix shared with a known older tokenizer, whose merges describe that tokenizer's data.
        form: which rivals each merge is compared with, see `MixtureProblem`.
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
        windows: windows of merges to infer from one by one, see `follow_windows` (0: none). Each takes a solve.
        seed: of the bootstrap.
        workers: processes that count text, and threads of the bootstrap; with more than one, a script needs
            ``if __name__ == "__main__":``.
        cache: a folder in which the counts of each file are kept, so that the next run skips its text.
        progress: receives a callback for each phase.

    Raises:
        InferenceError: `merges` or `first_merge` do not fit the list, another amount makes no sense, the form does
            not allow what is asked for, there are fewer than two categories, or no merge in range occurs in any sample.
        CorpusError: a sample cannot be read.
        SolverError: the solver failed.

    Source: Hayase et al. 2024, section 3.
    """
    options = {
        "merges": merges,
        "first_merge": first_merge,
        "form": form,
        "normalization": normalization,
        "method": method,
        "tolerance": tolerance,
        "time_limit": time_limit,
        "baselines": list(baselines),
        "resamples": resamples,
        "identified": identified,
        "jackknife": jackknife,
        "windows": windows,
        "seed": seed,
    }
    _check_amounts(
        {"merges": merges, "first_merge": None if first_merge == "auto" else first_merge},
        {"resamples": resamples, "jackknife": jackknife, "windows": windows, "seed": seed},
        {"workers": workers},
    )
    if identified == "auto":
        few = len(_names(samples)) <= IDENTIFIED_CATEGORIES
        identified = SMALLEST_IDENTIFIED if few else None
    _check_limits(tolerance, time_limit, identified)
    if form not in METHODS["interior-point"]:
        identified = None
        if resamples or jackknife or windows:
            raise InferenceError(
                f"form {form!r} has no intervals: ask for resamples=0, jackknife=0 and windows=0"
            )
    _check_names(_names(samples))
    first, last, notes = _evidence_range(tokenizer, merges, first_merge)
    notes += samples.notes if isinstance(samples, Corpus) else ()
    clock = Clock()
    with clock.time("pretokens"):
        counts = _counts(samples if counts is None else counts, tokenizer, progress, workers, cache)
        if counts.categories != tuple(_names(samples)):
            raise InferenceError("the counts given are not of the samples given: their categories differ")
        run = describe_run(tokenizer, samples, counts, options)
        coverage = measure_coverage(counts, tokenizer.merges)
        if coverage is not None:  # the tokenizer cannot have seen the other bytes
            counts = replace(counts, category_bytes=np.rint(counts.category_bytes * coverage.bytes))
    history, trajectories = _follow(tokenizer.merges.head(last), counts, progress, clock)
    notes += _set_aside(counts.categories, trajectories, coverage)
    if tokenizer.limits is not None:
        trajectories = trajectories.allowed_by(tokenizer.limits)
    with clock.time("solve"):
        progress.start("solving")
        problem = MixtureProblem.from_trajectories(trajectories, first, normalization, form)
        if coverage is not None and coverage.ruled_out[problem.category].any():
            problem = problem.with_columns(np.flatnonzero(~coverage.ruled_out[problem.category]))
        solution = solve(problem, method=method, tolerance=tolerance, time_limit=time_limit)
    fitted = Fitted(
        counts=counts, history=history, trajectories=trajectories, problem=problem, solution=solution
    )
    in_bytes = byte_shares(solution.alpha, trajectories.category_bytes, trajectories.initial_pairs)
    with clock.time("baselines"):
        beside = {name: baseline_shares(name, tokenizer.merges.head(last), counts) for name in baselines}
    with clock.time("fit"):
        fit = judge(fitted, seed)
        outside = measure_outside(fitted)
        explained = {
            name: evidence(fitted, number, EVIDENCE)
            for number, name in enumerate(counts.categories)
            if solution.alpha[number] >= SMALLEST_EXPLAINED
        }
        names = group_names(counts.groups)
        alone = supplied_alone(
            fitted,
            {name: np.array([group == name for group in counts.groups]) for name in names}
            | dict(zip(counts.categories, np.eye(len(counts.categories), dtype=bool), strict=True)),
        )
    notes += _layout_offered(tokenizer.merges, samples, counts.groups, solution.alpha)
    ranges = None
    if identified is not None and solution.gap > LARGEST_GAP:
        notes.append("no identified ranges: the solver did not come near enough to the optimum")
    elif identified is not None:
        with clock.time("identified"):
            progress.start("identified ranges")
            ranges = _identify_categories_and_groups(fitted, identified)
    without = None
    if jackknife:
        with clock.time("jackknife"):
            without = leave_out_runs(problem, solution, jackknife, progress)
    along = None
    if windows:
        with clock.time("windows"):
            along = follow_windows(trajectories, first, windows, normalization, form, progress)
    resampled = None
    if resamples:
        with clock.time("bootstrap"):
            resampled = bootstrap(fitted, resamples, seed, workers, progress)
        notes += _resampling_notes(counts, resamples, resampled)
        if not len(resampled):
            resampled = None
    return MixtureEstimate(
        tokenizer=MappingProxyType(describe_tokenizer(tokenizer)),
        provenance=MappingProxyType(run),
        categories=counts.categories,
        groups=counts.groups,
        titles=samples.titles if isinstance(samples, Corpus) else ("",) * len(counts.categories),
        byte_shares=in_bytes,
        pair_shares=solution.alpha,
        bootstrap=resampled,
        sample_blocks=np.bincount(counts.block_category, minlength=len(counts.categories)),
        identified=ranges,
        indistinguishable=find_indistinguishable(problem, in_bytes, resampled),
        jackknife=without,
        drift=along,
        initial_pairs=trajectories.initial_pairs,
        baselines=MappingProxyType(beside),
        fit=fit,
        outside=outside,
        evidence=MappingProxyType(explained),
        supplied=MappingProxyType(alone),
        sample_bytes=counts.category_bytes,
        solution=solution,
        first_merge=first,
        merges=last,
        merges_used=problem.rows,
        merges_absent=problem.merges_absent,
        seconds=MappingProxyType(clock.seconds),
        notes=tuple(notes),
    )


def _evidence_range(
    tokenizer: Tokenizer, merges: int | None, first_merge: int | Literal["auto"]
) -> tuple[int, int, list[str]]:
    """Return the ranks first .. last-1 that are used as evidence, and notes on the tokenizer and the choice.

    Raises:
        InferenceError: the range does not fit the list.
    """
    notes = list(tokenizer.notes)
    check = self_check(tokenizer)
    if check is not None and check.parted:
        notes.append(f"the replay does not encode as the library does: {check.verdict}")
    if first_merge == "auto":
        head = copied_head(tokenizer)
        first_merge = head if merges is None or merges > head else 0
        if head:
            notes.append(
                f"the first {head:,} merges were copied from an older tokenizer: "
                + (
                    "only later ones are used"
                    if first_merge
                    else "the result describes that tokenizer's data"
                )
            )
    length = len(tokenizer.merges) if merges is not None else tokenizer.first_stage or len(tokenizer.merges)
    last = _checked_range(length, merges, first_merge)
    if tokenizer.first_stage is not None and last > tokenizer.first_stage:
        notes.append(f"merges from rank {tokenizer.first_stage:,} on belong to a second stage of training")
    found = check_merges(tokenizer.merges, tokenizer.pretokenizer, range(first_merge, last), seconds=QUICK)
    if found.count > MOST_UNPRODUCIBLE * found.merges:
        about = "" if found.exact else "about "
        notes.append(
            f"{about}{found.count:,} of the {found.merges:,} merges used cannot come from the way in which text is "
            f"split ({tokenizer.pretokenizer_origin}): they say nothing of the mixture; try --pretokenizer auto"
        )
    return first_merge, last, notes


def _identify_categories_and_groups(fitted: Fitted, smallest: float) -> Identified:
    """Return the identified ranges of every category, then of every group, in byte shares and pair shares."""
    groups = fitted.counts.groups
    sets = [np.eye(len(groups), dtype=bool)]
    sets += [np.array([[own == name for own in groups]]) for name in group_names(groups)]
    trajectories = fitted.trajectories
    per_pair = trajectories.category_bytes / np.maximum(trajectories.initial_pairs, 1)
    units = np.vstack((per_pair, np.ones(len(groups))))
    return identify(fitted.problem, fitted.solution, np.vstack(sets), units, smallest=smallest)


def _resampling_notes(counts: PretokenCounts, resamples: int, resampled: Bootstrap) -> list[str]:
    """Say which resamples there are not, which intervals therefore, and why."""
    notes = []
    done, empty = len(resampled), resampled.empty
    if done + empty < resamples:
        notes.append(f"interrupted: the intervals come from {done} of {resamples} resamples")
    if empty:
        notes.append(
            f"{empty} of {resamples} resamples hold none of the merges used and are left out: add text"
        )
    if done < FEWEST:
        return [
            *notes,
            f"no intervals from {done} resamples, they do not tell the spread: ask for {FEWEST} or more",
        ]
    number = np.bincount(counts.block_category, minlength=len(counts.categories))
    few = [name for name, blocks_of in zip(counts.categories, number, strict=True) if blocks_of < FEWEST]
    if few:
        others = f" and {len(few) - 1} others" if len(few) > 1 else ""
        notes.append(
            f"no interval for {few[0]}{others}: fewer than {FEWEST} blocks of documents do not tell the spread; "
            "give more documents"
        )
    return notes


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


def _names(samples: Corpus | PretokenCounts) -> Sequence[str]:
    return samples.names if isinstance(samples, Corpus) else samples.categories


def _check_names(names: Sequence[str]) -> None:
    if len(names) < 2:
        raise InferenceError(
            f"a mixture needs at least two categories, found {len(names)} "
            f"({', '.join(names) or 'none'}); add samples of another kind of text"
        )


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
    """Refuse amounts that are not whole numbers or are too small; ranks are checked against the list later."""
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


def _layout_offered(
    merges: MergeList, samples: Corpus | PretokenCounts, groups: tuple[str, ...], alpha: Floats
) -> list[str]:
    """Return a note where the merges show another layout than the samples have, and code is a good part of the text."""
    code = sum(share for group, share in zip(groups, alpha.tolist(), strict=True) if group in ("code", ""))
    if not isinstance(samples, Corpus) or samples.layout != AS_IT_IS or code < CODE:
        return []
    layout = detect_layout(merges)
    if layout == AS_IT_IS:
        return []
    return [f"the merges look like text with {layout}: --layout auto rewrites the samples alike"]


def _set_aside(
    categories: tuple[str, ...], trajectories: PairTrajectories, coverage: Coverage | None
) -> list[str]:
    """Return notes on the categories that get no share whatever the order of the merges; refuse if that is nearly all.

    Raises:
        InferenceError: fewer than two categories remain.
    """
    ruled_out = np.zeros(len(categories), dtype=bool) if coverage is None else coverage.ruled_out
    mute = ~trajectories.merge_counts.any(axis=0) & ~ruled_out
    if int((~mute & ~ruled_out).sum()) < 2:
        first = categories[int(np.flatnonzero(mute | ruled_out)[0])]
        raise InferenceError(
            f"category {first!r} shares nothing with the tokenizer, and fewer than two categories remain: none of its "
            f"{len(trajectories.merge_counts):,} merges occurs in the sample; give text of the kind the tokenizer was "
            "trained on"
        )
    notes = []
    if mute.any():
        names = [categories[number] for number in np.flatnonzero(mute)]
        notes.append(f"set aside, for none of the merges occurs in the sample: {', '.join(names)}")
    if coverage is not None:
        for script in dict.fromkeys(coverage.script[number] for number in np.flatnonzero(ruled_out)):
            names = [
                categories[number]
                for number in np.flatnonzero(ruled_out)
                if coverage.script[number] == script
            ]
            notes.append(
                f"ruled out, for the tokenizer's alphabet lacks the letters of the {script} script: {', '.join(names)}"
            )
    return notes
