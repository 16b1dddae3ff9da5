#!/usr/bin/env bash
# A character that the vocabulary lacks vanishes before BPE, and its neighbours merge as if they had stood side
# by side.
#
# Versions: tokenizers 0.23.3
#
# Behaviour: BpeTrainer(limit_alphabet=...) deletes rare characters from the words before it counts pairs, so
# the merge list holds pairs that occur nowhere in the text. Encoding without an unknown token does the same:
# "axb" is encoded as the token "ab". With an unknown token training still counts across the gap and encoding no
# longer merges across it.
#
# One would guess otherwise: sentencepiece keeps a placeholder where it drops a rare character, and no pair
# reaches over it; a merge list is commonly read as a record of adjacent pairs of the text. limit_alphabet is
# 1000 by default in the package's SentencePieceBPETokenizer, fewer than the characters of Chinese.
#
# Output seen, 28 November 2026:
#   first merge, of a text without 'ab': ['a', 'b']
#   tokens of 'axb': ['ab']
#   first merge, with an unknown token: ['a', 'b']
#   tokens of 'axb': ['a', '[UNK]', 'b']

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


text = "axb ayb azb aqb axb ayb azb aqb aa bb aa bb"
assert "ab" not in text
tokenizer = Tokenizer(models.BPE())
tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
tokenizer.train_from_iterator([text], trainers.BpeTrainer(limit_alphabet=2, show_progress=False))
merges = json.loads(tokenizer.to_str())["model"]["merges"]
check("first merge, of a text without 'ab'", merges[0], ["a", "b"])
check("tokens of 'axb'", tokenizer.encode("axb").tokens, ["ab"])
tokenizer = Tokenizer(models.BPE(unk_token="[UNK]"))
tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
trainer = trainers.BpeTrainer(limit_alphabet=2, special_tokens=["[UNK]"], show_progress=False)
tokenizer.train_from_iterator([text], trainer)
merges = json.loads(tokenizer.to_str())["model"]["merges"]
check("first merge, with an unknown token", merges[0], ["a", "b"])
check("tokens of 'axb'", tokenizer.encode("axb").tokens, ["a", "[UNK]", "b"])
PY
