"""One inference at the size of the paper: a gigabyte of text for each of 112 categories, and 30,000 merges.

The text is made while it is counted and never lies on the disk (benchmarks/grown_text.py): a category's documents of
the starter pack, drawn with replacement, in which words give way to new ones as fast as in its own sample.

Each category is counted into FOLDER/NAME.tally, with a line in FOLDER/log.jsonl; started again,
it goes on with the next category. Then a list is trained on the counts in a known mixture (shares fall as 1/rank, in an
order drawn from the seed), and the mixture is inferred from all counts.

    python benchmarks/paper_scale.py FOLDER --size 1G --memory 4G
    python benchmarks/paper_scale.py FOLDER --generate 1G    # speed of the generator alone
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import re
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from grown_text import GrownText
from numpy.typing import NDArray

import bpeinfer as bi
from bpeinfer.corpora.sources import TALLY, Memory
from bpeinfer.counting.memory import Budget
from bpeinfer.counting.spilled_counts import SpilledCounts
from bpeinfer.limits import amount_of
from bpeinfer.loading import load_tokenizer
from bpeinfer.training import train

Longs = NDArray[np.int64]

TRAINED_ON = 2_000_000
"""Distinct pretokens, the most frequent in the mixture, on which the list is trained."""


def grown(names: str, most: int, size: int, seed: int) -> bi.Corpus:
    """Return the largest `most` categories of the starter pack, each with `size` bytes of text."""
    starter = bi.load_corpus("bundled:starter", categories=names or None)
    largest = sorted(
        starter.categories, key=lambda one: (-sum(len(text) for text in one.documents()), one.name)
    )
    chosen = sorted(largest[:most], key=lambda one: one.name)
    made: Any = [
        replace(one, sources=(Memory(GrownText(one, size, seed), size),))  # type: ignore[arg-type]
        for one in chosen
    ]
    return replace(starter, categories=tuple(made))


def peak() -> float:
    """Return the peak memory (GB) of this process since it was asked for the last time."""
    (held,) = re.findall(r"VmHWM:\s*(\d+) kB", Path("/proc/self/status").read_text("ascii"))
    Path("/proc/self/clear_refs").write_text("5", "ascii")
    return round(int(held) * 1024 / 1e9, 3)


def cpu_seconds() -> float:
    """Return the CPU seconds of this process and of its worker processes that have ended."""
    used = os.times()
    return used.user + used.system + used.children_user + used.children_system


def note(folder: Path, **told: Any) -> None:
    """Print a line and add it to the log."""
    line = json.dumps(told)
    print(line, flush=True)
    with (folder / "log.jsonl").open("a") as log:
        log.write(line + "\n")


def count(folder: Path, corpus: bi.Corpus, memory: int) -> None:
    """Count one category into its file."""
    begin, cpu = time.perf_counter(), time.process_time()
    name = corpus.names[0]
    parts = folder / f".{name}"
    (tally,) = bi.tally_corpus(corpus, "bundled:gpt2", parts, memory=memory)
    tally.path.replace(folder / f"{name}{TALLY}")
    (parts / "manifest.json").unlink()
    parts.rmdir()
    note(
        folder,
        job="count",
        category=name,
        bytes=tally.text_bytes,
        pretokens=tally.occurrences,
        distinct=tally.distinct,
        file=(folder / f"{name}{TALLY}").stat().st_size,
        cpu_s=round(time.process_time() - cpu, 1),
        wall_s=round(time.perf_counter() - begin, 1),
        peak_gb=peak(),
    )


def train_on_mixture(counts: SpilledCounts, times: Longs, length: int) -> tuple[bi.MergeList, dict[str, Any]]:
    """Train a list on the most frequent pretokens of a mixture; also return what it took.

    Args:
        counts: of all categories.
        times: int64[n], how often each category's sample is in the mixture.
        length: merges of the list.
    """
    least = np.full(1, 0)
    for part in counts.parts():  # the occurrences that the TRAINED_ON most frequent have at least
        mixed = np.asarray(part.counts @ times[part.block_category])
        together = np.concatenate([least, mixed])
        if len(together) > TRAINED_ON:
            together = np.partition(together, -TRAINED_ON)[-TRAINED_ON:]
        least = together
    minimum = int(least.min())
    blobs, lengths, weights = [], [], []
    for part in counts.parts():
        mixed = np.asarray(part.counts @ times[part.block_category])
        kept = np.flatnonzero(mixed > minimum)
        blob, offsets = part.pretokens_at(kept)
        blobs.append(blob)
        lengths.append(np.diff(offsets))
        weights.append(mixed[kept])
    offsets = np.concatenate([[0], np.cumsum(np.concatenate(lengths))])
    merges = train(np.concatenate(blobs), offsets, np.concatenate(weights), length)
    return merges, {
        "merges": len(merges),
        "distinct": len(offsets) - 1,
        "cpu_s": round(cpu_seconds(), 1),
        "peak_gb": peak(),
    }


def solve(folder: Path, given: argparse.Namespace) -> None:
    """Train a list on a known mixture of all counts and infer it."""
    begin, cpu = time.perf_counter(), cpu_seconds()
    files = sorted(folder.glob(f"*{TALLY}"))[: given.most]
    corpus = bi.load_corpus([str(path) for path in files], minimum=1)
    tokenizer = load_tokenizer("bundled:gpt2")
    counts = bi.count_pretokens(corpus, tokenizer, memory=given.memory, workers=given.workers)
    note(
        folder,
        job="join",
        categories=len(files),
        distinct=len(counts),
        cpu_s=round(cpu_seconds() - cpu, 1),
        wall_s=round(time.perf_counter() - begin, 1),
        peak_gb=peak(),
    )
    cpu = cpu_seconds()
    shares = np.random.default_rng(given.seed).permutation(1.0 / np.arange(1, len(files) + 1))
    shares /= shares.sum()
    times = shares / counts.category_bytes
    times = np.maximum(np.rint(times * (1e6 / times.max())), 1).astype(np.int64)
    true = times * counts.category_bytes / (times * counts.category_bytes).sum()
    with ProcessPoolExecutor(1) as apart:  # its memory is no part of the inference's
        merges, told = apart.submit(train_on_mixture, counts, times, given.merges).result()
    note(folder, job="train", **told)
    learned = replace(
        tokenizer,
        name="known mixture",
        merges=merges,
        audit=replace(
            tokenizer.audit, learned_tokens=len(merges), listed_merges=len(merges), learned_merges=len(merges)
        ),
    )
    cpu, begin = cpu_seconds(), time.perf_counter()
    estimate = bi.infer(
        learned,
        corpus,
        counts=counts,
        merges=len(merges),
        size=False,
        workers=given.workers,
        memory=Budget.of(given.memory),
        seed=given.seed,
    )
    error = np.asarray(estimate.byte_shares) - true
    parts = estimate.to_dict()["categories"]
    ends = {part["name"]: part["total_interval"]["byte_share"] for part in parts}
    note(
        folder,
        job="infer",
        cpu_s=round(cpu_seconds() - cpu, 1),
        wall_s=round(time.perf_counter() - begin, 1),
        peak_gb=peak(),
        seconds={name: round(took, 1) for name, took in estimate.seconds.items()},
        log10_mse=round(float(np.log10(np.mean(error**2))), 2),
        worst=round(float(np.abs(error).max()), 6),
        verdict=estimate.fit.verdict.value,
        in_intervals=sum(
            ends[name][0] <= share <= ends[name][1]
            for name, share in zip(counts.categories, true.tolist(), strict=True)
        ),
        notes=[note for note in estimate.notes if "memory" in note],
    )


def main() -> None:
    """Count every category that has no file yet, then infer."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--size", type=lambda text: int(amount_of(text, "--size")), default=10**9)
    parser.add_argument("--memory", type=lambda text: int(amount_of(text, "--memory")), default=4 * 10**9)
    parser.add_argument("--most", type=int, default=112, help="categories, the largest of the starter pack")
    parser.add_argument("--merges", type=int, default=30_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--categories", default="", help="only these, globs separated by commas")
    parser.add_argument("--workers", type=int, default=1, help="processes that count and replay")
    parser.add_argument("--count", action="store_true", help="count only")
    parser.add_argument(
        "--generate", type=lambda text: int(amount_of(text, "--generate")), help="make text only"
    )
    given = parser.parse_args()
    given.folder.mkdir(exist_ok=True)
    if given.generate:
        for category in grown("en-books,de,zh-cn,python", 4, given.generate, given.seed).categories:
            begin = time.process_time()
            made = sum(len(text.encode()) for text in category.documents())
            took = time.process_time() - begin
            note(
                given.folder,
                job="generate",
                category=category.name,
                bytes=made,
                mb_per_cpu_s=round(made / took / 1e6),
            )
        return
    fork = multiprocessing.get_context("fork")  # so that none takes a second and a half to start
    whole = grown(given.categories, given.most, given.size, given.seed)
    left = [one for one in whole.categories if not (given.folder / f"{one.name}{TALLY}").exists()]
    with ProcessPoolExecutor(given.workers, fork) as pool:
        each = given.memory // given.workers
        jobs = [pool.submit(count, given.folder, replace(whole, categories=(one,)), each) for one in left]
        for job in jobs:
            job.result()
    if not given.count:
        solve(given.folder, given)


if __name__ == "__main__":
    main()
