"""Is the size of the training text estimated correctly? Lists from texts of known size, 0.3 MB to 1 GB.

    python benchmarks/sizes.py --trials 100 --results sizes.jsonl
    python benchmarks/sizes.py --trials 40 --text DIR --results shifted.jsonl
    python benchmarks/sizes.py --trials 8 --text SOURCES --whole --results real.jsonl

A trial draws 2 to 24 categories, their weights and the size (uniform in its logarithm). Half of the documents (by a
hash) are for training, the others are the samples, with four categories more that the training text lacks. With --text
the training text comes from that folder (one sub-folder a category, other sources than the starter pack's; `en` there
is held against all the pack's English), the samples are those of the whole pack. Lists are made by bpeinfer's trainer,
which works on counts and makes the merges that Hugging Face's makes (tests/test_training.py); benchmarks/trainers.py
runs the real ones.

Texts larger than the documents there are drawn from those by benchmarks/grown_text.py: topics and words at other rates,
and with new words. The rate of a word that the documents have c times is drawn with a relative variance of about 1 / c,
so that a text a hundred times as large differs from the samples more than more documents of its source would;
--growth bounds it. With --whole nothing is drawn: a trial takes all text of one or more sub-folders, in which a
machine's source code (its crates as `rust`, C headers as `c`) makes real texts of hundreds of megabytes.

With --counts each size is also measured as if the file contained the counts, with the same mixture.

A run goes on where it stopped. The last lines give, for each decade of size, the bias, how often the truth lies inside
the 95 % interval, and the median half-width; and bias and cover of each list's first window that has a size.
"""

from __future__ import annotations

import hashlib
import json
import math
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer
from grown_text import document_factors, grow
from numpy.typing import NDArray

import bpeinfer as bi
from bpeinfer.corpora.corpus import Corpus
from bpeinfer.pair_history import merge_sums
from bpeinfer.replay import replay
from bpeinfer.training import train

ABSENT_CATEGORIES = 4
MERGES, MORE_MERGES, LARGE = (5_000, 10_000), (10_000, 20_000), 1e8
"""Lengths of lists, and those from texts above `LARGE` bytes: shorter ones have no ties."""


def halves(corpus: Corpus, side: int | None) -> Corpus:
    """Return the documents of one side of a hash (None: all)."""
    texts = {}
    for category in corpus.categories:
        kept = [
            text
            for text in category.documents()
            if side is None or hashlib.sha256(text.encode()).digest()[0] % 2 == side
        ]
        if kept:
            texts[category.name] = kept
    groups = dict(zip(corpus.names, corpus.groups, strict=True))
    return Corpus.from_texts(texts, groups)


@dataclass(frozen=True, kw_only=True)
class DrawnText:
    """Counts of a text of known size.

    Attributes:
        blob: uint8[B], the bytes of its P distinct pretokens, one after another.
        offsets: int64[P+1], where each starts.
        counts: int64[P, n], how often each occurs in each of the n categories.
    """

    blob: NDArray[np.uint8]
    offsets: NDArray[np.int64]
    counts: NDArray[np.int64]


def draw_text(
    there: bi.PretokenCounts, wanted: NDArray[np.float64], random: np.random.Generator
) -> DrawnText:
    """Draw the counts of a text.

    Args:
        there: counts of the documents there are, n categories.
        wanted: float64[n], about how many bytes of each category.
        random: source of chance.
    """
    block_bytes = np.diff(there.offsets) @ there.counts
    drawn = np.zeros((len(there), len(wanted)), dtype=np.int64)
    added: dict[bytes, NDArray[np.int64]] = {}
    for category, size in enumerate(wanted.tolist()):
        blocks = np.flatnonzero(there.block_category == category)
        all_bytes = float(block_bytes[blocks].sum())
        if size <= all_bytes:
            order = random.permutation(blocks)
            taken = max(1, int(np.searchsorted(np.cumsum(block_bytes[order]), size)))
            drawn[:, category] = there.counts[:, order[:taken]].sum(axis=1)
            continue
        own = there.counts[:, blocks]
        seen = own.sum(axis=1)
        rows = np.flatnonzero(seen)
        weighted = (own @ document_factors(len(blocks), random))[rows]
        words = [there.pretoken(row) for row in rows.tolist()]
        grown = grow(words, seen[rows], weighted, float(seen.sum()) * size / all_bytes, random)
        drawn[rows, category] = grown.old
        for word, count in zip(grown.words, grown.new.tolist(), strict=True):
            added.setdefault(word, np.zeros(len(wanted), dtype=np.int64))[category] += count
    ends = there.offsets[-1] + np.cumsum([len(word) for word in added], dtype=np.int64)
    return DrawnText(
        blob=np.concatenate([there.blob, np.frombuffer(b"".join(added), dtype=np.uint8)]),
        offsets=np.concatenate([there.offsets, ends]),
        counts=np.concatenate([drawn, np.array(list(added.values()), np.int64).reshape(-1, len(wanted))]),
    )


