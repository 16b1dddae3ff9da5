"""The jackknife over runs of merges: what it equals, what it shows, and where it is reported."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from gpt2 import gpt2

import bpeinfer as bi
from bpeinfer.counting.jobs import count_pretokens
from bpeinfer.diagnostics.jackknife import leave_out_runs
from bpeinfer.inference.tracing import trace
from bpeinfer.reports.as_text import as_text
from bpeinfer.reports.evidence import evidence_document
from bpeinfer.solving import MixtureProblem, solve

SAMPLE = Path(__file__).parents[1] / "fixtures" / "corpus" / "sample"
MERGES = 900


@pytest.fixture(scope="module")
def problem():
    tokenizer = gpt2(MERGES)
    counts = count_pretokens(bi.load_corpus(SAMPLE), tokenizer.pretokenizer)
    return MixtureProblem.from_trajectories(trace(tokenizer.merges, counts))


@pytest.fixture(scope="module")
def result():
    tokenizer, samples = gpt2(MERGES), bi.load_corpus(SAMPLE)
    return bi.infer(tokenizer, samples, resamples=0, jackknife=4, identified=0.1, size=False).to_dict()


def test_each_run_equals_a_solve_of_the_whole_program_without_it(problem):
    """The short way (rivals near their thresholds, categories within reach) changes nothing to speak of."""
    solution = solve(problem)
    found = leave_out_runs(problem, solution, 4)
    assert found.runs[0][0] == 0
    assert [first for first, _ in found.runs[1:]] == [
        problem.step[np.searchsorted(problem.step, last) + 1] for _, last in found.runs[:-1]
    ]
    for (first, last), shares in zip(found.runs, found.pair_shares, strict=True):
        begin, stop = np.searchsorted(problem.step, [first, last + 1])
        whole = solve(problem.without_rows(int(begin), int(stop)), tolerance=1e-6)
        assert shares == pytest.approx(whole.alpha, abs=2e-3)


def test_without_the_last_run_it_is_the_estimate_from_fewer_merges_nearly(problem):
    """Only nearly: pairs that the omitted merges created are no longer rivals, and others have later counts."""
    solution = solve(problem)
    tokenizer = gpt2(MERGES)
    found = leave_out_runs(problem, solution, 2)
    half = bi.infer(tokenizer, bi.load_corpus(SAMPLE), merges=found.runs[1][0], resamples=0)
    assert found.pair_shares[1] == pytest.approx(half.pair_shares, abs=0.05)


@pytest.mark.parametrize(
    ("merges", "runs", "words"),
    [
        (50, 1, "cannot leave out 1 runs of 50 merges"),
        (50, 99, "choose 2 to 50"),
        (1, 5, "only one merge is used"),
    ],
)
def test_runs_that_cannot_be_made_are_refused(merges, runs, words):
    tokenizer, samples = gpt2(MERGES), bi.load_corpus(SAMPLE)
    with pytest.raises(bi.BpeInferError, match=words):
        bi.infer(tokenizer, samples, merges=merges, resamples=0, jackknife=runs)


def test_each_merge_left_out_by_itself_still_gives_shares(problem):
    small = problem.without_rows(6, problem.rows)
    found = leave_out_runs(small, solve(small), 6)
    assert [first for first, _ in found.runs] == small.step.tolist()
    assert found.pair_shares.sum(axis=1) == pytest.approx(np.ones(6))


def test_the_result_names_spread_largest_move_and_its_run(result):
    assert len(result["left_out"]) == 4
    for entry in result["categories"]:
        for unit in ("byte_share", "pair_share"):
            moves = entry["jackknife"][unit]
            change = np.array(moves["without"]) - entry[unit]
            assert moves["largest_move"] == pytest.approx(change[np.abs(change).argmax()])
            assert moves["largest_run"] == result["left_out"][int(np.abs(change).argmax())]
            assert moves["spread"] == pytest.approx(np.sqrt(np.mean(change**2)))
    for run in range(4):
        assert sum(entry["jackknife"]["byte_share"]["without"][run] for entry in result["categories"]) == (
            pytest.approx(1)
        )


def test_explain_shows_the_share_without_each_run(result):
    entry = result["categories"][0]
    page = as_text(evidence_document(result, entry["name"], 3))
    assert page.count(" to ") >= 4
    assert f"{100 * entry['jackknife']['byte_share']['without'][2]:.2f}" in page


def test_identified_ranges_stand_beside_the_shares_of_categories_and_groups(result):
    for entry in (*result["categories"], *result["groups"]):
        for unit in ("byte_share", "pair_share"):
            low, high = entry["identified"][unit]
            assert 0 <= low <= entry[unit] <= high <= 1
    top = result["categories"][0]["identified"]["byte_share"]
    assert top[1] - top[0] < 0.2
