"""Random tokenizers written to GGUF with llama.cpp's own Python package `gguf`, for twins.py.

Two kinds, as its classes make them from a model's folder: BPE with merges (tokenizer.json of `tokenizers`), and pieces
with scores (tokenizer.model of sentencepiece). GGUF has no normalizer, so that none is drawn, and white space stays.
"""

from __future__ import annotations

import functools
import json
import logging
import random
from pathlib import Path
from typing import Any

import gguf
import sentencepiece
from tokenizers import AddedToken, Tokenizer, decoders, models, trainers
from twin_sentencepiece import pieces_of, score_tokens, sentence_encode
from twin_tokenizers import encode_by, sources, split_by
from twins import Twin, random_texts

from bpeinfer.loading.gguf_names import GGUF_NAMES
from bpeinfer.loading.known_pretokenizers import KNOWN
from bpeinfer.pretokenize.huggingface import display_bytes

__all__ = ["make"]


def make(draw: random.Random, folder: Path) -> Twin | None:
    """Draw one of the two kinds."""
    logging.getLogger("gguf").setLevel(logging.ERROR)
    return draw.choice([_with_merges, _with_scores])(draw, folder)


def _with_merges(draw: random.Random, folder: Path) -> Twin | None:
    """Train with a pre-tokenizer that GGUF has a name for; tokens are added before or after training."""
    names = [name for name, known in GGUF_NAMES.items() if KNOWN[known].normalizer is None]
    pre = draw.choice([name for name in names if GGUF_NAMES[name] != "whitespace"])
    options = {"model": "gpt2", "pre": pre}
    training, held_out = _texts(draw)
    known = KNOWN[GGUF_NAMES[pre]].pre_tokenizer
    steps = known["pretokenizers"] if known["type"] == "Sequence" else [known]
    if not any(step["type"] == "ByteLevel" for step in steps):
        last = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": False}
        steps = [*steps, last]
    spec = json.loads(Tokenizer(models.BPE()).to_str())
    spec |= {"pre_tokenizer": {"type": "Sequence", "pretokenizers": steps}}
    library = Tokenizer.from_str(json.dumps(spec))
    library.decoder = decoders.ByteLevel()
    special = draw.sample(["<s>", "</s>", "<|end|>", "<unk>"], draw.randint(0, 3))
    library.train_from_iterator(
        training,
        trainers.BpeTrainer(
            vocab_size=draw.randint(400, 1_500),
            initial_alphabet=sorted(display_bytes()) if draw.random() < 0.7 else [],
            special_tokens=special,
            show_progress=False,
        ),
    )
    options["special tokens"] = "before training" if special else "none"
    library.save(str(folder / "bare.json"))
    later = draw.sample(["<tool>", "<|im_end|>", "    ", "\n\n\n"], draw.randint(0, 3))
    if later:
        options["special tokens"] += " + after training"
        library.add_tokens([AddedToken(text, special=False) for text in later])
    library.save(str(folder / "tokenizer.json"))
    if draw.random() < 0.3:  # as before transformers 4.45
        options["merges"] = "strings"
        document = json.loads((folder / "tokenizer.json").read_text("utf-8"))
        document["model"]["merges"] = [" ".join(pair) for pair in document["model"]["merges"]]
        (folder / "tokenizer.json").write_text(json.dumps(document), "utf-8")
    vocabulary = gguf.BpeVocab(folder)
    _write(folder, vocabulary, {"pre": pre}, version=draw.choice([2, 3]))
    bare = json.loads((folder / "bare.json").read_text("utf-8")) | {"added_tokens": []}
    encoder = Tokenizer.from_str(json.dumps(bare))
    return Twin(
        options=options,
        file=folder / "twin.gguf",
        training=training,
        held_out=held_out,
        split=functools.partial(split_by, encoder, True),
        encode=functools.partial(encode_by, encoder, True),
    )


def _with_scores(draw: random.Random, folder: Path) -> Twin | None:
    """Train a model of sentencepiece without normalization."""
    chosen: dict[str, Any] = {"normalization_rule_name": "identity", "remove_extra_whitespaces": False}
    options = {"model": "llama"}

    def choose(name: str, value: Any, part: float) -> None:
        if draw.random() < part:
            chosen[name] = value
            options[name] = str(value)

    choose("byte_fallback", True, 0.7)
    choose("split_digits", True, 0.5)
    choose("add_dummy_prefix", False, 0.3)
    choose("allow_whitespace_only_pieces", True, 0.4)
    choose("user_defined_symbols", ["<b>", "##"], 0.3)
    choose("control_symbols", ["[C]", "<pad>"], 0.2)
    training, held_out = _texts(draw)
    (folder / "text").write_bytes("\n".join(training).encode())
    try:
        sentencepiece.SentencePieceTrainer.train(
            input=str(folder / "text"),
            model_prefix=str(folder / "tokenizer"),
            model_type="bpe",
            vocab_size=draw.randint(900, 2_500),
            hard_vocab_limit=False,
            minloglevel=3,
            **chosen,
        )
    except (RuntimeError, OSError):  # more characters than vocabulary, for instance
        return None
    model = sentencepiece.SentencePieceProcessor(model_file=str(folder / "tokenizer.model"))
    size = model.get_piece_size()
    if later := draw.sample(["<tool>", "<|im_end|>"], draw.randint(0, 2)):
        options["special tokens"] = "after training"
        numbered = {token: size + place for place, token in enumerate(later)}
        (folder / "added_tokens.json").write_text(json.dumps(numbered), "utf-8")
    vocabulary = gguf.SentencePieceVocab(folder)
    prefix = chosen.get("add_dummy_prefix", True)
    _write(folder, vocabulary, {"pre": "default", "space_prefix": prefix}, version=3)
    pieces = pieces_of(model, chosen.get("user_defined_symbols", []))
    return Twin(
        options=options,
        file=folder / "twin.gguf",
        training=training,
        held_out=held_out,
        encode=functools.partial(sentence_encode, model, pieces),
        tokens=functools.partial(score_tokens, pieces),
    )


def _texts(draw: random.Random) -> tuple[list[str], list[str]]:
    training = random_texts(draw, draw.randint(30, 120), sources())
    return training, [*random_texts(draw, 10, sources()), "", " ", "a", "  a  b ", "<b>x</b>", "\n\n\n\n"]


def _write(folder: Path, vocabulary: Any, told: dict[str, Any], *, version: int) -> None:
    """Write a file of a vocabulary alone, as llama.cpp's converter writes it."""
    writer = gguf.GGUFWriter(folder / "twin.gguf", "llama")
    writer.add_name("twin")
    tokens, scores, types = zip(*vocabulary.all_tokens(), strict=True)
    writer.add_tokenizer_model(vocabulary.tokenizer_model)
    writer.add_tokenizer_pre(told["pre"])
    writer.add_token_list(list(tokens))
    writer.add_token_scores(list(scores))
    writer.add_token_types(list(types))
    if "space_prefix" in told:
        writer.add_add_space_prefix(told["space_prefix"])
    special = gguf.SpecialVocab(folder, load_merges=vocabulary.tokenizer_model == "gpt2", n_vocab=len(tokens))
    special.add_to_gguf(writer, quiet=True)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.close()
    if version == 2:  # the same but for the number
        data = (folder / "twin.gguf").read_bytes()
        (folder / "twin.gguf").write_bytes(data[:4] + (2).to_bytes(4, "little") + data[8:])
