"""Random lists of the trainers that write ranks of tokens, for twins.py: rustbpe, bpeasy, gigatoken; and gigabpe."""

from __future__ import annotations

import base64
import contextlib
import functools
import importlib
import json
import os
import pickle
import random
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import tiktoken
from twin_tiktoken import LEFT_OUT, MORE, pretokens
from twin_tokenizers import GPT2, PATTERNS, encode_by, sources, split_by
from twins import Twin, random_texts

__all__ = ["make_bpeasy", "make_gigabpe", "make_gigatoken", "make_rustbpe"]


def make_rustbpe(draw: random.Random, folder: Path) -> Twin | None:
    """Train rustbpe; save as nanochat does (a pickle of tiktoken's Encoding) or as ranks."""
    rustbpe: Any = importlib.import_module("rustbpe")
    trainer = rustbpe.Tokenizer()
    pattern = draw.choice([*PATTERNS, *MORE, None])
    if pattern in LEFT_OUT:
        return None
    training, held_out = _texts(draw)
    try:
        trainer.train_from_iterator(
            iter(training), draw.randint(260, 700), buffer_size=draw.choice([1, 7, 8192]), pattern=pattern
        )
    except ValueError:  # a pattern that its engine does not read
        return None
    ranks = {bytes(token): rank for token, rank in trainer.get_mergeable_ranks()}
    return _twin(draw, folder, ranks, trainer.get_pattern(), training, held_out, {"pattern": str(pattern)})


def make_bpeasy(draw: random.Random, folder: Path) -> Twin | None:
    """Train bpeasy; save as ranks, in its own file, or as it writes tokenizer.json."""
    bpeasy: Any = importlib.import_module("bpeasy")
    pattern = draw.choice([*PATTERNS, *MORE])
    if pattern in LEFT_OUT:
        return None
    training, held_out = _texts(draw)
    longest = draw.choice([128, 128, 128, 3, 6])
    size = draw.randint(260, 700)
    try:
        with _quiet():
            ranks = bpeasy.train_bpe(iter(training), pattern, longest, size, draw.choice([1, 9, 1000]))
    except BaseException as error:  # it panics on patterns that its engine does not read
        if isinstance(error, KeyboardInterrupt):
            raise
        return None
    options = {"pattern": pattern, "max_token_length": "yes" if longest < 128 else "no"}
    return _twin(
        draw,
        folder,
        ranks,
        pattern,
        training,
        held_out,
        options,
        "max_token_length" if longest < 128 else "",
        "bpeasy",
    )


def make_gigatoken(draw: random.Random, folder: Path) -> Twin | None:
    """Train gigatoken, whose pattern is GPT-2's."""
    gigatoken: Any = importlib.import_module("gigatoken")
    training, held_out = _texts(draw)
    ties = draw.choice(["huggingface", "raw_token_ids", "assembled_bytes"])
    separator = draw.choice([None, b"<|sep|>"])
    special = draw.choice([[], [], ["<|sep|>"]])
    text = (separator or b"\n").join(document.encode() for document in training)
    with _quiet():
        vocabulary, _ = gigatoken.train_bpe(text, draw.randint(300, 700), special, ties, separator)
    ranks = {token: rank for rank, token in vocabulary.items() if token not in [s.encode() for s in special]}
    options = {"tie_breaking": ties, "separator": str(bool(separator)), "special_tokens": str(bool(special))}
    documents = training if separator else [text.decode()]
    return _twin(draw, folder, ranks, GPT2, documents, held_out, options)


