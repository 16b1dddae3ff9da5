"""Counts that a file contains (fastBPE): the program over thresholds in their proportion, against a linear program
written out in full, and what they tell that the order alone does not."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from gpt2 import gpt2
from scipy import sparse
from scipy.optimize import linprog
from strategies import trajectories_of
from typer.testing import CliRunner

import bpeinfer as bi
from bpeinfer.cli import app
from bpeinfer.pair_history import PairHistory
from bpeinfer.replay import replay
from bpeinfer.solving import MixtureProblem, evaluate, solve
from bpeinfer.training import train
from bpeinfer.trajectory import PairTrajectories


def random_list(seed: int, merges: int = 12, categories: int = 4, pairs: int = 40) -> PairTrajectories:
    """Trajectories whose counts correspond to no mixture."""
    random = np.random.default_rng(seed)
    start = random.integers(0, merges, pairs).astype(np.int32)
    return trajectories_of(
        random.integers(0, 60, (merges, categories)) + 1,
        random.integers(500, 900, categories),
        pair=np.arange(pairs, dtype=np.int32),
        start=start,
        stop=(start + random.integers(1, merges, pairs)).clip(max=merges).astype(np.int32),
        counts=sparse.csr_array(
            random.integers(0, 90, (pairs, categories)) * (random.random((pairs, 1)) < 0.8)
        ),
    )


def exact_list(truth, merges: int, seed: int):
    """Trajectories and counts of a list that takes the most frequent pair of the mixture each time."""
    random = np.random.default_rng(seed)
    pairs = 6 * merges
    counts = random.poisson(random.pareto(1.1, (pairs, 1)) * random.gamma(0.5, 60, (pairs, len(truth)))) + 1
    initial = counts.sum(axis=0)
    in_text = (counts / initial) @ truth
    order = np.argsort(-in_text, kind="stable")
    stop = np.append(np.arange(merges), np.full(pairs - merges, merges)).astype(np.int32)
    kept = np.flatnonzero(stop)
    trajectories = trajectories_of(
        counts[order[:merges]],
        initial,
        pair=np.arange(pairs, dtype=np.int32)[kept],
        start=np.zeros(len(kept), np.int32),
        stop=stop[kept],
        counts=sparse.csr_array(counts[order])[kept],
    )
    return trajectories, np.rint(1e6 * in_text[order[:merges]]).astype(np.int64)


def least_by_a_linear_program(problem: MixtureProblem, known) -> float:
    """min Σ aₜ (κcₜ − sₜ)₊ + Σ bⱼ (xⱼ − κc[eⱼ])₊ over β, κ, with a slack for every hinge."""
    rows, rivals, columns = problem.rows, problem.rivals, problem.columns
    scaled = known / known.mean()
    of_merges = np.hstack([-problem.merge_shares, scaled[:, None], -np.eye(rows), np.zeros((rows, rivals))])
    of_rivals = np.hstack(
        [
            problem.rival_shares.toarray(),
            -scaled[problem.rival_last][:, None],
            np.zeros((rivals, rows)),
            -np.eye(rivals),
        ]
    )
    cost = np.concatenate((np.zeros(columns + 1), problem.merge_weight, problem.rival_weight))
    total = np.concatenate((np.ones(columns), np.zeros(1 + rows + rivals)))[None, :]
    found = linprog(
        1e3 * cost, np.vstack([of_merges, of_rivals]), np.zeros(rows + rivals), total, [1.0], method="highs"
    )
    assert found.status == 0
    return float(found.fun) / 1e3


@pytest.mark.parametrize("normalization", ["mass", "paper"])
@pytest.mark.parametrize("method", ["interior-point", "row-generation", "whole-lp"])
@pytest.mark.parametrize("form", ["last", "interval"])
def test_every_engine_finds_the_optimum_of_the_program_written_out(form, method, normalization):
    for seed in range(4):
        known = np.sort(np.random.default_rng([seed, 1]).integers(3, 400, 12))[::-1]
        problem = MixtureProblem.from_trajectories(random_list(seed), 0, normalization, form, known)
        found = solve(problem, method)
        least = least_by_a_linear_program(problem, known[problem.step])
        assert found.objective == pytest.approx(least, rel=1e-5)
        assert found.lower_bound <= least * (1 + 1e-6)
        at = evaluate(problem, problem.weights(found.alpha))
        assert at.objective == pytest.approx(found.objective)
        assert at.fit.threshold / known[problem.step] == pytest.approx(at.fit.threshold[0] / known[0])
        assert found.threshold == pytest.approx(at.fit.threshold, rel=1e-3)


def test_multipliers_give_a_plane_below_the_objective_that_touches_it():
    known = np.arange(24, 0, -2)
    problem = MixtureProblem.from_trajectories(random_list(7), known_counts=known)
    random = np.random.default_rng(0)
    here = random.dirichlet(np.ones(problem.columns))
    at = evaluate(problem, here)
    plane = at.subgradient(problem)
    assert plane @ here == pytest.approx(at.objective)
    for other in random.dirichlet(np.ones(problem.columns), 50):
        assert plane @ other <= evaluate(problem, other).objective + 1e-12


def test_rows_left_out_take_their_counts_along():
    known = np.sort(np.random.default_rng(3).integers(3, 400, 12))[::-1].copy()
    problem = MixtureProblem.from_trajectories(random_list(3), known_counts=known).without_rows(2, 5)
    assert problem.known_counts.tolist() == [*known[:2], *known[5:]]
    least = least_by_a_linear_program(problem, problem.known_counts)
    assert solve(problem).objective == pytest.approx(least, rel=1e-5)


def test_counts_of_a_few_merges_tell_more_of_the_mixture_than_their_order():
    errors = {"order": [], "counts": []}
    for seed in range(8):
        truth = np.random.default_rng([seed, 2]).dirichlet(np.ones(4))
        trajectories, counts = exact_list(truth, 10, seed)
        for name, known in (("order", None), ("counts", counts)):
            found = solve(MixtureProblem.from_trajectories(trajectories, known_counts=known)).alpha
            errors[name].append(float(np.abs(found - truth).max()))
    order, counts = map(np.array, errors.values())
    assert np.mean(counts) < 0.5 * np.mean(order)
    assert np.count_nonzero(counts < order) >= 7


@pytest.fixture(scope="module")
def trained():
    """A list trained on three categories of the pack, with the counts, and samples from other documents."""
    texts = {
        category.name: list(category.documents())[:90]
        for category in bi.starter_corpus().select("de,es,python").categories
    }
    pretokenizer = gpt2().pretokenizer
    training, samples = (
        bi.count_pretokens(
            bi.Corpus.from_texts({name: documents[side::2] for name, documents in texts.items()}),
            pretokenizer,
        )
        for side in (0, 1)
    )
    drawn = (training.by_category() @ np.array([3, 2, 1])).astype(np.int64)
    learned = train(training.blob, training.offsets, drawn, 400)
    history = PairHistory.of(replay(learned, training.blob, training.offsets))
    counts = history.trajectories(sparse.csr_array(drawn[:, None]), np.ones(1, dtype=np.int64)).merge_counts[
        :, 0
    ]
    true = training.category_bytes * np.array([3, 2, 1])
    return replace(learned, counts=counts), samples, true / true.sum()


def tokenizer_of(merges):
    return replace(gpt2(), merges=merges)


def test_infer_uses_the_counts_in_a_list_and_says_so(trained):
    merges, samples, truth = trained
    found = bi.infer(tokenizer_of(merges), samples, resamples=12, sensitivity=True)
    assert found.byte_shares == pytest.approx(truth, abs=0.06)
    assert found.training_size.basis == "counts"
    assert any(note.startswith("the counts in the file are used") for note in found.notes)
    assert np.isfinite(found.bootstrap.byte_shares).all()


def test_counts_that_no_trainer_has_are_left_aside_with_a_note(trained):
    merges, samples, _ = trained
    wrong = merges.counts[::-1]
    tokenizer = tokenizer_of(replace(merges, counts=wrong))
    noted = bi.infer(tokenizer, samples, resamples=0)
    plain = bi.infer(tokenizer_of(replace(merges, counts=None)), samples, resamples=0, size=False)
    assert [note for note in noted.notes if note.startswith("the counts in the file are not used")]
    assert noted.byte_shares == pytest.approx(plain.byte_shares)
    assert noted.training_size.basis == "ties"


def test_a_count_below_those_that_follow_is_raised_to_them(trained):
    """A trainer may count a run of one symbol without overlaps."""
    merges, _, _ = trained
    low = merges.counts.copy()
    low[40] = low[45] - 1
    falling = replace(merges, counts=low).falling_counts
    assert falling[40] == merges.counts[41]
    assert np.delete(falling, 40).tolist() == np.delete(merges.counts, 40).tolist()


def test_a_file_of_fastbpe_is_inferred_with_its_counts(tmp_path):
    words = {"lower": 400, "lowest": 300, "newer": 250, "wider": 200, "widest": 120, "new": 90}
    merges = "l o 700,lo w 700,low e 700,e s 420,es t</w> 420,w i 320,wi d 320,e r</w> 250"
    (tmp_path / "codes").write_text(merges.replace(",", "\n") + "\n", encoding="utf-8")
    (tmp_path / "text").mkdir()
    for name, chosen in (("a", ["lower", "lowest", "new"]), ("b", ["newer", "wider", "widest"])):
        text = "\n".join(" ".join([word] * words[word]) for word in chosen)
        (tmp_path / "text" / f"{name}.txt").write_text(text + "\n", encoding="utf-8")
    command = ["infer", str(tmp_path / "codes"), "--corpus", str(tmp_path / "text")]
    done = CliRunner().invoke(app, [*command, "--pretokenizer", "fastbpe", "--resamples", "0", "--json"])
    assert done.exit_code == 0, done.output
    notes = json.loads(done.stdout)["notes"]
    assert [note for note in notes if note.startswith("the counts in the file are used")]
