#!/usr/bin/env bash
# sentencepiece and gigatoken fill the vocabulary with pairs that occur nowhere any more, unmarked, after the
# last real merge.
#
# Versions: sentencepiece 0.2.3, gigatoken 0.10.0, tokenizers 0.23.3
#
# Behaviour: From the one word "abcde" tokenizers learns four merges and stops. The others go on with pairs that
# were once seen and have been merged away (bc, de, abc), in the order of ties, with scores that continue the
# series. Nothing in the file says where the counts end.
#
# One would guess otherwise: a trainer that runs out of pairs stops or says so (sentencepiece does fail on a
# vocabulary that is too large, when hard_vocab_limit is on). The tail of a list that was trained on little text
# tells nothing of that text.
#
# Output seen, 28 November 2026:
#   tokenizers: ['ab', 'cd', 'abcd', 'abcde']
#   gigatoken: ['ab', 'cd', 'abcd', 'abcde', 'bc', 'de', 'abc', 'cde']
#   sentencepiece: ['ab', 'cd', 'cde', 'abcde', 'bc', 'de', 'abc', 'abcd']
#   its scores go on: [-0.0, -1.0, -2.0, -3.0, -4.0]

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONUTF8=1 PIP_DISABLE_PIP_VERSION_CHECK=1
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --no-deps sentencepiece==0.2.3 gigatoken==0.10.0 numpy==2.4.6 tokenizers==0.23.3
"$work/venv/bin/python" - 2>/dev/null <<'PY' | grep -v -e 'unique words' -e 'Starting merges'
import io
import json
import sys

import gigatoken
import sentencepiece as spm
from tokenizers import Tokenizer, models, trainers


def check(what, got, want):
    print(f"{what}: {got}")
    if got != want:
        sys.exit(f"CHANGED: {what} was {want}")


hf = Tokenizer(models.BPE())
hf.train_from_iterator(["abcde"], trainers.BpeTrainer(vocab_size=99, show_progress=False))
check("tokenizers", ["".join(p) for p in json.loads(hf.to_str())["model"]["merges"]], ["ab", "cd", "abcd", "abcde"])
_, merges = gigatoken.train_bpe(b"abcde", 264, [])
check("gigatoken", [(a + b).decode() for a, b in merges], ["ab", "cd", "abcd", "abcde", "bc", "de", "abc", "cde"])
model = io.BytesIO()
spm.SentencePieceTrainer.train(
    sentence_iterator=iter(["abcde"]), model_writer=model, model_type="bpe", vocab_size=60, hard_vocab_limit=False,
    add_dummy_prefix=False, minloglevel=2,
)
sp = spm.SentencePieceProcessor(model_proto=model.getvalue())
pieces = [sp.id_to_piece(i) for i in range(3, sp.get_piece_size())]
check("sentencepiece", [p for p in pieces if len(p) > 1], ["ab", "cd", "cde", "abcde", "bc", "de", "abc", "abcd"])
check("its scores go on", [sp.get_score(i) for i in range(3, 8)], [0.0, -1.0, -2.0, -3.0, -4.0])
PY
