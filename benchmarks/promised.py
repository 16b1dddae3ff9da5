"""How often `bpeinfer check` is right: a language with 0.5 % of the training text, and one with nothing.

    python benchmarks/shifted_text.py DIR                        # text of both sides, from packages
    python benchmarks/promised.py run DIR test --trials 100 --output promised.jsonl
    python benchmarks/promised.py score promised.jsonl

A trial draws five languages and the shares of four, trains two lists of 10,000 merges, one with 0.5 % of the fifth
language and one without it, and checks both for 0.5 % of it. Samples have up to 2 MB a language, of one to three
sources that play no part in the training text (`--same`: of the training text's own sources, other documents).
Everything follows from the trial's number. The constants of `bpeinfer.promises` were chosen on the side "calibration".
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from shifted import read_side
from trial_command import run_or_score

import bpeinfer as bi
from bpeinfer.counting.counts import PretokenCounts
from bpeinfer.merges import MergeList
from bpeinfer.training import train

LANGUAGES, MERGES, SAMPLE_BYTES, SHARE = 5, 10_000, 2_000_000, 0.005
FEWEST_BLOCKS = 12

Longs = NDArray[np.int64]


def split_blocks(
    counts: PretokenCounts, chosen: list[str], random: np.random.Generator, same: bool
) -> Iterator[tuple[Longs, Longs]]:
    """For each language the blocks that train, and those that are sampled."""
    size = np.diff(counts.offsets) @ counts.counts
    for language in chosen:
        sources = [name for name in counts.categories if name.split("/")[0] == language]
        blocks_of = {
            name: np.flatnonzero(counts.block_category == counts.categories.index(name)) for name in sources
        }
        if same:
            mixed = random.permutation(np.sort(np.concatenate(list(blocks_of.values()))))
            training, sampled = np.sort(mixed[::2]), np.sort(mixed[1::2])
        else:
            order = list(random.permutation(sources))
            number = int(random.integers(1, min(3, len(order) - 1) + 1))
            sampled = np.sort(np.concatenate([blocks_of[name] for name in order[:number]]))
            training = np.sort(np.concatenate([blocks_of[name] for name in order[number:]]))
        shuffled = random.permutation(sampled)
        fitting = int(np.searchsorted(np.cumsum(size[shuffled]), SAMPLE_BYTES))
        yield training, np.sort(shuffled[: max(FEWEST_BLOCKS, fitting)])


def run_trial(counts: PretokenCounts, trial: int, same: bool) -> Iterator[dict[str, Any]]:
    """Train without the first language drawn and with `SHARE` of it, and check both lists for `SHARE` of it."""
    random = np.random.default_rng([trial, 99])
    of = Counter(name.split("/")[0] for name in counts.categories)
    chosen = [
        str(name) for name in random.choice([name for name in of if of[name] > 1], LANGUAGES, replace=False)
    ]
    others = random.dirichlet(np.ones(LANGUAGES - 1))
    training, sampled = zip(*split_blocks(counts, chosen, random, same), strict=True)
    samples = samples_of(counts, chosen, sampled)
    sources = sorted({counts.categories[number] for number in counts.block_category[sampled[0]]})
    known = bi.load_tokenizer("bundled:gpt2")
    for share in (0.0, SHARE):
        shares = np.concatenate([[share], (1 - share) * others])
        tokenizer = replace(known, merges=trained(counts, training, shares))
        [promise] = bi.check_includes(tokenizer, [chosen[0]], samples, at_least=SHARE).promises
        yield {
            "trial": trial,
            "same": same,
            "share": share,
            "languages": chosen,
            "sources": sources,
            "sample_bytes": int(samples.select([chosen[0]]).category_bytes[0]),
        } | promise.to_dict()


def trained(counts: PretokenCounts, training: Sequence[Longs], shares: NDArray[np.float64]) -> MergeList:
    """Return the list that these shares of each language's blocks make."""
    part = np.repeat(np.arange(len(training)), [len(blocks) for blocks in training])
    blob, offsets, of_blocks = counts.of_blocks(np.concatenate(training))
    times = shares / np.bincount(part, np.diff(offsets) @ of_blocks, len(training))
    weighed = of_blocks @ np.rint(times / times.max() * 1e7).astype(np.int64)[part]
    return train(blob, offsets, weighed, MERGES)


def samples_of(counts: PretokenCounts, chosen: list[str], sampled: Sequence[Longs]) -> PretokenCounts:
    """Return each language's blocks as a category, in the order of their names."""
    order = np.argsort(chosen)
    owner = np.repeat(np.arange(len(order)), [len(sampled[number]) for number in order])
    blob, offsets, of_blocks = counts.of_blocks(np.concatenate([sampled[number] for number in order]))
    return PretokenCounts(
        blob=blob,
        offsets=offsets,
        counts=of_blocks,
        block_category=owner.astype(np.int32),
        categories=tuple(chosen[number] for number in order),
        groups=("",) * len(order),
        category_bytes=np.bincount(owner, np.diff(offsets) @ of_blocks).astype(np.int64),
        documents=np.bincount(owner),
    )


def score(rows: list[dict[str, Any]]) -> None:
    """Print how often each answer was given, and how often the total interval alone would have been right."""
    print(
        "| samples | true share | kept | broken | inconclusive | by the interval alone | own merges found, mean |"
    )
    print("|---|---|---|---|---|---|---|")
    for same, share in sorted({(row["same"], row["share"]) for row in rows}):
        there = [row for row in rows if (row["same"], row["share"]) == (same, share)]
        status = Counter(row["status"] for row in there)
        reaches = [row["total_interval"] is None or row["total_interval"][1] >= SHARE for row in there]
        alone = sum(reached == (share > 0) for reached in reaches)
        own = [row["own_merges"] for row in there if row["own_merges"]]  # none where shares are withheld
        found = [merges["found"] / max(merges["expected"], 1) for merges in own]
        print(
            f"| {'own' if same else 'other'} sources | {100 * share:g} % | {status['kept']} | {status['broken']} | "
            f"{status['not_told']} | {alone} of {len(there)} right | {100 * np.mean(found):.0f} % |"
        )


def rows_of(asked: argparse.Namespace) -> Callable[[int], Iterable[dict[str, Any]]]:
    """Read the counts; the rows of a trial are those without and with the promised share."""
    counts = read_side(asked.folder / asked.side, "languages")
    return lambda trial: run_trial(counts, trial, asked.same)


def main() -> None:
    """Run trials or score them."""
    run_or_score(__doc__, score, rows_of, trials=100, folder="as written by shifted_text.py", sides=True)


if __name__ == "__main__":
    main()
