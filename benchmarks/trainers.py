"""Are trainer and size identified correctly? Real trainers on real text, their lists read back and checked.

    python benchmarks/trainers.py --trials 12 --results trainers.jsonl
    python benchmarks/trainers.py --trials 2 --least 1e8 --most 1e9 --only rustbpe,gigatoken --results trainers.jsonl

Needs the trainers (pip install sentencepiece subword-nmt pyonmttok rustbpe bpeasy gigatoken gigabpe flashbpe ffbpe).
Those that are missing are left out. A trial draws 3 to 20 categories of the starter pack, weights and an amount of
text, the same for all trainers; half of the documents are for training, the other half are the samples that the mixture
is inferred from. A run goes on where it stopped. The last lines give, for each trainer, how often its family was named,
not told, and named wrongly, and how its sizes came out.

Where a category has too little text, a longer one is drawn by benchmarks/grown_text.py, with new words.
"""

from __future__ import annotations

import base64
import contextlib
import importlib
import importlib.util
import io
import json
import re
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer
from grown_text import document_factors, grow
from sizes import halves, report

import bpeinfer as bi
from bpeinfer.inspection.trainer_family import trainer_parts

PATTERN = r"'(?:[sdmt]|ll|ve|re)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"


def train_hugging_face(text: Path, merges: int, folder: Path) -> Path:
    """Hugging Face's trainer over bytes."""
    tokenizers: Any = importlib.import_module("tokenizers")
    tokenizer = tokenizers.Tokenizer(tokenizers.models.BPE())
    byte_level = tokenizers.pre_tokenizers.ByteLevel
    tokenizer.pre_tokenizer = byte_level(add_prefix_space=False)
    trainer = tokenizers.trainers.BpeTrainer(
        vocab_size=256 + merges, show_progress=False, initial_alphabet=byte_level.alphabet()
    )
    tokenizer.train([str(text)], trainer)
    tokenizer.save(str(folder / "tokenizer.json"))
    return folder / "tokenizer.json"


def train_sentencepiece(text: Path, merges: int, folder: Path) -> Path:
    """sentencepiece over characters."""
    sentencepiece: Any = importlib.import_module("sentencepiece")
    sentencepiece.SentencePieceTrainer.train(
        input=str(text),
        model_prefix=str(folder / "m"),
        model_type="bpe",
        vocab_size=merges,
        character_coverage=0.995,
        minloglevel=2,
        hard_vocab_limit=False,
    )
    return folder / "m.model"


def train_subword_nmt(text: Path, merges: int, folder: Path) -> Path:
    """subword-nmt, version 0.2 of its format."""
    learn: Any = importlib.import_module("subword_nmt.learn_bpe")
    path = folder / "codes.txt"
    with text.open(encoding="utf-8") as source, path.open("w", encoding="utf-8") as target:
        learn.learn_bpe(source, target, merges, min_frequency=2)
    return path


def train_opennmt(text: Path, merges: int, folder: Path) -> Path:
    """OpenNMT's tokenizer in its plain mode."""
    pyonmttok: Any = importlib.import_module("pyonmttok")
    learner = pyonmttok.BPELearner(tokenizer=pyonmttok.Tokenizer("space"), symbols=merges)
    learner.ingest_file(str(text))
    learner.learn(str(folder / "codes.txt"))
    return folder / "codes.txt"


def train_rustbpe(text: Path, merges: int, folder: Path) -> Path:
    """rustbpe, as tiktoken ranks."""
    rustbpe: Any = importlib.import_module("rustbpe")
    trainer = rustbpe.Tokenizer()
    with text.open(encoding="utf-8") as lines:
        trainer.train_from_iterator(lines, 256 + merges, pattern=PATTERN)
    return _as_ranks(dict(trainer.get_mergeable_ranks()), folder)


def train_bpeasy(text: Path, merges: int, folder: Path) -> Path:
    """bpeasy, as tiktoken ranks."""
    bpeasy: Any = importlib.import_module("bpeasy")
    with text.open(encoding="utf-8") as lines:
        return _as_ranks(bpeasy.train_bpe(lines, PATTERN, 128, 256 + merges), folder)


def train_gigatoken(text: Path, merges: int, folder: Path) -> Path:
    """gigatoken with its default ties, as tiktoken ranks."""
    gigatoken: Any = importlib.import_module("gigatoken")
    vocabulary, _ = gigatoken.train_bpe(str(text), 256 + merges, [])
    return _as_ranks({token: rank for rank, token in vocabulary.items()}, folder)


def train_gigabpe(text: Path, merges: int, folder: Path) -> Path:
    """gigabpe, as tokenizer.json."""
    gigabpe: Any = importlib.import_module("gigabpe")
    characters = len(set(text.read_text("utf-8")))
    gigabpe.train_tokenizer([str(text)], characters + merges, str(folder / "tokenizer.json"))
    return folder / "tokenizer.json"


