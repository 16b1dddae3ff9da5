"""The product beside other ways to tell a mixture from a merge list: same lists, same samples, one run.

    pip install quapy quadprog cvxpy
    python benchmarks/shifted_text.py DIR
    python benchmarks/rivals.py run DIR test --trials 20 --output rivals.jsonl       # samples of other sources
    python benchmarks/rivals.py run DIR test --trials 5 --same --output rivals.jsonl
    python benchmarks/rivals.py run DIR test --trials 20 --only product --output product.jsonl  # with another estimator
    python benchmarks/rivals.py score rivals.jsonl product.jsonl

A trial draws 5, 10 or 20 categories (languages and programming languages) and shares (Dirichlet), trains a list of
1,000 merges on some sources of each category, and samples up to 500 kB a category from others (`--same`: other
documents of the same sources). Everything follows from the trial's number. Each family of methods has a row of its
own, written when it is done; what the output has already is not done again, and of two rows of one family `score`
takes the later. Beside the product, which leaves out
categories whose own merges the list lacks, and the product with all categories:

- the paper's linear program by row generation, to a gap of 5 % (the shares stand still long before) or for ten
  minutes, and its baselines uniform, TEE and TC;
- vocabulary overlap: each token votes for the categories whose own list (1,000 merges of its sample) has it;
- frequencies: a list does not tell its counts, so those by rank are taken from the categories' own lists (geometric
  mean); shares by least squares on each category's counts (kernel mean matching: on merges as
  instances, which are all equally unlike each other, other kernels come to the linear one);
- label shift: occurrences of merges as instances, labelled by category, against as many drawn with these frequencies;
  QuaPy's ACC (BBSE, hard), PACC (BBSE, soft), EMQ (Saerens and others' EM), DMy (Hellinger), EDy (energy distance),
  KDEyML and RLLS over one logistic regression, their validation in five folds; 10,000 instances, of which EDy and
  KDEyML, which compare all with each other, take a quarter.

Shares are of bytes; those that a method gives in occurrences are converted by each sample's bytes an occurrence.
"""

from __future__ import annotations

import argparse
import importlib
import json
import time
import warnings
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import nnls
from scipy.sparse import csr_array
from shifted import read_side
from trial_command import run_or_score

from bpeinfer.baselines import baseline_shares
from bpeinfer.counting.counts import PretokenCounts
from bpeinfer.diagnostics.bootstrap import byte_shares
from bpeinfer.diagnostics.fitted import Fitted
from bpeinfer.diagnostics.languages import relatives
from bpeinfer.diagnostics.ruled_out import without_ruled_out
from bpeinfer.inference.tracing import fit_mixture, trace
from bpeinfer.merges import MergeList
from bpeinfer.solving import MixtureProblem, solve
from bpeinfer.training import train

Floats = NDArray[np.float64]
Longs = NDArray[np.int64]

SIZES, MERGES, SAMPLE_BYTES, FEWEST_BLOCKS = (5, 10, 20), 1_000, 500_000, 12
INSTANCES, FOLDS, PAPER_GAP, PAPER_SECONDS = 10_000, 5, 0.05, 600.0
QUADRATIC = ("EDy", "KDEyML")
"""Compare all instances with each other: they take every fourth one."""
QUANTIFIERS = ("ACC", "PACC", "EMQ", "DMy", "EDy", "KDEyML", "RLLS")


