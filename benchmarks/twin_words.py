"""Random lists of the trainers of machine translation, for twins.py: subword-nmt, OpenNMT, fastBPE, YouTokenToMe.

fastBPE's trainer is a program, built from its source package: put `fast` on the PATH or name it in FASTBPE.
"""

from __future__ import annotations

import argparse
import codecs
import contextlib
import importlib
import io
import os
import random
import re
import shutil
import subprocess
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from twin_tokenizers import sources
from twins import Twin, random_texts

__all__ = ["make_fastbpe", "make_opennmt", "make_subword_nmt", "make_youtokentome"]

BLANKS = re.compile(r"[^\S \n]")
"""White space other than spaces and line ends; in words, it has subword-nmt join symbols that are not neighbours."""


def make_subword_nmt(draw: random.Random, folder: Path) -> Twin | None:
    """Draw the options of learn-bpe or learn-joint-bpe-and-vocab, train, save."""
    learner: Any = importlib.import_module("subword_nmt.learn_bpe")
    options: dict[str, str] = {}
    training, held_out = _texts(draw)
    not_told = ""
    if draw.random() < 0.8:
        training = [BLANKS.sub(" ", text) for text in training]
    else:
        options["blanks"] = not_told = "white space inside words"
    text = folder / "text"
    text.write_bytes("\n".join(training).encode())
    least = draw.choice([0, 1, 2, 2, 2, 5])
    options["min_frequency"] = str(least)
    total = draw.random() < 0.2
    options["total_symbols"] = str(total)
    symbols = draw.randint(50, 700) + 400 * total
    codes = folder / "codes"
    way = draw.choice(["text", "text", "dictionary", "joint"])
    options["learns from"] = way
    try:
        with contextlib.redirect_stderr(io.StringIO()):
            if way == "joint":
                _learn_jointly(draw, text, codes, symbols, least, total)
            else:
                with codecs.open(str(text), encoding="utf-8") as source:  # as the program opens it
                    lines: Iterable[str] = list(source)
                if way == "dictionary":
                    words = learner.get_vocabulary(lines)
                    lines = [f"{word} {count}" for word, count in words.items()]
                with codes.open("w", encoding="utf-8") as stream:
                    learner.learn_bpe(
                        lines, stream, symbols, least, is_dict=way == "dictionary", total_symbols=total
                    )
    except (
        ValueError,
        KeyError,
        SystemExit,
    ):  # no words, or no pairs (the joint learner then ends the program)
        return None
    if draw.random() < 0.3:
        options["header"] = "cut off"
        codes.write_text(codes.read_text("utf-8").partition("\n")[2], "utf-8")
    if len(codes.read_text("utf-8").split("\n")) < 12:
        return None
    return Twin(
        options=options,
        file=codes,
        pretokenizer="subword-nmt",
        training=training,
        held_out=held_out,
        split=lambda text: [word.encode() for word in _words(text)],
        # Without its header a list is of version 0.1 to the library, where the mark is a symbol of its own.
        encode=None if "header" in options else _subword_nmt_encoder(codes),
        not_told=not_told,
    )


def _learn_jointly(
    draw: random.Random, text: Path, codes: Path, symbols: int, least: int, total: bool
) -> None:
    """Learn from two halves of the text."""
    joint: Any = importlib.import_module("subword_nmt.learn_joint_bpe_and_vocab")
    lines = text.read_text("utf-8").split("\n")
    halves = [text.with_name(name) for name in ("one", "two")]
    for half, part in zip(halves, (lines[::2], lines[1::2]), strict=True):
        half.write_bytes("\n".join(part).encode())
    named = [argparse.Namespace(name=str(half)) for half in halves]
    vocabularies = [argparse.Namespace(name=f"{half}.vocab") for half in halves]
    joint.learn_joint_bpe_and_vocab(
        argparse.Namespace(
            input=named,
            vocab=vocabularies,
            output=argparse.Namespace(name=str(codes)),
            symbols=symbols,
            min_frequency=least,
            total_symbols=total,
            separator=draw.choice(["@@", "@"]),
            num_workers=1,
            verbose=False,
        )
    )


