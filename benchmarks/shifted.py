"""Known mixtures with training text from other sources than the samples: errors of shares, coverage of intervals.

    python benchmarks/shifted_text.py DIR                                   # text of both sides, from packages
    python benchmarks/shifted.py run DIR calibration --trials 20 --output calibration.jsonl
    python benchmarks/shifted.py calibrate calibration.jsonl                # the forms that were tried, cross-validated
    python benchmarks/shifted.py run DIR test --trials 34 --output test.jsonl
    python benchmarks/shifted.py score test.jsonl                           # what the product says, on held-out sources

A trial draws categories and shares (a fifth of them nothing), splits each category's sources into those that train the
tokenizer and one to three that are sampled, and infers the shares. There are three kinds: 10 languages; 8 programming
languages; and 5 languages, 5 programming languages and English, whose samples are one to four categories of other
registers than its training text, so that only its sum is known. A sample has 80 or 160 kB a category, a list 2,000 or
3,000 merges. Everything follows from the trial's number.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from trial_command import parser_of_kinds, waiting

from bpeinfer.corpora.corpus import Corpus
from bpeinfer.counting.counts import PretokenCounts
from bpeinfer.counting.jobs import count_pretokens
from bpeinfer.diagnostics.bootstrap import Bootstrap, bootstrap, byte_shares
from bpeinfer.diagnostics.languages import relatives
from bpeinfer.diagnostics.ruled_out import without_ruled_out
from bpeinfer.diagnostics.total import (
    LANGUAGES,
    OF_A_GROUP,
    factor_of,
    find_vague,
    total_half_width,
)
from bpeinfer.inference.tracing import fit_mixture
from bpeinfer.loading.known_pretokenizers import KNOWN
from bpeinfer.merges import MergeList
from bpeinfer.pretokenize import Pretokenizer
from bpeinfer.solving import evaluate
from bpeinfer.training import train

Floats = NDArray[np.float64]

CODE = ("python", "perl", "php", "ruby", "go", "rust", "c", "cpp", "javascript", "lisp", "lua")
KINDS = ("mixed", "code", "languages")
RESAMPLES = 10
SPREAD = np.ones(RESAMPLES)
LEVEL = 0.95


@dataclass(frozen=True)
class Drawn:
    """What a trial draws.

    Attributes:
        training: sources and byte share of each part of the training text, named.
        samples: name, group and sources of each category.
        merges, sample_bytes: of the list, and of each category's sample.
    """

    training: dict[str, tuple[list[str], float]]
    samples: list[tuple[str, str, list[str]]]
    merges: int
    sample_bytes: int


def read_side(folder: Path, kind: str) -> PretokenCounts:
    """The counts of every source that trials of a kind may draw, as categories named category/source."""
    texts = {}
    for path in sorted(folder.glob("*/*.jsonl")):
        code = path.parent.name in CODE
        if kind == "mixed" or code == (kind == "code"):
            texts[f"{path.parent.name}/{path.stem}"] = [
                json.loads(line)["text"] for line in path.read_text("utf-8").splitlines()
            ]
    known = KNOWN["r50k"]
    return count_pretokens(
        Corpus.from_texts(texts),
        Pretokenizer.from_spec(known.normalizer, known.pre_tokenizer, name=known.name),
    )


def draw(sources: Sequence[str], trial: int, kind: str) -> Drawn:
    """Draw categories, shares and the split of each category's sources."""
    random = np.random.default_rng([trial, 17])
    of: dict[str, list[str]] = {}
    for name in sources:
        of.setdefault(name.split("/")[0], []).append(name)

    def split(names: list[str], most: int) -> tuple[list[str], list[str]]:
        order = list(random.permutation(names))
        sampled = int(random.integers(1, min(most, len(names) - 1) + 1))
        return order[sampled:], order[:sampled]

    languages = [name for name in of if name not in CODE and name != "en" and len(of[name]) > 1]
    code = [name for name in CODE if len(of.get(name, [])) > 1]
    if kind == "languages":
        chosen = list(random.choice([*languages, "en"], 10, replace=False))
    elif kind == "code":
        chosen = list(random.choice(code, 8, replace=False))
    else:
        chosen = [*random.choice(languages, 5, replace=False), *random.choice(code, 5, replace=False)]
    groups = {name: "code" if name in CODE else "English" if name == "en" else LANGUAGES for name in chosen}
    shares = random.dirichlet(np.ones(len(chosen))) * (random.random(len(chosen)) > 0.2)
    training: dict[str, tuple[list[str], float]] = {}
    samples = []
    english = 0.0
    if kind == "mixed":
        of_groups = random.dirichlet(np.ones(3))
        english = float(of_groups[2])
        is_language = np.array([groups[name] == LANGUAGES for name in chosen])
        for members, share in ((is_language, of_groups[0]), (~is_language, of_groups[1])):
            if not shares[members].sum():
                shares[np.flatnonzero(members)[0]] = 1.0
            shares[members] *= share / shares[members].sum()
        trained, sampled = split(of["en"], 4)
        training["English"] = (trained, english)
        samples += [(source, "English", [source]) for source in sampled]
    shares *= (1 - english) / shares.sum()
    for name, share in zip(chosen, shares, strict=True):
        trained, sampled = split(of[name], 3)
        training[name] = (trained, float(share))
        samples.append((name, groups[name], sampled))
    return Drawn(training, samples, int(random.choice([2000, 3000])), int(random.choice([80_000, 160_000])))


