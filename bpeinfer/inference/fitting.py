"""Counts and trajectories → the mixture problem: what the alphabet covers, and which categories it rules out."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from bpeinfer.counting.spilled_counts import AnyCounts
from bpeinfer.diagnostics.letters import Coverage, measure_coverage
from bpeinfer.inference.arguments import InferenceOptions
from bpeinfer.merges import MergeList
from bpeinfer.solving import MixtureProblem
from bpeinfer.trajectory import PairTrajectories

__all__ = ["problem_of", "seen"]


def seen(counts: AnyCounts, merges: MergeList) -> tuple[AnyCounts, Coverage | None]:
    """Count only the bytes that the tokenizer's alphabet covers: it cannot have seen others."""
    coverage = measure_coverage(counts, merges)
    if coverage is None:
        return counts, None
    return replace(counts, category_bytes=np.rint(counts.category_bytes * coverage.bytes)), coverage


def problem_of(
    trajectories: PairTrajectories,
    first: int,
    options: InferenceOptions,
    coverage: Coverage | None,
) -> MixtureProblem:
    """Return the mixture problem, without the categories whose letters the alphabet lacks."""
    known = trajectories.merges.falling_counts
    problem = MixtureProblem.from_trajectories(
        trajectories, first, options.normalization, options.form, known
    )
    if coverage is not None and coverage.ruled_out[problem.category].any():
        return problem.with_columns(np.flatnonzero(~coverage.ruled_out[problem.category]))
    return problem
