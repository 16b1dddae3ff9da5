#!/usr/bin/env bash
# sentencepiece's case folding rules leave ß and İ as they are.
#
# Versions: sentencepiece 0.2.3
#
# Behaviour: nmt_nfkc_cf and nfkc_cf map STRASSE to strasse but Straße to straße, and leave the capital İ of
# İstanbul a capital. Python's casefold gives strasse for both, and a small i with a dot above.
#
# One would guess otherwise: "cf" is Unicode's case folding, applied by a table of whole strings, which has room
# for one character that becomes two (the same table makes two letters of ﬁ). Two spellings that folding is for
# stay apart in the counts.
#
# Output seen, 28 November 2026:
#   nmt_nfkc_cf: ['strasse', 'straße', 'ß', 'İstanbul', 'fine', 'οδοσ']
#   nfkc_cf: ['strasse', 'straße', 'ß', 'İstanbul', 'fine', 'οδοσ']
#   Python: ['strasse', 'strasse', 'ss', 'i̇stanbul', 'fine', 'οδοσ']

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONUTF8=1 PIP_DISABLE_PIP_VERSION_CHECK=1
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet sentencepiece==0.2.3
"$work/venv/bin/python" - <<'PY'
import io
import sys

import sentencepiece as spm


def check(what, got, want):
    print(f"{what}: {got}")
    if got != want:
        sys.exit(f"CHANGED: {what} was {want}")


for rule in ("nmt_nfkc_cf", "nfkc_cf"):
    model = io.BytesIO()
    spm.SentencePieceTrainer.train(
        sentence_iterator=iter(["abc def ghi"] * 5), model_writer=model, model_type="bpe", vocab_size=40,
        hard_vocab_limit=False, add_dummy_prefix=False, normalization_rule_name=rule, minloglevel=2,
    )
    fold = spm.SentencePieceProcessor(model_proto=model.getvalue()).normalize
    words = ["STRASSE", "Straße", "ẞ", "İstanbul", "ﬁne", "ΟΔΟΣ"]
    check(rule, [fold(w) for w in words], ["strasse", "straße", "ß", "İstanbul", "fine", "οδοσ"])
check("Python", [w.casefold() for w in words], ["strasse", "strasse", "ss", "i\u0307stanbul", "fine", "οδοσ"])
PY