def train_mixed(counts: PretokenCounts, drawn: Drawn) -> tuple[MergeList, dict[str, dict[str, float]]]:
    """Train on the sources' whole text, weighed to the shares drawn; return the list and the exact shares."""
    own = [np.isin(counts.categories, sources).nonzero()[0] for sources, _ in drawn.training.values()]
    blocks = [np.flatnonzero(np.isin(counts.block_category, numbers)) for numbers in own]
    part = np.repeat(np.arange(len(blocks)), [len(numbers) for numbers in blocks])
    blob, offsets, of_blocks = counts.of_blocks(np.concatenate(blocks))
    length = np.diff(offsets)
    sizes = np.array([np.bincount(part, per @ of_blocks) for per in (length, length - 1)])
    times = np.array([share for _, share in drawn.training.values()]) / sizes[0]
    whole = np.rint(times / times.max() * 1e6).astype(np.int64)
    merges = train(blob, offsets, of_blocks @ whole[part], drawn.merges)
    of_bytes, of_pairs = sizes * whole / (sizes * whole).sum(axis=1, keepdims=True)
    truth = {
        name: {"byte": float(of_bytes[number]), "pair": float(of_pairs[number])}
        for number, name in enumerate(drawn.training)
    }
    return merges, truth


def sample(counts: PretokenCounts, drawn: Drawn, seed: int) -> tuple[PretokenCounts, NDArray[np.int64]]:
    """Choose blocks of each category's sampled sources at random, up to its bytes, at least twelve.

    Returns the counts by block and each block's source, by its number in `counts`.
    """
    random = np.random.default_rng([seed, 18])
    size = np.diff(counts.offsets) @ counts.counts
    chosen, owner = [], []
    ordered = sorted(drawn.samples)
    for number, (_, _, sources) in enumerate(ordered):
        named = [counts.categories.index(name) for name in sources]
        blocks = random.permutation(np.flatnonzero(np.isin(counts.block_category, named)))
        fitting = int(np.searchsorted(np.cumsum(size[blocks]), drawn.sample_bytes))
        chosen.append(np.sort(blocks[: max(12, fitting)]))
        owner += [number] * len(chosen[-1])
    every = np.concatenate(chosen)
    blob, offsets, of_blocks = counts.of_blocks(every)
    samples = PretokenCounts(
        blob=blob,
        offsets=offsets,
        counts=of_blocks,
        block_category=np.array(owner, dtype=np.int32),
        categories=tuple(name for name, _, _ in ordered),
        groups=tuple(group for _, group, _ in ordered),
        category_bytes=np.bincount(owner, np.diff(offsets) @ of_blocks, len(ordered)).astype(np.int64),
        documents=np.bincount(owner),
    )
    return samples, counts.block_category[every].astype(np.int64)


