"""Random problems, most of them meaningless: the engines agree with the program written out in full."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import numpy as np
import pytest
from gpt2 import gpt2

import bpeinfer as bi
from bpeinfer.errors import InferenceError
from bpeinfer.solving import MixtureProblem, solve

SCRIPT = Path(__file__).parents[1] / "benchmarks" / "random_problems.py"


@pytest.fixture(scope="module")
def random_problems():
    specification = importlib.util.spec_from_file_location("random_problems", SCRIPT)
    module = importlib.util.module_from_spec(specification)
    sys.modules["random_problems"] = module
    specification.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    "first", [0, 24, *(pytest.param(first, marks=pytest.mark.long) for first in range(48, 480, 24))]
)
def test_answers_match_the_exact_lp(random_problems, first):
    outcomes = [random_problems.examine(13, number) for number in range(first, first + 24)]
    assert [fault for outcome in outcomes for fault in outcome.faults] == []
    assert sum(outcome.answers for outcome in outcomes) >= 24


def problem_of(
    random_problems, merges: list[list[int]], rivals: int = 0, form: str = "last"
) -> MixtureProblem:
    made = random_problems._intervals(
        np.random.default_rng(0), len(merges), rivals, lambda step: np.ones(len(merges[0]), np.int64)
    )
    counts = np.array(merges)
    return MixtureProblem.from_trajectories(
        random_problems._with_merges(made, counts, counts.sum(axis=0)), form=form
    )


@pytest.mark.parametrize("form", ["last", "interval", "pair", "paper"])
def test_without_any_rival_every_mixture_is_optimal(random_problems, form):
    problem = problem_of(random_problems, [[3, 0], [1, 2]], form=form)
    assert problem.rivals == 0
    for method in ("interior-point", "row-generation", "whole-lp"):
        if method != "interior-point" or form in ("last", "interval"):
            answer = solve(problem, method)
            assert answer.objective == pytest.approx(0.0, abs=1e-12)
            assert answer.alpha.sum() == pytest.approx(1.0)


def test_a_problem_without_a_category_is_refused_with_what_to_do(random_problems):
    problem = problem_of(random_problems, [[3, 1], [1, 2]], rivals=2)
    nothing = problem.with_counts(
        np.zeros((2, 2), np.int64), 0 * problem.rival_shares.astype(np.int64), np.array([5, 5])
    )
    assert nothing.columns == 0
    with pytest.raises(InferenceError, match="no category contains any of the merges used: use more text"):
        solve(nothing)


def test_a_category_whose_merges_are_all_left_out_is_left_out_too(random_problems):
    problem = problem_of(random_problems, [[3, 0], [0, 2], [0, 4]], rivals=3)
    without = problem.without_rows(0, 1)
    assert without.category.tolist() == [1]
    assert solve(without).alpha.tolist() == [0.0, 1.0]


def test_resamples_and_runs_that_hold_no_merge_are_left_out_and_told_of():
    """Of five documents one holds the only merge: two resamples in three of it draw nothing."""
    texts = {"a": ["a the", "xx", "yy", "zz", "ww"], "b": ["b the", "qq", "vv", "jj", "kk"]}
    estimate = bi.infer(gpt2(), bi.Corpus.from_texts(texts), merges=2, resamples=12, jackknife=0)
    left = 12 - len(estimate.bootstrap)
    assert 0 < left < 12
    assert any(
        note.startswith(f"{left} of 12 resamples contain none of the merges") for note in estimate.notes
    )
