#!/usr/bin/env bash
# The sentencepiece trainer drops every line that holds ▅ (U+2585).
#
# Versions: sentencepiece 0.2.3
#
# Behaviour: U+2585 stands for unknown characters inside the trainer, so lines with it in the input are skipped
# (one INFO line in the log says "Reserved chars are found"). The neighbours ▄ and ▆ and the word boundary sign
# ▁ are harmless. Spark lines and progress bars in logs and README files use ▅.
#
# One would guess otherwise: the documented special sign is U+2581, which is accepted; other characters are at
# worst dropped singly, by character_coverage.
#
# Output seen, 28 November 2026:
#   zebra, 9 times on lines with ▁ (U+2581): learned
#   zebra, 9 times on lines with ▄ (U+2584): learned
#   zebra, 9 times on lines with ▅ (U+2585): never seen
#   zebra, 9 times on lines with ▆ (U+2586): learned
#   zebra, 9 times on lines with # (U+0023): learned

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


def learned(sign):
    model = io.BytesIO()
    text = ["low lower lowest"] * 9 + [f"zebra {sign} quiz"] * 9
    spm.SentencePieceTrainer.train(
        sentence_iterator=iter(text), model_writer=model, model_type="bpe", vocab_size=60,
        hard_vocab_limit=False, minloglevel=2,
    )
    return spm.SentencePieceProcessor(model_proto=model.getvalue()).piece_to_id("▁zebra") != 0


for sign, want in {"▁": True, "▄": True, "▅": False, "▆": True, "#": True}.items():
    got = learned(sign)
    print(f"zebra, 9 times on lines with {sign} (U+{ord(sign):04X}): {'learned' if got else 'never seen'}")
    if got != want:
        sys.exit(f"CHANGED: U+{ord(sign):04X}")
PY
