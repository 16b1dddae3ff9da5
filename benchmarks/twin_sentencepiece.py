"""Random BPE models of sentencepiece, for twins.py."""

from __future__ import annotations

import functools
import itertools
import random
import unicodedata
from pathlib import Path
from typing import Any

import sentencepiece
from twin_tokenizers import sources
from twins import Twin, random_texts

__all__ = ["make", "pieces_of", "score_tokens", "sentence_encode"]

PLAIN_SYMBOLS = {"<b>", "</b>", "<br>", "##"}
"""Symbols that are the same before and after normalisation: the encoder looks before, the trainer after."""

SYMBOLS = ["<b>", "</b>", "<br>", "ab", "a", "▁the", "##", "é", "中", "1", "...", "e\u0301"]


def make(draw: random.Random, folder: Path) -> Twin | None:
    """Draw, train and save one model."""
    options: dict[str, str] = {}
    chosen: dict[str, Any] = {}

    def choose(name: str, values: list[Any], part: float = 0.35) -> Any:
        if draw.random() < part:
            chosen[name] = value = draw.choice(values)
            options[name] = (
                "yes" if isinstance(value, list | int | float) and value not in (True, False) else str(value)
            )

    choose("normalization_rule_name", ["nmt_nfkc", "nfkc", "nmt_nfkc_cf", "nfkc_cf", "identity"], 0.7)
    choose("add_dummy_prefix", [False])
    choose("remove_extra_whitespaces", [False], 0.5)
    choose("split_by_unicode_script", [False])
    choose("split_by_whitespace", [False], 0.2)
    choose("split_by_number", [False])
    choose("split_digits", [True])
    choose("treat_whitespace_as_suffix", [True], 0.2)
    choose("allow_whitespace_only_pieces", [True])
    choose("byte_fallback", [True])
    choose("max_sentence_length", [60, 150, 300, 20_000])
    choose("max_sentencepiece_length", [2, 4, 8, 40])
    choose("user_defined_symbols", [draw.sample(SYMBOLS, draw.randint(1, 4))], 0.3)
    choose("control_symbols", [["[C]", "<pad>"]], 0.1)
    choose("character_coverage", [0.9, 0.98, 0.9995, 1.0], 0.8)
    choose("required_chars", ["xyzЖ", "日本"], 0.1)
    choose("pretokenization_delimiter", ["||", "-", "e"], 0.15)
    choose("num_threads", [1, 4])
    choose("vocabulary_output_piece_score", [False], 0.1)
    choose("unk_piece", ["<UNK>", "⁇"], 0.1)
    choose("unk_surface", [" ? "], 0.1)
    choose("self_test_sample_size", [5], 0.1)
    choose("train_extremely_large_corpus", [True], 0.05)
    if draw.random() < 0.2:
        chosen |= draw.choice(
            [
                {"pad_id": 3},
                {"bos_id": -1, "eos_id": -1},
                {"pad_id": 0, "unk_id": 1, "bos_id": 2, "eos_id": 3},
            ]
        )
        options["ids"] = "other"
    if draw.random() < 0.1:
        (folder / "rules.tsv").write_text("61 62\t78 20 79\n63\t\n65 301\t65\n20 20 20\t5F\n", "utf-8")
        chosen["normalization_rule_tsv"] = str(folder / "rules.tsv")
        options["normalization_rule_tsv"] = "yes"
        options.pop("normalization_rule_name", None)
        chosen.pop("normalization_rule_name", None)
    training = random_texts(draw, draw.randint(30, 150), sources())
    if draw.random() < 0.3:
        training = [unicodedata.normalize("NFD", text) for text in training]
        options["text"] = "NFD"
    training = [
        text.replace("||", "| |") if draw.random() < 0.5 else text.replace(" ", "||", 3) for text in training
    ]
    held_out = [
        *random_texts(draw, 12, sources()),
        "",
        " ",
        "a",
        "▁",
        "  a  b ",
        "<b>x</b> <br>",
        "e\u0301a▁",
    ]
    if delimiter := chosen.get("pretokenization_delimiter"):  # the trainer cuts it out, the encoder does not
        held_out = [text.replace(delimiter, " ") for text in held_out]
    file = folder / "m.model"
    text_file = folder / "text.txt"  # the trainer's iterator would drop carriage returns at line ends
    if draw.random() < 0.1:
        training = [text.replace("\t", " ") for text in training]
        chosen["input_format"] = "tsv"
        options["input_format"] = "tsv"
        text_file.write_bytes(
            "".join(f"{line}\t1\n" for text in training for line in text.split("\n")).encode()
        )
    else:
        text_file.write_bytes("\n".join(training).encode())
    with file.open("wb") as stream:
        try:
            sentencepiece.SentencePieceTrainer.train(
                input=str(text_file),
                model_writer=stream,
                model_type="bpe",
                vocab_size=draw.randint(600, 2_500),
                hard_vocab_limit=False,
                minloglevel=3,
                **chosen,
            )
        except (RuntimeError, OSError):  # more characters than vocabulary, for instance
            return None
    model = sentencepiece.SentencePieceProcessor(model_file=str(file))
    numbers = range(model.get_piece_size())
    if sum(len(model.id_to_piece(number)) > 1 and not model.is_byte(number) for number in numbers) < 20:
        return None
    plain = set(chosen.get("user_defined_symbols", [])) <= PLAIN_SYMBOLS
    longest = chosen.get("max_sentence_length", 4192)
    kept = [text for text in held_out if all(len(line.encode()) <= longest for line in text.split("\n"))]
    pieces = pieces_of(model, chosen.get("user_defined_symbols", []))
    return Twin(
        options=options,
        file=file,
        training=training,
        held_out=kept if plain else held_out,
        encode=functools.partial(sentence_encode, model, pieces) if plain else None,
        tokens=functools.partial(score_tokens, pieces),
    )


def pieces_of(model: sentencepiece.SentencePieceProcessor, user_defined: list[str]) -> dict[str, int]:
    """Return the numbers of the pieces that the trainer made."""
    return {
        piece: number
        for number in range(model.get_piece_size())
        if not (model.is_control(number) or model.is_unknown(number) or model.is_byte(number))
        and (piece := model.id_to_piece(number)) not in user_defined
    }


def sentence_encode(
    model: sentencepiece.SentencePieceProcessor, pieces: dict[str, int], text: str
) -> list[bytes]:
    """Return the pieces of all lines, without symbols, bytes and what is unknown."""
    found = (model.id_to_piece(number) for line in text.split("\n") for number in model.encode(line))
    return [piece.encode() for piece in found if piece in pieces]


def score_tokens(pieces: dict[str, int], pretokens: list[bytes]) -> list[bytes]:
    """Encode pretokens as sentencepiece does: join the two neighbours that are the piece of best score, leftmost first.

    (The trainer joins one pair of the several that make a piece; the encoder any.)
    """
    made: list[str] = []
    for pretoken in pretokens:
        parts = list(pretoken.decode())
        while True:
            ranked = [
                (pieces[joined], place)
                for place, joined in enumerate(map("".join, itertools.pairwise(parts)))
                if joined in pieces
            ]
            if not ranked:
                break
            place = min(ranked)[1]
            parts[place : place + 2] = ["".join(parts[place : place + 2])]
        made += [part for part in parts if part in pieces]
    return [piece.encode() for piece in made]