def make_gigabpe(draw: random.Random, folder: Path) -> Twin | None:
    """Train gigabpe, which writes tokenizer.json."""
    gigabpe: Any = importlib.import_module("gigabpe")
    training, held_out = _texts(draw)
    text = folder / "text"
    text.write_bytes("\n".join(training).encode())
    kind = draw.choice(["whitespace", "bytelevel"])
    chosen: dict[str, Any] = {"pretokenizer": kind, "min_frequency": draw.choice([0, 1, 2, 5]), "threads": 1}
    if draw.random() < 0.15:
        chosen["max_token_length"] = draw.randint(3, 10)
    if draw.random() < 0.15:
        chosen["limit_alphabet"] = draw.randint(20, 100)
    if draw.random() < 0.2:
        chosen["special_tokens"] = ["[UNK]", "<s>"]
    if draw.random() < 0.15:
        chosen["end_of_word_suffix"] = "</w>"
    elif draw.random() < 0.15:
        chosen["continuing_subword_prefix"] = "##"
    file = folder / "tokenizer.json"
    try:
        gigabpe.train_tokenizer([str(text)], draw.randint(300, 1_500), str(file), **chosen)
    except ValueError:
        return None
    if not json.loads(file.read_text("utf-8"))["model"]["merges"]:
        return None
    library = importlib.import_module("tokenizers").Tokenizer.from_file(str(file))
    options = {
        name: str(value) if name in ("pretokenizer", "min_frequency") else "yes"
        for name, value in chosen.items()
    }
    return Twin(
        options=options,
        file=file,
        training=re.findall("[^\n]*\n|[^\n]+", "\n".join(training)),  # files are fed line by line
        held_out=held_out,
        split=functools.partial(split_by, library, kind == "bytelevel"),
        encode=functools.partial(encode_by, library, kind == "bytelevel"),
        not_told="max_token_length" if "max_token_length" in chosen else "",
    )


def _texts(draw: random.Random) -> tuple[list[str], list[str]]:
    training = random_texts(draw, draw.randint(20, 80), sources())
    held_out = [text[:80] for text in random_texts(draw, 6, sources())]
    return training, [*held_out, "", " ", "a\n  ", "1234567 x"]


def _twin(
    draw: random.Random,
    folder: Path,
    ranks: Mapping[bytes, int],
    pattern: str,
    training: list[str],
    held_out: list[str],
    options: dict[str, str],
    not_told: str = "",
    own: str = "",
) -> Twin | None:
    """Save ranks in one of the ways in use; `own`: the trainer has a file of its own."""
    if len(ranks) < 260:
        return None
    try:
        encoding = tiktoken.Encoding("twin", pat_str=pattern, mergeable_ranks=dict(ranks), special_tokens={})
    except ValueError:
        return None
    way = draw.choice(["ranks", "pickle", *([own] if own else [])])
    file = folder / "twin.tiktoken"
    if way == "ranks":
        lines = sorted(ranks.items(), key=lambda item: item[1])
        file.write_text("".join(f"{base64.b64encode(t).decode()} {r}\n" for t, r in lines), "utf-8")
    elif way == "pickle":
        file = folder / "tokenizer.pkl"
        special = {"<|bos|>": len(ranks)}
        saved = tiktoken.Encoding(
            "rustbpe", pat_str=pattern, mergeable_ranks=dict(ranks), special_tokens=special
        )
        file.write_bytes(pickle.dumps(saved, protocol=draw.choice([3, 4, 5])))
    else:
        file = folder / "bpeasy.json"
        module: Any = importlib.import_module("bpeasy.tokenizer")
        module.BPEasyTokenizer(dict(ranks), pattern, ["<pad>"]).save(str(file))
    return Twin(
        options=options | {"file": way},
        file=file,
        pretokenizer=pattern if way == "ranks" else None,
        training=training,
        held_out=held_out,
        split=functools.partial(pretokens, pattern),
        encode=lambda text: encoding.decode_tokens_bytes(encoding.encode_ordinary(text)),
        not_told=not_told,
    )


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Keep what trainers print out of the table: they write to the file itself."""
    kept = os.dup(2), os.dup(1)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    os.dup2(nowhere, 1)
    try:
        yield
    finally:
        os.dup2(kept[0], 2)
        os.dup2(kept[1], 1)
        for number in (*kept, nowhere):
            os.close(number)
