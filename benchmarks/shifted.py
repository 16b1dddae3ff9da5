"""Known mixtures with training text from other sources than the samples: errors of shares, coverage of intervals.

    python benchmarks/shifted_text.py DIR                                   # text of both sides, from packages
    python benchmarks/shifted.py run DIR calibration --trials 20 --output calibration.jsonl
    python benchmarks/shifted.py calibrate calibration.jsonl                # the forms that were tried, cross-validated
    python benchmarks/shifted.py run DIR calibration --trials 20 --same --output same.jsonl
    python benchmarks/shifted.py run DIR test --trials 36 --output test.jsonl
    python benchmarks/shifted.py score test.jsonl                           # what the product says, on held-out sources

A trial draws categories and shares (a fifth of them nothing), splits each category's sources into those that train the
tokenizer and one to three that are sampled, and infers the shares. There are three kinds: 10 languages; 8 programming
languages; and 5 languages, 5 programming languages and English, whose samples are one to four categories of other
registers than its training text, so that only its sum is known. A sample has 80 or 160 kB a category, a list 2,000 or
3,000 merges. Everything follows from the trial's number. The estimate is `infer`'s, and so are the intervals that are
judged; trials whose shares it withholds, and sums to which it gives no interval, are left aside. With `--same`,
training text and samples are halves of the documents of the same sources.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from trial_command import parser_of_kinds, waiting

import bpeinfer as bi
from bpeinfer.corpora.corpus import Corpus
from bpeinfer.counting.counts import PretokenCounts
from bpeinfer.counting.jobs import count_pretokens
from bpeinfer.diagnostics.bootstrap import Bootstrap
from bpeinfer.diagnostics.total import LANGUAGES
from bpeinfer.estimate import MixtureEstimate
from bpeinfer.loading.known_pretokenizers import KNOWN
from bpeinfer.merges import MergeList
from bpeinfer.pretokenize import Pretokenizer
from bpeinfer.training import train

Floats = NDArray[np.float64]

CODE = ("python", "perl", "php", "ruby", "go", "rust", "c", "cpp", "javascript", "lisp", "lua")
KINDS = ("mixed", "code", "languages")
UNITS = ("byte", "pair")
LEVEL = 0.95
FOLDS = 6
"""Parts of the trials, each of which is judged with factors from the others."""


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
    return count_pretokens(Corpus.from_texts(texts), known_pretokenizer("r50k"))


def known_pretokenizer(name: str) -> Pretokenizer:
    """Return the pre-tokenizer of a known tokenizer."""
    known = KNOWN[name]
    return Pretokenizer.from_spec(known.normalizer, known.pre_tokenizer, name=known.name)


def tokenizer_of(merges: MergeList, pattern: str = "r50k") -> bi.Tokenizer:
    """Return a list that was trained here as the tokenizer that `infer` takes."""
    return replace(_gpt2(), merges=merges, pretokenizer=known_pretokenizer(pattern))


@cache
def _gpt2() -> bi.Tokenizer:
    return bi.load_tokenizer("bundled:gpt2")


def group_of(name: str) -> str:
    """The group of a category of either side."""
    return "code" if name in CODE else "English" if name == "en" else LANGUAGES


def split_sources(
    names: Sequence[str], most: int, random: np.random.Generator
) -> tuple[list[str], list[str]]:
    """Split sources at random into those that train and those, one to `most`, that are sampled."""
    order = list(random.permutation(names))
    sampled = int(random.integers(1, min(most, len(names) - 1) + 1))
    return order[sampled:], order[:sampled]


def draw(sources: Sequence[str], trial: int, kind: str) -> Drawn:
    """Draw categories, shares and the split of each category's sources."""
    random = np.random.default_rng([trial, 17])
    of: dict[str, list[str]] = {}
    for name in sources:
        of.setdefault(name.split("/")[0], []).append(name)

    languages = [name for name in of if name not in CODE and name != "en" and len(of[name]) > 1]
    code = [name for name in CODE if len(of.get(name, [])) > 1]
    if kind == "languages":
        chosen = list(random.choice([*languages, "en"], 10, replace=False))
    elif kind == "code":
        chosen = list(random.choice(code, 8, replace=False))
    else:
        chosen = [*random.choice(languages, 5, replace=False), *random.choice(code, 5, replace=False)]
    groups = {name: group_of(name) for name in chosen}
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
        trained, sampled = split_sources(of["en"], 4, random)
        training["English"] = (trained, english)
        samples += [(source, "English", [source]) for source in sampled]
    shares *= (1 - english) / shares.sum()
    for name, share in zip(chosen, shares, strict=True):
        trained, sampled = split_sources(of[name], 3, random)
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