def run_trial(
    trial: int,
    seed: int,
    training: bi.PretokenCounts,
    samples: bi.PretokenCounts,
    range_of_sizes: Sequence[float] | None,
    growth: float,
    evidence: int | None,
    counts: bool,
) -> dict[str, Any]:
    """Make one list, measure, and return plain data.

    Args:
        trial, seed: the source of chance.
        training: counts of the text that training text is drawn from.
        samples: counts of the samples.
        range_of_sizes: least and most bytes; None: all text of a few categories.
        growth: most bytes of a category, as a multiple of those there are.
        evidence: merges to infer the mixture from; None: those that `infer` takes.
        counts: also measure as if the file contained the counts.
    """
    random = np.random.default_rng([seed, trial])
    several = {"en": [name for name in samples.categories if name.startswith("en-")]}
    known = [
        name
        for name in training.categories
        if name in samples.categories or (name not in samples.categories and several.get(name))
    ]
    fewest, most = (2, 24) if range_of_sizes else (1, len(known))
    names = sorted(random.permutation(known)[: int(random.integers(fewest, most + 1))].tolist())
    there = training.select(names)
    weights = random.dirichlet(np.ones(len(names)))
    size = float(there.category_bytes.sum())
    if range_of_sizes:
        size = float(np.exp(random.uniform(*np.log(range_of_sizes))))
    merges = int(random.choice(MERGES if size < LARGE else MORE_MERGES))
    if range_of_sizes:
        wanted = np.minimum(weights * size, growth * there.category_bytes)
        text = draw_text(there, wanted, random)
    else:
        text = DrawnText(blob=there.blob, offsets=there.offsets, counts=there.by_category().toarray())
    drawn = text.counts.sum(axis=1)
    true = float(np.diff(text.offsets) @ drawn)
    begin = time.process_time()
    learned = train(text.blob, text.offsets, drawn, merges)
    trained = time.process_time() - begin
    present = [own for name in names for own in ([name] if name in samples.categories else several[name])]
    others = [name for name in samples.categories if name not in present]
    shown = present + random.permutation(others)[:ABSENT_CATEGORIES].tolist()
    tokenizer = replace(bi.load_tokenizer("bundled:gpt2"), merges=learned)
    shown_counts = samples.select(shown)
    begin = time.process_time()
    estimate = bi.infer(tokenizer, shown_counts, merges=evidence, resamples=0, size=False)
    found = bi.training_size(tokenizer, shown_counts, estimate=estimate)
    seconds = time.process_time() - begin
    row: dict[str, Any] = {
        "trial": trial,
        "seed": seed,
        "categories": len(names),
        "bytes": true,
        "merges": len(learned),
    }
    row |= {"new_words": len(drawn) - len(there), "train_seconds": round(trained, 1)}
    row |= {"seconds": seconds, "size": found.to_dict()}
    if counts:
        counted = merge_sums(replay(learned, text.blob, text.offsets), drawn.astype(np.float64))
        with_counts = replace(tokenizer, merges=replace(learned, counts=counted.astype(np.int64)))
        by_counts = bi.training_size(with_counts, shown_counts, estimate=estimate)
        row["size_by_counts"] = by_counts.to_dict()
    return row


