"""The threshold fit equals a linear program, and its multipliers certify it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.optimize import linprog

from bpeinfer.solving.isotonic import Thresholds, fit_thresholds


def objective_by_linear_program(
    merge: NDArray[np.float64],
    rival: NDArray[np.float64],
    last: NDArray[np.int64],
    merge_weight: NDArray[np.float64],
    rival_weight: NDArray[np.float64],
) -> float:
    """The slow twin: thresholds and slacks as columns of one dense program."""
    rows, rivals = len(merge), len(rival)
    columns = 2 * rows + rivals  # thresholds, merge slacks, rival slacks
    constraints, bounds = [], []
    for t in range(rows):
        row = np.zeros(columns)
        row[t], row[rows + t] = 1, -1
        constraints.append(row)
        bounds.append(merge[t])
        if t:
            row = np.zeros(columns)
            row[t], row[t - 1] = 1, -1
            constraints.append(row)
            bounds.append(0.0)
    for j in range(rivals):
        row = np.zeros(columns)
        row[last[j]], row[2 * rows + j] = -1, -1
        constraints.append(row)
        bounds.append(-rival[j])
    cost = np.concatenate((np.zeros(rows), merge_weight, rival_weight))
    return float(linprog(cost, A_ub=np.array(constraints), b_ub=np.array(bounds)).fun)


def check_multipliers(
    fit: Thresholds,
    merge: NDArray[np.float64],
    rival: NDArray[np.float64],
    last: NDArray[np.int64],
    merge_weight: NDArray[np.float64],
    rival_weight: NDArray[np.float64],
) -> None:
    """The multipliers are feasible for the dual and reach the objective: a proof of optimality."""
    z, y = fit.merge_multiplier, fit.rival_multiplier
    assert (z >= 0).all()
    assert (z <= merge_weight).all()
    assert (y >= 0).all()
    assert (y <= rival_weight).all()
    flow = np.cumsum(z - np.bincount(last, y, len(merge)))
    assert (flow >= -1e-9).all()
    assert y @ rival - z @ merge == pytest.approx(fit.objective, abs=1e-9)


@settings(max_examples=150)
@given(st.integers(1, 9), st.integers(0, 14), st.integers(0, 2**32 - 1), st.booleans(), st.booleans())
def test_thresholds_equal_a_linear_program(
    rows: int, rivals: int, seed: int, ties: bool, weighted: bool
) -> None:
    """Objective and certificate, with many ties (whole values) and without, weighted and not."""
    random = np.random.default_rng(seed)
    draw = (lambda size: random.integers(0, 5, size).astype(float)) if ties else random.random
    merge, rival = draw(rows), draw(rivals)
    last = random.integers(0, rows, rivals)
    merge_weight = random.random(rows) + 0.1 if weighted else np.ones(rows)
    rival_weight = random.random(rivals) + 0.1 if weighted else np.ones(rivals)
    fit = fit_thresholds(merge, rival, last, merge_weight, rival_weight)
    assert (np.diff(fit.threshold) <= 0).all()
    expected = objective_by_linear_program(merge, rival, last, merge_weight, rival_weight)
    assert fit.objective == pytest.approx(expected, abs=1e-9)
    check_multipliers(fit, merge, rival, last, merge_weight, rival_weight)


def test_a_large_fit_is_certified_by_its_multipliers() -> None:
    """Thousands of rows with tied integer counts, too many for the slow twin."""
    random = np.random.default_rng(5)
    rows, rivals = 5_000, 60_000
    last = random.integers(0, rows, rivals)
    merge = np.floor(30_000 / (np.arange(rows) + 3) * random.uniform(0.7, 1.3, rows))
    rival = np.floor(30_000 / (last + 3) * random.uniform(0.2, 1.2, rivals))
    ones = np.ones
    fit = fit_thresholds(merge, rival, last, ones(rows), ones(rivals))
    check_multipliers(fit, merge, rival, last, ones(rows), ones(rivals))


def test_lists_without_disagreement_cost_nothing() -> None:
    """Falling merge counts above all rivals: the objective is exactly zero."""
    fit = fit_thresholds(
        np.array([5.0, 4.0, 4.0]), np.array([4.0, 1.0]), np.array([1, 2]), np.ones(3), np.ones(2)
    )
    assert fit.objective == 0.0