def of_same_sources(
    counts: PretokenCounts, drawn: Drawn, trial: int
) -> tuple[Drawn, PretokenCounts, PretokenCounts]:
    """Return the trial with the samples' own sources as training text, and the halves of all blocks for either."""
    halves = np.random.default_rng([trial, 19]).random(len(counts.block_category)) < 0.5
    sources = {name: names for name, _, names in drawn.samples}
    english = [source for _, group, names in drawn.samples if group == "English" for source in names]
    training = {name: (sources.get(name, english), share) for name, (_, share) in drawn.training.items()}
    of_training, of_samples = (
        replace(counts, counts=counts.counts[:, kept], block_category=counts.block_category[kept])
        for kept in (halves, ~halves)
    )
    return replace(drawn, training=training), of_training, of_samples


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


Sum = tuple[str, str, str, list[str], dict[str, float]]
"""Level, name, group, categories summed and true shares by unit."""


def sums_of(samples: PretokenCounts, drawn: Drawn, truth: dict[str, dict[str, float]]) -> list[Sum]:
    """The categories, sums over groups and sums over two or three categories of a group whose truth is known."""
    own = dict(zip(samples.categories, samples.groups, strict=True))
    alone = [name for name in samples.categories if name in truth]
    sums = [("category", name, own[name], [name], truth[name]) for name in alone]
    if "English" in truth:
        known = own | {"English": "English"}
        for group in dict.fromkeys(samples.groups):
            of = [truth[name] for name in truth if known[name] == group]
            members = [name for name in samples.categories if own[name] == group]
            sums.append(("group", group, group, members, _added(of)))
    for members in (list(some) for size in (2, 3) for some in combinations(alone, size)):
        groups = {own[name] for name in members}
        whole = [name for name in samples.categories if own[name] in groups]
        if len(groups) == 1 and members != whole:
            sums.append(
                ("sum", "+".join(members), groups.pop(), members, _added([truth[name] for name in members]))
            )
    return sums


def _added(shares: Sequence[dict[str, float]]) -> dict[str, float]:
    return {unit: sum(one[unit] for one in shares) for unit in UNITS}


def run_trial(counts: PretokenCounts, trial: int, kind: str, same: bool) -> dict[str, Any]:
    """Run one trial; return its cases: each share whose truth is known, with what `infer` says of it."""
    drawn, of_training, of_samples = draw(counts.categories, trial, kind), counts, counts
    if same:
        drawn, of_training, of_samples = of_same_sources(counts, drawn, trial)
    merges, truth = train_mixed(of_training, drawn)
    samples, _ = sample(of_samples, drawn, trial)
    estimate = bi.infer(tokenizer_of(merges), samples, seed=trial, size=False)
    together = estimate.ruled_out_together
    return {
        "kind": kind,
        "trial": trial,
        "merges": len(merges),
        "sample_bytes": drawn.sample_bytes,
        "withheld": estimate.withheld is not None,
        "verdict": estimate.verdict.value,
        "same_register": estimate.fit.same_register,
        "misfit": estimate.fit.misfit,
        "chance": estimate.fit.chance.tolist(),
        "unexplained": estimate.fit.unexplained,
        "would_show": estimate.fit.would_show,
        "speaks": together is not None and together.speaks,
        "cases": [
            case_of(estimate, *known, intervals)
            for known in sums_of(samples, drawn, truth)
            # None where a category has too few documents.
            if (intervals := estimate.sum_of(known[3]))["total_interval"] is not None
        ],
    }


