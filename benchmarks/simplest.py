"""How far a simpler mixture may fit worse (`bpeinfer.diagnostics.simplest.SLACK`): chosen on calibration sources.

    python benchmarks/shifted_text.py TEXT          # once
    python benchmarks/simplest.py TEXT

Every category of TEXT/calibration gives a sample made of one half of its sources and training text made of the other
half (by turns in the order of their names). Tokenizers are trained on one category, or on two to four with shares
drawn uniformly from the simplex, and read with the samples of all categories, most of which play no part. Printed
for each slack, for the estimate as `infer` makes it (categories without merges of their own left out: "rule") and
for the simplest mixture from there: the mean absolute error of the pair shares in points, over the categories that
play a part, over the others together, and the share of the right one in lists of one category.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path

import numpy as np
from single_language import train

import bpeinfer as bi
from bpeinfer.counting.jobs import count_pretokens
from bpeinfer.diagnostics.fitted import Fitted
from bpeinfer.diagnostics.languages import relatives
from bpeinfer.diagnostics.ruled_out import without_ruled_out
from bpeinfer.diagnostics.simplest import SLACK, simplest_mixture
from bpeinfer.inference.clock import Clock
from bpeinfer.inference.tracing import follow
from bpeinfer.pair_counts import PairCounts
from bpeinfer.progress import SILENT
from bpeinfer.solving import MixtureProblem, solve

SLACKS = (0.0, 0.01, 0.02, 0.03, 0.05, 0.08, 0.15)
RULE, RULE_AND_SLACK = "rule", f"rule, {SLACK}"
TRAINED_BYTES, SAMPLE_BYTES = 800_000, 400_000


def halves(folder: Path) -> tuple[list[str], list[str]]:
    """The documents of a category's training side and of its sample, from different sources."""
    sides: tuple[list[str], list[str]] = ([], [])
    for number, path in enumerate(sorted(folder.glob("*.jsonl"))):
        lines = path.read_text("utf-8").splitlines()
        sides[number % 2].append("\n".join(json.loads(line)["text"] for line in lines))
    return sides


def cut(texts: list[str], size: int) -> list[str]:
    """About `size` bytes, the same from each text as far as it goes, in documents of some paragraphs."""
    pieces = []
    for text in texts:
        data = text.encode()[: size // len(texts)].decode(errors="ignore")
        pieces += [data[start : start + 2_000] for start in range(0, len(data), 2_000)]
    return pieces


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("text", type=Path, help="the folder that shifted_text.py wrote")
    parser.add_argument("--trials", type=int, default=20, help="mixtures beside the lists of one category")
    parser.add_argument(
        "--single", type=int, help="so many lists of one category, by chance (default: of each)"
    )
    parser.add_argument("--merges", type=int, default=1_500)
    parser.add_argument("--categories", help="at hand, comma-separated (default: all)")
    parser.add_argument("--trained-bytes", type=int, default=TRAINED_BYTES)
    parser.add_argument("--sample-bytes", type=int, default=SAMPLE_BYTES, help="of a category")
    parser.add_argument("--slacks", type=float, nargs="+", default=SLACKS)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    sides = {folder.name: halves(folder) for folder in sorted((options.text / "calibration").iterdir())}
    asked = options.categories.split(",") if options.categories else list(sides)
    sides = {name: pair for name, pair in sides.items() if pair[1] and name in asked}
    names = list(sides)
    chance = np.random.default_rng(options.seed)
    corpus = bi.Corpus.from_texts({name: cut(pair[1], options.sample_bytes) for name, pair in sides.items()})
    alone = names if options.single is None else chance.choice(names, options.single, replace=False).tolist()
    designs = [{name: 1.0} for name in alone]
    for _ in range(options.trials):
        chosen = chance.choice(names, size=int(chance.integers(2, 5)), replace=False).tolist()
        designs.append(dict(zip(chosen, chance.dirichlet(np.ones(len(chosen))).tolist(), strict=True)))
    counts = None
    rows: list[dict[str, list[float]]] = []
    for number, design in enumerate(designs):
        texts = {
            name: cut(sides[name][0], round(options.trained_bytes * share))
            for name, share in design.items()
            if share > 0.002
        }
        with tempfile.TemporaryDirectory(prefix="bpeinfer-simplest-") as folder:
            path = train(
                (t for given in texts.values() for t in given), options.merges, Path(folder) / "t.json"
            )
            tokenizer = bi.load_tokenizer(path)
        if counts is None:
            counts = count_pretokens(corpus, tokenizer.pretokenizer, workers=1)
        sizes = np.array([sum(len(t.encode()) for t in texts.get(name, [])) for name in counts.categories])
        history, trajectories = follow(tokenizer.merges.head(options.merges), counts, SILENT, Clock())
        problem = MixtureProblem.from_trajectories(trajectories, 0, "mass", "last")
        best = solve(problem)
        per_pair = trajectories.category_bytes / np.maximum(trajectories.initial_pairs, 1)
        truth = sizes / per_pair
        truth /= truth.sum()
        row = {}
        fitted = Fitted(
            counts=counts,
            pairs=PairCounts.of(history, counts.counts),
            trajectories=trajectories,
            problem=problem,
            solution=best,
        )
        sets = relatives(counts.categories, counts.groups)
        after, _ = without_ruled_out(fitted, sets, np.zeros(len(sets), dtype=bool))
        found_by = {
            str(slack): simplest_mixture(problem, best, slack).pair_shares if slack else best.alpha
            for slack in options.slacks
        }
        found_by[RULE] = after.solution.alpha
        found_by[RULE_AND_SLACK] = simplest_mixture(after.problem, after.solution).pair_shares
        for label, found in found_by.items():
            part = truth > 0
            row[label] = [
                100 * float(np.abs(found - truth)[part].mean()),
                100 * float(found[~part].sum()),
                100 * float(np.minimum(found, truth).sum()),
            ]
        rows.append(row)
        design_of = " ".join(f"{name} {100 * share:.0f}" for name, share in design.items())
        cells = "  ".join(f"{slack} {values[0]:.2f}/{values[1]:.1f}" for slack, values in row.items())
        print(f"{number:3} {design_of:40} {cells}", flush=True)
    kinds = {
        "one category": range(len(alone)),
        "mixtures": range(len(alone), len(designs)),
    }
    print("| slack | lists | mean error | others | right, median | right, worst |\n|---|---|---|---|---|---|")
    for kind, members in kinds.items():
        for label in rows[0]:
            values = np.array([rows[number][label] for number in members])
            if len(values):
                print(
                    f"| {label} | {kind} ({len(values)}) | {values[:, 0].mean():.2f} | {values[:, 1].mean():.2f} |"
                    f" {np.median(values[:, 2]):.1f} | {values[:, 2].min():.1f} |",
                    flush=True,
                )


if __name__ == "__main__":
    main()
