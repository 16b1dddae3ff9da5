#!/usr/bin/env bash
# sentencepiece's default normalization cuts Persian words in two: the zero-width non-joiner becomes a space.
#
# Versions: sentencepiece 0.2.3
#
# Behaviour: nmt_nfkc, the default, replaces U+200C by a space but keeps U+200D. A model trained on می‌خواهم has
# ▁می and ▁خواهم as two words, and no pair reaches over the joint. The direction marks U+200E and U+200F and
# U+FEFF become spaces too.
#
# One would guess otherwise: NFKC keeps the character, it has no width, and it stands inside a word: Persian
# writes most verbs and plurals with it. Counting pairs on the text as it is, or as unicodedata normalizes it,
# gives other words than the trainer saw.
#
# Output seen, 28 November 2026:
#   NFKC keeps it: True
#   encoded: ['▁می', '▁خواهم']
#   made spaces: ['U+200B', 'U+200C', 'U+200E', 'U+200F', 'U+FEFF']

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONUTF8=1 PIP_DISABLE_PIP_VERSION_CHECK=1
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet sentencepiece==0.2.3
"$work/venv/bin/python" - <<'PY'
import io
import sys
import unicodedata

import sentencepiece as spm


def check(what, got, want):
    print(f"{what}: {got}")
    if got != want:
        sys.exit(f"CHANGED: {what} was {want}")


word = "می\u200cخواهم"
model = io.BytesIO()
spm.SentencePieceTrainer.train(
    sentence_iterator=iter([word] * 9), model_writer=model, model_type="bpe", vocab_size=40,
    hard_vocab_limit=False, minloglevel=2,
)
processor = spm.SentencePieceProcessor(model_proto=model.getvalue())
check("NFKC keeps it", "\u200c" in unicodedata.normalize("NFKC", word), True)
check("encoded", processor.encode(word, out_type=str), ["▁می", "▁خواهم"])
marks = ["\u200b", "\u200c", "\u200d", "\u200e", "\u200f", "\ufeff"]
spaces = [f"U+{ord(mark):04X}" for mark in marks if processor.normalize(f"a{mark}b") == "▁a▁b"]
check("made spaces", spaces, ["U+200B", "U+200C", "U+200E", "U+200F", "U+FEFF"])
PY
