"""`infer`: from a tokenizer and category samples to the mixture it was trained on.

More than 300 lines: one function, whose arguments and their meanings take a third of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from bpeinfer.baselines import baseline_shares, check_baselines
from bpeinfer.corpora.corpus import Corpus
from bpeinfer.counting.memory import Budget
from bpeinfer.counting.spilled_counts import AnyCounts, SpilledCounts
from bpeinfer.diagnostics.bootstrap import byte_shares
from bpeinfer.diagnostics.evidence import Comparison, evidence
from bpeinfer.diagnostics.fitted import Fitted
from bpeinfer.diagnostics.indistinguishable import find_indistinguishable
from bpeinfer.diagnostics.languages import relatives
from bpeinfer.diagnostics.outside import Outside, measure_outside
from bpeinfer.diagnostics.ruled_out import RuledOut, ruled_out_together, without_ruled_out
from bpeinfer.diagnostics.shown import EXACT_MISFIT
from bpeinfer.diagnostics.simplest import Simplest, simplest_mixture
from bpeinfer.diagnostics.small_fits import OutOfTimeError
from bpeinfer.diagnostics.supplied import supplied_alone
from bpeinfer.diagnostics.variants import find_variants
from bpeinfer.diagnostics.verdict import judge
from bpeinfer.estimate import MixtureEstimate, group_names
from bpeinfer.inference.arguments import (
    InferenceOptions,
    check_amounts,
    check_names,
    names_of,
    notes_of,
    titles_of,
)
from bpeinfer.inference.clock import Clock, deadline_in
from bpeinfer.inference.evidence_range import evidence_range
from bpeinfer.inference.fitting import problem_of, seen
from bpeinfer.inference.given import GivenSamples, as_samples
from bpeinfer.inference.not_chosen import ask_not_chosen, folder_for_counts
from bpeinfer.inference.notes import (
    beyond_limit,
    layout_offered,
    left_out,
    of_known_counts,
    resampling_notes,
    set_aside,
)
from bpeinfer.inference.origin import with_origin
from bpeinfer.inference.repeats import LARGEST_GAP, repeat_inference
from bpeinfer.inference.tracing import counts_of, follow_all
from bpeinfer.inspection.lineage import copied_head
from bpeinfer.loading import GivenTokenizer, as_tokenizer
from bpeinfer.progress import SILENT, Progress
from bpeinfer.provenance import describe_run, describe_tokenizer
from bpeinfer.reports.numbers import NEUTRAL
from bpeinfer.sample_amounts import measure_amounts
from bpeinfer.solving import (
    Form,
    Normalization,
    solve,
)
from bpeinfer.workers import one_blas_thread

__all__ = ["DEFAULT_RESAMPLES", "infer"]

DEFAULT_RESAMPLES = 20
"""Enough to know the spread of an estimate to within a sixth; with the starter pack they take about six seconds."""

SMALLEST_EXPLAINED = 1e-4
"""Least pair share for which the evidence for a category is kept."""

KEPT_EVIDENCE = 40
"""Comparisons kept for each category that has a share."""


@one_blas_thread
def infer(
    tokenizer: GivenTokenizer,
    samples: GivenSamples,
    *,
    counts: AnyCounts | None = None,
    merges: int | None = None,
    first_merge: int | Literal["auto"] = "auto",
    form: Form = "last",
    normalization: Normalization = "mass",
    method: str = "interior-point",
    tolerance: float = 1e-6,
    time_limit: float | None = None,
    baselines: Sequence[str] = (),
    resamples: int = DEFAULT_RESAMPLES,
    identified: float | None = None,
    jackknife: int = 0,
    windows: int = 0,
    sensitivity: bool = False,
    size: bool = True,
    simplest: float | None = None,
    rule_out: bool = True,
    ask_others: bool = True,
    seed: int = 0,
    workers: int = 1,
    cache: str | Path | None = None,
    memory: int | Budget | None = None,
    progress: Progress = SILENT,
) -> MixtureEstimate:
    """Find the mixture of `samples` that best explains the order of the tokenizer's merges.

    Args:
        tokenizer: from `load_tokenizer`, or what it takes: a path, a hub id, ``bundled:gpt2``.
        samples: sample text by category: a `Corpus`, documents by name (``{"en": [...], "de": [...]}``), a folder; or
            its counts under this tokenizer's pre-tokenizer.
        counts: the counts of `samples`, from `count_pretokens`, if they have been made already.
        merges: use the merges before this rank (None: `DEFAULT_MERGES` from `first_merge` on).
        first_merge: do not use the merges before this rank as evidence; they are only replayed. "auto": leave out
            the prefix shared with a known older tokenizer, whose merges describe that tokenizer's data.
        form: which rivals each merge is compared with, see `MixtureProblem`.
        normalization: unit of the objective, see `MixtureProblem`.
        method: the solver, see `solve`.
        tolerance: relative gap at which the solver may stop.
        time_limit: seconds for the estimate, not for its intervals. The solver then returns its best point, marked as
            not optimal; if only comparisons with fewer categories are unfinished, they are dropped, with a note.
        baselines: simple estimates to make as well: "uniform", "tee", "tc" (see `bpeinfer.baselines`).
        resamples: bootstrap resamples of the samples' blocks, for the intervals (0: none).
        identified: least pair share for which identified ranges are sought one by one, such as 0.01, see `identify`
            (None: no ranges). Smaller categories then have wide bounds; each range takes several solves.
        jackknife: runs of merges to leave out in turn, see `leave_out_runs` (0: none). Each takes a solve.
        windows: windows of merges to infer from one by one, see `follow_windows` (0: none). Each takes a solve.
        sensitivity: whether to infer again with other choices of merges, weights, samples and categories, see `vary`.
        size: also tell who trained the list and on how much text, see `training_size`.
        simplest: also seek a mixture of few categories that fits about as well: its objective may be higher by this
            part of the least value, see `simplest_mixture` (None: do not). Takes some small solves.
        rule_out: leave out categories whose own merges the list does not show, see `bpeinfer.diagnostics.ruled_out`
            (form "last" only).
        ask_others: where the samples were chosen from more (`load_corpus(…, categories=…)`), fit the others beside
            them, to see whether text like theirs is in the list, too; see `bpeinfer.diagnostics.not_chosen`
            (form "last" only).
        seed: of the bootstrap.
        workers: processes that count text and, with `memory`, replay the merges, and threads of the bootstrap; with
            more than one, a script needs ``if __name__ == "__main__":``.
        cache: a folder in which the counts of each file are kept, so that the next run skips its text.
        memory: bytes that may be used; more counts than that are kept on disk (None: they are kept in memory), see
            `count_pretokens`.
        progress: receives a callback for each phase.

    Raises:
        InferenceError: `merges` or `first_merge` does not fit the list, another amount makes no sense, the form does
            not allow what was requested, there are fewer than two categories, or no merge in range occurs in any
            sample.
        CorpusError: a sample cannot be read.
        SolverError: the solver failed.

    Source: Hayase et al. 2024, section 3.
    """
    tokenizer, samples = as_tokenizer(tokenizer), as_samples(samples)
    options = InferenceOptions(
        merges=merges,
        first_merge=first_merge,
        form=form,
        normalization=normalization,
        method=method,
        tolerance=tolerance,
        time_limit=time_limit,
        baselines=list(baselines),
        resamples=resamples,
        identified=identified,
        jackknife=jackknife,
        windows=windows,
        sensitivity=sensitivity,
        simplest=simplest,
        rule_out=rule_out,
        ask_others=ask_others,
        seed=seed,
    )
    options.check()
    check_amounts(1, workers=workers)
    check_names(names_of(samples))
    check_baselines(baselines, tokenizer.merges, _on_disk(samples, counts, memory))
    head = copied_head(tokenizer)
    first, last, notes = evidence_range(tokenizer, merges, first_merge, head)
    notes += notes_of(samples)
    folder = folder_for_counts(samples, cache) if ask_others else None
    cache = cache if folder is None else folder.path
    clock = Clock()
    with clock.time("pretokens"):
        counts = counts_of(samples, counts, tokenizer, progress, workers, cache, memory)
        run = describe_run(tokenizer, samples, counts, vars(options))
        counts, coverage = seen(counts, tokenizer.merges)
    followed = follow_all(tokenizer.merges.head(last), counts, progress, clock, workers)
    trajectories, segmentation = followed.trajectories, followed.segmentation
    notes += beyond_limit(samples, counts)
    notes += of_known_counts(trajectories.merges, form)
    notes += set_aside(counts.categories, trajectories, coverage)
    if tokenizer.limits is not None:
        trajectories = trajectories.allowed_by(tokenizer.limits)
    deadline = deadline_in(time_limit)
    with clock.time("solve"):
        progress.start("solving")
        problem = problem_of(trajectories, first, options, coverage)
        solution = solve(problem, method=method, tolerance=tolerance, time_limit=time_limit)
    first_fit = fitted = Fitted(
        counts=counts, pairs=followed.pairs, trajectories=trajectories, problem=problem, solution=solution
    )
    with clock.time("fit"):
        outside = measure_outside(fitted)
    with clock.time("solve"):
        sets = relatives(counts.categories, counts.groups)
        fitted, ruled_out = _without_absent(fitted, sets, options, outside, deadline, notes, progress)
        problem, solution = fitted.problem, fitted.solution
    in_bytes = byte_shares(solution.alpha, trajectories.category_bytes, trajectories.initial_pairs)
    with clock.time("baselines"):
        beside = {name: baseline_shares(name, tokenizer.merges.head(last), counts) for name in baselines}
    not_chosen = None
    if ask_others and not outside.withheld:
        not_chosen = ask_not_chosen(
            fitted,
            samples,
            tokenizer,
            options,
            first=first,
            last=last,
            cache=cache,
            memory=memory,
            deadline=deadline,
            notes=notes,
            clock=clock,
        )
    with clock.time("fit"):
        together = ruled_out_together(first_fit, sets, ruled_out)
        fit = judge(fitted, seed, not_chosen, together)
        explained = _explained(fitted)
        alone = supplied_alone(fitted, _groups_and_categories(fitted))
        variants = _variants(first_fit, fitted, sets, fit.same_register, outside, deadline, notes)
    notes += left_out(trajectories, problem, solution)
    if fit.misfit >= EXACT_MISFIT:  # otherwise the samples are the training text, in its own layout
        notes += layout_offered(tokenizer, samples, fitted)
    if identified is not None and solution.gap > LARGEST_GAP:
        notes.append("no identified ranges: the solver did not get close enough to the optimum")
        options = replace(options, identified=None)
    again = repeat_inference(
        fitted,
        options,
        first_merge=first,
        workers=workers,
        clock=clock,
        progress=progress,
    )
    if again.bootstrap is not None:
        notes += resampling_notes(counts, resamples, again.bootstrap)
    resampled = again.bootstrap or None  # all may have been left out
    estimate = MixtureEstimate(
        tokenizer=MappingProxyType(describe_tokenizer(tokenizer)),
        provenance=MappingProxyType(run),
        categories=counts.categories,
        groups=counts.groups,
        titles=titles_of(samples),
        byte_shares=in_bytes,
        pair_shares=solution.alpha,
        bootstrap=resampled,
        sample_blocks=np.bincount(counts.block_category, minlength=len(counts.categories)),
        identified=again.identified,
        indistinguishable=find_indistinguishable(problem, in_bytes, resampled, counts.groups, variants),
        jackknife=again.jackknife,
        drift=again.drift,
        sensitivity=again.sensitivity,
        simplest=_simplest(fitted, simplest, clock, progress),
        ruled_out=ruled_out,
        ruled_out_together=together,
        pair_shares_of_all=first_fit.solution.alpha,
        not_chosen=not_chosen,
        initial_pairs=trajectories.initial_pairs,
        baselines=MappingProxyType(beside),
        fit=fit,
        outside=outside,
        evidence=MappingProxyType(explained),
        supplied=MappingProxyType(alone),
        sample_bytes=counts.category_bytes,
        amounts=measure_amounts(counts),
        solution=solution,
        first_merge=first,
        merges=last,
        merges_used=problem.rows,
        merges_absent=problem.merges_absent,
        seconds=MappingProxyType(clock.seconds),
        notes=tuple(notes),
    )
    return with_origin(estimate, tokenizer, counts, head, clock, progress, segmentation) if size else estimate


def _on_disk(samples: Corpus | AnyCounts, counts: AnyCounts | None, memory: int | Budget | None) -> bool:
    """Say whether counts are, or will be, on disk."""
    given = samples if counts is None else counts
    return isinstance(given, SpilledCounts) or (isinstance(given, Corpus) and memory is not None)


def _without_absent(
    fitted: Fitted,
    sets: NDArray[np.int64],
    options: InferenceOptions,
    outside: Outside,
    deadline: float,
    notes: list[str],
    progress: Progress,
) -> tuple[Fitted, tuple[RuledOut, ...]]:
    """Leave out categories whose own merges the list does not show, if wanted, shares are shown and time is left."""
    if (
        not options.rule_out
        or outside.withheld
        or options.form != "last"
        or fitted.solution.gap > LARGEST_GAP
    ):
        return fitted, ()
    try:
        return without_ruled_out(
            fitted,
            sets,
            np.array([group == NEUTRAL for group in fitted.counts.groups]),
            method=options.method,
            tolerance=options.tolerance,
            deadline=deadline,
            progress=progress,
        )
    except OutOfTimeError:
        notes.append(
            "no category is left out for lack of merges of its own: the time limit came before all had been looked at"
        )
        return fitted, ()


def _variants(
    first_fit: Fitted,
    fitted: Fitted,
    sets: NDArray[np.int64],
    same_register: bool,
    outside: Outside,
    deadline: float,
    notes: list[str],
) -> tuple[tuple[int, ...], ...]:
    """Find variants of a language that can take each other's place: under another register they may."""
    if same_register or outside.withheld or fitted.problem.form != "last":
        return ()
    try:
        return find_variants(first_fit, fitted.solution.alpha, sets, fitted.counts.groups, deadline)
    except OutOfTimeError:
        notes.append("variants of a language were not compared: the time limit came first")
        return ()


def _simplest(fitted: Fitted, slack: float | None, clock: Clock, progress: Progress) -> Simplest | None:
    if slack is None:
        return None
    with clock.time("simplest"):
        return simplest_mixture(fitted.problem, fitted.solution, slack, progress)


def _explained(fitted: Fitted) -> dict[str, tuple[Comparison, ...]]:
    shares = zip(fitted.counts.categories, fitted.solution.alpha.tolist(), strict=True)
    return {
        name: evidence(fitted, number, KEPT_EVIDENCE)
        for number, (name, share) in enumerate(shares)
        if share >= SMALLEST_EXPLAINED
    }


def _groups_and_categories(fitted: Fitted) -> dict[str, NDArray[np.bool_]]:
    """Return for each group's and category's name its categories, bool[n]."""
    groups, categories = fitted.counts.groups, fitted.counts.categories
    sets = {name: np.array([group == name for group in groups]) for name in group_names(groups)}
    return sets | dict(zip(categories, np.eye(len(categories), dtype=bool), strict=True))