Sum = tuple[str, str, str, NDArray[np.bool_], dict[str, float]]
"""Level, name, group, categories summed (bool[n]) and true shares by unit."""


def sums_of(samples: PretokenCounts, drawn: Drawn, truth: dict[str, dict[str, float]]) -> list[Sum]:
    """The categories and sums over groups whose truth is known."""
    numbers = np.arange(len(samples.categories))
    sums = [
        ("category", name, samples.groups[number], numbers == number, truth[name])
        for number, name in enumerate(samples.categories)
        if name in truth
    ]
    if "English" in truth:
        group_of = {name: group for name, group, _ in drawn.samples} | {"English": "English"}
        for group in dict.fromkeys(samples.groups):
            known = [truth[name] for name in truth if group_of[name] == group]
            summed = {unit: sum(one[unit] for one in known) for unit in ("byte", "pair")}
            sums.append(("group", group, group, np.array(samples.groups) == group, summed))
    return sums


def run_trial(counts: PretokenCounts, trial: int, kind: str) -> dict[str, Any]:
    """Run one trial; return its cases: each share whose truth is known, with what a run knows of it."""
    drawn = draw(counts.categories, trial, kind)
    merges, truth = train_mixed(counts, drawn)
    samples, _ = sample(counts, drawn, trial)
    fitted = fit_mixture(merges, samples)
    of_all = fitted.solution.alpha
    sets = relatives(samples.categories, samples.groups)
    fitted, ruled_out = without_ruled_out(fitted, sets, np.zeros(len(sets), dtype=bool))
    problem, solution = fitted.problem, fitted.solution
    left_out = np.isin(np.arange(len(sets)), [number for entry in ruled_out for number in entry.categories])
    drawn_anew = bootstrap(fitted, RESAMPLES, trial)
    in_bytes = byte_shares(solution.alpha, samples.category_bytes, fitted.trajectories.initial_pairs)
    units = {
        "pair": (solution.alpha, drawn_anew.pair_shares, drawn_anew.reweighted_pair_shares),
        "byte": (in_bytes, drawn_anew.byte_shares, drawn_anew.reweighted_byte_shares),
    }
    values = problem.merge_shares @ problem.weights(solution.alpha)
    threshold = evaluate(problem, problem.weights(solution.alpha)).fit.threshold
    shortfall = np.clip(1 - values / np.maximum(threshold, 1e-300), 0, 1)
    return {
        "kind": kind,
        "trial": trial,
        "merges": len(merges),
        "sample_bytes": drawn.sample_bytes,
        "misfit": float(np.average(shortfall**2, weights=threshold)),
        "absent": problem.merges_absent / len(merges),
        "cases": [
            {"level": level, "name": name, "group": group}
            | {"of_all": float(of_all[members].sum()), "left_out": bool(left_out[members].any())}
            | {
                unit: {
                    "share": float(shares[members].sum()),
                    "truth": right[unit],
                    "blocks": _sums(resampled, members),
                    "comparisons": _sums(reweighted, members),
                }
                for unit, (shares, resampled, reweighted) in units.items()
            }
            for level, name, group, members, right in sums_of(samples, drawn, truth)
        ],
    }


def _sums(shares: Floats, members: NDArray[np.bool_]) -> list[float]:
    return [round(value, 8) for value in shares[:, members].sum(axis=1).tolist()]


@dataclass(frozen=True, kw_only=True)
class Cases:
    """Shares with known truth, one an entry of each array; `trial` numbers the trials.

    `blocks` and `comparisons` are spreads around the estimate. `before` is how much higher the pair share was in the
    fit of all categories, 0 if none of its own was left out; `group` the group.
    """

    share: Floats
    truth: Floats
    blocks: Floats
    comparisons: Floats
    before: Floats
    misfit: Floats
    group: NDArray[np.str_]
    trial: NDArray[np.int64]

    def of(self, chosen: NDArray[np.bool_]) -> Cases:
        """Some of them."""
        return Cases(**{name: array[chosen] for name, array in vars(self).items()})


