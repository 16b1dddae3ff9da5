"""How well one text, or the first part of it, explains a merge list."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from bpeinfer.solving import MixtureProblem, evaluate
from bpeinfer.trajectory import PairTrajectories

__all__ = ["TextFit", "measure_fit", "of_column"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class TextFit:
    """How far a text's counts are from counts that would have produced the list.

    Attributes:
        disagreement: mass by which merges fall short of the best thresholds and rivals exceed them, as a
            fraction of the mass of the merges plus the thresholds of those that the text lacks; 0 for the
            training text.
        log_likelihood: of the counts on the wrong side of the thresholds, as Poisson draws around them, less
            that with the counts themselves as means: 0 for the training text, -inf if no merge occurs.
        absent: fraction of the merges that the text lacks.
    """

    disagreement: float
    log_likelihood: float
    absent: float


def of_column(trajectories: PairTrajectories, column: int) -> PairTrajectories:
    """Return the trajectories of one category alone (n = 1)."""
    return replace(
        trajectories,
        merge_counts=trajectories.merge_counts[:, [column]],
        sums=trajectories.sums.of_columns([column]),
        initial_pairs=trajectories.initial_pairs[[column]],
        category_bytes=trajectories.category_bytes[[column]],
    )


def measure_fit(trajectories: PairTrajectories, first: int) -> TextFit:
    """Fit thresholds that never rise to one text's counts (n = 1), from merge `first` on; see `MixtureProblem`."""
    counts = np.asarray(trajectories.merge_counts)[first:, 0].astype(np.float64)
    if not counts.any():
        return TextFit(disagreement=1.0, log_likelihood=-np.inf, absent=1.0)
    problem = MixtureProblem.from_trajectories(trajectories, first)
    found = evaluate(problem, np.ones(1))
    mass = float(counts.sum())
    steps = np.arange(first, first + len(counts))
    threshold = np.interp(steps, problem.step, found.fit.threshold)
    absent = counts == 0
    lacking = float(threshold[absent].sum())
    rival = np.asarray(problem.rival_shares.sum(axis=1)).ravel()
    above = rival > found.fit.threshold[problem.rival_last]
    below = counts < threshold * mass
    deviance = _deviance(counts[below], threshold[below] * mass).sum()
    deviance += _deviance(rival[above] * mass, found.fit.threshold[problem.rival_last[above]] * mass).sum()
    return TextFit(
        disagreement=(found.objective + lacking) / (1.0 + lacking),
        log_likelihood=-float(deviance) / 2,
        absent=float(absent.mean()),
    )


def _deviance(counts: Floats, expected: Floats) -> Floats:
    """Return the Poisson deviance of each count."""
    expected = np.maximum(expected, 1e-9)
    ratio = np.where(counts > 0, counts / expected, 1.0)
    found: Floats = 2 * np.maximum(expected - counts + counts * np.log(ratio), 0.0)
    return found