def train_flashbpe(text: Path, merges: int, folder: Path) -> Path:
    """flashbpe, as tiktoken ranks."""
    flashbpe: Any = importlib.import_module("flashbpe")
    trainer = flashbpe.Tokenizer()
    with text.open(encoding="utf-8") as lines:
        trainer.train_from_iterator(lines, 256 + merges, pattern=PATTERN)
    return _as_ranks(dict(trainer.get_mergeable_ranks()), folder)


def train_ffbpe(text: Path, merges: int, folder: Path) -> Path:
    """ffbpe, without the counts that its file has: with them the size would not be measured from ties."""
    ffbpe: Any = importlib.import_module("ffbpe")
    with text.open(encoding="utf-8") as lines:
        model = ffbpe.train_bpe(lines, vocab_size=256 + merges)
    path = folder / "merges.txt"
    model.save_merges_txt(path, format="gpt2")
    path.write_text(re.sub(r" => \d+$", "", path.read_text("utf-8"), flags=re.MULTILINE), encoding="utf-8")
    return path


def _as_ranks(ranks: Mapping[bytes, int], folder: Path) -> Path:
    path = folder / "ranks.tiktoken"
    lines = sorted(ranks.items(), key=lambda item: item[1])
    path.write_bytes(b"".join(b"%s %d\n" % (base64.b64encode(token), rank) for token, rank in lines))
    return path


TRAINERS: dict[str, tuple[str, str, Callable[[Path, int, Path], Path]]] = {
    "Hugging Face": ("tokenizers", "ids", train_hugging_face),
    "rustbpe": ("rustbpe", "ids", train_rustbpe),
    "bpeasy": ("bpeasy", "ids", train_bpeasy),
    "gigatoken": ("gigatoken", "ids", train_gigatoken),
    "gigabpe": ("gigabpe", "ids", train_gigabpe),
    "flashbpe": ("flashbpe", "ids", train_flashbpe),
    "ffbpe": ("ffbpe", "ids", train_ffbpe),
    "sentencepiece": ("sentencepiece", "length", train_sentencepiece),
    "subword-nmt": ("subword_nmt", "greatest", train_subword_nmt),
    "OpenNMT": ("pyonmttok", "smallest", train_opennmt),
}


WORD = re.compile(r"\s*\S+")
PORTION = 1_000_000
"""Words that are written in random order at once."""


def longer(documents: Sequence[str], size: float, random: np.random.Generator) -> Iterator[str]:
    """Yield about `size` bytes by benchmarks/grown_text.py: words with the white space before them, shuffled."""
    factors = document_factors(len(documents), random)
    seen: Counter[str] = Counter()
    weighted: Counter[str] = Counter()
    for text, factor in zip(documents, factors.tolist(), strict=True):
        for word, count in Counter(WORD.findall("\n" + text)).items():
            seen[word] += count
            weighted[word] += count * factor
    words = [word.encode() for word in seen]
    counts = np.fromiter(seen.values(), np.int64, len(seen))
    weights = np.array([weighted[word] for word in seen])
    there = sum(len(text.encode()) + 1 for text in documents)
    grown = grow(words, counts, weights, size * counts.sum() / there, random)
    every = [*words, *grown.words]
    total = np.concatenate([grown.old, grown.new])
    portions = int(total.sum()) // PORTION + 1
    for portion in range(portions):
        share = total * (portion + 1) // portions - total * portion // portions
        order = random.permutation(np.repeat(np.arange(len(every)), share))
        yield b"".join([every[place] for place in order.tolist()]).decode()


def write_text(
    path: Path, texts: Mapping[str, Sequence[str]], size: float, random: np.random.Generator
) -> int:
    """Write about `size` bytes in a mixture drawn at random, documents of all categories in turn; return the bytes."""
    weights = random.dirichlet(np.ones(len(texts)))
    written = 0
    with path.open("w", encoding="utf-8") as file:
        for documents, weight in zip(texts.values(), weights.tolist(), strict=True):
            wanted = weight * size
            there = sum(len(text.encode()) + 1 for text in documents)
            shuffled = (documents[place] for place in random.permutation(len(documents)).tolist())
            for text in shuffled if wanted <= there else longer(documents, wanted, random):
                length = len(text.encode()) + 1
                file.write(text + "\n")
                written += length
                wanted -= length
                if wanted <= 0:
                    break
    return written