def _subword_nmt_encoder(codes: Path) -> Callable[[str], list[bytes]]:
    applier: Any = importlib.import_module("subword_nmt.apply_bpe")
    with codes.open(encoding="utf-8") as stream:
        model = applier.BPE(stream, separator="\x01")
    known = _symbols(codes)

    def encode(text: str) -> list[bytes]:
        found = (_as_symbol(token, "\x01") for word in _words(text) for token in model.segment_tokens([word]))
        return [symbol.encode() for symbol in found if symbol in known]

    return encode


def _words(text: str) -> list[str]:
    """Return the words of all lines, which end as those of codecs.open do."""
    lines = text.splitlines(keepends=True)
    return [word for line in lines for word in line.strip("\r\n ").split(" ") if word]


def _as_symbol(token: str, more: str) -> str:
    """Return an applied token as the list writes it: the last one of a word with its mark."""
    return token.removesuffix(more) if token.endswith(more) else token + "</w>"


def _symbols(codes: Path, columns: int = 2) -> set[str]:
    """Return the parts and products of a list: what else a text holds is unknown to the replay."""
    pairs = [line.split(" ")[:columns] for line in codes.read_bytes().decode().split("\n")]
    pairs = [pair for pair in pairs if len(pair) == columns and not pair[0].startswith("#version")]
    return {part for pair in pairs for part in (*pair[:2], "".join(pair[:2]))}


def make_fastbpe(draw: random.Random, folder: Path) -> Twin | None:
    """Train with fastBPE's program on one text or two; apply with its Python module."""
    program = os.environ.get("FASTBPE") or shutil.which("fast")
    if program is None:
        raise ImportError("fastBPE's program")
    training, held_out = _texts(draw)
    halves = [training[::2], training[1::2]] if draw.random() < 0.4 else [training]
    names = []
    for number, half in enumerate(halves):
        names.append(folder / f"text{number}")
        names[-1].write_bytes(("\n".join(half) + "\n").encode())
    codes = folder / "codes"
    symbols = draw.choice([100, 400, 400, 3_000])
    with codes.open("wb") as stream:
        subprocess.run(
            [program, "learnbpe", str(symbols), *map(str, names)],
            stdout=stream,
            stderr=subprocess.DEVNULL,
            check=True,
        )
    module: Any = importlib.import_module("fastBPE")
    model = module.fastBPE(str(codes))
    lines = [line.rsplit(" ", 1) for line in codes.read_bytes().decode().split("\n") if line]
    counted = max((n for n, line in enumerate(lines) if line[1] != "0"), default=-1)
    cut = folder / "counted"
    cut.write_text("".join(f"{pair}\n" for pair, _ in lines[: counted + 1]), "utf-8")
    known = _symbols(cut)

    def encode(text: str) -> list[bytes]:
        words = [word for word in re.split("[ \n]+", text) if word]
        found = (_as_symbol(token, "@@") for word in words for token in model.apply([word])[0].split(" "))
        return [symbol.encode() for symbol in found if symbol in known]

    tail = counted + 1 < len(lines)
    return Twin(
        options={"texts": str(len(halves)), "tail of count 0": str(tail)},
        file=codes,
        pretokenizer="fastbpe",
        training=training,
        held_out=[text.replace("@", "") for text in held_out],
        split=lambda text: [word.encode() for word in re.split("[ \n]+", text) if word],
        encode=None if tail else encode,  # the program applies pairs that it never counted
    )


SWITCHES = (
    "case_feature",
    "case_markup",
    "soft_case_regions",
    "no_substitution",
    "allow_isolated_marks",
    "preserve_placeholders",
    "preserve_segmented_tokens",
    "segment_case",
    "segment_numbers",
    "segment_alphabet_change",
    "support_prior_joiners",
    "joiner_annotate",
    "joiner_new",
    "spacer_annotate",
    "spacer_new",
)


