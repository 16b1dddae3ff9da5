#!/usr/bin/env bash
# BertNormalizer's "lowercase" takes vowels from Thai and Hindi, makes ガ カ and й и, and takes Korean apart.
#
# Versions: tokenizers 0.23.3, sentencepiece 0.2.3
#
# Behaviour: unless strip_accents is false, lowercase=True (the default of BertNormalizer and BertWordPieceTokenizer)
# decomposes the text and removes every mark that takes no room (Mn). In Thai and Devanagari those are vowels and
# signs, in Japanese the voicing, in Cyrillic a part of the letter й; Korean has no such marks and stays in single
# letters, 8 in place of 3, as nothing composes the text again. The file says "strip_accents": null.
#
# One would guess otherwise: Thai, Hindi, Japanese and Korean have no case, the option is called lowercase, and neither
# the normalizer Lowercase nor the case folding of sentencepiece changes such text.
#
# Output seen, 29 November 2026:
#   Thai: 6 characters, BertNormalizer 4, Lowercase 6, nmt_nfkc_cf 6
#   Hindi: 6 characters, BertNormalizer 5, Lowercase 6, nmt_nfkc_cf 6
#   Korean: 3 characters, BertNormalizer 8, Lowercase 3, nmt_nfkc_cf 3
#   Japanese: ガ is カ, Russian: й is и
#   strip_accents of the saved normalizer: None

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONUTF8=1 PIP_DISABLE_PIP_VERSION_CHECK=1
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet tokenizers==0.23.3 sentencepiece==0.2.3
"$work/venv/bin/python" - <<'PY'
import json
import sys

import sentencepiece
from tokenizers import Tokenizer, models, normalizers

bert = normalizers.BertNormalizer()
folding = sentencepiece.SentencePieceNormalizer(rule_name="nmt_nfkc_cf", add_dummy_prefix=False)
WORDS = {"Thai": ("สวัสดี", [6, 4, 6, 6]), "Hindi": ("हिन्दी", [6, 5, 6, 6]), "Korean": ("한국어", [3, 8, 3, 3])}
for language, (word, want) in WORDS.items():
    texts = word, bert.normalize_str(word), normalizers.Lowercase().normalize_str(word), folding.normalize(word)
    got = [len(text) for text in texts]
    print(f"{language}: {got[0]} characters, BertNormalizer {got[1]}, Lowercase {got[2]}, nmt_nfkc_cf {got[3]}")
    if got != want:
        sys.exit(f"CHANGED: was {want}")

letters = bert.normalize_str("ガ"), bert.normalize_str("й")
print(f"Japanese: ガ is {letters[0]}, Russian: й is {letters[1]}")
made = Tokenizer(models.BPE())
made.normalizer = bert
saved = json.loads(made.to_str())["normalizer"]["strip_accents"]
print(f"strip_accents of the saved normalizer: {saved}")
if letters != ("カ", "и") or saved is not None:
    sys.exit("CHANGED: was カ, и and None")
PY