def case_of(
    estimate: MixtureEstimate,
    level: str,
    name: str,
    group: str,
    members: list[str],
    truth: dict[str, float],
    said: dict[str, Any],
) -> dict[str, Any]:
    """What a result says of a sum: by unit its share, intervals, spreads and what the total one reaches to."""
    chosen, drawn = np.isin(estimate.categories, members), estimate.bootstrap
    assert drawn is not None
    resampled = {
        "byte": (drawn.byte_shares, drawn.reweighted_byte_shares),
        "pair": (drawn.pair_shares, drawn.reweighted_pair_shares),
    }
    case: dict[str, Any] = {
        "level": level,
        "name": name,
        "group": group,
        "vague": set(members) <= set(estimate.vague),
    }
    for unit in UNITS:
        of = f"{unit}_share"
        spreads = (
            float(Bootstrap.spread(np.asarray(said[of]), shares[:, chosen].sum(axis=1)))
            for shares in resampled[unit]
        )
        case[unit] = {
            "share": said[of],
            "truth": truth[unit],
            "total": said["total_interval"][of],
            "sampling": said["interval"][of],
            "reach": estimate.reach(of, chosen),
        } | dict(zip(("blocks", "comparisons"), spreads, strict=True))
    return case


@dataclass(frozen=True, kw_only=True)
class Cases:
    """Shares with known truth, one an entry of each array; `trial` numbers the trials.

    `total` and `sampling` are the intervals of `infer`, float64[2, k], `reach` what the total one extends to whatever
    its width; `blocks` and `comparisons` are spreads around the estimate, `vague` sums of categories each of which says
    little alone.
    """

    share: Floats
    truth: Floats
    total: Floats
    sampling: Floats
    reach: Floats
    blocks: Floats
    comparisons: Floats
    misfit: Floats
    vague: NDArray[np.bool_]
    group: NDArray[np.str_]
    trial: NDArray[np.int64]

    def of(self, chosen: NDArray[np.bool_]) -> Cases:
        """Some of them."""
        return Cases(**{name: array[..., chosen] for name, array in vars(self).items()})


def read_cases(paths: Sequence[Path], level: str, unit: str = "byte", group: str | None = None) -> Cases:
    """Read the cases of a level; `group` is "code" or "prose" for categories of one of them only."""
    found = [
        (case, row, number)
        for number, row in enumerate(_rows(paths))
        for case in row["cases"]
        if case["level"] == level and (group is None or (case["group"] == "code") == (group == "code"))
    ]

    def of_unit(name: str) -> Floats:
        return np.array([case[unit][name] for case, _, _ in found]).T

    return Cases(
        share=of_unit("share"),
        truth=of_unit("truth"),
        total=of_unit("total"),
        sampling=of_unit("sampling"),
        reach=of_unit("reach"),
        blocks=of_unit("blocks"),
        comparisons=of_unit("comparisons"),
        misfit=np.array([row["misfit"] for _, row, _ in found]),
        vague=np.array([case["vague"] for case, _, _ in found]),
        group=np.array([case["group"] for case, _, _ in found]),
        trial=np.array([number for _, _, number in found]),
    )