def read_cases(paths: Sequence[Path], level: str, unit: str = "byte", group: str | None = None) -> Cases:
    """Read the cases of a level; `group` is "code" or "prose" for categories of one of them only."""
    found = [
        (case[unit] | {name: case[name] for name in ("of_all", "left_out", "group")}, row["misfit"], number)
        for number, row in enumerate(_rows(paths))
        for case in row["cases"]
        if case["level"] == level and (group is None or (case["group"] == "code") == (group == "code"))
    ]
    return _cases(found)


def _rows(paths: Sequence[Path]) -> list[dict[str, Any]]:
    return [json.loads(line) for path in paths for line in path.read_text().splitlines()]


def _cases(found: Sequence[tuple[dict[str, Any], float, int]]) -> Cases:
    """Put together shares, each with its resamples, the misfit of its trial and the trial's number."""
    share = np.array([case["share"] for case, _, _ in found])
    blocks, comparisons = (np.array([case[by] for case, _, _ in found]).T for by in ("blocks", "comparisons"))
    return Cases(
        share=share,
        truth=np.array([case["truth"] for case, _, _ in found]),
        blocks=Bootstrap.spread(share, blocks),
        comparisons=Bootstrap.spread(share, comparisons),
        before=np.array(
            [max(case["of_all"] - case["share"], 0.0) if case["left_out"] else 0.0 for case, _, _ in found]
        ),
        misfit=np.array([misfit for _, misfit, _ in found]),
        group=np.array([case.get("group", "") for case, _, _ in found]),
        trial=np.array([number for _, _, number in found]),
    )


def read_sums(paths: Sequence[Path], unit: str = "byte") -> tuple[Cases, NDArray[np.bool_]]:
    """Sums over two or three categories of a group; and of which of them each interval alone says little."""
    found, vague = [], []
    for number, row in enumerate(_rows(paths)):
        alone = [case for case in row["cases"] if case["level"] == "category"]
        share, blocks, comparisons = (
            np.array([case[unit][of] for case in alone]).T for of in ("share", "blocks", "comparisons")
        )
        drawn_alone = Bootstrap(blocks, blocks, comparisons, comparisons)
        open_alone = find_vague(share, drawn_alone, [case["group"] for case in alone], True)
        for size in (2, 3):
            for members in map(list, combinations(range(len(alone)), size)):
                if len({alone[member]["group"] for member in members}) == 1:
                    parts = [alone[member][unit] for member in members]
                    summed = {name: sum(part[name] for part in parts) for name in ("share", "truth")}
                    drawn = {
                        by: np.sum([part[by] for part in parts], axis=0) for by in ("blocks", "comparisons")
                    }
                    others = {
                        "of_all": sum(alone[member]["of_all"] for member in members),
                        "left_out": any(alone[member]["left_out"] for member in members),
                        "group": alone[members[0]]["group"],
                    }
                    found.append((summed | drawn | others, row["misfit"], number))
                    vague.append(bool(open_alone[members].all()))
    return _cases(found), np.array(vague)


# Half-widths that were tried: name → (function of parameters and cases, first guess).
Form = tuple[Callable[[Floats, Cases], Floats], list[float]]


def _binomial(cases: Cases) -> Floats:
    return np.sqrt(cases.share * (1 - cases.share))


