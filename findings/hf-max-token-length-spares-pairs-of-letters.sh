#!/usr/bin/env bash
# max_token_length=1 still learns tokens of two letters, and max_token_length=4 none of four.
#
# Versions: tokenizers 0.23.3
#
# Behaviour: The limit is never applied to the pairs of the first count, whose letters are single, and is
# exclusive for all pairs that come later. Lengths are in characters of the pre-tokenized text: one for each
# byte with ByteLevel, so two-byte letters count twice.
#
# One would guess otherwise: the parameter is documented as the maximum length of a token. Whoever reads the
# limit off the longest token of a list is one short, and a pair that is missing at the limit was no rival.
#
# Output seen, 28 November 2026:
#   max_token_length=1: ['ab', 'cd']
#   max_token_length=2: ['ab', 'cd']
#   max_token_length=4: ['ab', 'cd']
#   max_token_length=5: ['ab', 'cd', 'abcd']

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONUTF8=1 PIP_DISABLE_PIP_VERSION_CHECK=1
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --no-deps tokenizers==0.23.3
"$work/venv/bin/python" - <<'PY'
import json
import sys

from tokenizers import Tokenizer, models, pre_tokenizers, trainers


def check(what, got, want):
    print(f"{what}: {got}")
    if got != want:
        sys.exit(f"CHANGED: {what} was {want}")


def learned(limit):
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    trainer = trainers.BpeTrainer(vocab_size=99, max_token_length=limit, show_progress=False)
    tokenizer.train_from_iterator(["abcd abcd abcd"], trainer)
    return ["".join(pair) for pair in json.loads(tokenizer.to_str())["model"]["merges"]]


for limit, want in [(1, ["ab", "cd"]), (2, ["ab", "cd"]), (4, ["ab", "cd"]), (5, ["ab", "cd", "abcd"])]:
    check(f"max_token_length={limit}", learned(limit), want)
PY
