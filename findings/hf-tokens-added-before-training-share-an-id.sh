#!/usr/bin/env bash
# A token added before training keeps its id, the new vocabulary gives the same id to a letter, and saving and
# loading moves it elsewhere.
#
# Versions: tokenizers 0.23.3
#
# Behaviour: After add_special_tokens(["<x>"]) and train, id 0 is both <x> and "<"; encode() says 0 for <x>. The
# tokenizer written out and read back says 11, where the trainer had learned <x> as three merged signs: the
# added token is cut out of the text as a word of its own, and then trained on like any word.
#
# One would guess otherwise: added tokens are numbered after the vocabulary, train() would do so anew, and what
# to_str() writes is what from_str() reads. Ids written with the one and read with the other are other tokens;
# and the merge list holds the insides of the special token.
#
# Output seen, 28 November 2026:
#   id 0 in the trained vocabulary: ['<']
#   ids of 'hello<x>': [12, 0]
#   merges that make <x>: [['<', 'x'], ['<x', '>']]
#   ids after saving and loading: [12, 11]

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


tokenizer = Tokenizer(models.BPE())
tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
tokenizer.add_special_tokens(["<x>"])
tokenizer.train_from_iterator(["hello<x>hello<x>"], trainers.BpeTrainer(show_progress=False))
saved = tokenizer.to_str()
model = json.loads(saved)["model"]
check("id 0 in the trained vocabulary", [token for token, i in model["vocab"].items() if i == 0], ["<"])
check("ids of 'hello<x>'", tokenizer.encode("hello<x>").ids, [12, 0])
check("merges that make <x>", [pair for pair in model["merges"] if "x" in "".join(pair)], [["<", "x"], ["<x", ">"]])
check("ids after saving and loading", Tokenizer.from_str(saved).encode("hello<x>").ids, [12, 11])
PY
