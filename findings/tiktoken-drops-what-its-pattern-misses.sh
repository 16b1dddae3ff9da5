#!/usr/bin/env bash
# Text that a split pattern does not match vanishes in tiktoken, rustbpe and bpeasy, and is a pretoken in
# tokenizers.
#
# Versions: tiktoken 0.14.0, rustbpe 0.1.0, bpeasy 0.1.6, tokenizers 0.23.3
#
# Behaviour: With the pattern \p{L}+, "low 12 low" decodes to "lowlow" in tiktoken and rustbpe, without an
# error; neither rustbpe nor bpeasy learns anything of " 12 ". tokenizers, by Split with its usual behavior
# "isolated", keeps the text between matches as pretokens and learns merges in it.
#
# One would guess otherwise: byte-level BPE is lossless, tiktoken says so of itself, and for the published
# patterns, which match every character, the four agree. A pattern moved from one to the other trains on another
# text.
#
# Output seen, 28 November 2026:
#   tiktoken gives back: lowlow
#   rustbpe gives back: lowlow
#   rustbpe learns: [b'lo', b'low']
#   bpeasy learns: [b'lo', b'low']
#   tokenizers learns: [' 1', ' 12 ', '2 ', 'lo', 'low']

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONUTF8=1 PIP_DISABLE_PIP_VERSION_CHECK=1
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --no-deps tiktoken==0.14.0 regex==2026.11.19 rustbpe==0.1.0 bpeasy==0.1.6 tokenizers==0.23.3
"$work/venv/bin/python" - <<'PY'
import json
import sys

import bpeasy
import rustbpe
import tiktoken
from tokenizers import Regex, Tokenizer, models, pre_tokenizers, trainers


def check(what, got, want):
    print(f"{what}: {got}")
    if got != want:
        sys.exit(f"CHANGED: {what} was {want}")


pattern, text = r"\p{L}+", "low 12 low"
ranks = {bytes([byte]): byte for byte in range(256)}
encoding = tiktoken.Encoding("x", pat_str=pattern, mergeable_ranks=ranks, special_tokens={})
check("tiktoken gives back", encoding.decode(encoding.encode(text)), "lowlow")
rust = rustbpe.Tokenizer()
rust.train_from_iterator(iter([text] * 9), 270, pattern=pattern)
check("rustbpe gives back", rust.decode(rust.encode(text)), "lowlow")
check("rustbpe learns", [bytes(token) for token, rank in rust.get_mergeable_ranks() if rank > 255], [b"lo", b"low"])
easy = bpeasy.train_bpe(iter([text] * 9), pattern, 99, 270)
check("bpeasy learns", [token for token, rank in easy.items() if rank > 255], [b"lo", b"low"])
hf = Tokenizer(models.BPE())
hf.pre_tokenizer = pre_tokenizers.Split(Regex(pattern), "isolated")
hf.train_from_iterator([text] * 9, trainers.BpeTrainer(show_progress=False))
learned = ["".join(pair) for pair in json.loads(hf.to_str())["model"]["merges"]]
check("tokenizers learns", sorted(learned), sorted([" 1", "lo", "2 ", " 12 ", "low"]))
PY
