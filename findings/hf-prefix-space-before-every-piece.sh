#!/usr/bin/env bash
# ByteLevel(add_prefix_space=True) behind another pre-tokenizer puts a space before every piece, not before the
# text.
#
# Versions: tokenizers 0.23.3, kitoken 0.11.1, iree-tokenizer 0.3.0
#
# Behaviour: After Digits(individual_digits=True), "ab12cd" is pretokenized as Ġab Ġ1 Ġ2 Ġcd and decodes to " ab
# 1 2 cd". Two other libraries that read tokenizer.json put one space before the text.
#
# One would guess otherwise: the option is documented as adding a space to the first word if there is none. A
# list trained so holds counts of spaces that the text never had.
#
# Output seen, 28 November 2026:
#   pretokens: ['Ġab', 'Ġ1', 'Ġ2', 'Ġcd']
#   decoded:  ab 1 2 cd
#   decoded, ids from kitoken:  ab12cd
#   decoded, ids from iree-tokenizer:  ab12cd

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONUTF8=1 PIP_DISABLE_PIP_VERSION_CHECK=1
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --no-deps tokenizers==0.23.3 kitoken==0.11.1 iree-tokenizer==0.3.0
"$work/venv/bin/python" - <<'PY'
import sys

import iree.tokenizer
import kitoken
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers


def check(what, got, want):
    print(f"{what}: {got}")
    if got != want:
        sys.exit(f"CHANGED: {what} was {want}")


tokenizer = Tokenizer(models.BPE())
tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
    [pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=True)]
)
tokenizer.decoder = decoders.ByteLevel()
alphabet = pre_tokenizers.ByteLevel.alphabet()
tokenizer.train_from_iterator(["ab cd"] * 9, trainers.BpeTrainer(initial_alphabet=alphabet, show_progress=False))
text = "ab12cd"
check("pretokens", [piece for piece, _ in tokenizer.pre_tokenizer.pre_tokenize_str(text)], ["Ġab", "Ġ1", "Ġ2", "Ġcd"])
check("decoded", tokenizer.decode(tokenizer.encode(text).ids), " ab 1 2 cd")
saved = tokenizer.to_str()
for name, ids in {
    "kitoken": kitoken.Kitoken.from_tokenizers(saved.encode()).encode(text, False),
    "iree-tokenizer": iree.tokenizer.Tokenizer.from_str(saved).encode(text),
}.items():
    check(f"decoded, ids from {name}", tokenizer.decode(list(ids)), " ab12cd")
PY
