#!/usr/bin/env bash
# split_digits splits 1947 and １９４７, and leaves १९४७, ١٩٤٧ and ๑๙๔๗ whole: to sentencepiece only two of
# Unicode's digits are digits.
#
# Versions: sentencepiece 0.2.3
#
# Behaviour: With split_digits=True a model of Hindi learns the year as one piece. The Devanagari, Arabic and
# Thai digits (category Nd, as are fullwidth ones) are letters of their script to the trainer.
#
# One would guess otherwise: the option is named for digits, and the library is careful of scripts everywhere
# else. Llama's tokenizers were trained with it: whether a number is one token or many depends on the script it
# is written in.
#
# Output seen, 28 November 2026:
#   ASCII: ['▁', '1', '9', '4', '7']
#   fullwidth: ['▁', '１', '９', '４', '７']
#   Devanagari: ['▁१९४७']
#   Arabic: ['▁١٩٤٧']
#   Thai: ['▁๑๙๔๗']

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

for name, year, want in [
    ("ASCII", "1947", 4),
    ("fullwidth", "１９４７", 4),
    ("Devanagari", "१९४७", 1),
    ("Arabic", "١٩٤٧", 1),
    ("Thai", "๑๙๔๗", 1),
]:
    model = io.BytesIO()
    spm.SentencePieceTrainer.train(
        sentence_iterator=iter([year] * 9), model_writer=model, model_type="bpe", vocab_size=40, split_digits=True,
        hard_vocab_limit=False, normalization_rule_name="identity", minloglevel=2,
    )
    pieces = spm.SentencePieceProcessor(model_proto=model.getvalue()).encode(year, out_type=str)
    digits = [piece for piece in pieces if piece != "▁"]
    print(f"{name}: {pieces}")
    if len(digits) != want:
        sys.exit(f"CHANGED: was {want} without the ▁")
PY
