"""Solve random mixture problems with every engine and compare the answers with the exact linear program.

    python benchmarks/random_problems.py                     # 2,400 problems, about 15 minutes
    python benchmarks/random_problems.py --problems 100 --seed 7
    python benchmarks/random_problems.py --only 1234         # one problem again, by its number

Problem k is made from the seed and k alone, so that a slice can be run again. Kinds go round: small integers full of
ties, a list that follows a mixture, counts over twelve orders of magnitude, next to no text, hardly a merge or a rival,
rows that a resample emptied, columns that are copies. The referee is the same program written out whole for
`scipy.optimize.linprog`, its objective scaled to about one (HiGHS' dual tolerance is absolute). Neither it nor an
engine is trusted: the referee's mixture and multipliers become an upper and a lower bound of the optimum in this file.

An answer is false if it says "optimal" but a mixture is known that is better by more than the tolerance, or if its
lower bound lies above a mixture that is known.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import linprog

from bpeinfer.errors import InferenceError
from bpeinfer.interval_sums import IntervalSums
from bpeinfer.merges import MergeList
from bpeinfer.solving import METHODS, Form, MixtureProblem, Normalization, SolveStatus, solve
from bpeinfer.trajectory import PairTrajectories

TOLERANCE = 1e-6
NOTHING = 1e-9
"""Part of the merged mass below which the gap is no longer relative (`Solution.gap`)."""

ROUNDING = 1e-13
"""Part of the merged mass that is granted to rounding."""

FORMS: tuple[Form, ...] = ("last", "interval", "pair", "paper")
Floats = NDArray[np.float64]
Random = np.random.Generator


class Bounds(NamedTuple):
    """What is proved about the optimum: no mixture is below `lower`, one is known at `upper`."""

    lower: float
    upper: float


@dataclass(frozen=True)
class Outcome:
    """What became of one problem: `faults` are sentences, `stalled` the engines that did not claim an optimum."""

    faults: tuple[str, ...]
    stalled: tuple[str, ...]
    refused: str
    referee_gap: float
    answers: int


class Intervals(NamedTuple):
    """The intervals of rival pairs, as `PairTrajectories` has them."""

    pair: NDArray[np.int32]
    start: NDArray[np.int32]
    stop: NDArray[np.int32]
    counts: sparse.csr_array


def _intervals(
    random: Random, merges: int, pairs: int, value: Callable[[int], NDArray[np.int64]]
) -> Intervals:
    """Cut each pair's life into intervals that begin and end where they may; `value(step)` is its counts there."""
    pair, start, stop, counts = [], [], [], []
    for number in range(pairs):
        cuts = np.sort(random.choice(merges + 1, min(merges + 1, int(random.integers(2, 5))), replace=False))
        for begin, end in zip(cuts[:-1].tolist(), cuts[1:].tolist(), strict=True):
            pair.append(number)
            start.append(begin)
            stop.append(end)
            counts.append(value(begin))
    width = len(value(0))
    rows = np.array(counts, dtype=np.int64).reshape(-1, width)
    return Intervals(
        np.array(pair, np.int32),
        np.array(start, np.int32),
        np.array(stop, np.int32),
        sparse.csr_array(rows),
    )


def _with_merges(
    made: Intervals, merge_counts: NDArray[np.int64], initial: NDArray[np.int64]
) -> PairTrajectories:
    """Put merges beside rivals; the merge list itself, which no program reads, is a stand-in."""
    nothing = np.zeros(int(made.pair.max(initial=-1)) + 1, np.int32)
    return PairTrajectories(
        merges=MergeList.from_pairs([b"a", b"b"], [(b"a", b"b")]),
        merge_counts=merge_counts.astype(np.int64),
        pair_left=nothing,
        pair_right=nothing,
        interval_pair=made.pair,
        interval_start=made.start,
        interval_stop=made.stop,
        sums=IntervalSums.of(made.counts),
        initial_pairs=initial,
        category_bytes=2 * initial,
    )


def ties(random: Random) -> PairTrajectories:
    """Small integers: counts tie, rivals equal merges, columns miss half of the pairs."""
    columns, merges = int(random.integers(1, 6)), int(random.integers(1, 15))
    high = int(random.integers(2, 8))

    def value(step: int) -> NDArray[np.int64]:
        return random.integers(0, high, columns) * (random.random(columns) < 0.7)

    counts = random.integers(0, high, (merges, columns))
    made = _intervals(random, merges, int(random.integers(0, 20)), value)
    return _with_merges(made, counts, counts.sum(axis=0) + random.integers(0, 9, columns))


