"""Known mixtures read with too few of the categories at hand: do those that were not chosen show what is missing?

    python benchmarks/shifted_text.py DIR                                    # text of both sides, from packages
    python benchmarks/not_chosen.py run DIR calibration --trials 5 --output calibration.jsonl
    python benchmarks/not_chosen.py run DIR test --trials 5 --output test.jsonl
    python benchmarks/not_chosen.py run DIR test --trials 5 --output some.jsonl --cases right few
    python benchmarks/not_chosen.py score test.jsonl

A list is trained on the text of some categories, from other sources than the samples (a trial of
benchmarks/shifted.py), and read with the samples of

- right: all of them,
- lacking: all but one, of some 15 % of the text,
- hidden: the same, and the missing one is not among those that were not chosen, either,
- few: the largest and one other.

Not chosen are all other categories of that side, 60 kB of each.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import block_diag
from shifted import KINDS, Drawn, draw, group_of, read_side, sample, train_mixed
from trial_command import parser_of_kinds, waiting

from bpeinfer.counting.counts import PretokenCounts
from bpeinfer.diagnostics.bootstrap import bootstrap, byte_shares
from bpeinfer.diagnostics.fitted import Fitted
from bpeinfer.diagnostics.languages import relatives
from bpeinfer.diagnostics.not_chosen import compare_with_not_chosen
from bpeinfer.diagnostics.ruled_out import RuledOut, without_ruled_out
from bpeinfer.diagnostics.total import factor_of, total_interval
from bpeinfer.diagnostics.verdict import judge
from bpeinfer.inference.not_chosen import RELATIVE_GAP, SAMPLE
from bpeinfer.inference.tracing import fit_mixture
from bpeinfer.merges import MergeList
from bpeinfer.reports.numbers import NEUTRAL

CASES = ("right", "lacking", "hidden", "few")
RESAMPLES = 10
DROPPED = 0.15
"""Share of the text that the missing category should have, as nearly as it comes."""
SAID = 0.01
"""Least true share that intervals are scored by."""


def kind_of(name: str) -> str:
    """The language or kind of code of a category: "en" of "en/manuals" and of "en-manuals"."""
    return name.replace("/", "-").partition("-")[0]


def with_others(drawn: Drawn, sources: Sequence[str], trial: int) -> Drawn:
    """Add samples of every category that the trial did not draw, each from up to three of its sources."""
    random = np.random.default_rng([trial, 19])
    of: dict[str, list[str]] = {}
    for name in sources:
        of.setdefault(name.split("/")[0], []).append(name)
    samples = [(name.replace("/", "-"), group, taken) for name, group, taken in drawn.samples]
    there = {kind_of(name) for name, _, _ in samples}
    samples += [
        (name, group_of(name), list(random.permutation(of[name])[:3]))
        for name in sorted(of)
        if kind_of(name) not in there
    ]
    return replace(drawn, samples=samples)


def fitted_to(
    merges: MergeList, samples: PretokenCounts, tolerance: float = 1e-6
) -> tuple[Fitted, Fitted, tuple[RuledOut, ...]]:
    """Fit the categories as `infer` does, and without those whose own merges the list lacks; return both, and those."""
    fitted = fit_mixture(merges, samples, tolerance=tolerance)
    sets = relatives(samples.categories, samples.groups)
    return fitted, *without_ruled_out(fitted, sets, np.zeros(len(sets), dtype=bool))


def run_trial(counts: PretokenCounts, trial: int, kind: str, cases: Sequence[str]) -> list[dict[str, Any]]:
    """Run one trial; return one row a case."""
    drawn = draw(counts.categories, trial, kind)
    merges, true = train_mixed(counts, drawn)
    truth = {kind_of("en" if name == "English" else name): shares["byte"] for name, shares in true.items()}
    every = with_others(drawn, counts.categories, trial)
    samples, _ = sample(counts, every, trial)
    little, _ = sample(counts, replace(every, sample_bytes=SAMPLE), trial)
    dropped = min((name for name in truth if name != "en"), key=lambda name: abs(truth[name] - DROPPED))
    largest = max((name for name in truth if name != dropped), key=lambda name: truth[name])
    random = np.random.default_rng([trial, 20])
    second = str(random.choice(sorted(set(truth) - {largest, dropped})))
    lacking = set(truth) - {dropped}
    chosen_in = {"right": set(truth), "lacking": lacking, "hidden": lacking, "few": {largest, second}}
    rows = []
    for case in cases:
        names = [name for name in samples.categories if kind_of(name) in chosen_in[case]]
        others = [
            name
            for name in little.categories
            if name not in names and not (case == "hidden" and kind_of(name) == dropped)
        ]
        row = {"kind": kind, "trial": trial, "case": case, "dropped": dropped}
        row["truth"] = {name: truth[name] for name in chosen_in[case]}
        _, chosen, _ = fitted_to(merges, samples.select(names))
        rows.append(row | read(merges, chosen, joined(samples.select(names), little.select(others)), trial))
    return rows


def joined(one: PretokenCounts, other: PretokenCounts) -> PretokenCounts:
    """Put the categories of two counts side by side; a pretoken of both stands there twice."""
    blob = np.concatenate((one.blob, other.blob))
    offsets = np.concatenate((one.offsets, other.offsets[1:] + len(one.blob)))
    return PretokenCounts(
        blob=blob,
        offsets=offsets,
        counts=block_diag((one.counts, other.counts), format="csc"),
        block_category=np.concatenate((one.block_category, other.block_category + len(one.categories))),
        categories=one.categories + other.categories,
        groups=one.groups + other.groups,
        category_bytes=np.concatenate((one.category_bytes, other.category_bytes)),
        documents=np.concatenate((one.documents, other.documents)),
    )


def read(merges: MergeList, fitted: Fitted, beside: PretokenCounts, trial: int) -> dict[str, Any]:
    """What `infer` says of the categories chosen, by themselves and with the others beside them."""
    not_chosen = compare_with_not_chosen(fitted, *fitted_to(merges, beside, RELATIVE_GAP), NEUTRAL)
    before, after = judge(fitted), judge(fitted, not_chosen=not_chosen)
    counts, initial = fitted.counts, fitted.trajectories.initial_pairs
    in_bytes = byte_shares(fitted.solution.alpha, fitted.trajectories.category_bytes, initial)
    drawn = bootstrap(fitted, RESAMPLES, trial)
    kinds = list(map(kind_of, counts.categories))
    intervals = {}
    for name in dict.fromkeys(kinds):
        members = np.array([kind == name for kind in kinds])
        ends = total_interval(
            factor_of([counts.groups[kinds.index(name)]]),
            in_bytes[members].sum(),
            drawn.byte_shares[:, members].sum(axis=1),
            drawn.reweighted_byte_shares[:, members].sum(axis=1),
        )
        reached = not_chosen.reach("byte_share", members, not before.same_register)
        intervals[name] = {
            "before": ends.tolist(),
            "after": [min([ends[0], *reached]), max([ends[1], *reached])],
        }
    return {
        "before": before.verdict.value,
        "after": after.verdict.value,
        "unexplained": before.unexplained,
        "would_show": before.would_show,
        "others": not_chosen.pair_share,
        "at_most": not_chosen.most_pairs,
        "present": sum(kind.pair_share for kind in not_chosen.present),
        "kinds": [
            [*kind.names, kind.pair_share, kind.found, kind.missing, kind.present]
            for kind in not_chosen.kinds
        ],
        "intervals": intervals,
    }


def score(paths: Sequence[Path]) -> None:
    """Print the verdicts and the true shares within total intervals, before and with what was not chosen."""
    rows = [json.loads(line) for path in paths for line in path.read_text().splitlines()]
    print(
        "| trials | case | good / doubtful / poor before | now | mean of others | of those present | missing |"
    )
    print("|---|---|---|---|---|---|---|")
    for kind in KINDS:
        for case in CASES:
            of = [row for row in rows if row["kind"] == kind and row["case"] == case]
            if of:
                verdicts = " | ".join(
                    " / ".join(str(found[word]) for word in ("good", "doubtful", "poor"))
                    for found in (Counter(row[when] for row in of) for when in ("before", "after"))
                )
                missing = np.mean([1 - sum(row["truth"].values()) for row in of])
                others, present = (np.mean([row[name] for row in of]) for name in ("others", "present"))
                print(
                    f"| {len(of)} {kind} | {case} | {verdicts} | {100 * others:.1f} | {100 * present:.1f} "
                    f"| {100 * missing:.1f} |"
                )
    print(
        "\n| case | verdict | shares above 1 % | of all text: inside before, now | of these alone | width |"
    )
    print("|---|---|---|---|---|---|")
    for case in CASES:
        for word in ("good", "doubtful", "poor"):
            of = [row for row in rows if row["case"] == case and row["after"] == word]
            if of:
                print(f"| {case} | {word} | {_coverage(of)} |")


def _coverage(rows: Sequence[Mapping[str, Any]]) -> str:
    """Count the shares inside their intervals, before and now, of all text and of the categories chosen alone."""
    inside: dict[tuple[str, str], list[bool]] = {}
    width: dict[str, list[float]] = {}
    for row in rows:
        whole = sum(row["truth"].values())
        for name, share in row["truth"].items():
            for when, (low, high) in row["intervals"][name].items() if share > SAID else ():
                inside.setdefault((when, "all"), []).append(low <= share <= high)
                inside.setdefault((when, "alone"), []).append(low <= share / whole <= high)
                width.setdefault(when, []).append(100 * (high - low))
    of = {key: f"{100 * np.mean(found):.0f}" for key, found in inside.items()}
    shares = len(inside["after", "all"])
    said = (f"{of['before', what]}, {of['after', what]}" for what in ("all", "alone"))
    return " | ".join((str(shares), *said, f"{np.mean(width['before']):.1f}, {np.mean(width['after']):.1f}"))


def main() -> None:
    """Run what the command line asks for."""
    parser, run = parser_of_kinds(__doc__, KINDS, 5, ("score",))
    run.add_argument("--cases", nargs="+", default=list(CASES), choices=CASES)
    given = parser.parse_args()
    if given.command == "score":
        score(given.results)
        return
    missing = waiting(given)
    counts = read_side(given.folder / given.side, "mixed")  # of every kind, for the others are of all kinds
    for trial in range(given.trials):
        for kind in given.kinds:
            if trial not in missing[kind]:
                continue
            rows = run_trial(counts, trial, kind, given.cases)
            with given.output.open("a") as file:
                file.writelines(json.dumps(row) + "\n" for row in rows)
            for row in rows:
                print(
                    f"{kind} {trial} {row['case']:8s} {row['before']:8s} {row['after']:8s} others {row['others']:.3f} "
                    f"present {row['present']:.3f}",
                    flush=True,
                )


if __name__ == "__main__":
    main()
