#!/usr/bin/env bash
# A pair that occurs more than 2,147,483,647 times is never merged: tokenizers counts pairs in 32 bits.
#
# Versions: tokenizers 0.23.3
#
# Behaviour: From 2,147,487,615 pairs (a, a) and three pairs (b, c) the trainer merges (b, c) and stops. With a
# tenth of the text (a, a) comes first. The count wraps to a negative number, which the trainer takes for
# "gone", without an error. rustbpe 0.1.0 did the same when tried so, bpeasy 0.1.6 did not.
#
# One would guess otherwise: lists are trained on many gigabytes, where the commonest pairs of bytes pass 2^31,
# and a trainer that runs to its end is taken to have found the most frequent pairs. The head of such a list has
# holes just where the text has most: a missing first merge is then no sign of a small share.
#
# Output seen, 28 November 2026:
#   214,749,990 pairs (a, a), 3 pairs (b, c): merges ['aa', 'aaaa']
#   2,147,487,615 pairs (a, a), 3 pairs (b, c): merges ['bc', ' bc']

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONUTF8=1 PIP_DISABLE_PIP_VERSION_CHECK=1
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --no-deps tokenizers==0.23.3
"$work/venv/bin/python" - <<'PY'
import json
import sys

from tokenizers import Tokenizer, models, trainers

LETTERS = 4096


def learned(words):
    def text():
        word = "a" * LETTERS
        for _ in range(words):
            yield word
        yield "bc bc bc"

    tokenizer = Tokenizer(models.BPE())
    tokenizer.train_from_iterator(text(), trainers.BpeTrainer(vocab_size=6, show_progress=False))
    return ["".join(pair) for pair in json.loads(tokenizer.to_str())["model"]["merges"]]


for words, want in [(52_442, ["aa", "aaaa"]), (524_417, ["bc", " bc"])]:
    got = learned(words)
    print(f"{words * (LETTERS - 1):,} pairs (a, a), 3 pairs (b, c): merges {got}")
    if got != want:
        sys.exit(f"CHANGED: was {want}")
PY
