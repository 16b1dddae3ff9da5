"""Measure the fit verdict on known mixtures: right categories, a category left out, a wrong register.

    python benchmarks/verdict.py --trials 20                                    # the starter pack, cut in halves
    python benchmarks/verdict.py --trials 20 --train FOLDER --sample FOLDER     # text of your own, same names

Tokenizers are trained on mixtures of the training text and inferred with the samples.

- right: 10 random categories, weights uniform on the simplex times 0.9, and 0.1 for the last one.
- left out: the same tokenizer without the category that holds 10 % of the text.
- wrong register: four kinds of English (books, fiction, essays, speeches) hold 60 % of the training text beside
  six other categories; the only English sample is documentation.
"""

from __future__ import annotations

import argparse
from collections import Counter

import numpy as np
from numpy.typing import NDArray

from bpeinfer.corpora import Corpus, load_corpus, starter_corpus
from bpeinfer.fit import Fit, judge
from bpeinfer.infer import trace
from bpeinfer.loading import load_tokenizer
from bpeinfer.merges import MergeList
from bpeinfer.pretokens import PretokenCounts, count_pretokens
from bpeinfer.solving import MixtureProblem, solve
from bpeinfer.training import train

ENGLISH = ("en-books", "en-fiction", "en-essays", "en-speeches")
DOCUMENTATION = "en-documentation"
# Of each category, where folders are given.
TRAIN_BYTES, SAMPLE_BYTES = 3_000_000, 1_000_000


def halves() -> tuple[Corpus, Corpus]:
    """Cut each category of the starter pack in two by document."""
    documents = {category.name: list(category.documents()) for category in starter_corpus().categories}
    return (
        Corpus.from_texts({name: texts[::2] for name, texts in documents.items()}),
        Corpus.from_texts({name: texts[1::2] for name, texts in documents.items()}),
    )


def trained(
    counts: PretokenCounts, names: list[str], weights: NDArray[np.float64], merges: int, seed: int
) -> MergeList:
    """Train on random blocks of these categories, bytes in proportion to `weights`."""
    part = counts.select(names)
    sizes = np.diff(part.offsets) @ part.counts
    owned = np.bincount(part.block_category, sizes)
    total = float(np.min(owned / np.maximum(weights, 1e-3)))
    random = np.random.default_rng(seed)
    taken = np.zeros(len(sizes), dtype=np.int64)
    for number, weight in enumerate(weights):
        blocks = random.permutation(np.flatnonzero(part.block_category == number))
        before = np.cumsum(sizes[blocks]) - sizes[blocks]
        taken[blocks[before < weight * total]] = 1
    return train(part.blob, part.offsets, np.asarray(part.counts @ taken), merges)


def verdict(counts: PretokenCounts, names: list[str], merges: MergeList) -> Fit:
    """Infer with the samples of these categories and judge the fit."""
    trajectories = trace(merges, counts.select(names))
    problem = MixtureProblem.from_trajectories(trajectories)
    return judge(trajectories, problem, solve(problem, tolerance=1e-4))


def main() -> None:
    """Print one line a trial, then the confusion table."""
    parser = argparse.ArgumentParser(description="measure the fit verdict on known mixtures")
    parser.add_argument("--trials", type=int, default=20)
    parser.add_argument("--merges", type=int, default=3_000)
    parser.add_argument("--seed", type=int, default=0, help="of the first trial")
    parser.add_argument("--train", help="folder of training text")
    parser.add_argument("--sample", help="folder of samples, same categories")
    arguments = parser.parse_args()
    if arguments.train:
        corpora = (
            load_corpus([arguments.train], limit=TRAIN_BYTES),
            load_corpus([arguments.sample], limit=SAMPLE_BYTES),
        )
    else:
        corpora = halves()
    pretokenizer = load_tokenizer("bundled:gpt2").pretokenizer
    train_counts, counts = (count_pretokens(corpus, pretokenizer) for corpus in corpora)
    everything = [name for name in counts.categories if name in train_counts.categories]
    table: Counter[tuple[str, str]] = Counter()
    for seed in range(arguments.seed, arguments.seed + arguments.trials):
        random = np.random.default_rng(seed)
        names = random.permutation(everything)[:10].tolist()
        weights = np.append(0.9 * random.dirichlet(np.ones(9)), 0.1)
        merges = trained(train_counts, names, weights, arguments.merges, seed)
        others = random.permutation([name for name in everything if not name.startswith("en-")])[:6].tolist()
        mixed = np.concatenate((0.6 * random.dirichlet(np.ones(4)), 0.4 * random.dirichlet(np.ones(6))))
        english = trained(train_counts, [*ENGLISH, *others], mixed, arguments.merges, seed)
        for case, fit in (
            ("right", verdict(counts, names, merges)),
            ("left out", verdict(counts, names[:-1], merges)),
            ("wrong register", verdict(counts, [DOCUMENTATION, *others], english)),
        ):
            table[case, fit.verdict.value] += 1
            low, high = fit.interval
            print(
                f"{seed:3d} {case:15s} {fit.verdict.value:9s} explained {fit.explained:.3f} "
                f"unexplained {fit.unexplained:.4f} ({low:.4f} to {high:.4f})",
                flush=True,
            )
    print(f"\n{arguments.trials} trials, {arguments.merges:,} merges, seeds from {arguments.seed}\n")
    print("| case | good | doubtful | poor |")
    print("|---|---|---|---|")
    for case in ("right", "left out", "wrong register"):
        print(f"| {case} | {table[case, 'good']} | {table[case, 'doubtful']} | {table[case, 'poor']} |")


if __name__ == "__main__":
    main()