def draw(counts: PretokenCounts, trial: int, same: bool) -> tuple[MergeList, PretokenCounts, Floats]:
    """Train on drawn categories; return the list, the samples, and the true byte shares."""
    random = np.random.default_rng([trial, 31])
    category = np.array([name.split("/")[0] for name in counts.categories])
    names, sources = np.unique(category, return_counts=True)
    chosen = np.sort(random.choice(names[sources > 1], SIZES[trial % len(SIZES)], replace=False))
    size = np.diff(counts.offsets) @ counts.counts
    training: list[Longs] = []
    sampled: list[Longs] = []
    for name in chosen:
        order = random.permutation(np.flatnonzero(category == name))
        number = int(random.integers(1, min(3, len(order) - 1) + 1))
        blocks = [
            np.flatnonzero(np.isin(counts.block_category, part)) for part in (order[:number], order[number:])
        ]
        if same:
            mixed = random.permutation(np.concatenate(blocks))
            blocks = [mixed[::2], mixed[1::2]]
        shuffled = random.permutation(blocks[0])
        fitting = int(np.searchsorted(np.cumsum(size[shuffled]), SAMPLE_BYTES))
        sampled.append(np.sort(shuffled[: max(FEWEST_BLOCKS, fitting)]))
        training.append(np.sort(blocks[1]))
    shares = random.dirichlet(np.ones(len(chosen)))
    part = np.repeat(np.arange(len(chosen)), list(map(len, training)))
    blob, offsets, of_blocks = counts.of_blocks(np.concatenate(training))
    bytes_of = np.bincount(part, np.diff(offsets) @ of_blocks, len(chosen))
    times = shares / bytes_of
    whole = np.rint(times / times.max() * 1e6).astype(np.int64)
    merges = train(blob, offsets, of_blocks @ whole[part], MERGES)
    truth = bytes_of * whole
    return merges, _samples(counts, chosen.tolist(), sampled), truth / truth.sum()


def _samples(counts: PretokenCounts, names: list[str], sampled: list[Longs]) -> PretokenCounts:
    owner = np.repeat(np.arange(len(names)), list(map(len, sampled)))
    blob, offsets, of_blocks = counts.of_blocks(np.concatenate(sampled))
    return PretokenCounts(
        blob=blob,
        offsets=offsets,
        counts=of_blocks,
        block_category=owner.astype(np.int32),
        categories=tuple(names),
        groups=("",) * len(names),
        category_bytes=np.bincount(owner, np.diff(offsets) @ of_blocks).astype(np.int64),
        documents=np.bincount(owner),
    )


def own_lists(samples: PretokenCounts) -> list[tuple[MergeList, Floats]]:
    """Each category's own list, with the share of its pairs that each merge had when it was made."""
    found = []
    for name in samples.categories:
        own = samples.select([name])
        merges = train(own.blob, own.offsets, own.by_category().sum(axis=1), MERGES)
        traced = trace(merges, own)
        found.append((merges, traced.merge_counts[:, 0] / traced.initial_pairs[0]))
    return found


def by_overlap(merges: MergeList, lists: list[tuple[MergeList, Floats]]) -> Floats:
    """Votes of the list's tokens for the categories whose own list has them."""
    known = [set(own.symbols[own.alphabet_size :]) for own, _ in lists]
    has = np.array(
        [[token in own for own in known] for token in merges.symbols[merges.alphabet_size :]], dtype=float
    )
    votes = (has / np.maximum(has.sum(axis=1, keepdims=True), 1)).sum(axis=0)
    shares: Floats = votes / votes.sum()
    return shares


def frequencies(lists: list[tuple[MergeList, Floats]], merges: int) -> Floats:
    """How often the merge of each rank is made, as a share: the geometric mean over the categories' own lists."""
    logs = [
        np.log(np.maximum(np.pad(own, (0, max(0, merges - len(own))), mode="edge")[:merges], 1e-9))
        for _, own in lists
    ]
    found = np.exp(np.mean(logs, axis=0))
    shares: Floats = found / found.sum()
    return shares


