"""Random tokenizers of Hugging Face's `tokenizers`, for twins.py."""

from __future__ import annotations

import functools
import json
import random
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import Any

from tokenizers import (
    AddedToken,
    PreTokenizedString,
    Regex,
    Tokenizer,
    decoders,
    models,
    normalizers,
    pre_tokenizers,
    processors,
    trainers,
)
from twins import Twin, random_texts

from bpeinfer.corpora.load import starter_corpus
from bpeinfer.pretokenize.huggingface import display_bytes

__all__ = [
    "GPT2",
    "PATTERNS",
    "encode_by",
    "make",
    "random_normalizer",
    "random_pre_tokenizer",
    "sources",
    "split_by",
]

CL100K = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+"
    r"|\s+(?!\S)|\s+"
)
GPT2 = r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"
O200K = (
    r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
    r"|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
    r"|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
PATTERNS = [
    CL100K,
    GPT2,
    O200K,
    CL100K.replace(r"\p{N}{1,3}", r"\p{N}"),
    CL100K.replace(r"\p{N}{1,3}", r"\p{N}{1,3}+").replace("]?", "]?+").replace("L}+", "L}++"),
    r"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}++|\p{N}{1,3}+| ?[^\s\p{L}\p{N}]++[\r\n]*+|\s++$|\s*[\r\n]"
    r"|\s+(?!\S)|\s",
    r"'(?:[sdmt]|ll|ve|re)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+$|\s+(?!\S)|\s",
    r"'(?:[sdmt]|ll|ve|re)| ?\p{L}++| ?\p{N}++| ?[^\s\p{L}\p{N}]++|\s++$|\s+(?!\S)|\s",
    r"(?i)'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+",
    r"\p{N}{1,3}",
    r"\p{N}{2}+",
    r"\p{Nd}{1,3}?",
    r"\d+",
    r"\s+",
    r"\s+$",
    r"^\s+",
    r"\h+",
    r"\R",
    r"\X",
    r"\b",
    r"\w+|[^\w\s]+",
    r"[^\W\d_]+",
    r"(?<=\d)(?=\D)",
    r"(?=[A-Z])",
    r"[A-Z]?[a-z]+",
    r"[[:alpha:]]+",
    r"[[:punct:]]",
    r"[[:space:]]+",
    r"\p{Han}+",
    r"[\p{Latin}&&\p{Lu}]",
    r"[^\p{L}\p{M}]",
    r"\p{^L}+",
    r"(?i)[a-f]+",
    r"(?i:ss|k)+",
    r"é|e",
    r"[\r\n]",
    r"\n+",
    r".+",
    r"(?m).+",
    r".*?\s",
    r"\A.|.\z",
    r"(\S)\1",
    r"[一-龥ぁ-ヿ]+",
    r"x*",
    r" ?[^(\s|[.,!?…。，、।۔،])]+",
    r"\p{Emoji}",
    r"\p{Greek}|\p{Cyrillic}",
    r"[\u0900-\u097F]+",
    r"\s?\p{P}+",
    r"a|b|\.",
    r"[\s\S]{5}",
]
"""Patterns in use, and others that engines read in ways of their own."""

DECODERS = [
    None,
    None,
    decoders.BPEDecoder(),
    decoders.Metaspace(),
    decoders.WordPiece(),
    decoders.ByteFallback(),
    decoders.Fuse(),
    decoders.Strip(" ", 1, 0),
    decoders.Replace("▁", " "),
    decoders.CTC(),
    decoders.Sequence([decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)]),
]
"""None of them says anything about training."""

BEHAVIORS = ["removed", "isolated", "merged_with_previous", "merged_with_next", "contiguous"]


@functools.cache
def sources() -> list[str]:
    """Return some documents of every category of the starter pack."""
    return [text[:4_000] for c in starter_corpus().categories for text in islice(c.documents(), 2)]


@functools.cache
def _charsmap() -> bytes:
    """Return the compiled character map of sentencepiece's nmt_nfkc, out of a model made on the spot."""
    import io

    import sentencepiece

    stream = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(["ab ab"]),
        model_writer=stream,
        model_type="bpe",
        vocab_size=7,
        hard_vocab_limit=False,
        minloglevel=3,
    )
    made = Tokenizer(models.BPE())
    made.normalizer = normalizers.Precompiled(_field(_field(stream.getvalue(), 3), 2))
    return _field(_field(stream.getvalue(), 3), 2)


