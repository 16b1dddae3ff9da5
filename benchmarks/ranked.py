"""Is the training text found among similar texts? Real trainers on real text, their lists ranked by `bpeinfer rank`.

    python benchmarks/shifted_text.py DIR                        # text of many sources, from packages
    python benchmarks/ranked.py run DIR/test --trials 100 --output ranked.jsonl
    python benchmarks/ranked.py score ranked.jsonl

Needs the trainers of trainers.py; those that are missing are left out. A trial draws a language, a source of it and a
trainer, and trains 2,000 merges on some 300 kB of that source. Beside this text stand ten look-alikes: without one
document, its first half, a random nine tenths, with a tenth more, without short lines, without lines that were there
before, other documents of the same source, and three other sources of the language. Those that come out as the training
text itself, or as that but for blank lines, are left out. Everything follows from the trial's number.
"""

from __future__ import annotations

import importlib.util
import json
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
from trainers import PATTERN, TRAINERS
from trial_command import run_or_score

import bpeinfer as bi

MERGES, SIZE = 2_000, 300_000
SHORT_LINE = 25
NAMED = (
    "Hugging Face",
    "rustbpe",
    "bpeasy",
    "gigatoken",
    "gigabpe",
    "sentencepiece",
    "subword-nmt",
    "OpenNMT",
)


def documents_of(path: Path) -> list[str]:
    """The documents of a source."""
    return [json.loads(line)["text"] for line in path.read_text("utf-8").splitlines()]


def taken(documents: list[str], size: int) -> list[str]:
    """Documents from the beginning up to about so many bytes."""
    ends = np.cumsum([len(text.encode()) for text in documents])
    return documents[: max(int(np.searchsorted(ends, size)), 2)]


def look_alikes(
    true: list[str], rest: list[str], others: list[list[str]], random: np.random.Generator
) -> dict[str, str]:
    """Texts by name, "true" the training text; others that are the same as it are left out."""
    whole = "\n".join(true) + "\n"
    lines = whole.split("\n")
    drop = int(random.integers(len(true)))
    kept = sorted(random.choice(len(true), max(len(true) * 9 // 10, 1), replace=False).tolist())
    found = {
        "true": whole,
        "without one document": "\n".join(true[:drop] + true[drop + 1 :]) + "\n",
        "first half": "\n".join(true[: max(len(true) // 2, 1)]) + "\n",
        "nine tenths": "\n".join(true[number] for number in kept) + "\n",
        "a tenth more": whole + "\n".join(taken(rest, SIZE // 10)) + "\n",
        "without short lines": "\n".join(line for line in lines if len(line) >= SHORT_LINE) + "\n",
        "without repeated lines": "\n".join(dict.fromkeys(lines)) + "\n",
        "other documents": "\n".join(taken(rest, SIZE)) + "\n",
    }
    for number, other in enumerate(others[:3]):
        found[f"other source {number}"] = "\n".join(taken(other, SIZE)) + "\n"
    seen = _without_blank_lines(whole)
    return {
        name: text
        for name, text in found.items()
        if name == "true" or (text.strip() and _without_blank_lines(text) != seen)
    }


def _without_blank_lines(text: str) -> list[str]:
    """Lines that have pairs to count: texts with the same ones are the same to most trainers."""
    return [line for line in text.split("\n") if line.strip()]


def run_trial(folder: Path, trial: int) -> dict[str, Any]:
    """Train on one text and rank all; return what each was called."""
    random = np.random.default_rng([trial, 7])
    languages = sorted(path.name for path in folder.iterdir() if len(list(path.glob("*.jsonl"))) >= 4)
    language = str(random.choice(languages))
    sources = [
        path for path in sorted((folder / language).glob("*.jsonl")) if path.stat().st_size > 2.5 * SIZE
    ] or sorted((folder / language).glob("*.jsonl"), key=lambda path: -path.stat().st_size)[:1]
    source = sources[int(random.integers(len(sources)))]
    documents = documents_of(source)
    documents = [documents[number] for number in random.permutation(len(documents)).tolist()]
    true = taken(documents, min(SIZE, source.stat().st_size // 3))
    others = [documents_of(path) for path in sorted((folder / language).glob("*.jsonl")) if path != source]
    others = [others[number] for number in random.permutation(len(others)).tolist()]
    texts = look_alikes(true, documents[len(true) :], others, random)
    present = [name for name in NAMED if importlib.util.find_spec(TRAINERS[name][0])]
    trainer = present[trial % len(present)]
    with tempfile.TemporaryDirectory() as scratch:
        for name, text in texts.items():
            (Path(scratch) / f"{name}.txt").write_text(text, "utf-8")
        path = TRAINERS[trainer][2](Path(scratch) / "true.txt", MERGES, Path(scratch))
        pattern = {".tiktoken": PATTERN, ".txt": "whitespace"}.get(path.suffix)  # these files do not say
        tokenizer = bi.load_tokenizer(str(path), pretokenizer=pattern)
        ranking = bi.rank_texts(tokenizer, {name: str(Path(scratch) / f"{name}.txt") for name in texts})
    return {
        "trial": trial,
        "language": language,
        "source": source.stem,
        "trainer": trainer,
        "bytes": len(texts["true"].encode()),
        "candidates": [candidate.to_dict() for candidate in ranking.candidates],
    }


def score(rows: list[dict[str, Any]]) -> None:
    """Print for each trainer how often the true text came first and was called the very text, and wrong calls."""
    print(
        "| trainer | trials | true text first | called this very text | others wrongly called so | look-alikes |"
    )
    print("|---|---|---|---|---|---|")
    for trainer in (*dict.fromkeys(row["trainer"] for row in rows), "all"):
        there = [row for row in rows if trainer in (row["trainer"], "all")]
        counted: Counter[str] = Counter()
        for row in there:
            for place, one in enumerate(row["candidates"]):
                exact = one["likeness"] == "this_text"
                if one["name"] == "true":
                    counted["first"] += place == 0
                    counted["called"] += exact
                else:
                    counted["others"] += 1
                    # Of the text with a tenth more the beginning is the true text.
                    counted["wrong"] += exact and not (one["name"] == "a tenth more" and one["part"] < 1)
        print(
            f"| {trainer} | {len(there)} | {counted['first']} | {counted['called']} | {counted['wrong']} | "
            f"{counted['others']} |"
        )


def main() -> None:
    """Run trials or score them."""
    run_or_score(
        __doc__,
        score,
        lambda asked: lambda trial: [run_trial(asked.folder, trial)],
        trials=100,
        folder="one side of what shifted_text.py writes",
        sides=False,
    )


if __name__ == "__main__":
    main()
