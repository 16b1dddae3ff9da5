"""Other estimators on the trials of benchmarks/shifted.py: is any less affected by samples of another register?

    python benchmarks/shifted_estimators.py run DIR calibration --trials 20 --output estimators-calibration.jsonl
    python benchmarks/shifted_estimators.py run DIR calibration --same --trials 20 --output estimators-same.jsonl
    python benchmarks/shifted_estimators.py score estimators-calibration.jsonl

DIR is made by benchmarks/shifted_text.py. With --same, training text and samples are different blocks of the same
sources. `score` prints, for each estimator, log10 of the mean squared error in byte shares (mean over trials, by kind)
and the mean absolute error of categories and of groups in points.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_array, csr_array, hstack, vstack
from shifted import KINDS, draw, of_same_sources, read_side, sample, sums_of, train_mixed
from trial_command import parser_of_kinds, waiting

from bpeinfer.counting.counts import PretokenCounts
from bpeinfer.diagnostics.bootstrap import byte_shares
from bpeinfer.diagnostics.misfit import occurrence_weights, variance_of_merges
from bpeinfer.errors import InferenceError
from bpeinfer.pair_counts import PairCounts
from bpeinfer.pair_history import PairHistory
from bpeinfer.replay import replay
from bpeinfer.solving import MixtureProblem, Solution, evaluate, solve
from bpeinfer.trajectory import PairTrajectories

Floats = NDArray[np.float64]
Longs = NDArray[np.int64]

GAP = 1e-4
WORD_SETS = 100
# Weight of the row that carries the costs of columns: dear enough for its threshold to stay at zero.
FIXED = 1e3


def in_word_sets(counts: PretokenCounts, seed: int) -> PretokenCounts:
    """Put each category's words into random sets in place of its blocks: drawn anew, they are another vocabulary."""
    by_category = counts.by_category().tocoo()
    word, category = by_category.coords
    of_word = np.random.default_rng([seed, 5]).integers(0, WORD_SETS, len(counts))
    width = len(counts.categories) * WORD_SETS
    column = category.astype(np.int64) * WORD_SETS + of_word[word]
    sets = csc_array((by_category.data, (word, column)), shape=(len(counts), width))
    full = np.flatnonzero(np.diff(sets.indptr))
    return replace(counts, counts=sets[:, full], block_category=(full // WORD_SETS).astype(np.int32))


@dataclass(frozen=True, eq=False)
class Posed:
    """A trial as an estimator sees it.

    Attributes:
        samples: pretokens by block.
        source: int64[K], the number of each block's source.
        history, trajectories, problem, solution: as in the product.
    """

    samples: PretokenCounts
    source: Longs
    history: PairHistory
    trajectories: PairTrajectories
    problem: MixtureProblem
    solution: Solution

    @classmethod
    def of(cls, merges: Any, samples: PretokenCounts, source: Longs) -> Posed:
        """Pose and solve the program of the product."""
        history = PairHistory.of(replay(merges, samples.blob, samples.offsets))
        trajectories = history.trajectories(samples.by_category(), samples.category_bytes)
        problem = MixtureProblem.from_trajectories(trajectories)
        return cls(samples, source, history, trajectories, problem, solve(problem))

    @cached_property
    def threshold(self) -> Floats:
        """float64[R], the fitted thresholds, none of them zero."""
        fitted = evaluate(self.problem, self.problem.weights(self.solution.alpha)).fit.threshold
        lifted: Floats = np.maximum(fitted, 1e-9 * fitted.max())
        return lifted

    def deviations(self, words: bool) -> Floats:
        """float64[R], relative standard deviation of what the mixture holds of each merge, by blocks or by words."""
        counts = in_word_sets(self.samples, 0) if words else self.samples
        problem = self.problem
        weights = problem.weights(self.solution.alpha)
        occurrence = np.zeros(problem.categories)
        occurrence[problem.category] = occurrence_weights(self.trajectories, problem, weights)
        variance = variance_of_merges(
            PairCounts.of(self.history, counts.counts),
            counts.block_category,
            occurrence,
            problem.step.astype(np.int64),
        )
        relative = np.sqrt(variance) / self.threshold
        few = problem.merge_shares @ weights < 0.5 * self.threshold
        return np.asarray(np.where(few, np.median(relative[~few]), relative))

    @cached_property
    def sources(self) -> tuple[MixtureProblem, Longs]:
        """The program with a column a source, and the category of each column."""
        _, own = np.unique(self.source, return_inverse=True)
        number = int(own.max()) + 1
        counts = replace(
            self.samples,
            block_category=own.astype(np.int32),
            categories=tuple(map(str, range(number))),
            groups=("",) * number,
            category_bytes=np.bincount(own, np.diff(self.samples.offsets) @ self.samples.counts, number),
            documents=np.bincount(own),
        )
        trajectories = self.history.trajectories(counts.by_category(), counts.category_bytes)
        category = np.zeros(number, dtype=np.int64)
        category[own] = self.samples.block_category
        problem = MixtureProblem.from_trajectories(trajectories)
        return problem, category[problem.category]


def weighed(posed: Posed, weight: Floats, start: Floats | None = None) -> Floats:
    """Pair shares with a weight on each merge, and on each rival that of the merge it ends at."""
    weight = weight / np.average(weight, weights=posed.threshold)
    problem = replace(posed.problem, merge_weight=weight, rival_weight=weight[posed.problem.rival_last])
    return solve(problem, tolerance=GAP, start=start).alpha


def by_power(power: float) -> Callable[[Posed], Floats]:
    """Weights θ^−power."""
    return lambda posed: weighed(posed, posed.threshold**-power)


def by_noise(words: bool, times: float, floor: float) -> Callable[[Posed], Floats]:
    """Weights 1 / relative deviation: `times` that of blocks or words, and `floor` for what both do not show."""

    def estimate(posed: Posed) -> Floats:
        return weighed(posed, 1 / np.hypot(times * posed.deviations(words), floor))

    return estimate


def bounded(scale: float, rounds: int) -> Callable[[Posed], Floats]:
    """Cauchy's loss by repeated weighting: relative shortfalls and excesses above `scale` count less and less."""

    def estimate(posed: Posed) -> Floats:
        alpha, problem = posed.solution.alpha, posed.problem
        for _ in range(rounds):
            weights = posed.problem.weights(alpha)
            threshold = np.maximum(evaluate(problem, weights).fit.threshold, 1e-12)
            short = np.clip(1 - problem.merge_shares @ weights / threshold, 0, 1)
            above = np.maximum(problem.rival_shares @ weights / threshold[problem.rival_last] - 1, 0)
            again = replace(
                posed.problem,
                merge_weight=1 / (1 + (short / scale) ** 2),
                rival_weight=1 / (1 + (above / scale) ** 2),
            )
            alpha = solve(again, tolerance=GAP, start=alpha).alpha
        return alpha

    return estimate


def supported_only(least: float) -> Callable[[Posed], Floats]:
    """Without the merges of which the fitted mixture holds less than `least` of the threshold."""

    def estimate(posed: Posed) -> Floats:
        held = posed.problem.merge_shares @ posed.problem.weights(posed.solution.alpha)
        weight = np.where(held < least * posed.threshold, 1e-6, 1.0)
        problem = replace(posed.problem, merge_weight=weight)
        return solve(problem, tolerance=GAP, start=posed.solution.alpha).alpha

    return estimate


def with_costs(problem: MixtureProblem, columns: MixtureProblem, cost: Floats) -> Solution:
    """Solve a program with columns of which each unit of weight costs something.

    The cost is a rival of a last row that no column holds: its threshold is zero, so that all of it exceeds.
    """
    return solve(
        replace(
            problem,
            merge_shares=np.vstack((columns.merge_shares, np.zeros(len(cost)))),
            rival_shares=csr_array(vstack((columns.rival_shares, csr_array(cost[None])))),
            rival_first=np.append(problem.rival_first, problem.rows).astype(np.int32),
            rival_last=np.append(problem.rival_last, problem.rows).astype(np.int32),
            rival_pair=np.append(problem.rival_pair, problem.rival_pair.max() + 1).astype(np.int32),
            rival_interval=np.append(problem.rival_interval, -1),
            step=np.append(problem.step, problem.step[-1] + 1).astype(np.int32),
            merge_weight=np.append(problem.merge_weight, FIXED),
            rival_weight=np.append(problem.rival_weight, 1.0),
            category=np.arange(len(cost)),
            categories=len(cost),
            pairs_per_weight=columns.pairs_per_weight,
        ),
        tolerance=GAP,
    )


def _side_by_side(*problems: MixtureProblem) -> MixtureProblem:
    """The columns of several programs of the same merges and rivals."""
    shares = [problem.rival_shares.tocsc() for problem in problems]
    return replace(
        problems[0],
        merge_shares=np.hstack([problem.merge_shares for problem in problems]),
        rival_shares=csr_array(hstack(shares)),
        pairs_per_weight=np.concatenate([problem.pairs_per_weight for problem in problems]),
    )


def _summed(posed: Posed, alpha: Floats, owner: Longs) -> Floats:
    """Sum columns' pair shares by category."""
    summed: Floats = np.bincount(owner, alpha, posed.problem.categories).astype(np.float64)
    return summed


def by_sources(cost: float) -> Callable[[Posed], Floats]:
    """Each category as one free column and one of each of its sources at a cost: a cone around its proportions."""

    def estimate(posed: Posed) -> Floats:
        sources, owner = posed.sources
        together = _side_by_side(posed.problem, sources)
        costs = np.concatenate((np.zeros(posed.problem.columns), np.full(sources.columns, cost)))
        solved = with_costs(posed.problem, together, costs)
        return _summed(posed, solved.alpha, np.concatenate((posed.problem.category, owner)))

    return estimate


def by_directions(cost: float, number: int, tilt: float) -> Callable[[Posed], Floats]:
    """Each category, and at a cost the same tilted along the main directions in which sources of one category differ.

    A direction is a factor for each merge and rival: a singular vector of the logarithms of what a source holds of it
    against its category, where both hold enough to tell.
    """

    def estimate(posed: Posed) -> Floats:
        problem = posed.problem
        sources, owner = posed.sources
        column = np.searchsorted(problem.category, owner)
        own = np.vstack((sources.merge_shares, sources.rival_shares.toarray()))
        whole = np.vstack((problem.merge_shares, problem.rival_shares.toarray()))
        some = 3e-5  # of a category's merged mass: a handful of occurrences
        ratio = np.log((own + some) / (whole[:, column] + some))
        typical = np.sqrt(whole.mean(axis=1) + 1e-12)
        left, size, _ = np.linalg.svd(ratio * typical[:, None], full_matrices=False)
        tilted = []
        for place in range(min(number, len(size))):
            direction = left[:, place] / typical * (whole.mean(axis=1) > 1e-6)
            scale = np.sqrt(np.average(direction**2, weights=typical**2))
            if scale > 0:
                tilted += [
                    whole * np.exp(np.clip(signed * direction / scale, -1.5, 1.5))[:, None]
                    for signed in (-tilt, tilt)
                ]
        if not tilted:
            return posed.solution.alpha
        parts = [problem]
        for columns in tilted:
            rows = columns[: problem.rows]
            mass = rows.sum(axis=0)
            parts.append(
                replace(
                    problem,
                    merge_shares=rows / mass,
                    rival_shares=csr_array(columns[problem.rows :] / mass),
                    pairs_per_weight=problem.pairs_per_weight / mass,
                )
            )
        costs = np.concatenate((np.zeros(problem.columns), np.full(problem.columns * len(tilted), cost)))
        solved = with_costs(problem, _side_by_side(*parts), costs)
        return _summed(posed, solved.alpha, np.tile(problem.category, len(parts)))

    return estimate


def over_ranges(number: int, how: Callable[..., Floats]) -> Callable[[Posed], Floats]:
    """Shares from ranges of ranks with equal parts of the list's mass, taken together."""

    def estimate(posed: Posed) -> Floats:
        sums = np.cumsum(posed.threshold)
        edges = np.searchsorted(sums, np.linspace(0, sums[-1], number + 1)[1:-1])
        first = [0, *(int(posed.problem.step[edge]) for edge in edges)]
        stop = [*first[1:], len(posed.trajectories.merge_counts)]
        found = []
        for begin, end in zip(first, stop, strict=True):
            try:
                problem = MixtureProblem.from_trajectories(posed.trajectories.head(end), begin)
                found.append(solve(problem, tolerance=GAP).alpha)
            except InferenceError:
                continue
        together: Floats = np.maximum(how(np.array(found), axis=0), 0)
        together /= together.sum()
        return together

    return estimate


def paper(posed: Posed) -> Floats:
    """The paper's unit, shares of initial pairs, in the product's form."""
    return solve(MixtureProblem.from_trajectories(posed.trajectories, normalization="paper")).alpha


def pulled_together(part: float) -> Callable[[Posed], Floats]:
    """A part of equal shares mixed in: what a guess that knows nothing takes off an estimate that errs."""
    return lambda posed: (1 - part) * posed.solution.alpha + part / posed.problem.categories


ESTIMATORS: dict[str, Callable[[Posed], Floats]] = {
    "product": lambda posed: posed.solution.alpha,
    "in pair shares (paper's unit)": paper,
    "θ^+¼": by_power(-0.25),
    "θ^−¼": by_power(0.25),
    "θ^−½": by_power(0.5),
    "noise of blocks": by_noise(False, 1.0, 0.1),
    "noise of blocks, 5 times": by_noise(False, 5.0, 0.1),
    "noise of words": by_noise(True, 1.0, 0.1),
    "noise of words, 3 times": by_noise(True, 3.0, 0.1),
    "bounded, 0.3": bounded(0.3, 2),
    "bounded, 0.1": bounded(0.1, 2),
    "supported merges only": supported_only(0.2),
    "sources free": by_sources(0.0),
    "sources, cost 0.03": by_sources(0.03),
    "sources, cost 0.1": by_sources(0.1),
    "2 directions, cost 0.03": by_directions(0.03, 2, 0.5),
    "2 directions, cost 0.1": by_directions(0.1, 2, 0.5),
    "6 directions, cost 0.03": by_directions(0.03, 6, 0.5),
    "4 ranges, median": over_ranges(4, np.median),
    "4 ranges, mean": over_ranges(4, np.mean),
    "2 ranges, mean": over_ranges(2, np.mean),
    "a tenth equal shares": pulled_together(0.1),
    "a fifth equal shares": pulled_together(0.2),
}


def run_trial(counts: PretokenCounts, trial: int, kind: str, same: bool) -> dict[str, Any]:
    """Run every estimator on one trial; return its byte shares of the sums whose truth is known."""
    drawn = draw(counts.categories, trial, kind)
    of_training = of_samples = counts
    if same:
        drawn, of_training, of_samples = of_same_sources(counts, drawn, trial)
    merges, truth = train_mixed(of_training, drawn)
    samples, source = sample(of_samples, drawn, trial)
    posed = Posed.of(merges, samples, source)
    sums = [known for known in sums_of(samples, drawn, truth) if known[0] != "sum"]
    found: dict[str, list[float]] = {}
    for name, estimator in ESTIMATORS.items():
        shares = byte_shares(estimator(posed), samples.category_bytes, posed.trajectories.initial_pairs)
        found[name] = [
            float(shares[np.isin(samples.categories, members)].sum()) for _, _, _, members, _ in sums
        ]
    return {
        "kind": kind,
        "trial": trial,
        "same": same,
        "levels": [level for level, *_ in sums],
        "truth": [right["byte"] for *_, right in sums],
        "found": found,
    }


def score(paths: list[Path]) -> None:
    """Print the table of estimators."""
    rows = [json.loads(line) for path in paths for line in path.read_text().splitlines()]
    print("| estimator | " + " | ".join(KINDS) + " | all | categories | groups |\n|---|" + "---|" * 6)
    for name in rows[0]["found"]:
        squares: dict[str, list[float]] = {kind: [] for kind in KINDS}
        errors: dict[str, list[float]] = {"category": [], "group": []}
        for row in rows:
            error = np.array(row["found"][name]) - np.array(row["truth"])
            of = np.array(row["levels"])
            squares[row["kind"]].append(float(np.log10(np.mean(error[of == "category"] ** 2))))
            for level in errors:
                errors[level] += np.abs(error[of == level]).tolist()
        every = [value for values in squares.values() for value in values]
        cells = [f"{np.mean(values):.2f}" if values else "-" for values in [*squares.values(), every]]
        cells += [f"{100 * np.mean(values):.2f}" if values else "-" for values in errors.values()]
        print(f"| {name} | " + " | ".join(cells) + " |")


def main() -> None:
    """Run what the command line asks for."""
    parser, run = parser_of_kinds(__doc__, KINDS, 20, ("score",))
    run.add_argument("--same", action="store_true", help="train on other blocks of the sampled sources")
    given = parser.parse_args()
    if given.command == "score":
        score(given.results)
        return
    for kind, trials in waiting(given).items():
        counts = read_side(given.folder / given.side, kind) if trials else None
        for trial in trials:
            assert counts is not None
            row = run_trial(counts, trial, kind, given.same)
            with given.output.open("a") as file:
                file.write(json.dumps(row) + "\n")
            print(kind, trial, flush=True)


if __name__ == "__main__":
    main()
