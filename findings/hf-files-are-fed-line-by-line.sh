#!/usr/bin/env bash
# Tokenizer.train(files) never sees two lines together: no merge can hold more than one newline, or a newline
# and what follows.
#
# Versions: tokenizers 0.23.3
#
# Behaviour: train(["a.txt"]) cuts the file after every newline before the pre-tokenizer runs;
# train_from_iterator gives each item whole. With the ByteLevel pre-tokenizer the first learns no "\n\n" and no
# "\n" before indentation; the second learns both from the same text.
#
# One would guess otherwise: the split pattern has cases for runs of white space that hold newlines, and both
# methods are shown side by side as two ways to train the same tokenizer. So whether a list holds such tokens
# says how it was fed, not what the text was.
#
# Output seen, 28 November 2026:
#   train(files): []
#   train_from_iterator([text]): ['\\n__', '\\n\\n', '\\n___', '\\n_______', '\\n\\n\\n']

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONUTF8=1 PIP_DISABLE_PIP_VERSION_CHECK=1
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet tokenizers==0.23.3
"$work/venv/bin/python" - "$work" <<'PY'
import json
import pathlib
import sys

from tokenizers import Tokenizer, models, pre_tokenizers, trainers


def merged_newlines(train):
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    train(tokenizer, trainers.BpeTrainer(vocab_size=400, show_progress=False))
    products = ["".join(pair) for pair in json.loads(tokenizer.to_str())["model"]["merges"]]
    return [product.replace("Ċ", "\\n").replace("Ġ", "_") for product in products if "Ċ" in product]


def check(what, got, want):
    print(f"{what}: {got}")
    if got != want:
        sys.exit(f"CHANGED: {what} was {want}")


code = "def f(x):\n    if x:\n        return 1\n\n\ndef g(y):\n    return 2\n\n\n" * 50
path = pathlib.Path(sys.argv[1], "code.txt")
path.write_text(code)
check("train(files)", merged_newlines(lambda t, trainer: t.train([str(path)], trainer)), [])
check(
    "train_from_iterator([text])",
    merged_newlines(lambda t, trainer: t.train_from_iterator([code], trainer)),
    ["\\n__", "\\n\\n", "\\n___", "\\n_______", "\\n\\n\\n"],
)
PY