def report(rows: Sequence[dict[str, Any]]) -> None:
    """Print bias, cover and width by decade, and bias and cover of first windows."""
    print(
        f"{'bytes':>12s} {'lists':>6s} {'measured':>9s} {'bias':>7s} {'spread':>7s} {'inside':>7s} {'half-width':>11s}"
        f"  first window: {'bias':>7s} {'inside':>7s}"
    )
    decades = [(10.0**k, 10.0 ** (k + 1)) for k in range(5, 10)]
    for low, high in [*decades, (0.0, math.inf)]:
        there = [row for row in rows if low <= row["bytes"] < high]
        if not there:
            continue
        inside, errors, widths = 0, [], []
        told = [row for row in there if row["size"]["status"] != "not_told"]
        for row in told:
            size = row["size"]
            bottom, top = size["interval"]
            inside += bottom <= row["bytes"] and (top is None or row["bytes"] <= top)
            if size["bytes"] is not None:
                errors.append(math.log(size["bytes"] / row["bytes"]))
                widths.append(math.sqrt(top / bottom) - 1)
        name = f"{low:.0e} up" if low else "all"
        if not errors:
            print(f"{name:>12s} {len(there):6d} {0:9d} {'':7s} {'':7s} {inside:4d}/{len(told)}")
            continue
        print(
            f"{name:>12s} {len(there):6d} {len(errors):9d} {100 * math.expm1(np.mean(errors)):6.1f}% "
            f"{100 * np.std(errors):6.1f}% {100 * inside / len(told):6.1f}% {100 * np.median(widths):10.0f}%"
            f"{_of_first_windows(told)}"
        )


def _of_first_windows(rows: Sequence[dict[str, Any]]) -> str:
    errors, inside = [], 0
    for row in rows:
        first = next((window for window in row["size"]["windows"] if window["bytes"] is not None), None)
        if first is not None:
            errors.append(math.log(first["bytes"] / row["bytes"]))
            inside += first["interval"][0] <= row["bytes"] <= first["interval"][1]
    if not errors:
        return ""
    return f"{'':16s}{100 * math.expm1(np.mean(errors)):6.1f}% {100 * inside / len(errors):6.1f}%"


def main(
    results: Annotated[Path, typer.Option(help="JSON lines; trials that are there are not run again.")],
    trials: int = 100,
    seed: int = 1,
    least: Annotated[float, typer.Option(help="Bytes of the smallest text.")] = 3e5,
    most: Annotated[float, typer.Option(help="Bytes of the largest text.")] = 1e9,
    text: Annotated[
        Path | None, typer.Option(help="Training text of other sources than the samples.")
    ] = None,
    whole: Annotated[bool, typer.Option(help="All text of some categories of --text, none drawn.")] = False,
    growth: Annotated[
        float,
        typer.Option(help="At most so many times the bytes that a category has; the text is smaller then."),
    ] = math.inf,
    evidence: Annotated[
        int | None, typer.Option(help="Merges to infer the mixture from; fewer take less time.")
    ] = None,
    counts: Annotated[bool, typer.Option(help="Also measure as if the file contained the counts.")] = False,
) -> None:
    """Run trials, print what came out."""
    rows = [json.loads(line) for line in results.open()] if results.exists() else []
    done = {(row["seed"], row["trial"]) for row in rows}
    waiting = [trial for trial in range(trials) if (seed, trial) not in done]
    if waiting:
        pretokenizer = bi.load_tokenizer("bundled:gpt2").pretokenizer
        pack = bi.starter_corpus()
        source = bi.load_corpus([str(text)]) if text else halves(pack, 0)
        training = bi.count_pretokens(source, pretokenizer)
        samples = bi.count_pretokens(halves(pack, None if text else 1), pretokenizer)
        for trial in waiting:
            sizes = None if whole else (least, most)
            row = run_trial(trial, seed, training, samples, sizes, growth, evidence, counts)
            rows.append(row)
            with results.open("a", encoding="utf-8") as file:
                file.write(json.dumps(row) + "\n")
            size = row["size"]
            print(
                f"{trial:4d} {row['bytes'] / 1e6:8.2f} MB  {size['status']:9s} {size['bytes']} {size['interval']}",
                flush=True,
            )
    report(rows)
    if by_counts := [row | {"size": row["size_by_counts"]} for row in rows if "size_by_counts" in row]:
        print("\nif the file contained the counts:")
        report(by_counts)


if __name__ == "__main__":
    typer.run(main)