def mixture(random: Random) -> PairTrajectories:
    """A list that follows a mixture, with the noise of samples."""
    columns, merges = int(random.integers(2, 9)), int(random.integers(20, 120))
    pairs = 3 * merges
    truth = random.dirichlet(np.full(columns, 0.5))
    rates = random.pareto(1.1, (pairs, 1)) * random.gamma(0.5, 60, (pairs, columns))
    order = np.argsort(-(rates / rates.sum(axis=0)) @ truth, kind="stable")
    counts = random.poisson(rates[order] * random.uniform(0.05, 5))
    stop = np.append(np.arange(merges), np.full(pairs - merges, merges))
    kept = np.flatnonzero(stop > 0)
    rivals = Intervals(
        kept.astype(np.int32),
        np.zeros(len(kept), np.int32),
        stop[kept].astype(np.int32),
        sparse.csr_array(counts[kept]),
    )
    return _with_merges(rivals, counts[:merges], counts.sum(axis=0))


def magnitudes(random: Random) -> PairTrajectories:
    """Counts over twelve orders of magnitude, in rows and in columns."""
    columns, merges = int(random.integers(1, 6)), int(random.integers(1, 30))
    size = 10.0 ** random.uniform(0, 6, columns)

    def value(step: int) -> NDArray[np.int64]:
        return (size * 10.0 ** random.uniform(-3, 6, columns) * (random.random(columns) < 0.6)).astype(
            np.int64
        )

    counts = np.array([value(0) for _ in range(merges)])
    made = _intervals(random, merges, int(random.integers(0, 30)), value)
    return _with_merges(made, counts, counts.sum(axis=0) + random.integers(0, 1000, columns))


def sparse_text(random: Random) -> PairTrajectories:
    """Next to no text: nearly all counts are zero, some merges and some columns are empty."""
    columns, merges = int(random.integers(1, 12)), int(random.integers(1, 40))

    def value(step: int) -> NDArray[np.int64]:
        return (random.random(columns) < 0.1).astype(np.int64)

    counts = (random.random((merges, columns)) < 0.15).astype(np.int64)
    made = _intervals(random, merges, int(random.integers(0, 25)), value)
    return _with_merges(made, counts, counts.sum(axis=0) + random.integers(0, 2, columns))


def hardly_anything(random: Random) -> PairTrajectories:
    """One merge, or one category, or no rival, or rivals of nothing."""
    columns, merges = int(random.integers(1, 3)), int(random.integers(1, 3))

    def value(step: int) -> NDArray[np.int64]:
        return random.integers(0, 2, columns)

    counts = random.integers(0, 3, (merges, columns))
    made = _intervals(random, merges, int(random.integers(0, 3)), value)
    return _with_merges(made, counts, counts.sum(axis=0) + random.integers(0, 2, columns))


def copies(random: Random) -> PairTrajectories:
    """Columns that are copies or multiples of one another."""
    made = mixture(random)
    columns = random.integers(0, made.merge_counts.shape[1], int(random.integers(1, 9)))
    times = random.integers(1, 4, len(columns))
    return replace(
        made,
        merge_counts=made.merge_counts[:, columns] * times,
        sums=IntervalSums.of(sparse.csr_array(made.interval_counts.toarray()[:, columns] * times)),
        initial_pairs=made.initial_pairs[columns] * times,
    )


KINDS = (ties, mixture, magnitudes, sparse_text, hardly_anything, copies)


