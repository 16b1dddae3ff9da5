"""The command line of a benchmark of numbered trials: `run` adds their rows to a file, `score` sums such files up.

`run_or_score` is all of it for trials of one kind; where there are several kinds (`shifted.py`), the benchmark goes
through those that are `waiting` itself.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

Row = dict[str, Any]


def parser_of_kinds(
    description: str | None, kinds: Sequence[str], trials: int, verbs: Sequence[str]
) -> tuple[argparse.ArgumentParser, argparse.ArgumentParser]:
    """Return the parser of a benchmark whose trials are of several kinds, and that of its `run`.

    Args:
        description: for `--help`, the benchmark's docstring.
        kinds: those that there are.
        trials: how many of each kind are run unless `--trials` says otherwise.
        verbs: what can be done with results, beside `run`.
    """
    parser = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True)
    run = commands.add_parser("run")
    run.add_argument("folder", type=Path)
    run.add_argument("side", choices=("calibration", "test"))
    run.add_argument("--trials", type=int, default=trials, help="of each kind")
    run.add_argument("--kinds", nargs="+", default=list(kinds), choices=kinds)
    run.add_argument(
        "--output", type=Path, required=True, help=".jsonl; trials that it holds are not run again"
    )
    for verb in verbs:
        commands.add_parser(verb).add_argument("results", type=Path, nargs="+")
    return parser, run


def waiting(asked: argparse.Namespace) -> dict[str, list[int]]:
    """Return for each kind the trials that the output does not hold."""
    lines = asked.output.read_text().splitlines() if asked.output.exists() else []
    done = {(row["kind"], row["trial"]) for row in map(json.loads, lines)}
    return {
        kind: [trial for trial in range(asked.trials) if (kind, trial) not in done] for kind in asked.kinds
    }


def run_or_score(
    description: str | None,
    score: Callable[[list[Row]], None],
    rows_of: Callable[[argparse.Namespace], Callable[[int], Iterable[Row]]],
    *,
    trials: int,
    folder: str,
    sides: bool,
    only: Sequence[str] = (),
) -> None:
    """Do what the command line asks for.

    Args:
        description: for `--help`, the benchmark's docstring.
        score: prints what the rows say.
        rows_of: called once with the arguments of `run`; returns what gives a trial's rows from its number.
        trials: how many are run unless `--trials` says otherwise.
        folder: what the first argument of `run` is.
        sides: whether `run` also asks for the side of the shifted bench, and knows `--same`.
        only: what `--only` can restrict a run to; none: there is no such option.
    """
    parser = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    verbs = parser.add_subparsers(dest="verb", required=True)
    run = verbs.add_parser("run")
    run.add_argument("folder", type=Path, help=folder)
    if sides:
        run.add_argument("side", choices=("calibration", "test"))
        run.add_argument("--same", action="store_true", help="sample the training text's own sources")
    if only:
        run.add_argument("--only", choices=only, help="leave the other methods out")
    run.add_argument("--trials", type=int, default=trials)
    run.add_argument("--first", type=int, default=0)
    run.add_argument("--output", type=Path, required=True)
    verbs.add_parser("score").add_argument("files", type=Path, nargs="+")
    asked = parser.parse_args()
    if asked.verb == "score":
        score([json.loads(line) for path in asked.files for line in path.read_text("utf-8").splitlines()])
        return
    with asked.output.open("a", encoding="utf-8") as output:
        of_trial = rows_of(asked)
        for trial in range(asked.first, asked.first + asked.trials):
            for row in of_trial(trial):
                print(json.dumps(row, ensure_ascii=False), file=output, flush=True)
