"""A fit with the categories that were not chosen beside those that were."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from bpeinfer.corpora.corpus import Category, Corpus
from bpeinfer.corpora.sources import ChosenTally, Memory, Sampled, Source, TallyFile
from bpeinfer.counting.memory import Budget
from bpeinfer.counting.spill_folder import SpillFolder
from bpeinfer.counting.spilled_counts import AnyCounts
from bpeinfer.diagnostics.fitted import Fitted
from bpeinfer.diagnostics.languages import relatives
from bpeinfer.diagnostics.not_chosen import NotChosen, compare_with_not_chosen
from bpeinfer.diagnostics.ruled_out import RuledOut, without_ruled_out
from bpeinfer.diagnostics.small_fits import OutOfTimeError, time_left
from bpeinfer.errors import CorpusError
from bpeinfer.inference.arguments import InferenceOptions
from bpeinfer.inference.clock import Clock
from bpeinfer.inference.fitting import problem_of, seen
from bpeinfer.inference.tracing import counts_of, follow_all
from bpeinfer.loading import Tokenizer
from bpeinfer.progress import SILENT
from bpeinfer.reports.numbers import NEUTRAL
from bpeinfer.solving import SolveStatus, solve

__all__ = ["ask_not_chosen", "folder_for_counts"]

SAMPLE = 60_000
"""Bytes taken of each category that was not chosen: enough to show merges of its own, and quick to count."""
MOST_BYTES = 200_000_000
"""Bytes of files of these categories, all together, from which they are not read."""
MERGES = 3_000
"""Merges that are fitted: the benchmark's; later ones are rare in so little text."""
RELATIVE_GAP = 1e-3


def folder_for_counts(samples: Corpus | AnyCounts, cache: str | Path | None) -> SpillFolder | None:
    """Return a temporary folder for counts, None if there is a cache or all categories were chosen.

    Otherwise the samples are counted twice: those chosen, and later all.
    """
    chosen = isinstance(samples, Corpus) and samples.not_chosen
    return SpillFolder() if chosen and cache is None else None


def ask_not_chosen(
    chosen: Fitted,
    samples: Corpus | AnyCounts,
    tokenizer: Tokenizer,
    options: InferenceOptions,
    *,
    first: int,
    last: int,
    cache: str | Path | None,
    memory: int | Budget | None,
    deadline: float,
    notes: list[str],
    clock: Clock,
) -> NotChosen | None:
    """Fit the first `MERGES` of the merges used once more, with the categories not chosen; None if there are none.

    Args:
        chosen: the estimate.
        samples: what it was made from; counts have no others.
        tokenizer, options: of the estimate.
        first, last: the ranks that it uses.
        cache, memory: as for `infer`.
        deadline: on the clock of `time.perf_counter`.
        notes: receives why the others could not be asked, if that is so.
        clock: times the phase.
    """
    if not isinstance(samples, Corpus) or not samples.not_chosen or options.form != "last":
        return None
    if sum(category.size for category in samples.not_chosen) > MOST_BYTES:
        notes.append(
            "categories that were not chosen were not asked whether text like them is in the list: too large"
        )
        return None
    all_of = replace(samples, not_chosen=tuple(map(_little, samples.not_chosen))).with_not_chosen()
    try:
        with clock.time("not chosen"):
            counts = counts_of(all_of, None, tokenizer, SILENT, 1, cache, memory)
            fits = _fitted(counts, tokenizer, options, first, min(last, first + MERGES), deadline)
    except CorpusError as error:
        notes.append(
            f"categories that were not chosen were not asked whether text like them is in the list: {error}"
        )
        return None
    except OutOfTimeError:
        notes.append("categories that were not chosen were not asked: the time limit came first")
        return None
    return compare_with_not_chosen(chosen, *fits, NEUTRAL)


def _little(category: Category) -> Category:
    """Return a category with a little of its text; counts and text in memory stay as they are."""
    return replace(category, sources=tuple(map(_sampled, category.sources)))


def _sampled(source: Source) -> Source:
    if isinstance(source, Memory | TallyFile | ChosenTally | Sampled):
        return source
    return Sampled((source,), SAMPLE, 0)


def _fitted(
    counts: AnyCounts, tokenizer: Tokenizer, options: InferenceOptions, first: int, last: int, deadline: float
) -> tuple[Fitted, Fitted, tuple[RuledOut, ...]]:
    """Fit all categories, and again without those whose own merges the list lacks; return both fits, and those.

    Raises:
        OutOfTimeError: the deadline came first.
    """
    counts, coverage = seen(counts, tokenizer.merges)
    followed = follow_all(tokenizer.merges.head(last), counts, SILENT, Clock())
    pairs, trajectories = followed.pairs, followed.trajectories
    if tokenizer.limits is not None:
        trajectories = trajectories.allowed_by(tokenizer.limits)
    problem = problem_of(trajectories, first, options, coverage)
    solution = solve(problem, tolerance=RELATIVE_GAP, time_limit=time_left(deadline))
    if solution.status is SolveStatus.TIME_LIMIT:
        raise OutOfTimeError
    fitted = Fitted(counts=counts, pairs=pairs, trajectories=trajectories, problem=problem, solution=solution)
    if not options.rule_out:
        return fitted, fitted, ()
    neutral = np.array([group == NEUTRAL for group in counts.groups])
    sets = relatives(counts.categories, counts.groups)
    return fitted, *without_ruled_out(fitted, sets, neutral, tolerance=RELATIVE_GAP, deadline=deadline)