FORMS: dict[str, Form] = {
    "√share": (lambda p, c: p[0] * np.sqrt(c.share), [0.2]),
    "√(share · rest)": (lambda p, c: p[0] * _binomial(c), [0.2]),
    "documents": (lambda p, c: p[0] * c.blocks, [8.0]),
    "comparisons": (lambda p, c: p[0] * c.comparisons, [6.0]),
    "floor, documents": (lambda p, c: np.hypot(p[0] * c.blocks, p[1]), [8.0, 0.003]),
    "floor, comparisons": (lambda p, c: np.hypot(p[0] * c.comparisons, p[1]), [8.0, 0.003]),
    "floor, √(share · rest)": (lambda p, c: np.hypot(p[0] * _binomial(c), p[1]), [0.2, 0.003]),
    "floor, √(share · rest), comparisons": (
        lambda p, c: np.sqrt((p[0] * _binomial(c)) ** 2 + p[1] ** 2 + (p[2] * c.comparisons) ** 2),
        [0.05, 0.003, 6.0],
    ),
    "floor, documents, comparisons": (
        lambda p, c: np.sqrt((p[0] * c.blocks) ** 2 + p[1] ** 2 + (p[2] * c.comparisons) ** 2),
        [4.0, 0.003, 6.0],
    ),
    "floor, comparisons, by misfit": (
        lambda p, c: np.hypot(p[0] * c.comparisons * (c.misfit / 0.02) ** p[2], p[1]),
        [8.0, 0.003, 0.2],
    ),
    "product of powers": (
        lambda p, c: (
            p[0] * (_binomial(c) + 1e-3) ** p[1] * (c.blocks + 2e-4) ** p[2] * (c.comparisons + 2e-4) ** p[3]
        ),
        [4.0, 0.1, 0.4, 0.5],
    ),
    "floor, documents, a factor each for languages and the rest": (
        lambda p, c: np.hypot(np.where(c.group == LANGUAGES, p[0], p[1]) * c.blocks, p[2]),
        [8.0, 14.0, 0.003],
    ),
    "floor, comparisons, a factor each for languages and the rest": (
        lambda p, c: np.hypot(np.where(c.group == LANGUAGES, p[0], p[1]) * c.comparisons, p[2]),
        [6.0, 12.0, 0.003],
    ),
}


def interval_scores(cases: Cases, half: Floats) -> tuple[Floats, NDArray[np.bool_]]:
    """Winkler's score of each interval, cut off at 0 and 1, and whether it holds the truth.

    Where a category was left out, it reaches up to the share in the fit of all at least.
    """
    half = np.abs(half)
    low, high = np.clip(cases.share - half, 0, 1), np.clip(cases.share + np.maximum(half, cases.before), 0, 1)
    return winkler_scores(low, high, cases.truth)


def winkler_scores(low: Floats, high: Floats, truth: Floats) -> tuple[Floats, NDArray[np.bool_]]:
    """The score of each interval (less is better; Winkler 1972), and whether it holds the truth."""
    missed = np.maximum(low - truth, 0) + np.maximum(truth - high, 0)
    return high - low + 2 / (1 - LEVEL) * missed, missed <= 1e-12


def fit(form: Form, cases: Cases) -> Floats:
    """The parameters of least mean score."""
    function, guess = form
    tried = (
        minimize(
            lambda p: float(interval_scores(cases, function(p, cases))[0].mean()),
            np.array(guess) * times,
            method="Nelder-Mead",
            options={"maxiter": 1500, "xatol": 1e-3, "fatol": 1e-6},
        )
        for times in (1.0, 0.6)
    )
    best: Floats = min(tried, key=lambda result: float(result.fun)).x
    return best


def cross_validated(form: Form, cases: Cases, folds: int = 6) -> tuple[Floats, NDArray[np.bool_]]:
    """Scores and coverage, each trial judged with parameters from the other folds of trials."""
    _, number = np.unique(cases.trial, return_inverse=True)
    scores, holds = np.zeros(len(number)), np.zeros(len(number), dtype=bool)
    for fold in range(folds):
        out = number % folds == fold
        parameters = fit(form, cases.of(~out))
        scores[out], holds[out] = interval_scores(cases.of(out), form[0](parameters, cases.of(out)))
    return scores, holds


def _line(name: str, cases: Cases, scores: Floats, holds: NDArray[np.bool_], note: str = "") -> str:
    large = cases.truth > 0.01
    return (
        f"| {name} | {100 * scores.mean():.1f} | {100 * holds[large].mean():.1f} | {100 * holds.mean():.1f} "
        f"| {note} |"
    )