def _field(message: bytes, number: int) -> bytes:
    from bpeinfer.loading.protobuf import read_fields

    return next(bytes(value) for found, value in read_fields(message) if found == number)  # type: ignore[arg-type]


def random_normalizer(draw: random.Random, depth: int = 0) -> tuple[Any, str]:
    """Draw a normalizer; return it and its name."""
    options: list[Callable[[], tuple[Any, str]]] = [
        lambda: (None, "none"),
        lambda: (normalizers.NFC(), "NFC"),
        lambda: (normalizers.NFD(), "NFD"),
        lambda: (normalizers.NFKC(), "NFKC"),
        lambda: (normalizers.NFKD(), "NFKD"),
        lambda: (normalizers.Lowercase(), "Lowercase"),
        lambda: (normalizers.StripAccents(), "StripAccents"),
        lambda: (normalizers.Strip(left=draw.random() < 0.5, right=draw.random() < 0.5), "Strip"),
        lambda: (
            normalizers.Replace(draw.choice([" ", "a", "''", "\n", "é"]), draw.choice(["▁", "", " ", "b c"])),
            "Replace string",
        ),
        lambda: (
            normalizers.Replace(
                Regex(draw.choice([r"\s+", " {2,}", r"^\s+", r"\s+$", r"\d", r"(?i)[k-m]", r"\p{M}+", "x*"])),
                draw.choice(["▁", "", " "]),
            ),
            "Replace regex",
        ),
        lambda: (normalizers.Prepend(draw.choice(["▁", " ", "ab"])), "Prepend"),
        lambda: (
            normalizers.BertNormalizer(
                clean_text=draw.random() < 0.5,
                handle_chinese_chars=draw.random() < 0.5,
                strip_accents=draw.choice([None, True, False]),
                lowercase=draw.random() < 0.5,
            ),
            "BertNormalizer",
        ),
        lambda: (normalizers.Nmt(), "Nmt"),
        lambda: (normalizers.Precompiled(_charsmap()), "Precompiled"),
        lambda: (normalizers.ByteLevel(), "ByteLevel"),
    ]
    if depth == 0 and draw.random() < 0.35:
        parts = [random_normalizer(draw, 1) for _ in range(draw.randint(2, 3))]
        kept = [part for part, _ in parts if part is not None]
        return normalizers.Sequence(kept), " + ".join(["Sequence", *(name for _, name in parts)])
    return draw.choice(options)()


def random_pre_tokenizer(draw: random.Random, depth: int = 0) -> tuple[Any, str]:
    """Draw a pre-tokenizer; return it and its name."""

    def split() -> tuple[Any, str]:
        behavior, invert = draw.choice(BEHAVIORS), draw.random() < 0.3
        pattern: Any = (
            Regex(draw.choice(PATTERNS)) if draw.random() < 0.8 else draw.choice([" ", "\n", "a", "é"])
        )
        kind = "string" if isinstance(pattern, str) else "regex"
        name = f"Split {kind} {behavior}{' inverted' if invert else ''}"
        return pre_tokenizers.Split(pattern, behavior, invert=invert), name

    def metaspace() -> tuple[Any, str]:
        scheme, cut = draw.choice(["first", "always", "never"]), draw.random() < 0.6
        replacement = draw.choice("▁▁▁_")
        made = pre_tokenizers.Metaspace(replacement=replacement, prepend_scheme=scheme, split=cut)
        return made, f"Metaspace {scheme} split={cut}"

    def byte_level() -> tuple[Any, str]:
        prefix, cut = draw.random() < 0.4, draw.random() < 0.7
        made = pre_tokenizers.ByteLevel(add_prefix_space=prefix, use_regex=cut)
        return made, f"ByteLevel prefix={prefix} regex={cut}"

    def punctuation() -> tuple[Any, str]:
        behavior = draw.choice(BEHAVIORS)
        return pre_tokenizers.Punctuation(behavior), f"Punctuation {behavior}"

    def digits() -> tuple[Any, str]:
        individual = draw.random() < 0.5
        return pre_tokenizers.Digits(individual_digits=individual), f"Digits individual={individual}"

    options: list[Callable[[], tuple[Any, str]]] = [
        split,
        split,
        split,
        metaspace,
        metaspace,
        byte_level,
        byte_level,
        punctuation,
        digits,
        lambda: (pre_tokenizers.Whitespace(), "Whitespace"),
        lambda: (pre_tokenizers.WhitespaceSplit(), "WhitespaceSplit"),
        lambda: (pre_tokenizers.BertPreTokenizer(), "BertPreTokenizer"),
        lambda: (pre_tokenizers.UnicodeScripts(), "UnicodeScripts"),
        lambda: (pre_tokenizers.CharDelimiterSplit(draw.choice(" a\n,")), "CharDelimiterSplit"),
        lambda: (pre_tokenizers.FixedLength(draw.randint(1, 9)), "FixedLength"),
    ]
    if depth == 0 and draw.random() < 0.45:
        parts = [random_pre_tokenizer(draw, 1) for _ in range(draw.randint(2, 3))]
        return pre_tokenizers.Sequence([part for part, _ in parts]), " + ".join(
            ["Sequence", *(name for _, name in parts)]
        )
    return draw.choice(options)()


