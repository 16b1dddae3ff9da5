#!/usr/bin/env bash
# subword-nmt, asked once for a word with BPE dropout, gives the dropped segmentation ever after, without dropout, too.
#
# Versions: subword-nmt 0.3.8, tokenizers 0.23.3
#
# Behaviour: apply_bpe keeps each word's segmentation in a cache, reads it only without dropout, and writes it always.
# A BPE object that segments the training text with dropout and then the validation text without gives the words of both
# as the last draw left them. Words that were not drawn, and words seen first without dropout alone, are right.
#
# One would guess otherwise: dropout is an argument of the call, the cache is left out where it is given, and the same
# steps with tokenizers give the merged word.
#
# Output seen, 29 November 2026:
#   subword-nmt, new object, dropout 0: lower
#   subword-nmt, dropout 1, then 0: l@@ o@@ w@@ e@@ r
#   subword-nmt, the same object, another word: low
#   tokenizers, dropout 1, then 0: lower

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONUTF8=1 PIP_DISABLE_PIP_VERSION_CHECK=1
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --no-deps subword-nmt==0.3.8 tqdm==4.67.1
"$work/venv/bin/pip" install --quiet tokenizers==0.23.3
"$work/venv/bin/python" - <<'PY'
import io
import sys

from subword_nmt.apply_bpe import BPE
from tokenizers import Tokenizer, models

PAIRS = [("l", "o"), ("lo", "w"), ("e", "r"), ("low", "er")]
CODES = "#version: 0.2\nl o\nlo w\nlo w</w>\ne r</w>\nlow er</w>\n"


def check(what, got, want):
    print(f"{what}: {got}")
    if got != want:
        sys.exit(f"CHANGED: was {want}")


check("subword-nmt, new object, dropout 0", BPE(io.StringIO(CODES)).process_line("lower", dropout=0), "lower")
used = BPE(io.StringIO(CODES))
used.process_line("lower", dropout=1)
check("subword-nmt, dropout 1, then 0", used.process_line("lower", dropout=0), "l@@ o@@ w@@ e@@ r")
check("subword-nmt, the same object, another word", used.process_line("low", dropout=0), "low")

vocab = {token: number for number, token in enumerate([*"lower", *("".join(pair) for pair in PAIRS)])}
made = Tokenizer(models.BPE(vocab, PAIRS))
made.model.dropout = 1.0
dropped = made.encode("lower").tokens
made.model.dropout = None
if dropped != list("lower"):
    sys.exit("CHANGED: tokenizers with dropout 1")
check("tokenizers, dropout 1, then 0", " ".join(made.encode("lower").tokens), "lower")
PY