def judge(
    path: Path, family: str, samples: bi.Corpus, kept: dict[str, bi.PretokenCounts], evidence: int | None
) -> dict[str, Any]:
    """Return plain data of what is told of a list; counts of the samples are kept by pre-tokenizer."""
    # These files do not say.
    pattern = {"ranks.tiktoken": PATTERN, "codes.txt": "whitespace", "merges.txt": "r50k"}.get(path.name)
    tokenizer = bi.load_tokenizer(str(path), pretokenizer=pattern)
    families = {part.family for part in trainer_parts(tokenizer.merges) if part.family}
    key = tokenizer.pretokenizer.fingerprint
    if key not in kept:
        kept[key] = bi.count_pretokens(samples, tokenizer.pretokenizer)
    estimate = bi.infer(tokenizer, kept[key], merges=evidence, resamples=0, size=False)
    size = bi.training_size(tokenizer, kept[key], estimate=estimate)
    named = "right" if families == {family} else "wrong" if families else "not told"
    return {
        "named": named,
        "families": sorted(families),
        "listed": len(tokenizer.merges),
        "size": size.to_dict(),
    }


def run(
    trial: int,
    seed: int,
    range_of_sizes: tuple[float, float],
    merges: int,
    chosen: Sequence[str],
    evidence: int | None,
) -> Iterator[dict[str, Any]]:
    """Make one text and a list of it by each trainer; yield plain data."""
    random = np.random.default_rng([seed, trial])
    pack = bi.starter_corpus()
    names = sorted(random.permutation(pack.names)[: int(random.integers(3, 21))].tolist())
    size = float(np.exp(random.uniform(*np.log(range_of_sizes))))
    training, samples = (halves(pack.select(",".join(names)), side) for side in (0, 1))
    texts = {category.name: list(category.documents()) for category in training.categories}
    kept: dict[str, bi.PretokenCounts] = {}
    with tempfile.TemporaryDirectory() as folder:
        text = Path(folder) / "text.txt"
        written = write_text(text, texts, size, random)
        for trainer in chosen:
            module, family, train = TRAINERS[trainer]
            if importlib.util.find_spec(module) is None:
                continue
            begin = time.perf_counter()
            with contextlib.redirect_stderr(io.StringIO()), contextlib.redirect_stdout(io.StringIO()):
                path = train(text, merges, Path(folder))
            row = {
                "trial": trial,
                "seed": seed,
                "trainer": trainer,
                "categories": len(names),
                "bytes": written,
            }
            row["train_seconds"] = round(time.perf_counter() - begin, 1)
            yield row | judge(path, family, samples, kept, evidence)
            path.unlink()


def main(
    results: Annotated[Path, typer.Option(help="JSON lines; trials that are there are not run again.")],
    trials: Annotated[int, typer.Option(help="Texts; each trainer makes a list of each.")] = 12,
    merges: Annotated[int, typer.Option(help="Merges of a list.")] = 5_000,
    least: Annotated[float, typer.Option(help="Bytes of the smallest text.")] = 3e5,
    most: Annotated[float, typer.Option(help="Bytes of the largest text.")] = 1e7,
    seed: int = 0,
    only: Annotated[str, typer.Option(help="Trainers (comma-separated).")] = "",
    evidence: Annotated[
        int | None, typer.Option(help="Merges to infer the mixture from; fewer take less time.")
    ] = None,
) -> None:
    """Train, read back, name and measure; print what came out."""
    rows = [json.loads(line) for line in results.open(encoding="utf-8")] if results.exists() else []
    done = {(row["seed"], row["trial"], row["trainer"]) for row in rows}
    for trial in range(trials):
        chosen = [name for name in (only.split(",") if only else TRAINERS) if (seed, trial, name) not in done]
        for row in run(trial, seed, (least, most), merges, chosen, evidence) if chosen else ():
            rows.append(row)
            with results.open("a", encoding="utf-8") as file:
                file.write(json.dumps(row) + "\n")
            size = row["size"]
            print(
                f"{trial:3d}  {row['trainer']:14s} {row['bytes'] / 1e6:8.2f} MB  {row['named']:9s} {size['status']:9s} "
                f"{size['bytes']} {size['interval']}  {row['train_seconds']} s",
                flush=True,
            )
    print(f"\n{'trainer':14s} {'right':>6s} {'not told':>9s} {'wrong':>6s}")
    for trainer in TRAINERS:
        named = Counter(row["named"] for row in rows if row["trainer"] == trainer)
        print(f"{trainer:14s} {named['right']:6d} {named['not told']:9d} {named['wrong']:6d}")
    for trainer in [*TRAINERS, ""]:
        of_trainer = [row for row in rows if not trainer or row["trainer"] == trainer]
        if of_trainer:
            print(f"\n{trainer or 'all trainers'}")
            report(of_trainer)


if __name__ == "__main__":
    typer.run(main)
