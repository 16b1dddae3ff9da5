"""What is inferred again to tell how far an estimate can be trusted: ranges, fewer merges, other choices, resamples."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from bpeinfer.diagnostics.bootstrap import Bootstrap, bootstrap
from bpeinfer.diagnostics.drift import Drift, follow_windows
from bpeinfer.diagnostics.fitted import Fitted
from bpeinfer.diagnostics.identified import Identified, identify
from bpeinfer.diagnostics.jackknife import Jackknife, leave_out_runs
from bpeinfer.diagnostics.sensitivity import Sensitivity, vary
from bpeinfer.estimate import group_names
from bpeinfer.inference.arguments import InferenceOptions
from bpeinfer.inference.clock import Clock
from bpeinfer.progress import Progress

__all__ = ["LARGEST_GAP", "Repeats", "repeat_inference"]

LARGEST_GAP = 1e-4
"""Largest gap for which identified ranges are computed, and the rise in the objective that they allow."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Repeats:
    """What was inferred again; None: it was not asked for."""

    identified: Identified | None = None
    jackknife: Jackknife | None = None
    drift: Drift | None = None
    sensitivity: Sensitivity | None = None
    bootstrap: Bootstrap | None = None


def repeat_inference(
    fitted: Fitted,
    options: InferenceOptions,
    *,
    first_merge: int,
    workers: int,
    clock: Clock,
    progress: Progress,
) -> Repeats:
    """Infer again as the options ask for it.

    Args:
        fitted: the estimate.
        options: of `infer`.
        first_merge: the first merge used.
        workers: threads of the bootstrap.
        clock: times each part.
        progress: receives a callback for each phase.
    """
    problem, found = fitted.problem, Repeats()
    if options.identified is not None:
        with clock.time("identified"):
            found = replace(found, identified=_identified(fitted, options.identified, progress))
    if options.jackknife:
        with clock.time("jackknife"):
            runs = leave_out_runs(problem, fitted.solution, options.jackknife, progress)
            found = replace(found, jackknife=runs)
    if options.windows:
        with clock.time("windows"):
            drift = follow_windows(
                fitted.trajectories,
                first_merge,
                options.windows,
                options.normalization,
                options.form,
                progress,
                problem.category,
            )
            found = replace(found, drift=drift)
    if options.sensitivity:
        with clock.time("sensitivity"):
            found = replace(found, sensitivity=vary(fitted, progress))
    if options.resamples:
        with clock.time("bootstrap"):
            resampled = bootstrap(fitted, options.resamples, options.seed, workers, progress)
            found = replace(found, bootstrap=resampled)
    return found


def _identified(fitted: Fitted, smallest: float, progress: Progress) -> Identified:
    """Return the identified ranges of every category, then of every group, in byte shares and pair shares."""
    progress.start("identified ranges")
    groups = fitted.counts.groups
    sets = [np.eye(len(groups), dtype=bool)]
    sets += [np.array([[own == name for own in groups]]) for name in group_names(groups)]
    trajectories = fitted.trajectories
    per_pair = trajectories.category_bytes / np.maximum(trajectories.initial_pairs, 1)
    units = np.vstack((per_pair, np.ones(len(groups))))
    return identify(fitted.problem, fitted.solution, np.vstack(sets), units, smallest=smallest)
