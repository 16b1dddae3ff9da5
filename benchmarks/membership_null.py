"""Whom does `bpeinfer member` call that was not in the training text? Each text among controls drawn again and again.

    python benchmarks/shifted_text.py DIR                        # text of both sides, from packages
    python benchmarks/membership_null.py run DIR --trials 16 --output null.jsonl
    python benchmarks/membership_null.py score null.jsonl

A trial takes C and C++, scripting languages, English and German in turn. It draws 40 texts, which are the beginnings
of projects' code (50,000 characters) or documents of at least 8,000 characters, trains Hugging Face's trainer (8,000
merges) on up to 4 MB of the others, and draws 20 of the 40 texts 400 times: each of them is asked for with the other 19
as its controls, and called if its excess is above all of theirs. Everything follows from the trial's number.

However the statistic is made, one in twenty of these draws is called: the text is drawn as its controls are. What is
measured is whether the same texts are called each time. `score` prints, for each kind, the share of all draws that are
called, the share of the calls that go to the three texts of a list that are called most, and how many texts are called
in more than a fifth of their draws, and never.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from membership import (
    CONTROLS,
    DOCUMENT,
    PROJECT,
    SAMPLES,
    beginning,
    replayed,
    samples_of,
    texts_of,
    trained,
)
from trial_command import run_or_score

from bpeinfer.membership.pieces import UNSEEN, peculiar_pieces

TEXTS, DRAWS, TRAINING = 40, 400, 4_000_000
TAKEN = ("C and C++", "scripts", "English", "German")


def run_trial(folder: Path, trial: int) -> Iterator[dict[str, Any]]:
    """Yield how often each text is drawn, and called."""
    random = np.random.default_rng([trial, 41])
    kind = TAKEN[trial % len(TAKEN)]
    texts, _ = texts_of(folder, kind, PROJECT)
    order = [str(name) for name in random.permutation(sorted(texts))]
    rest = [document for name in order[TEXTS:] for document in texts[name]]
    shuffled = [rest[number] for number in random.permutation(len(rest)).tolist()]
    tokenizer = trained(beginning(shuffled, TRAINING))
    size = DOCUMENT if kind in SAMPLES else PROJECT
    pieces, sizes, expected = replayed(
        tokenizer, [beginning(texts[name], size) for name in order[:TEXTS]], samples_of(kind)
    )
    drawn, called = np.zeros((2, TEXTS), dtype=np.int64)
    for _ in range(DRAWS):
        chosen = random.choice(TEXTS, CONTROLS + 1, replace=False)
        of_these = replace(pieces, counts=pieces.counts[:, chosen])
        excess = peculiar_pieces(of_these, len(chosen), sizes[chosen], expected, UNSEEN / sizes[-1]).excess
        drawn[chosen] += 1
        called[chosen[excess > np.sort(excess)[-2]]] += 1
    for name, times, calls in zip(order, drawn.tolist(), called.tolist(), strict=False):
        yield {"trial": trial, "kind": kind, "text": name, "drawn": times, "called": calls}


def score(rows: list[dict[str, Any]]) -> None:
    """Print who is called, by kind."""
    columns = (
        "called, of all draws",
        "of the calls, to three of each list",
        "texts",
        "called in over 20 %",
        "never",
    )
    print(f"| texts | lists | {' | '.join(columns)} |")
    print("|---" * 7 + "|")
    for kind in TAKEN:
        there = [row for row in rows if row["kind"] == kind]
        lists = sorted({row["trial"] for row in there})
        if not lists:
            continue
        calls = sum(row["called"] for row in there)
        most = sum(
            sum(sorted(row["called"] for row in there if row["trial"] == number)[-3:]) for number in lists
        )
        often = sum(row["called"] > 0.2 * row["drawn"] for row in there)
        print(
            f"| {kind} | {len(lists)} | {100 * calls / sum(row['drawn'] for row in there):.1f} % | "
            f"{100 * most / calls:.0f} % | {len(there)} | {often} | {sum(row['called'] == 0 for row in there)} |"
        )


def rows_of(asked: argparse.Namespace) -> Callable[[int], Iterable[dict[str, Any]]]:
    """A trial's rows are one for each text."""
    return lambda trial: run_trial(asked.folder, trial)


def main() -> None:
    """Run trials or score them."""
    run_or_score(__doc__, score, rows_of, trials=16, folder="as written by shifted_text.py", sides=False)


if __name__ == "__main__":
    main()