def _rows(paths: Sequence[Path]) -> list[dict[str, Any]]:
    """Read the trials whose shares are shown."""
    rows = [json.loads(line) for path in paths for line in path.read_text().splitlines()]
    return [row for row in rows if not row["withheld"]]


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

    It reaches to what the total interval reaches to.
    """
    low, high = np.clip([cases.share - np.abs(half), cases.share + np.abs(half)], 0, 1)
    ends = np.array([np.minimum(low, cases.reach[0]), np.maximum(high, cases.reach[1])])
    return winkler_scores(ends, cases.truth)


def winkler_scores(ends: Floats, truth: Floats) -> tuple[Floats, NDArray[np.bool_]]:
    """The score of each interval, float64[2, k] (less is better; Winkler 1972), and whether it holds the truth."""
    low, high = ends
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


def cross_validated(form: Form, cases: Cases) -> tuple[Floats, NDArray[np.bool_]]:
    """Scores and coverage, each trial judged with parameters from the other folds of trials."""
    _, number = np.unique(cases.trial, return_inverse=True)
    scores, holds = np.zeros(len(number)), np.zeros(len(number), dtype=bool)
    for fold in range(FOLDS):
        out = number % FOLDS == fold
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
        ("sums over two or three categories of a group", read_cases(paths, "sum")),
    ):
        trials = len(np.unique(cases.trial))
        print(f"\n{title}: {len(cases.share)} shares of {trials} trials\n")
        if trials < FOLDS:
            continue
        print(
            "| half-width | interval score | holds, above 1 % | holds, all | parameters |\n|---|---|---|---|---|"
        )
        print(_line("today's", cases, *winkler_scores(cases.total, cases.truth)))
        for name, form in FORMS.items():
            parameters = ", ".join(f"{abs(number):.3g}" for number in fit(form, cases))
            print(_line(name, cases, *cross_validated(form, cases), parameters), flush=True)


def score(paths: Sequence[Path]) -> None:
    """Print score and coverage of the total and sampling intervals of `infer` and of the baselines."""
    rows = _rows(paths)
    same = sum(row["same_register"] for row in rows)
    print(f"{len(rows)} trials with shares, {same} of them with samples taken to be of the same register")
    for title, level, group in (
        ("categories", "category", None),
        ("languages", "category", "prose"),
        ("code", "category", "code"),
        ("groups", "group", None),
        ("sums over two or three categories of a group", "sum", None),
    ):
        for unit in UNITS:
            cases = read_cases(paths, level, unit, group)
            error = 100 * float(np.abs(cases.share - cases.truth).mean())
            trials = len(np.unique(cases.trial))
            print(
                f"\n{title}, {unit}s: {len(cases.share)} shares of {trials} trials, mean error {error:.2f} points\n"
            )
            print("| interval | interval score | holds, above 1 % | holds, all | |\n|---|---|---|---|---|")
            print(_line("total", cases, *winkler_scores(cases.total, cases.truth)))
            print(_line("sampling", cases, *winkler_scores(cases.sampling, cases.truth)))
            times = best_factor(cases)
            widened = interval_scores(cases, times * cases.blocks)
            print(
                _line(
                    "spread over documents, by the factor that is best here", cases, *widened, f"{times:.2f}"
                )
            )
            for constant in (0.067, 0.126):
                half = constant * np.sqrt(cases.share)
                print(_line(f"{constant} · √share", cases, *interval_scores(cases, half)))
            if level == "sum":
                vague = cases.of(cases.vague)
                scores = winkler_scores(vague.total, vague.truth)
                print(_line("total, each category vague", vague, *scores, f"{len(vague.share)} sums"))


def best_factor(cases: Cases) -> float:
    """The factor on the spread over documents that scores best on these very cases."""
    tried = np.geomspace(1, 50, 157)
    return float(min(tried, key=lambda times: interval_scores(cases, times * cases.blocks)[0].mean()))


def main() -> None:
    """Run what the command line asks for."""
    parser, run = parser_of_kinds(__doc__, KINDS, 20, ("calibrate", "score"))
    run.add_argument("--same", action="store_true", help="train on the sources that are sampled")
    given = parser.parse_args()
    if given.command == "calibrate":
        calibrate(given.results)
    elif given.command == "score":
        score(given.results)
    else:
        missing = waiting(given)
        if not any(missing.values()):
            return
        counts = read_side(given.folder / given.side, "mixed")  # of every kind
        for kind, trials in missing.items():
            for trial in trials:
                row = run_trial(counts, trial, kind, given.same)
                with given.output.open("a") as file:
                    file.write(json.dumps(row) + "\n")
                print(kind, trial, flush=True)


if __name__ == "__main__":
    main()