def make(draw: random.Random, folder: Path) -> Twin | None:
    """Draw, train and save one tokenizer."""
    normalizer, normalizer_name = random_normalizer(draw)
    pre_tokenizer, pre_tokenizer_name = random_pre_tokenizer(draw)
    byte_level = "ByteLevel" in normalizer_name + pre_tokenizer_name
    rewrites = _rewrites_bytes(f"{normalizer_name} + {pre_tokenizer_name}".split(" + "))
    lengthens = sum(normalizer_name.count(name) for name in ("Precompiled", "NF")) > 1
    not_told = []
    model: dict[str, Any] = {}
    trainer: dict[str, Any] = {
        "vocab_size": draw.randint(300, 900) if byte_level else draw.randint(1_000, 2_500),
        "min_frequency": draw.choice([0, 1, 2, 2, 5]),
        "show_progress": False,
    }
    options = {"normalizer": normalizer_name, "pre-tokenizer": pre_tokenizer_name}
    if draw.random() < 0.15:
        model["unk_token"] = "[UNK]"
        trainer["special_tokens"] = ["[UNK]"]
        model["fuse_unk"] = draw.random() < 0.5
        options["model"] = f"unk_token fuse_unk={model['fuse_unk']}"
    if not byte_level and draw.random() < 0.12:
        model["byte_fallback"] = True
        options["model"] = "byte_fallback"
    if byte_level and draw.random() < 0.7:
        trainer["initial_alphabet"] = pre_tokenizers.ByteLevel.alphabet()
        options["initial_alphabet"] = "bytes"
    elif draw.random() < 0.1:
        trainer["initial_alphabet"] = draw.sample(["a", "Ж", "字", "é", "😀", "ab", " ", "▁"], 4)
        options["initial_alphabet"] = "letters"
    if draw.random() < 0.1:
        model["ignore_merges"] = True
        options["ignore_merges"] = "yes"
    if draw.random() < 0.05:
        model["dropout"] = 0.1
        options["dropout"] = "yes"
    if draw.random() < 0.1:
        trainer["limit_alphabet"] = draw.randint(20, 100)
        options["limit_alphabet"] = "yes"
    if draw.random() < 0.1:
        trainer["max_token_length"] = draw.randint(3, 10)
        options["max_token_length"] = "yes"
        not_told.append("max_token_length")
    if draw.random() < 0.1:
        trainer["special_tokens"] = [*trainer.get("special_tokens", []), "<s>", "</s>"]
        options["special_tokens"] = "yes"
    if draw.random() < 0.1:
        trainer["end_of_word_suffix"] = model["end_of_word_suffix"] = "</w>"
        options["end_of_word_suffix"] = "yes"
    elif draw.random() < 0.1:
        trainer["continuing_subword_prefix"] = model["continuing_subword_prefix"] = "##"
        options["continuing_subword_prefix"] = "yes"
    training = random_texts(draw, draw.randint(20, 120), sources())
    held_out = [*random_texts(draw, 12, sources()), "", " ", "\n", "a", "▁"]
    tokenizer = Tokenizer(models.BPE(**model))
    if normalizer is not None:
        tokenizer.normalizer = normalizer
    tokenizer.pre_tokenizer = pre_tokenizer
    decoder = draw.choice([*DECODERS, decoders.ByteLevel() if byte_level else None])
    if decoder is not None:
        tokenizer.decoder = decoder
        options["decoder"] = type(decoder).__name__
    try:
        tokenizer.train_from_iterator(training, trainers.BpeTrainer(**trainer))
        tokenizer.encode(held_out[0])
    except BaseException as error:  # the library panics on some compositions
        if isinstance(error, KeyboardInterrupt):
            raise
        return None
    if not json.loads(tokenizer.to_str())["model"]["merges"]:
        return None
    encoder = Tokenizer.from_str(tokenizer.to_str())  # without what is added now
    options |= _finish(draw, tokenizer)
    file = folder / "tokenizer.json"
    tokenizer.save(str(file), pretty=draw.random() < 0.5)
    if draw.random() < 0.2 and (as_strings := _with_strings(json.loads(tokenizer.to_str()))):
        file.write_text(json.dumps(as_strings), "utf-8")
        options["merges"] = "strings"
    encode = functools.partial(encode_by, encoder, byte_level)
    return Twin(
        options=options,
        file=file,
        training=training,
        held_out=held_out,
        split=functools.partial(split_by, tokenizer, byte_level),
        encode=None if model.keys() & {"dropout", "ignore_merges"} else encode,
        not_told=" + ".join(not_told),
        refusals=(
            *["follows ByteLevel and changes its characters"] * rewrites,
            *["times longer"] * lengthens,
        ),
    )


