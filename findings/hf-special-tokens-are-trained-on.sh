#!/usr/bin/env bash
# Special tokens that stand in the training text are not cut out: the list holds merges of their insides.
#
# Versions: tokenizers 0.23.3, sentencepiece 0.2.3
#
# Behaviour: BpeTrainer(special_tokens=["<|endoftext|>"]) on documents joined by that token learns "<|",
# "endoftext" and the like. sentencepiece cuts the text at user_defined_symbols and learns nothing of their
# insides.
#
# One would guess otherwise: encode() cuts special tokens out before BPE, so one takes training to do so too;
# the merges learned are then never used when the special token itself is encoded, and their high ranks count
# documents, not text.
#
# Output seen, 28 November 2026:
#   tokenizers: ['doft', 'endoft', 'endoftext']
#   and encode() never uses them: ['<|endoftext|>']
#   sentencepiece: []

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONUTF8=1 PIP_DISABLE_PIP_VERSION_CHECK=1
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet tokenizers==0.23.3 sentencepiece==0.2.3
"$work/venv/bin/python" - <<'PY'
import io
import json
import sys

import sentencepiece as spm
from tokenizers import Tokenizer, models, pre_tokenizers, trainers


def check(what, got, want):
    print(f"{what}: {got}")
    if got != want:
        sys.exit(f"CHANGED: {what} was {want}")


text = ["hello world<|endoftext|>hi there<|endoftext|>"] * 20
tokenizer = Tokenizer(models.BPE())
tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
tokenizer.train_from_iterator(text, trainers.BpeTrainer(special_tokens=["<|endoftext|>"], show_progress=False))
products = ["".join(pair) for pair in json.loads(tokenizer.to_str())["model"]["merges"]]
check("tokenizers", [p for p in products if p in "<|endoftext|>" and len(p) > 3], ["doft", "endoft", "endoftext"])
check("and encode() never uses them", tokenizer.encode("<|endoftext|>").tokens, ["<|endoftext|>"])

model = io.BytesIO()
spm.SentencePieceTrainer.train(
    sentence_iterator=iter(text), model_writer=model, model_type="bpe", vocab_size=60, hard_vocab_limit=False,
    user_defined_symbols=["<|endoftext|>"], minloglevel=2,
)
processor = spm.SentencePieceProcessor(model_proto=model.getvalue())
pieces = [processor.id_to_piece(i) for i in range(processor.get_piece_size())]
check("sentencepiece", [p for p in pieces if p in "<|endoftext|>" and 3 < len(p) < 13], [])
PY
