#!/usr/bin/env bash
# When a merge is listed twice, tokenizers ranks it by its last line, subword-nmt by its first: one file, two
# segmentations.
#
# Versions: tokenizers 0.23.3, subword-nmt 0.3.8
#
# Behaviour: With the lines "a b", "b c", "a b", tokenizers encodes "abc" as a + bc and writes the list back
# with "b c" first; subword-nmt reads the same lines as ab + c.
#
# One would guess otherwise: a trained list has no duplicates, but concatenated and extended lists do, and a
# merge's rank is the step at which it was made: the first.
#
# Output seen, 28 November 2026:
#   tokenizers encodes abcd: ['a', 'bc', 'd']
#   tokenizers writes back: [['b', 'c'], ['a', 'b']]
#   subword-nmt encodes abcd: ab@@ c@@ d

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONUTF8=1 PIP_DISABLE_PIP_VERSION_CHECK=1
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet tokenizers==0.23.3 subword-nmt==0.3.8
"$work/venv/bin/python" - <<'PY'
import io
import json
import sys

from subword_nmt.apply_bpe import BPE
from tokenizers import Tokenizer, models


def check(what, got, want):
    print(f"{what}: {got}")
    if got != want:
        sys.exit(f"CHANGED: {what} was {want}")


merges = [("a", "b"), ("b", "c"), ("a", "b")]
vocab = {token: i for i, token in enumerate(["a", "b", "c", "d", "ab", "bc"])}
tokenizer = Tokenizer(models.BPE(vocab=vocab, merges=merges))
check("tokenizers encodes abcd", tokenizer.encode("abcd").tokens, ["a", "bc", "d"])
check("tokenizers writes back", json.loads(tokenizer.to_str())["model"]["merges"], [["b", "c"], ["a", "b"]])
codes = "#version: 0.2\n" + "".join(f"{left} {right}\n" for left, right in merges)
check("subword-nmt encodes abcd", BPE(io.StringIO(codes)).segment("abcd"), "ab@@ c@@ d")
PY