def classified(merge: Longs, label: Longs, merges: int) -> Any:
    """A logistic regression of instances' labels on their merges; equal instances are one with a weight."""
    linear_model: Any = importlib.import_module("sklearn.linear_model")
    classes = int(label.max()) + 1
    pair, times = np.unique(merge * classes + label, return_counts=True)
    return linear_model.LogisticRegression(max_iter=300).fit(
        one_hot(pair // classes, merges), pair % classes, sample_weight=times
    )


def one_hot(merge: Longs, merges: int) -> Any:
    """Instances as rows."""
    return csr_array((np.ones(len(merge)), (np.arange(len(merge)), merge)), shape=(len(merge), merges))


def quantified(shared: Floats, frequency: Floats, seed: int) -> dict[str, Floats]:
    """QuaPy's estimates; shared float64[T, n] is each merge's part of the occurrences in each category."""
    aggregative: Any = importlib.import_module("quapy.method.aggregative")
    random = np.random.default_rng(seed)
    merges, n = shared.shape
    each = INSTANCES // n
    drawn = np.concatenate([random.choice(merges, each, p=shared[:, number]) for number in range(n)])
    labels = np.repeat(np.arange(n), each)
    fold = np.tile(np.arange(each) * FOLDS // each, n)
    target = random.choice(merges, INSTANCES, p=frequency)
    validated = np.empty((len(drawn), n))
    for number in range(FOLDS):
        out = fold == number
        one = classified(drawn[~out], labels[~out], merges)
        validated[out] = one.predict_proba(one_hot(drawn[out], merges))
    classifier = classified(drawn, labels, merges)
    posteriors = classifier.predict_proba(one_hot(target, merges))
    found: dict[str, Floats] = {}
    for name in QUANTIFIERS:
        quantifier = getattr(aggregative, name)(classifier, fit_classifier=False, val_split=None)
        crisp = isinstance(quantifier, aggregative.AggregativeCrispQuantifier)
        every = slice(None, None, 4 if name in QUADRATIC else 1)
        if name == "EMQ":  # it only needs to know the labels' shares
            quantifier.train_prevalence = np.full(n, 1 / n)
        try:
            quantifier._check_init_parameters()
            quantifier.aggregation_fit(validated.argmax(axis=1) if crisp else validated[every], labels[every])
            shares = np.asarray(
                quantifier.aggregate(posteriors.argmax(axis=1) if crisp else posteriors[every]), dtype=float
            )
            found[name] = np.clip(shares, 0, None) / max(np.clip(shares, 0, None).sum(), 1e-12)
        except Exception as error:  # a library's method that does not run is a result, too
            print(f"{name}: {type(error).__name__}: {error}"[:200], flush=True)
    return found


def in_bytes(shares: Floats, per_category: Floats) -> Floats:
    """Shares of occurrences as shares of bytes."""
    found = shares * per_category
    converted: Floats = found / found.sum()
    return converted


@dataclass(frozen=True, eq=False)
class Lists:
    """A trial's list, samples and truth, and the product's fit with all categories."""

    merges: MergeList
    samples: PretokenCounts
    truth: Floats
    fitted: Fitted

    def in_bytes(self, alpha: Floats) -> Floats:
        """Pair shares as shares of bytes."""
        pairs = self.fitted.trajectories.initial_pairs
        return byte_shares(alpha, self.samples.category_bytes, pairs)


def product(of: Lists, seed: int) -> dict[str, Floats]:
    """The product, with and without categories that it leaves out."""
    sets = relatives(of.samples.categories, of.samples.groups)
    after, _ = without_ruled_out(of.fitted, sets, np.zeros(len(sets), dtype=bool))
    return {
        name: of.in_bytes(fitted.solution.alpha)
        for name, fitted in (("product", after), ("product, all categories", of.fitted))
    }


def paper(of: Lists, seed: int) -> dict[str, Floats]:
    """The paper's program."""
    problem = MixtureProblem.from_trajectories(of.fitted.trajectories, form="paper", normalization="paper")
    solution = solve(problem, method="row-generation", tolerance=PAPER_GAP, time_limit=PAPER_SECONDS)
    print(f"paper: {solution.status.name}, gap {solution.gap:.3f}", flush=True)
    return {"paper": of.in_bytes(solution.alpha)}


def others(of: Lists, seed: int) -> dict[str, Floats]:
    """Baselines, vocabulary overlap, frequencies and label shift."""
    merges, samples = of.merges, of.samples
    found = {name: baseline_shares(name, merges, samples) for name in ("uniform", "tee", "tc")}
    lists = own_lists(samples)
    found["vocabulary overlap"] = by_overlap(merges, lists)
    frequency = frequencies(lists, len(merges))
    merge_counts = of.fitted.trajectories.merge_counts
    occurrences = merge_counts.sum(axis=0)
    shared = merge_counts / occurrences
    per_occurrence = samples.category_bytes / occurrences
    solved = nnls(shared, frequency)[0]
    found["frequencies, least squares"] = in_bytes(solved / solved.sum(), per_occurrence)
    return found | {
        name: in_bytes(shares, per_occurrence) for name, shares in quantified(shared, frequency, seed).items()
    }


FAMILIES = {"product": product, "others": others, "paper": paper}


def run_trial(
    counts: PretokenCounts, trial: int, same: bool, families: list[str]
) -> Iterator[dict[str, Any]]:
    """Run families of methods on one list, a row each."""
    if not families:
        return
    merges, samples, truth = draw(counts, trial, same)
    of = Lists(merges, samples, truth, fit_mixture(merges, samples))
    for family in families:
        begin = time.process_time()
        found = FAMILIES[family](of, trial)
        yield {
            "trial": trial,
            "same": same,
            "family": family,
            "cpu_seconds": round(time.process_time() - begin, 1),
            "categories": list(samples.categories),
            "truth": truth.tolist(),
            "found": {name: shares.tolist() for name, shares in found.items()},
        }


def score(rows: list[dict[str, Any]]) -> None:
    """Print overlap accuracy and log10 of the mean squared error by method, each beside the product on its trials."""
    last = {(row["trial"], row["same"], row["family"]): row for row in rows}
    sides = sorted({same for _, same, _ in last}, reverse=True)
    head = "overlap %, worst, log10 MSE; trials; product's overlap on these"
    print(
        "| method | " + " | ".join(f"{'same' if side else 'other'} sources: {head}" for side in sides) + " |"
    )
    print("|---" * (len(sides) + 1) + "|")
    shares: dict[tuple[str, bool], dict[int, tuple[Floats, Floats]]] = {}
    for (trial, same, _), row in sorted(last.items(), key=lambda entry: list(FAMILIES).index(entry[0][2])):
        for name, found in row["found"].items():
            shares.setdefault((name, same), {})[trial] = np.array(found), np.array(row["truth"])
    for name in dict.fromkeys(name for name, _ in shares):
        print(f"| {name} | " + " | ".join(_cell(shares, name, side) for side in sides) + " |")
    print()
    for family in FAMILIES:
        seconds = [row["cpu_seconds"] for row in last.values() if row["family"] == family]
        if seconds:
            print(f"{family}: {len(seconds)} rows, {np.mean(seconds):.1f} CPU seconds a trial beside the fit")


def _cell(shares: dict[tuple[str, bool], dict[int, tuple[Floats, Floats]]], name: str, side: bool) -> str:
    """A method's figures; beside it the product's overlap on the same trials."""
    own, product = shares.get((name, side), {}), shares.get(("product", side), {})
    if not own:
        return ""
    overlap = [_overlap(*pair) for pair in own.values()]
    error = [np.log10(np.mean((found - truth) ** 2)) for found, truth in own.values()]
    beside = [_overlap(*product[trial]) for trial in own if trial in product]
    said = f"{np.mean(overlap):.1f}, {np.min(overlap):.1f}, {np.mean(error):.2f}; {len(own)}"
    return f"{said}; {np.mean(beside):.1f}" if beside else said


def _overlap(found: Floats, truth: Floats) -> float:
    return float(100 * (1 - np.abs(found - truth).sum() / 2))


def rows_of(asked: argparse.Namespace) -> Callable[[int], Iterable[dict[str, Any]]]:
    """Read the counts; a trial has a row for each family of methods that the output lacks."""
    warnings.filterwarnings("ignore")  # the quantifiers' own
    counts = read_side(asked.folder / asked.side, "mixed")
    written = [json.loads(line) for line in asked.output.read_text("utf-8").splitlines()]
    done = {(row["trial"], row["same"], row["family"]) for row in written}
    wanted = [asked.only] if asked.only else list(FAMILIES)

    def of_trial(trial: int) -> Iterator[dict[str, Any]]:
        missing = [family for family in wanted if (trial, asked.same, family) not in done]
        return run_trial(counts, trial, asked.same, missing)

    return of_trial


def main() -> None:
    """Run trials or score them."""
    run_or_score(
        __doc__,
        score,
        rows_of,
        trials=20,
        folder="as written by shifted_text.py",
        sides=True,
        only=tuple(FAMILIES),
    )


if __name__ == "__main__":
    main()