def random_problem(seed: int, number: int) -> MixtureProblem:
    """Make problem `number` of a seed; its kind, form and normalization go round with the number.

    Raises:
        InferenceError: no merge occurs in any sample, as may be with next to no text.
    """
    random = np.random.default_rng([seed, number])
    trajectories = KINDS[number % len(KINDS)](random)
    form = FORMS[number // len(KINDS) % len(FORMS)]
    normalization: Normalization = "paper" if number // (len(KINDS) * len(FORMS)) % 2 else "mass"
    merges = len(trajectories.merge_counts)
    first = 0 if random.random() < 0.7 else int(random.integers(merges))
    problem = MixtureProblem.from_trajectories(trajectories, first, normalization, form)
    change = random.random()
    if change < 0.2:  # a resample of the samples
        rivals = trajectories.interval_counts[problem.rival_interval][:, problem.category]
        rivals = sparse.csr_array(rivals)
        rivals.data = random.poisson(0.5 * rivals.data)
        return problem.with_counts(
            random.poisson(0.5 * trajectories.merge_counts[problem.step][:, problem.category]),
            rivals,
            trajectories.initial_pairs[problem.category],
        )
    if change < 0.4 and problem.rows > 1:  # some merges left out
        first = int(random.integers(problem.rows))
        return problem.without_rows(first, min(first + int(random.integers(1, problem.rows)), problem.rows))
    return problem


def whole_program(problem: MixtureProblem) -> Bounds:
    """Solve the program written out whole by linprog, and prove how good the answer is.

    Columns are β, then θ (not in the paper's form), what merges fall short, what rivals (pairs) exceed; rows are
    A·x ≤ 0. For any multipliers λ ≥ 0 the optimum is at least min over β of (reduced cost)·β less what negative
    reduced costs of the other columns, each of which is at most the largest value there is, could gain.
    """
    rows, columns = problem.rows, problem.columns
    values = np.concatenate((problem.merge_shares.ravel(), problem.rival_shares.data))
    unit = float(values.max()) if values.max(initial=0.0) > 0 else 1.0
    merges = sparse.csr_array(problem.merge_shares / unit)
    rivals = sparse.csr_array(problem.rival_shares / unit)
    shared = problem.form in ("pair", "paper")
    owner = np.unique(problem.rival_pair, return_inverse=True)[1] if shared else np.arange(problem.rivals)
    owners = int(owner.max(initial=-1)) + 1
    over_cost = np.zeros(owners)
    over_cost[owner] = problem.rival_weight
    if problem.form == "paper":
        length = problem.rival_last - problem.rival_first + 1
        of = np.repeat(np.arange(problem.rivals), length)
        before = np.cumsum(length) - length
        at = np.arange(len(of)) - np.repeat(before - problem.rival_first, length)
        count = np.arange(len(of))
        matrix = sparse.hstack(
            [
                rivals[of] - merges[at],
                _places(count, at, (len(of), rows), -1.0),
                _places(count, owner[of], (len(of), owners), -1.0),
            ],
            format="csr",
        )
        cost = np.concatenate((np.zeros(columns), problem.merge_weight, over_cost))
    else:
        eye = sparse.eye_array(rows, format="csr")
        count = np.arange(problem.rivals)
        nothing = sparse.csr_array
        matrix = sparse.vstack(
            [
                sparse.hstack([-merges, eye, -eye, nothing((rows, owners))]),
                sparse.hstack(
                    [
                        rivals,
                        _places(count, problem.rival_last, (problem.rivals, rows), -1.0),
                        nothing((problem.rivals, rows)),
                        _places(count, owner, (problem.rivals, owners), -1.0),
                    ]
                ),
                sparse.hstack(
                    [nothing((rows - 1, columns)), eye[1:] - eye[:-1], nothing((rows - 1, rows + owners))]
                ),
            ],
            format="csr",
        )
        cost = np.concatenate((np.zeros(columns + rows), problem.merge_weight, over_cost))
    simplex = np.zeros((1, matrix.shape[1]))
    simplex[0, :columns] = 1.0
    best = Bounds(0.0, np.inf)
    scale = 1.0
    for _ in range(4):  # scaled by the objective found: the engine's tolerance is absolute
        answer = linprog(
            scale * cost,
            A_ub=matrix,
            b_ub=np.zeros(matrix.shape[0]),
            A_eq=simplex,
            b_eq=[1.0],
            method="highs",
            options={"primal_feasibility_tolerance": 1e-10, "dual_feasibility_tolerance": 1e-10},
        )
        if answer.x is None:
            break
        weights = np.maximum(answer.x[:columns], 0.0)
        weights /= weights.sum()
        level = unit * np.maximum(answer.x[columns : columns + rows], 0.0)
        if problem.form == "paper":
            level += problem.merge_shares @ weights
        upper = objective(
            problem, weights, np.minimum.accumulate(level) if problem.form != "paper" else level
        )
        multipliers = np.maximum(-answer.ineqlin.marginals, 0.0) / scale
        reduced = cost + matrix.T @ multipliers
        lower = float(reduced[:columns].min()) + float(np.minimum(reduced[columns:], 0.0).sum())
        best = Bounds(max(best.lower, unit * lower), min(best.upper, upper))
        if best.upper - best.lower <= 0.1 * TOLERANCE * best.upper:
            break
        scale = 1.0 / max(best.upper / unit, 1e-9)
    return best


def _places(
    row: NDArray[np.integer], column: NDArray[np.integer], shape: tuple[int, int], value: float
) -> sparse.csr_array:
    return sparse.csr_array((np.full(len(row), value), (row, column)), shape=shape)


def objective(problem: MixtureProblem, weights: Floats, level: Floats) -> float:
    """Return what a mixture costs with these levels, term by term: θ, or sₜ + vₜ in the paper's form."""
    short = np.maximum(level - problem.merge_shares @ weights, 0.0)
    values = problem.rival_shares @ weights
    if problem.form == "paper":
        lowest = [
            level[f : e + 1].min() for f, e in zip(problem.rival_first, problem.rival_last, strict=True)
        ]
        over = np.maximum(values - np.array(lowest, dtype=np.float64), 0.0)
    else:
        over = np.maximum(values - level[problem.rival_last], 0.0)
    if problem.form in ("pair", "paper"):
        most: dict[int, tuple[float, float]] = {}
        for pair, excess, weight in zip(problem.rival_pair.tolist(), over, problem.rival_weight, strict=True):
            most[pair] = max(most.get(pair, (0.0, 0.0)), (float(excess), float(weight)))
        cost = sum(excess * weight for excess, weight in most.values())
    else:
        cost = float(problem.rival_weight @ over)
    return float(problem.merge_weight @ short) + cost


def examine(seed: int, number: int) -> Outcome:
    """Solve one problem with every engine that can, and say what is wrong with the answers."""
    try:
        problem = random_problem(seed, number)
    except InferenceError as error:
        return Outcome((), (), str(error), 0.0, 0)
    if problem.columns == 0:
        for method, forms in METHODS.items():
            if problem.form in forms:
                try:
                    solve(problem, method)
                except InferenceError as error:
                    refusal = str(error)
                else:
                    return Outcome((f"{method}: an answer without a category",), (), "", 0.0, 1)
        return Outcome((), (), refusal, 0.0, 0)
    exact = whole_program(problem)
    scale = float(problem.merge_shares.sum()) / problem.columns
    faults, stalled, answers = [], [], 0
    for method, forms in METHODS.items():
        if problem.form not in forms:
            continue
        answer = solve(problem, method, tolerance=TOLERANCE)
        answers += 1
        weights = problem.weights(answer.alpha)
        rounding = ROUNDING * max(scale, exact.upper)
        allowed = TOLERANCE * max(answer.objective, NOTHING * scale) + rounding
        costs = objective(problem, weights, answer.threshold)
        if (
            not np.isfinite(answer.alpha).all()
            or abs(answer.alpha.sum() - 1) > 1e-9
            or answer.alpha.min() < 0
        ):
            faults.append(f"{method}: the shares are not shares: {answer.alpha}")
        if abs(costs - answer.objective) > allowed:
            faults.append(f"{method}: says {answer.objective:.9g}, but its mixture costs {costs:.9g}")
        if answer.lower_bound > exact.upper + allowed:
            faults.append(f"{method}: lower bound {answer.lower_bound:.9g}, but {exact.upper:.9g} is known")
        if answer.status is not SolveStatus.OPTIMAL:
            stalled.append(method)
        elif answer.objective > exact.upper + allowed:
            faults.append(
                f"{method}: {answer.objective:.9g} is called optimal, but {exact.upper:.9g} is known"
            )
    return Outcome(
        tuple(faults),
        tuple(stalled),
        "",
        (exact.upper - exact.lower) / max(exact.upper, NOTHING * scale),
        answers,
    )


def main() -> int:
    """Run the problems and print one line for each fault, then the sums."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--problems", type=int, default=2400)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", type=int, help="one problem, by its number")
    arguments = parser.parse_args()
    numbers = range(arguments.problems) if arguments.only is None else [arguments.only]
    begin = time.perf_counter()
    faults = answers = refused = loose = 0
    stalled: Counter[str] = Counter()
    for number in numbers:
        try:
            outcome = examine(arguments.seed, number)
        except Exception as error:
            outcome = Outcome((f"{type(error).__name__}: {error}",), (), "", 0.0, 0)
        for fault in outcome.faults:
            print(f"problem {number}: {fault}")
        faults += bool(outcome.faults)
        answers += outcome.answers
        refused += bool(outcome.refused)
        loose += outcome.referee_gap > TOLERANCE
        stalled.update(outcome.stalled)
    print(
        f"{len(numbers):,} problems (seed {arguments.seed}), {answers:,} answers, {refused} problems refused with a "
        f"message, {faults} problems with a fault, {time.perf_counter() - begin:.0f} s"
    )
    print(
        f"not called optimal: {dict(stalled) or 'none'}; referee itself not proved to {TOLERANCE:g}: {loose}"
    )
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
