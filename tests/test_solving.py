"""The mixture program: every engine that can solve a form finds the same optimum, and known mixtures come
back."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import minimize
from strategies import trajectories_of

from bpeinfer.diagnostics.identified import identify
from bpeinfer.errors import InferenceError, SolverError
from bpeinfer.interval_sums import IntervalSums
from bpeinfer.solving import (
    METHODS,
    Form,
    MixtureProblem,
    SolveStatus,
    curvature,
    evaluate,
    minimise_nearby,
    solve,
)
from bpeinfer.solving.highs import STATUSES, Model, translate
from bpeinfer.solving.newton_system import ThinRows
from bpeinfer.solving.proximal_point import proximal_point
from bpeinfer.trajectory import PairTrajectories

FORMS: tuple[Form, ...] = ("last", "interval", "pair", "paper")


def scrambled_list(seed: int) -> PairTrajectories:
    """Trajectories of no real tokenizer: counts fall, rivals win and lose at random, ties abound."""
    random = np.random.default_rng(seed)
    categories, merges, pairs = random.integers(2, 5), random.integers(1, 12), random.integers(1, 15)
    merge_counts = random.integers(0, 60, (merges, categories)) // (1 + np.arange(merges)[:, None] // 2)
    merge_counts[0] += 1
    pair, start, stop, counts = [], [], [], []
    for number in range(pairs):
        cuts = np.sort(random.choice(merges + 1, min(merges + 1, random.integers(2, 5)), replace=False))
        for begin, end in pairwise(cuts.tolist()):
            present = random.random(categories) < 0.7
            pair.append(number)
            start.append(begin)
            stop.append(end)
            counts.append(random.integers(0, 90, categories) * present // (1 + begin // 2))
    return trajectories_of(
        merge_counts,
        random.integers(500, 900, categories),
        pair=np.array(pair, np.int32),
        start=np.array(start, np.int32),
        stop=np.array(stop, np.int32),
        counts=sparse.csr_array(np.array(counts)),
    )


def exact_list(truth: NDArray[np.float64], merges: int, seed: int) -> PairTrajectories:
    """Trajectories of a list that picks the heaviest pair of the mixture at every step; counts are fixed."""
    random = np.random.default_rng(seed)
    pairs = 20 * merges
    counts = random.poisson(random.pareto(1.1, (pairs, 1)) * random.gamma(0.5, 60, (pairs, len(truth)))) + 0
    initial = counts.sum(axis=0)
    order = np.argsort(-(counts / initial) @ truth, kind="stable")
    rest = order[merges:]
    start = np.zeros(pairs, np.int32)
    stop = np.append(np.arange(merges), np.full(len(rest), merges)).astype(np.int32)
    kept = stop > start
    return trajectories_of(
        counts[order[:merges]],
        initial,
        pair=np.arange(pairs, dtype=np.int32)[kept],
        start=start[kept],
        stop=stop[kept],
        counts=sparse.csr_array(counts[order])[np.flatnonzero(kept)],
    )


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("normalization", ["mass", "paper"])
@pytest.mark.parametrize(
    "seed", [*range(12), *(pytest.param(s, marks=pytest.mark.long) for s in range(12, 60))]
)
def test_all_engines_agree_within_a_form(seed, normalization, form):
    """In objective, to 10⁻⁶: each is within that of the optimum, and none finds less than another proves."""
    problem = MixtureProblem.from_trajectories(scrambled_list(seed), 0, normalization, form)
    able = [method for method, forms in METHODS.items() if form in forms]
    answers = [solve(problem, method, tolerance=1e-6) for method in able]
    scale = problem.merge_shares.sum() / problem.columns
    for answer in answers:
        # Nothing is violated at the optimum of some of these: the bundle creeps towards zero and never gets
        # there. Only so near zero may it stall, or differ by more than 10⁻⁶ of the objective.
        assert answer.status is SolveStatus.OPTIMAL or answer.objective < 1e-9 * scale
        assert answer.objective == pytest.approx(answers[0].objective, rel=1e-6, abs=1e-9 * scale)
        assert answer.lower_bound <= answer.objective + 1e-9 * scale
        assert answer.alpha.sum() == pytest.approx(1.0)


@pytest.mark.parametrize("form", ["last", "interval"])
def test_multipliers_prove_the_lower_bound_for_every_mixture(form):
    problem = MixtureProblem.from_trajectories(scrambled_list(4), form=form)
    answer = solve(problem)
    assert answer.lower_bound > 0.01
    slope = (
        problem.rival_shares[answer.rival].T @ answer.rival_multiplier
        - problem.merge_shares.T @ answer.merge_multiplier
    )
    assert slope.min() >= answer.lower_bound * (1 - 1e-6)
    for seed in range(20):
        weights = np.random.default_rng(seed).dirichlet(np.ones(problem.columns))
        assert slope @ weights <= evaluate(problem, weights).objective + 1e-12


def test_subgradient_stays_below_the_objective_and_touches_it():
    problem = MixtureProblem.from_trajectories(scrambled_list(8), form="interval")
    random = np.random.default_rng(0)
    points = random.dirichlet(np.ones(problem.columns), 20)
    for here in points:
        at = evaluate(problem, here)
        slope = at.subgradient(problem)
        assert slope @ here == pytest.approx(at.objective)
        for there in points:
            assert slope @ there <= evaluate(problem, there).objective + 1e-12


@pytest.mark.parametrize("form", ["last", "interval"])
def test_exact_counts_give_the_truth_back_to_twelve_digits_of_mse(form):
    truth = np.array([0.5, 0.3, 0.15, 0.05])
    problem = MixtureProblem.from_trajectories(exact_list(truth, 1500, 1), form=form)
    answer = solve(problem)
    assert answer.objective < 1e-12
    assert np.log10(np.mean((answer.alpha - truth) ** 2)) < -7  # what 1,500 comparisons can pin
    assert evaluate(problem, problem.weights(truth)).objective < 1e-15


@pytest.mark.parametrize("method", [method for method in METHODS if method != "whole-lp"])
def test_time_limit_returns_a_mixture_that_is_said_not_to_be_optimal(method):
    problem = MixtureProblem.from_trajectories(exact_list(np.array([0.6, 0.4]), 300, 2))
    answer = solve(problem, method, time_limit=0.0)
    assert answer.status is SolveStatus.TIME_LIMIT
    assert "not optimal" in answer.status.value
    assert answer.alpha.sum() == pytest.approx(1.0)
    assert answer.gap > 1e-6


def test_a_good_start_leads_to_the_same_optimum():
    problem = MixtureProblem.from_trajectories(scrambled_list(5))
    cold = solve(problem)
    warm = solve(problem, start=cold.alpha)
    assert warm.objective == pytest.approx(cold.objective, rel=1e-6)


def test_category_without_any_of_the_merges_gets_nothing():
    """Under the mass normalisation such a column would be all zeros: a sink that explains everything."""
    trajectories = exact_list(np.array([0.7, 0.3]), 200, 4)
    silent = np.zeros((200, 1), dtype=np.int64)
    nothing = sparse.csr_array((trajectories.interval_counts.shape[0], 1), dtype=np.int64)
    problem = MixtureProblem.from_trajectories(
        replace(
            trajectories,
            merge_counts=np.hstack((trajectories.merge_counts, silent)),
            sums=IntervalSums.of(sparse.hstack([trajectories.interval_counts, nothing], format="csr")),
            initial_pairs=np.append(trajectories.initial_pairs, 1000),
        )
    )
    assert problem.columns == 2
    assert solve(problem).alpha[2] == 0.0


def test_pair_shares_and_weights_are_inverse():
    problem = MixtureProblem.from_trajectories(scrambled_list(2))
    shares = np.random.default_rng(1).dirichlet(np.ones(problem.categories))
    assert problem.pair_shares(problem.weights(shares)) == pytest.approx(shares)


def test_merges_absent_from_all_samples_give_no_row():
    trajectories = scrambled_list(6)
    trajectories.merge_counts[1:3] = 0
    problem = MixtureProblem.from_trajectories(trajectories)
    assert problem.merges_absent >= 2
    assert not set(problem.step.tolist()) & {1, 2}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"first_step": 99}, "first_step is 99, but there are"),
        ({"normalization": "median"}, "expected 'mass' or 'paper'"),
        ({"form": "first"}, "expected one of: last, interval, pair, paper"),
    ],
)
def test_bad_arguments_are_named(arguments, words):
    with pytest.raises(InferenceError, match=words):
        MixtureProblem.from_trajectories(scrambled_list(0), **arguments)


def test_all_merges_absent_is_an_error_that_says_what_to_do():
    trajectories = scrambled_list(0)
    trajectories.merge_counts[:] = 0
    with pytest.raises(InferenceError, match="occurs in any sample: use more text"):
        MixtureProblem.from_trajectories(trajectories)


def test_method_that_cannot_solve_the_form_names_those_that_can():
    problem = MixtureProblem.from_trajectories(scrambled_list(0), form="paper")
    with pytest.raises(InferenceError, match="choose row-generation or whole-lp"):
        solve(problem, "interior-point")


def test_every_status_that_highs_knows_is_translated():
    import highspy

    known = {name for name in dir(highspy.HighsModelStatus) if name.startswith("k")}
    assert known <= set(STATUSES)


def test_an_invented_status_is_not_taken_for_success():
    usable, meaning = translate("kSomethingNew")
    assert not usable
    assert "kSomethingNew" in meaning


def test_an_infeasible_model_raises_with_its_size():
    model = Model()
    model.add_columns(np.ones(1), np.zeros(1), np.ones(1))
    model.add_rows(sparse.csr_array(np.ones((1, 1))), np.array([2.0]), np.array([3.0]))
    with pytest.raises(SolverError, match=r"no point satisfies the rows.*1 rows, 1 columns"):
        model.minimise()


def test_identified_range_brackets_a_scan_of_two_categories():
    trajectories = exact_list(np.array([0.7, 0.3]), 60, 3)
    trajectories.merge_counts[10:40:7] //= 2
    problem = MixtureProblem.from_trajectories(trajectories)
    answer = solve(problem, tolerance=1e-9)
    per_pair = np.array([[1.0, 1.0], [3.0, 6.0]])
    found = identify(problem, answer, units=per_pair, tolerance=0.05)
    grid = np.linspace(0.5, 0.9, 801)
    values = [evaluate(problem, problem.weights(np.array([x, 1 - x]))).objective for x in grid]
    inside = grid[np.array(values) <= 1.05 * answer.objective]
    assert grid[0] < inside.min() < inside.max() < grid[-1]
    in_bytes = 3 * inside / (3 * inside + 6 * (1 - inside))
    for unit, shares in enumerate((inside, in_bytes)):
        truth = np.array([shares.min(), shares.max()])
        width = truth[1] - truth[0]
        outer, inner = found.outer[unit, 0], found.inner[unit, 0]
        assert outer[0] - 1e-3 * width <= truth[0] <= inner[0] + 1e-2 * width
        assert inner[1] - 1e-2 * width <= truth[1] <= outer[1] + 1e-3 * width
        assert outer[1] - outer[0] < 1.3 * width
        assert found.outer[unit, 1] == pytest.approx(1 - outer[::-1], abs=1e-6)


@pytest.mark.parametrize("seed", range(6))
def test_no_mixture_within_the_level_has_a_share_outside_the_identified_range(seed):
    """Also of sums of categories, in both units, and of shares too small to be sought themselves."""
    random = np.random.default_rng(seed)
    problem = MixtureProblem.from_trajectories(scrambled_list(seed + 20))
    answer = solve(problem, tolerance=1e-8)
    count = problem.categories
    sets = np.vstack((np.eye(count, dtype=bool), np.arange(count) < 2))
    units = np.vstack((np.ones(count), random.uniform(1, 5, count)))
    found = identify(problem, answer, sets, units, tolerance=0.1, smallest=0.05)
    assert (found.outer[..., 0] <= found.inner[..., 0]).all()
    assert (found.outer[..., 1] >= found.inner[..., 1]).all()
    level = 1.1 * answer.objective
    seen = 0
    for spread in (1e-3, 1e-2, 0.1, 0.3):
        for _ in range(50):
            shares = (1 - spread) * answer.alpha + spread * random.dirichlet(np.ones(count))
            if evaluate(problem, problem.weights(shares)).objective > level:
                continue
            seen += 1
            for unit, bounds in zip(units, found.outer, strict=True):
                of_sets = sets @ (unit * shares) / (unit @ shares)
                assert (bounds[:, 0] - 1e-9 <= of_sets).all()
                assert (of_sets <= bounds[:, 1] + 1e-9).all()
    assert seen > 20


def test_twin_categories_are_seen_not_to_be_identified():
    """Two categories with the same counts: only their sum is known."""
    trajectories = exact_list(np.array([0.6, 0.4]), 300, 5)
    twice = [0, 1, 1]
    problem = MixtureProblem.from_trajectories(
        replace(
            trajectories,
            merge_counts=trajectories.merge_counts[:, twice],
            sums=trajectories.sums.of_columns(twice),
            initial_pairs=trajectories.initial_pairs[twice],
        )
    )
    sets = np.array([[1, 0, 0], [0, 1, 0], [0, 0, 1], [0, 1, 1]], dtype=bool)
    found = identify(problem, solve(problem), sets).outer[0]
    assert found[1, 0] < 1e-6
    assert found[2, 0] < 1e-6
    assert found[1, 1] == pytest.approx(0.4, abs=0.01)
    assert found[0, 1] - found[0, 0] < 0.02
    assert found[3] == pytest.approx(1 - found[0, ::-1], abs=1e-6)


def test_identified_ranges_of_forms_without_an_oracle_are_refused():
    problem = MixtureProblem.from_trajectories(scrambled_list(1), form="pair")
    with pytest.raises(InferenceError, match="need form 'last' or 'interval', not 'pair'"):
        identify(problem, solve(problem, "row-generation"))


def resampled(trajectories: PairTrajectories, seed: int, thinning: float) -> PairTrajectories:
    """The same merges and rivals in other samples."""
    random = np.random.default_rng(seed)
    rivals = trajectories.interval_counts.copy()
    rivals.data = random.poisson(rivals.data * thinning)
    return replace(
        trajectories,
        merge_counts=random.poisson(trajectories.merge_counts * thinning),
        sums=IntervalSums.of(rivals),
        initial_pairs=random.poisson(trajectories.initial_pairs * thinning),
    )


@pytest.mark.parametrize("normalization", ["mass", "paper"])
@pytest.mark.parametrize("thinning", [1.0, 0.002])
def test_other_counts_in_place_give_the_program_written_anew(normalization, thinning):
    """Thinned to a five-hundredth, some merges are gone: their rows stay, and must not matter."""
    for seed in range(5):
        first = exact_list(np.array([0.5, 0.3, 0.2]), 300, seed)
        other = resampled(first, seed, thinning)
        problem = MixtureProblem.from_trajectories(first, 0, normalization)
        chosen = problem.rival_interval
        again = problem.with_counts(
            other.merge_counts[problem.step], other.interval_counts[chosen], other.initial_pairs
        )
        anew = MixtureProblem.from_trajectories(other, 0, normalization)
        assert (thinning == 1.0) == (anew.rows == problem.rows)
        expected = solve(anew, tolerance=1e-7)
        assert solve(again, tolerance=1e-7).alpha == pytest.approx(expected.alpha, abs=2e-3)


@pytest.mark.parametrize("normalization", ["mass", "paper"])
@pytest.mark.parametrize("thinning", [1.0, 0.02])
def test_a_nearby_program_ends_as_the_interior_point_does(normalization, thinning):
    for seed in range(5):
        first = exact_list(np.array([0.5, 0.3, 0.2]), 300, seed)
        other = resampled(first, seed, thinning)
        problem = MixtureProblem.from_trajectories(first, 0, normalization)
        again = problem.with_counts(
            other.merge_counts[problem.step],
            other.interval_counts[problem.rival_interval],
            other.initial_pairs,
        )
        estimate = solve(problem)
        weights = problem.weights(estimate.alpha)
        at = evaluate(problem, weights)
        deviations = [0.1 * values @ weights for values in (problem.merge_shares, problem.rival_shares)]
        metric = curvature(problem, weights, at, *deviations)
        expected = solve(again, tolerance=1e-7)
        start = again.weights(estimate.alpha)
        found = minimise_nearby(again, start, metric, 1e-4 * expected.objective, at.near).weights
        assert (found >= 0).all()
        assert found.sum() == pytest.approx(1.0)
        assert evaluate(again, found).objective == pytest.approx(expected.objective, rel=1e-3)
        assert evaluate(again, found).objective < evaluate(again, start).objective


@given(st.integers(0, 12), st.integers(1, 5), st.integers(0, 2**32 - 1))
@settings(max_examples=50, deadline=None)
def test_sums_entry_by_entry_are_those_of_the_dense_rows(rivals, columns, seed):
    random = np.random.default_rng(seed)
    dense = random.random((rivals, columns)) * (random.random((rivals, columns)) < 0.5)
    place = np.sort(random.integers(0, 4, rivals))
    curvature = random.random(rivals)
    thin = ThinRows(sparse.csr_array(dense), place)
    assert thin.gram(curvature) == pytest.approx(dense.T @ (curvature[:, None] * dense))
    border, expected = np.ones((4, columns)), np.ones((4, columns))
    thin.take_sums(curvature, border)
    np.subtract.at(expected, place, curvature[:, None] * dense)
    assert border == pytest.approx(expected)


@given(st.integers(1, 6), st.integers(2, 5), st.integers(0, 2**32 - 1))
@settings(max_examples=30, deadline=None)
def test_the_proximal_point_is_the_one_that_scipy_finds(planes, columns, seed):
    random = np.random.default_rng(seed)
    slopes = random.normal(size=(planes, columns))
    root = random.normal(size=(columns, columns))
    metric = root @ root.T + 0.1 * np.eye(columns)
    centre = random.dirichlet(np.ones(columns))

    def value(x):
        away = x - centre
        return float((slopes @ x).max() + 0.5 * away @ metric @ away)

    found, promised = proximal_point(metric, centre, slopes, 1e-8)
    assert (found >= 0).all()
    assert found.sum() == pytest.approx(1.0)
    assert promised == pytest.approx(value(found))
    # The level above all planes is a variable of its own.
    by_scipy = minimize(
        lambda at: at[-1] + 0.5 * (at[:-1] - centre) @ metric @ (at[:-1] - centre),
        np.append(centre, (slopes @ centre).max()),
        bounds=[(0, 1)] * columns + [(None, None)],
        constraints=[
            {"type": "eq", "fun": lambda at: at[:-1].sum() - 1},
            {"type": "ineq", "fun": lambda at: at[-1] - slopes @ at[:-1]},
        ],
        method="SLSQP",
        options={"ftol": 1e-12, "maxiter": 500},
    )
    feasible = np.maximum(by_scipy.x[:-1], 0.0)
    assert promised <= value(feasible / feasible.sum()) + 1e-6


def test_a_category_without_merges_in_other_samples_is_left_out():
    first = exact_list(np.array([0.5, 0.3, 0.2]), 100, 0)
    problem = MixtureProblem.from_trajectories(first)
    counts = first.merge_counts[problem.step].copy()
    counts[:, 1] = 0
    again = problem.with_counts(counts, first.interval_counts[problem.rival_interval], first.initial_pairs)
    assert again.category.tolist() == [0, 2]
    assert solve(again).alpha[1] == 0.0


@pytest.mark.parametrize("seed", range(8))
def test_rows_left_out_are_as_merges_that_no_sample_holds(seed):
    """`without_rows` on the program equals writing it from samples that lack those merges."""
    for normalization in ("mass", "paper"):
        trajectories = scrambled_list(seed + 3)
        problem = MixtureProblem.from_trajectories(trajectories, 0, normalization)
        if problem.rows < 3:
            continue
        first, stop = problem.rows // 3, problem.rows // 3 + 1 + problem.rows // 3
        without = problem.without_rows(first, stop)
        lacking = trajectories.merge_counts.copy()
        lacking[problem.step[first:stop]] = 0
        anew = MixtureProblem.from_trajectories(replace(trajectories, merge_counts=lacking), 0, normalization)
        if anew.columns < problem.columns:
            continue
        same = np.isin(without.rival_pair, anew.rival_pair)  # other intervals of a pair may now be its last
        assert without.step.tolist() == anew.step.tolist()
        assert without.merge_shares == pytest.approx(anew.merge_shares)
        assert without.pairs_per_weight == pytest.approx(anew.pairs_per_weight)
        kept = np.isin(anew.rival_interval, without.rival_interval)
        assert same.all()
        assert without.rival_interval.tolist() == anew.rival_interval[kept].tolist()
        assert without.rival_last.tolist() == anew.rival_last[kept].tolist()
        assert without.rival_shares.toarray() == pytest.approx(
            anew.rival_shares[np.flatnonzero(kept)].toarray()
        )


def continued_list(head: NDArray[np.float64], tail: NDArray[np.float64], seed: int) -> PairTrajectories:
    """A list whose first 800 merges follow one mixture and the next 800 another; samples are noisy.

    The last category has nearly everything merged after the head: the sink that objectives in pair shares
    fall for.
    """
    random = np.random.default_rng(seed)
    rates = random.pareto(1.0, (20_000, 1)) * random.gamma(0.4, 40, (20_000, len(head)))
    rates[np.argsort(-rates[:, -1])[600:], -1] *= 0.05
    shares = rates / rates.sum(axis=0)
    by_head = np.argsort(-(shares @ head), kind="stable")
    left = by_head[800:]
    by_tail = left[np.argsort(-(shares[left] @ tail), kind="stable")]
    order = np.concatenate((by_head[:800], by_tail))
    counts = random.poisson(rates[order] * 20)
    stop = np.append(np.arange(1600), np.full(len(order) - 1600, 1600)).astype(np.int32)
    return trajectories_of(
        counts[:1600],
        counts.sum(axis=0),
        pair=np.arange(1, len(order), dtype=np.int32),
        start=np.zeros(len(order) - 1, np.int32),
        stop=stop[1:],
        counts=sparse.csr_array(counts[1:]),
    )


def test_new_merges_after_a_copied_head_tell_of_the_new_mixture_only():
    """Steps from 800 give back the tail's mixture; in pair shares the sink draws weight to itself."""
    head, tail = np.array([0.2, 0.2, 0.6]), np.array([0.55, 0.35, 0.10])
    errors: dict[str, list[float]] = {"mass": [], "paper": []}
    for seed in (0, 3, 5):
        for normalization in ("mass", "paper"):
            problem = MixtureProblem.from_trajectories(
                continued_list(head, tail, seed), first_step=800, normalization=normalization
            )
            errors[normalization].append(np.mean((solve(problem).alpha - tail) ** 2))
    assert max(errors["mass"]) < 1e-3
    assert np.mean(errors["mass"]) < 0.2 * np.mean(errors["paper"])


def test_a_model_is_solved_after_another_library_ran_highs_with_more_threads():
    program = """
import highspy, numpy as np
from bpeinfer.solving.highs import Model
other = highspy.Highs()
other.setOptionValue("output_flag", False)
other.addVar(0, 1)
other.setOptionValue("threads", 2)
other.run()
model = Model()
model.add_columns(np.ones(1), np.full(1, 3.0), np.full(1, 4.0))
assert model.minimise()
print(model.objective)
"""
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    assert run.stdout.splitlines()[-1] == "3.0"
