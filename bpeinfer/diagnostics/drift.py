"""Drift along the merge list: the shares that each window of merges gives on its own."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bpeinfer.diagnostics.bootstrap import byte_shares
from bpeinfer.errors import InferenceError
from bpeinfer.progress import SILENT, Progress
from bpeinfer.solving import Form, MixtureProblem, Normalization, solve
from bpeinfer.trajectory import PairTrajectories

__all__ = ["Drift", "follow_windows", "program_of_range"]

Floats = NDArray[np.float64]

# Relative gap of each window's estimate: windows differ by far more.
RELATIVE_GAP = 1e-4


@dataclass(frozen=True, eq=False)
class Drift:
    """Estimates from one window of merges each.

    Attributes:
        windows: (first, last) rank of the merges used, both included.
        pair_shares, byte_shares: float64[windows, n], each row sums to one.
    """

    windows: tuple[tuple[int, int], ...]
    pair_shares: Floats
    byte_shares: Floats


def follow_windows(
    trajectories: PairTrajectories,
    first: int,
    windows: int,
    normalization: Normalization = "mass",
    form: Form = "last",
    progress: Progress = SILENT,
    allowed: NDArray[np.int64] | None = None,
) -> Drift:
    """Infer from each of `windows` windows of neighbouring merges alone; earlier merges are only replayed.

    Registers differ most in the first merges, and rare words in the last ones, so some drift is usual; a step at one
    rank shows that the list's parts come from different data.

    Args:
        trajectories: of the merges up to the last one used.
        first: rank of the first merge used.
        windows: how many, of equal numbers of merges.
        normalization, form: of the programs.
        progress: receives a callback for each window.
        allowed: numbers of the categories that may have a share (None: all).

    Raises:
        InferenceError: no window, more windows than merges, or a window none of whose merges occurs in any sample.
    """
    merges = len(trajectories.merge_counts) - first
    if not 1 <= windows <= merges:
        raise InferenceError(f"windows is {windows}, but {merges} merges are used: choose 1 to {merges}")
    progress.start("windows of merges", total=float(windows))
    edges = np.linspace(first, first + merges, windows + 1).round().astype(int).tolist()
    shares = []
    for begin, stop in itertools.pairwise(edges):
        problem = program_of_range(trajectories, begin, stop, normalization, form, allowed)
        shares.append(solve(problem, tolerance=RELATIVE_GAP).alpha)
        progress.advance()
    in_pairs = np.array(shares)
    return Drift(
        windows=tuple((begin, stop - 1) for begin, stop in itertools.pairwise(edges)),
        pair_shares=in_pairs,
        byte_shares=byte_shares(in_pairs, trajectories.category_bytes, trajectories.initial_pairs),
    )


def program_of_range(
    trajectories: PairTrajectories,
    begin: int,
    stop: int,
    normalization: Normalization,
    form: Form,
    allowed: NDArray[np.int64] | None,
) -> MixtureProblem:
    """Write the program for the merges begin .. stop-1 alone, over the allowed categories (None: all).

    Raises:
        InferenceError: none of these merges occurs in any sample.
    """
    head = trajectories.head(stop)
    problem = MixtureProblem.from_trajectories(head, begin, normalization, form, head.merges.falling_counts)
    columns = np.flatnonzero(np.isin(problem.category, problem.category if allowed is None else allowed))
    return problem if len(columns) == problem.columns else problem.with_columns(columns)
