"""How much the counts of merges scatter between blocks of a category, in units of Poisson's variance.

    python benchmarks/scatter.py --train DIR/train --sample DIR/sample --categories c,go -n 2

Documents are not drawn from one urn: a merge's count in a block (1/200 of a category) varies more than a Poisson
count of the same mean, and a sample is worth its bytes divided by this ratio. Printed: for each trial of the known
mixtures (`bpeinfer experiment run`, same draws) the quartiles over merges of the ratio in the fitted sum.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from bpeinfer import load_corpus
from bpeinfer.counting.counts import PretokenCounts
from bpeinfer.experiments import Design, count_texts
from bpeinfer.experiments.design import draw_training
from bpeinfer.pair_history import PairHistory
from bpeinfer.replay import replay
from bpeinfer.training import train


def scatter(
    history: PairHistory, samples: PretokenCounts, shares: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Variance over Poisson's of each merge's count in a mixture of the samples: float64[merges that occur].

    `shares` are the categories' byte shares, float64[n].
    """
    by_block = history.trajectories(
        csr_array(samples.counts), np.ones(len(samples.block_category), dtype=np.int64)
    )
    counts = csr_array(by_block.merge_counts, dtype=np.float64)
    own = samples.block_category
    blocks = np.bincount(own, minlength=len(shares))
    belongs = csr_array((np.ones(len(own)), (np.arange(len(own)), own)), shape=(len(own), len(shares)))
    total, squares = (counts @ belongs).toarray(), (counts.multiply(counts) @ belongs).toarray()
    variance = blocks / np.maximum(blocks - 1, 1) * (squares - total**2 / blocks)
    factor = (shares / samples.category_bytes) ** 2
    poisson = total @ factor
    occur = poisson > 0
    return np.asarray((variance @ factor)[occur] / poisson[occur])


def main() -> None:
    """Draw, train, replay and measure."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--train", type=Path, required=True)
    parser.add_argument("--sample", type=Path, required=True)
    parser.add_argument("--categories", required=True)
    parser.add_argument("-n", type=int, default=10)
    parser.add_argument("--merges", type=int, default=10_000)
    parser.add_argument("--trials", type=int, default=3)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    design = Design(n=given.n, seed=given.seed, trained_merges=given.merges, merges=(given.merges,))
    corpora = [load_corpus(folder, categories=given.categories) for folder in (given.train, given.sample)]
    texts = count_texts(design, corpora[0], corpora[1])
    for trial in range(given.trials):
        names, weights = design.draw_categories(texts.train.categories, trial)
        training = draw_training(texts.train.select(names), weights, None, (given.seed, trial))
        merges = train(
            training.blob, training.offsets, training.by_category().sum(axis=1), design.trained_merges
        )
        samples = texts.sample.select(names)
        shares = training.category_bytes / training.category_bytes.sum()
        found = scatter(PairHistory.of(replay(merges, samples.blob, samples.offsets)), samples, shares)
        low, middle, high = np.percentile(found, (25, 50, 75))
        print(
            f"trial {trial}: quartiles {low:.1f} {middle:.1f} {high:.1f} times Poisson's variance", flush=True
        )


if __name__ == "__main__":
    main()
