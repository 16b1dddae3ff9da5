"""Whether single categories can be quoted where what was left out is spoken for together (`ruled_out_together`).

    python benchmarks/shifted_text.py TEXT                    # once
    python benchmarks/spoken_for.py run TEXT calibration --trials 7 --output FILE
    python benchmarks/spoken_for.py score FILE

A list of 3,000 merges is trained on two languages with 5, 10 or 20 % of six kinds of code, and read with 160 kB of
every category of that side, from other sources (with `--same`, from the same ones). The rule on own merges then leaves
out most kinds of code, each of which could be without, and the list has what they own together. Printed, for lists of
which this is said and the others: how many true shares of categories and of groups lie inside their total intervals.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
from shifted import (
    CODE,
    Drawn,
    group_of,
    of_same_sources,
    read_side,
    sample,
    split_sources,
    tokenizer_of,
    train_mixed,
)
from trial_command import run_or_score

import bpeinfer as bi
from bpeinfer.counting.counts import PretokenCounts

LANGUAGES, KINDS_OF_CODE, SHARES_OF_CODE = 2, 6, (0.05, 0.1, 0.2)
MERGES, SAMPLE_BYTES = 3_000, 160_000
LARGE = 0.01
Row = dict[str, Any]


def draw(counts: PretokenCounts, trial: int) -> Drawn:
    """Draw two languages, kinds of code, their shares, and for every category the sources that are sampled."""
    random = np.random.default_rng([trial, 77])
    of: dict[str, list[str]] = {}
    for name in counts.categories:
        of.setdefault(name.split("/")[0], []).append(name)
    of = {name: sources for name, sources in of.items() if len(sources) > 1}
    languages = random.choice([name for name in of if name not in CODE], LANGUAGES, replace=False).tolist()
    code = random.choice([name for name in of if name in CODE], KINDS_OF_CODE, replace=False).tolist()
    of_code = float(random.choice(SHARES_OF_CODE))
    shares = np.append(
        random.dirichlet(np.ones(LANGUAGES)) * (1 - of_code),
        random.dirichlet(np.full(KINDS_OF_CODE, 3.0)) * of_code,
    )
    share = dict(zip(languages + code, shares.tolist(), strict=True))
    sides = {name: split_sources(sources, 3, random) for name, sources in of.items()}
    training = {name: (trained, share[name]) for name, (trained, _) in sides.items() if name in share}
    samples = [(name, group_of(name), sampled) for name, (_, sampled) in sides.items()]
    return Drawn(training, samples, MERGES, SAMPLE_BYTES)


def run_trial(counts: PretokenCounts, trial: int, same: bool) -> Row:
    """Train and infer; return what is said of what was left out, and true shares with their intervals."""
    drawn, of_training, of_samples = draw(counts, trial), counts, counts
    if same:
        drawn, of_training, of_samples = of_same_sources(counts, drawn, trial)
    merges, truth = train_mixed(of_training, drawn)
    samples, _ = sample(of_samples, drawn, trial)
    estimate = bi.infer(tokenizer_of(merges), samples, seed=trial, size=False)
    share = {name: truth[name]["byte"] if name in truth else 0.0 for name in samples.categories}
    sums = [("category", [name]) for name in samples.categories]
    sums += [
        ("group", [name for name in samples.categories if group_of(name) == group])
        for group in dict.fromkeys(samples.groups)
    ]
    cases = []
    for level, members in sums:
        low, high = estimate.sum_of(members)["total_interval"]["byte_share"]
        true = sum(share[name] for name in members)
        cases.append([level, members[0], true, low, high])
    together = estimate.ruled_out_together
    return {
        "trial": trial,
        "verdict": estimate.verdict.value,
        "speaks": together is not None and together.speaks,
        "found": together.found if together else 0,
        "missing": together.missing if together else 0,
        "cases": cases,
    }


def score(rows: list[Row]) -> None:
    """Print the table."""
    heads = f"categories above {100 * LARGE:g} %: inside | without a share: inside | groups: inside"
    print(f"| said to be there | lists | verdicts | {heads} |")
    print("|---|---|---|---|---|---|")
    for speaks in (True, False):
        of = [row for row in rows if row["speaks"] is speaks]
        cases = [case for row in of for case in row["cases"]]
        verdicts = ", ".join(
            f"{number} {word}" for word, number in Counter(row["verdict"] for row in of).items()
        )
        cells = [
            _inside([case for case in cases if case[0] == level and least <= case[2] <= most])
            for level, least, most in (("category", LARGE, 1.0), ("category", 0.0, 0.0), ("group", 0.0, 1.0))
        ]
        print(f"| {'yes' if speaks else 'no'} | {len(of)} | {verdicts} | {' | '.join(cells)} |")


def _inside(cases: list[list[Any]]) -> str:
    held = sum(low - 1e-9 <= true <= high + 1e-9 for _, _, true, low, high in cases)
    return f"{held} of {len(cases)}"


def rows_of(asked: argparse.Namespace) -> Callable[[int], Iterable[Row]]:
    """Read the counts; a trial has one row."""
    counts = read_side(asked.folder / asked.side, "mixed")  # of every kind
    return lambda trial: [run_trial(counts, trial, asked.same)]


def main() -> None:
    """Run trials or score them."""
    run_or_score(__doc__, score, rows_of, trials=7, folder="as written by shifted_text.py", sides=True)


if __name__ == "__main__":
    main()