def calibrate(paths: Sequence[Path]) -> None:
    """Print each form's cross-validated score and coverage, and its parameters on all trials."""
    for title, cases in (
        ("categories", read_cases(paths, "category")),
        ("languages", read_cases(paths, "category", group="prose")),
        ("code", read_cases(paths, "category", group="code")),
        ("groups", read_cases(paths, "group")),
        ("sums over two or three categories of a group", read_sums(paths)[0]),
    ):
        trials = len(np.unique(cases.trial))
        print(f"\n{title}: {len(cases.share)} shares of {trials} trials\n")
        print(
            "| half-width | interval score | holds, above 1 % | holds, all | parameters |\n|---|---|---|---|---|"
        )
        for name, form in FORMS.items():
            parameters = ", ".join(f"{abs(number):.3g}" for number in fit(form, cases))
            print(_line(name, cases, *cross_validated(form, cases), parameters), flush=True)


def score(paths: Sequence[Path]) -> None:
    """Print score and coverage of the product's total and sampling intervals and of the baselines."""
    for title, level, group, factor in (
        ("categories", "category", None, None),
        ("languages", "category", "prose", None),
        ("code", "category", "code", None),
        ("groups", "group", None, OF_A_GROUP),
    ):
        for unit in ("byte", "pair"):
            cases = read_cases(paths, level, unit, group)
            error = 100 * float(np.abs(cases.share - cases.truth).mean())
            trials = len(np.unique(cases.trial))
            print(
                f"\n{title}, {unit}s: {len(cases.share)} shares of {trials} trials, mean error {error:.2f} points\n"
            )
            print("| interval | interval score | holds, above 1 % | holds, all | |\n|---|---|---|---|---|")
            print(_line("total", cases, *interval_scores(cases, _total(factor, cases))))
            print(_line("sampling", cases, *interval_scores(cases, _sampling(cases))))
            times = best_factor(cases)
            widened = interval_scores(cases, times * _sampling(cases))
            print(_line("sampling, widened by the factor that is best here", cases, *widened, f"{times:.2f}"))
            for constant in (0.067, 0.126):
                half = constant * np.sqrt(cases.share)
                print(_line(f"{constant} · √share", cases, *interval_scores(cases, half)))

    cases, vague = read_sums(paths)
    print(
        "\nsums over two or three categories of a group, bytes: all, then those whose parts say little alone\n"
    )
    print("| interval | interval score | holds, above 1 % | holds, all | |\n|---|---|---|---|---|")
    for name, factor in (
        ("category", None),
        ("group", OF_A_GROUP),
    ):
        for chosen in (np.ones_like(vague), vague):
            of = cases.of(chosen)
            print(_line(f"{name}'s", of, *interval_scores(of, _total(factor, of)), f"{len(of.share)} sums"))


def _sampling(cases: Cases) -> Floats:
    """Half the sampling interval; resamples that are all at the distance of the spread have it as their own."""
    drawn = cases.share + cases.blocks * SPREAD[:, None]
    return Bootstrap.half_width(cases.share, drawn)


def best_factor(cases: Cases) -> float:
    """The factor on the sampling interval that scores best on these very cases."""
    tried = np.geomspace(1, 20, 121)
    return float(min(tried, key=lambda times: interval_scores(cases, times * _sampling(cases))[0].mean()))


def _total(factor: float | None, cases: Cases) -> Floats:
    """Half the total interval by this factor, or by that of categories of each one's group."""
    factors = [factor or factor_of([group]) for group in cases.group.tolist()]
    return np.array(
        [
            total_half_width(times, share, share + blocks * SPREAD, share + comparisons * SPREAD, True)
            for times, share, blocks, comparisons in zip(
                factors, cases.share, cases.blocks, cases.comparisons, strict=True
            )
        ]
    )


def main() -> None:
    """Run what the command line asks for."""
    parser, _ = parser_of_kinds(__doc__, KINDS, 20, ("calibrate", "score"))
    given = parser.parse_args()
    if given.command == "calibrate":
        calibrate(given.results)
    elif given.command == "score":
        score(given.results)
    else:
        for kind, trials in waiting(given).items():
            counts = read_side(given.folder / given.side, kind) if trials else None
            for trial in trials:
                assert counts is not None
                row = run_trial(counts, trial, kind)
                with given.output.open("a") as file:
                    file.write(json.dumps(row) + "\n")
                print(kind, trial, flush=True)


if __name__ == "__main__":
    main()
