"""Is the trainer named rightly? Real trainers on real text, their lists read back and judged by the order of ties.

    python benchmarks/trainers.py --trials 12 --merges 5000

Needs the trainers (pip install sentencepiece subword-nmt pyonmttok rustbpe bpeasy gigatoken gigabpe tiktoken). Those
that are missing are left out. A trial draws some categories of the starter pack and an amount of text, the same for all
trainers. Prints one line a list and then, for each trainer, how often its family was named, not told, and named
wrongly.
"""

from __future__ import annotations

import base64
import contextlib
import importlib
import importlib.util
import io
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer

import bpeinfer as bi
from bpeinfer.inspection.trainer import trainer_parts

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
    "sentencepiece": ("sentencepiece", "length", train_sentencepiece),
    "subword-nmt": ("subword_nmt", "greatest", train_subword_nmt),
    "OpenNMT": ("pyonmttok", "smallest", train_opennmt),
}


def write_text(folder: Path, seed: int, most: int) -> tuple[Path, str]:
    """Draw 3 to 30 categories of the starter pack, and up to `most` bytes of them, into one file."""
    draw = np.random.default_rng(seed)
    corpus = bi.starter_corpus()
    by_name = {category.name: category for category in corpus.categories}
    names = draw.permutation(corpus.names)[: int(draw.integers(3, 31))].tolist()
    wanted = int(np.exp(draw.uniform(np.log(1e6), np.log(most))))
    lines: list[str] = []
    size = 0
    documents = [text for name in names for text in by_name[name].documents()]
    for place in draw.permutation(len(documents)).tolist():
        lines.append(documents[place])
        size += len(documents[place].encode())
        if size > wanted:
            break
    path = folder / "text.txt"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path, f"{len(names)} categories, {size / 1e6:.1f} MB"


def main(
    trials: Annotated[int, typer.Option(help="Texts; each trainer makes a list of each.")] = 12,
    merges: Annotated[int, typer.Option(help="Merges of a list.")] = 5_000,
    most: Annotated[float, typer.Option(help="Bytes of the largest text.")] = 10e6,
    seed: int = 0,
    only: Annotated[str, typer.Option(help="Trainers (comma-separated).")] = "",
) -> None:
    """Train, read back, name; print what came out."""
    tally: dict[str, Counter[str]] = {}
    chosen = only.split(",") if only else list(TRAINERS)
    for trial in range(trials):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            text, what = write_text(folder, seed + trial, int(most))
            for trainer in chosen:
                module, family, train = TRAINERS[trainer]
                if importlib.util.find_spec(module) is None:
                    continue
                begin = time.perf_counter()
                with contextlib.redirect_stderr(io.StringIO()), contextlib.redirect_stdout(io.StringIO()):
                    path = train(text, merges, folder)
                seconds = time.perf_counter() - begin
                parts = trainer_parts(bi.load_tokenizer(str(path), pretokenizer=PATTERN).merges)
                families = [part.family for part in parts if part.family]
                named_rightly = "right" if set(families) == {family} else "wrong"
                outcome = named_rightly if families else "not told"
                tally.setdefault(trainer, Counter())[outcome] += 1
                shares = " ".join(f"{100 * share:.0f}" for part in parts for share in part.tenths)
                print(
                    f"{trial:3d}  {trainer:14s} {what:26s} {outcome:9s} {families} {shares}  {seconds:.0f} s",
                    flush=True,
                )
                path.unlink()
    print()
    print(f"{'trainer':14s} {'right':>6s} {'not told':>9s} {'wrong':>6s}")
    for trainer, counts in tally.items():
        print(f"{trainer:14s} {counts['right']:6d} {counts['not told']:9d} {counts['wrong']:6d}")


if __name__ == "__main__":
    typer.run(main)
