#!/usr/bin/env bash
# In a GGUF file a user-defined symbol of sentencepiece is an ordinary token, told from the first learned piece by the
# sign of its zero.
#
# Versions: gguf 0.19.0, sentencepiece 0.2.3
#
# Behaviour: gguf's reader of sentencepiece models (SentencePieceVocab, which converters use) gives user-defined symbols
# the type NORMAL; only tokens of an added_tokens.json become USER_DEFINED. Their score is 0, and that of the first
# piece that was learned is -0, since sentencepiece scores the learned pieces 0, -1, -2, … by negation.
#
# One would guess otherwise: GGUF has a type for them, and types are what tells a reader which tokens come from merges.
# By scores alone the symbols pass for the first merges of the list.
#
# Output seen, 29 November 2026:
#   pieces of 'ab##ab': ['▁ab', '##', 'ab']
#   type of '##' in GGUF: NORMAL
#   type of the piece ▁ab, which was learned: NORMAL
#   score of '##' (0 has the sign +1, -0 the sign -1): (0.0, 1.0)
#   score of the first learned piece: (0.0, -1.0)
#   types that the reader gives: ['BYTE', 'CONTROL', 'NORMAL', 'UNKNOWN']

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONUTF8=1 PIP_DISABLE_PIP_VERSION_CHECK=1
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet gguf==0.19.0 sentencepiece==0.2.3
cd "$work"
"$work/venv/bin/python" - <<'PY'
import math
import sys
from pathlib import Path

import gguf
import sentencepiece as spm
from gguf.vocab import SentencePieceVocab


def check(what, got, want):
    print(f"{what}: {got}")
    if got != want:
        sys.exit(f"CHANGED: {what} was {want}")


spm.SentencePieceTrainer.train(
    sentence_iterator=iter(["ab ab ab##ab abc abc bc"] * 20), model_prefix="tokenizer", model_type="bpe",
    vocab_size=280, user_defined_symbols=["##"], byte_fallback=True, hard_vocab_limit=False, minloglevel=2,
)
model = spm.SentencePieceProcessor(model_file="tokenizer.model")
check("pieces of 'ab##ab'", model.encode("ab##ab", out_type=str), ["▁ab", "##", "ab"])
tokens = {text.decode(): (score, kind) for text, score, kind in SentencePieceVocab(Path(".")).all_tokens()}
check("type of '##' in GGUF", tokens["##"][1].name, "NORMAL")
check("type of the piece ▁ab, which was learned", tokens["▁ab"][1].name, "NORMAL")
signed = {text: (abs(score), math.copysign(1, score)) for text, (score, _) in tokens.items()}
check("score of '##' (0 has the sign +1, -0 the sign -1)", signed["##"], (0.0, 1.0))
first = next(text for text, (_, kind) in tokens.items() if kind is gguf.TokenType.NORMAL and text != "##")
check("score of the first learned piece", signed[first], (0.0, -1.0))
check("types that the reader gives", sorted({kind.name for _, kind in tokens.values()}), ["BYTE", "CONTROL", "NORMAL", "UNKNOWN"])
PY