def make_opennmt(draw: random.Random, folder: Path) -> Twin | None:
    """Draw the options of OpenNMT's tokenizer, learn, and hold its words against bpeinfer's."""
    pyonmttok: Any = importlib.import_module("pyonmttok")
    mode = draw.choice(["space", "space", "conservative", "aggressive"])
    chosen: dict[str, Any] = {name: True for name in SWITCHES if draw.random() < 0.12}
    if draw.random() < 0.2:
        chosen["segment_alphabet"] = draw.sample(["Han", "Hiragana", "Thai", "Latin", "Hangul"], 2)
    if draw.random() < 0.1:
        chosen["lang"] = draw.choice(["tr", "el", "nl"])
    try:
        tokenizer = pyonmttok.Tokenizer(mode, **chosen)
    except ValueError:  # options that exclude one another
        return None
    least, total = draw.choice([1, 2, 2, 5]), draw.random() < 0.2
    learner = pyonmttok.BPELearner(
        tokenizer=tokenizer,
        symbols=draw.randint(50, 600) + 400 * total,
        min_frequency=least,
        total_symbols=total,
    )
    training, held_out = _texts(draw)
    codes = folder / "codes"
    try:
        for text in training:
            for line in text.split("\n"):
                learner.ingest(line)
        with contextlib.redirect_stderr(io.StringIO()):
            learner.learn(str(codes))
        model = pyonmttok.Tokenizer(mode, bpe_model_path=str(codes), **chosen)
    except (RuntimeError, ValueError):
        return None
    if "</w>" not in codes.read_text("utf-8"):  # a list so short that it does not show its mark
        return None
    known = _symbols(codes)

    def words(text: str) -> str:
        found = (
            token for line in text.split("\n") for token in tokenizer.tokenize(line, as_token_objects=True)
        )
        return " ".join(token.surface for token in found if _is_split(token))

    originals = {words(text): text for text in held_out}

    # Without one letter with a mark in the list, nothing tells that they are one symbol here.
    told = any(unicodedata.category(sign)[0] == "M" for symbol in known for sign in symbol[1:])

    def encode(text: str) -> list[bytes] | None:
        if not told and any(unicodedata.category(sign).startswith("M") for sign in text):
            return None
        found = [
            token
            for line in originals[text].split("\n")
            for token in model.tokenize(line, as_token_objects=True)
        ]
        found = [token for token in found if _is_split(token)]
        inner = pyonmttok.TokenType.TRAILING_SUBWORD
        goes_on = [token.type == inner for token in found[1:]]
        symbols = (
            token.surface + "</w>" * (not more) for token, more in zip(found, [*goes_on, False], strict=False)
        )
        return [symbol.encode() for symbol in symbols if symbol in known]

    options = dict.fromkeys(chosen, "yes") | {"mode": mode, "min_frequency": str(least)}
    return Twin(
        options=options | {"total_symbols": str(total)},
        file=codes,
        pretokenizer="fastbpe",  # words with spaces between, whatever stands in them
        training=[words(text) for text in training],
        held_out=list(originals),
        split=lambda text: [word.encode() for word in text.split(" ") if word],
        encode=encode,
        not_told="" if told else "letters with marks",
    )


def _is_split(token: Any) -> bool:
    """Say whether a word is one that subwords are learned from: placeholders and escaped signs (％0020) are not."""
    return not token.is_placeholder() and "％" not in token.surface


def make_youtokentome(draw: random.Random, folder: Path) -> Twin | None:
    """Train YouTokenToMe with one thread: several threads break ties as they come."""
    module: Any = importlib.import_module("youtokentome")
    training, held_out = _texts(draw)
    text = folder / "text"
    text.write_bytes("\n".join(training).encode())
    coverage = draw.choice([1.0, 1.0, 0.99, 0.95])
    size = max(200, len(Counter("".join(training))) + draw.randint(50, 500))
    try:
        model = module.BPE.train(
            data=str(text), model=str(folder / "m"), vocab_size=size, coverage=coverage, n_threads=1
        )
    except ValueError:
        return None
    known = set(model.vocab())

    def encode(text: str) -> list[bytes] | None:
        """Encode; None if a letter is unknown, which parts its neighbours here but not in training."""
        if not known.issuperset(re.sub(r"\s", "", text)):
            return None
        lines = model.encode(text.split("\n"), output_type=module.OutputType.SUBWORD)
        return [token.encode() for line in lines for token in line if token in known]

    return Twin(
        options={"coverage": str(coverage)},
        file=folder / "m",
        training=training,
        held_out=held_out,
        encode=encode,
        not_told="runs are counted from the left",
    )


def _texts(draw: random.Random) -> tuple[list[str], list[str]]:
    training = random_texts(draw, draw.randint(20, 120), sources())
    return training, [*random_texts(draw, 10, sources()), "", " ", "a", "a  b\n\nc", "</w> @@ x</w>"]
