#!/usr/bin/env bash
# tokenizers cannot read the merges.txt that it writes when tokens hold spaces, and gguf writes another
# character for them.
#
# Versions: tokenizers 0.23.3, gguf 0.19.0
#
# Behaviour: A BPE over words with spaces (SuperBPE-like, or any without a split) saves lines such as "t o b"
# and "to b e "; BPE.from_file on them ends with "Merges text file invalid at line 1". gguf's SpecialVocab reads
# the same tokenizer.json and hands on t oĠb and toĠb eĠ: U+0120 for each space, which the vocabulary beside it
# does not use.
#
# One would guess otherwise: tokenizer.json stores pairs since 2024 for this very reason, and save() is the
# model's own counterpart of from_file().
#
# Output seen, 28 November 2026:
#   merges: [(' ', 'b'), ('e', ' '), ('o', ' b'), ('t', 'o b'), ('to b', 'e '), ('o', 'r'), ('to be ', 'to be ')]
#   its own merges.txt: Error while reading BPE files: Merges text file invalid at line 1
#   in gguf: ['Ġ b', 'e Ġ', 'o Ġb', 't oĠb', 'toĠb eĠ', 'o r', 'toĠbeĠ toĠbeĠ']
#   in gguf's vocabulary: []

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONUTF8=1 PIP_DISABLE_PIP_VERSION_CHECK=1
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet tokenizers==0.23.3 gguf==0.19.0
"$work/venv/bin/python" - "$work" <<'PY'
import json
import logging
import pathlib
import sys

import gguf
from tokenizers import Tokenizer, models, trainers


def check(what, got, want):
    print(f"{what}: {got}")
    if got != want:
        sys.exit(f"CHANGED: {what} was {want}")


logging.disable()
work = pathlib.Path(sys.argv[1])
tokenizer = Tokenizer(models.BPE())
tokenizer.train_from_iterator(["to be to be or"] * 4, trainers.BpeTrainer(vocab_size=13, show_progress=False))
merges = [tuple(pair) for pair in json.loads(tokenizer.to_str())["model"]["merges"]]
print("merges:", merges)
folder = work / "tokenizer"
folder.mkdir()
tokenizer.save(str(folder / "tokenizer.json"))
files = tokenizer.model.save(str(work))
try:
    models.BPE.from_file(*files)
    outcome = "read back"
except Exception as error:
    outcome = str(error)
check("its own merges.txt", outcome, "Error while reading BPE files: Merges text file invalid at line 1")
check("in gguf", gguf.SpecialVocab(str(folder), load_merges=True).merges, [" ".join(half.replace(" ", "Ġ") for half in pair) for pair in merges])
check("in gguf's vocabulary" , [t for t in tokenizer.get_vocab() if "Ġ" in t], [])
PY