def _finish(draw: random.Random, tokenizer: Tokenizer) -> dict[str, str]:
    """Add what is added after training: tokens, a post-processor, truncation, padding; return the options."""
    options = {}
    if draw.random() < 0.15:
        tokenizer.add_tokens(
            [AddedToken(content, lstrip=True, normalized=draw.random() < 0.5) for content in ("<x>", "the ")]
        )
        options["added tokens"] = "yes"
    if draw.random() < 0.2:
        first, last = ("<s>", 0), ("</s>", 1)
        processor = draw.choice(
            [
                processors.ByteLevel(),
                processors.RobertaProcessing(last, first),
                processors.BertProcessing(last, first),
                processors.TemplateProcessing("<s> $A", "$A $B", [first]),
            ]
        )
        tokenizer.post_processor = processor
        options["post-processor"] = type(processor).__name__
    if draw.random() < 0.15:
        tokenizer.enable_truncation(4)
        tokenizer.enable_padding(length=8)
        options["truncation, padding"] = "yes"
    return options


def _with_strings(document: dict[str, Any]) -> dict[str, Any] | None:
    """Return a tokenizer.json as tokenizers wrote it up to 0.19, None if a merge has white space in it."""
    merges = document["model"]["merges"]
    if any(len(part.split()) != 1 or part != part.strip() for pair in merges for part in pair):
        return None
    return document | {"model": document["model"] | {"merges": [" ".join(pair) for pair in merges]}}


def _rewrites_bytes(steps: list[str]) -> bool:
    """Say whether a step rewrites the signs for bytes that an earlier ByteLevel made."""
    first = next((place for place, step in enumerate(steps) if step.startswith("ByteLevel")), len(steps))
    return any(step.startswith(REWRITING) for step in steps[first + 1 :])


REWRITING = (
    "NF",
    "Lower",
    "StripAccents",
    "Replace",
    "Prepend",
    "Bert",
    "Nmt",
    "Precompiled",
    "Metaspace",
    "ByteLevel",
)
"""How the names of such steps begin (a second ByteLevel shows the bytes of the signs)."""


def _bytes(piece: str, byte_level: bool) -> bytes:
    if not byte_level:
        return piece.encode()
    table = display_bytes()
    return b"".join(table.get(character) or character.encode() for character in piece)


def split_by(tokenizer: Tokenizer, byte_level: bool, text: str) -> list[bytes]:
    """Return the pretokens, step by step as encoding makes them."""
    whole = PreTokenizedString(text)
    if tokenizer.normalizer:
        whole.normalize(tokenizer.normalizer.normalize)
        whole.split(lambda _, piece: [piece.slice((0, len(piece.normalized))) or piece])
    tokenizer.pre_tokenizer.pre_tokenize(whole)
    return [_bytes(piece, byte_level) for piece, *_ in whole.get_splits() if piece]


def encode_by(tokenizer: Tokenizer, byte_level: bool, text: str) -> list[bytes] | None:
    """Return the tokens; None if some are unknown, which part their neighbours here but not in training."""
    found = tokenizer.encode(text, add_special_tokens=False).tokens
    if "[UNK]" in found or any(map(_is_byte, found)):
        return None
    return [_bytes(token, byte_level) for token in found]


def _is_byte(token: str) -> bool:
    return len(token) == 6 and token.startswith("<0x")
