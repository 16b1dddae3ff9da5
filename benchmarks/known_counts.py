"""Do counts in the file, or ties, sharpen the shares? Known mixtures, each solved in several ways.

    python benchmarks/known_counts.py --trials 8 --results known_counts.jsonl

A trial draws 3 to 12 categories and their weights; half of the starter pack's documents (by a hash) are for training,
the others are the samples, with four categories more that the training text lacks. The text is made as in sizes.py, the
list by bpeinfer's trainer, and its first 200, 1,000 and 5,000 merges are used:

    order    the program as it is for any list
    counts   thresholds in proportion to the trainer's counts (`MixtureProblem.known_counts`), as for fastBPE's files
    equal    as "counts", and each merge's value held to its count from both sides
    strict   as "order", and where neighbours stand against the tie rule, the threshold falls by at least one count.
             One count as a share of the text is given, which in practice the size would have to tell first

The error is half the sum of the shares' absolute errors. A run goes on where it stopped.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer
from scipy import sparse
from sizes import ABSENT_CATEGORIES, DrawnText, draw_text, halves

import bpeinfer as bi
from bpeinfer.diagnostics.bootstrap import byte_shares
from bpeinfer.inspection.tie_rules import ascents, tie_keys
from bpeinfer.merges import MergeList
from bpeinfer.pair_history import PairHistory
from bpeinfer.replay import replay
from bpeinfer.solving import MixtureProblem, solve
from bpeinfer.training import train
from bpeinfer.trajectory import PairTrajectories

HEADS = (200, 1_000, 5_000)


def trajectories_of(merges: MergeList, counts: bi.PretokenCounts | DrawnText) -> PairTrajectories:
    """Return the trajectories in the samples, or in one text with all its categories together."""
    history = PairHistory.of(replay(merges, counts.blob, counts.offsets))
    if isinstance(counts, DrawnText):
        whole = sparse.csr_array(counts.counts.sum(axis=1)[:, None])
        return history.trajectories(whole, np.ones(1, dtype=np.int64))
    return history.trajectories(counts.by_category(), counts.category_bytes)


def equal(problem: MixtureProblem) -> MixtureProblem:
    """Hold merges to their counts from above, too: each is a rival of its own threshold."""
    rows = np.arange(problem.rows, dtype=np.int32)
    return replace(
        problem,
        rival_shares=sparse.csr_array(sparse.vstack([problem.rival_shares, problem.merge_shares])),
        rival_first=np.append(problem.rival_first, rows),
        rival_last=np.append(problem.rival_last, rows),
        rival_pair=np.append(problem.rival_pair, 0 * rows),
        rival_interval=np.append(problem.rival_interval, 0 * rows.astype(np.int64)),
        rival_weight=np.append(problem.rival_weight, problem.merge_weight),
    )


def strict(problem: MixtureProblem, merges: MergeList, count: float) -> MixtureProblem:
    """Let thresholds fall by `count` wherever neighbours stand against the rule of Hugging Face's trainer.

    θ is written as what it falls by at least from there to the end plus falling thresholds; since Σβ = 1, the former
    goes into the shares.
    """
    ascending, place = ascents(merges, tie_keys(merges)["ids-display"])
    falls = np.zeros(len(merges))
    falls[place[~ascending]] = count
    least = np.cumsum(falls[::-1])[::-1][problem.step]
    return replace(
        problem,
        merge_shares=problem.merge_shares - least[:, None],
        rival_shares=sparse.csr_array(problem.rival_shares.toarray() - least[problem.rival_last][:, None]),
    )


def run_trial(
    trial: int, seed: int, size: float, training: bi.PretokenCounts, samples: bi.PretokenCounts
) -> list[dict[str, Any]]:
    """Make one list and solve its heads; return plain data."""
    random = np.random.default_rng([seed, trial, int(size)])
    names = sorted(random.permutation(training.categories)[: int(random.integers(3, 13))].tolist())
    text = draw_text(training.select(names), size * random.dirichlet(np.ones(len(names))), random)
    in_bytes = np.diff(text.offsets) @ text.counts
    whole = train(text.blob, text.offsets, text.counts.sum(axis=1), HEADS[-1])
    known = trajectories_of(whole, text).merge_counts[:, 0]
    others = [name for name in samples.categories if name not in names]
    shown = sorted(names + random.permutation(others)[:ABSENT_CATEGORIES].tolist())
    truth = np.array([in_bytes[names.index(name)] if name in names else 0 for name in shown]) / in_bytes.sum()
    traced = trajectories_of(whole, samples.select(shown))
    rows = []
    for merges in HEADS:
        head = traced.head(merges)
        order = MixtureProblem.from_trajectories(head)
        counts = MixtureProblem.from_trajectories(head, known_counts=known)
        one = 1 / float(known[order.step].sum())  # shares are parts of the merged mass
        programs = {
            "order": order,
            "counts": counts,
            "equal": equal(counts),
            "strict": strict(order, whole.head(merges), one),
        }
        errors = {}
        for name, problem in programs.items():
            found = byte_shares(solve(problem).alpha, head.category_bytes, head.initial_pairs)
            errors[name] = float(np.abs(found - truth).sum() / 2)
        rows.append({"seed": seed, "trial": trial, "size": size, "merges": merges, "errors": errors})
    return rows


def report(rows: Sequence[dict[str, Any]]) -> None:
    """Print the mean errors, and each way's error over that of the order alone (geometric mean, standard error)."""
    print("| text | merges | lists | order | counts | equal | strict |\n|--:|--:|--:|--:|--:|--:|--:|")
    for size, merges in sorted({(row["size"], row["merges"]) for row in rows}):
        there = [row["errors"] for row in rows if (row["size"], row["merges"]) == (size, merges)]
        order = np.array([errors["order"] for errors in there])
        cells = [f"{100 * order.mean():.2f} %"]
        for name in ("counts", "equal", "strict"):
            logs = np.log(np.array([errors[name] for errors in there]) / order)
            error = logs.std(ddof=1) / np.sqrt(len(logs)) if len(logs) > 1 else np.nan
            cells.append(f"× {np.exp(logs.mean()):.2f} ± {error:.2f}")
        print(f"| {size / 1e6:,.0f} MB | {merges:,} | {len(there)} | {' | '.join(cells)} |")


def main(
    results: Annotated[Path, typer.Option(help="JSON lines; trials that are there are not run again.")],
    trials: Annotated[int, typer.Option(help="Lists for each size of text.")] = 8,
    sizes: Annotated[str, typer.Option(help="Bytes of text (comma-separated).")] = "1e6,1e7,1e8",
    seed: int = 1,
) -> None:
    """Run trials, print the table."""
    rows = [json.loads(line) for line in results.open(encoding="utf-8")] if results.exists() else []
    done = {(row["seed"], row["size"], row["trial"]) for row in rows}
    waiting = [(float(size), trial) for size in sizes.split(",") for trial in range(trials)]
    waiting = [(size, trial) for size, trial in waiting if (seed, size, trial) not in done]
    if waiting:
        pretokenizer = bi.load_tokenizer("bundled:gpt2").pretokenizer
        pack = bi.starter_corpus()
        training, samples = (bi.count_pretokens(halves(pack, side), pretokenizer) for side in (0, 1))
    for size, trial in waiting:
        found = run_trial(trial, seed, size, training, samples)
        rows += found
        with results.open("a", encoding="utf-8") as file:
            file.writelines(json.dumps(row) + "\n" for row in found)
    report(rows)


if __name__ == "__main__":
    typer.run(main)
