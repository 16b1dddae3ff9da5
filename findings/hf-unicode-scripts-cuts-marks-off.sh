#!/usr/bin/env bash
# UnicodeScripts cuts combining marks off their letters, which sentencepiece's splitting by script does not.
#
# Versions: tokenizers 0.23.3, sentencepiece 0.2.3
#
# Behaviour: Unicode gives marks that several scripts use (accents, Arabic vowel signs) the script Inherited. For
# UnicodeScripts that is a script of its own: a decomposed é is two pieces, vowelled Arabic has a piece for each letter
# and each sign, and no merge can join them. Letters newer than its table (Georgian capitals, 2018) have no script and
# join with any other.
#
# One would guess otherwise: Unicode's annex on scripts (UAX 24) says that Inherited characters take the script of the
# letter before; the documentation of UnicodeScripts says that it behaves roughly like sentencepiece; marks of only one
# script, such as those of Hindi and Thai, stay on their letters.
#
# Output seen, 29 November 2026:
#   Latin, decomposed: UnicodeScripts 2 pieces, sentencepiece 1
#   Cyrillic, stressed: UnicodeScripts 3 pieces, sentencepiece 1
#   Arabic, vowelled: UnicodeScripts 6 pieces, sentencepiece 1
#   Arabic, bare: UnicodeScripts 1 piece, sentencepiece 1
#   Hindi: UnicodeScripts 1 piece, sentencepiece 1
#   Latin and Georgian: UnicodeScripts 2 pieces, sentencepiece 2
#   Latin and Georgian capital: UnicodeScripts 1 piece, sentencepiece 2

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONUTF8=1 PIP_DISABLE_PIP_VERSION_CHECK=1
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet tokenizers==0.23.3 sentencepiece==0.2.3
"$work/venv/bin/python" - <<'PY'
import io
import sys

import sentencepiece
from tokenizers import pre_tokenizers

WORDS = {
    "Latin, decomposed": ("e\u0301", 2, 1),
    "Cyrillic, stressed": ("во\u0301да", 3, 1),
    "Arabic, vowelled": ("\u0643\u064e\u062a\u064e\u0628\u064e", 6, 1),
    "Arabic, bare": ("\u0643\u062a\u0628", 1, 1),
    "Hindi": ("नमस्ते", 1, 1),
    "Latin and Georgian": ("aა", 2, 2),
    "Latin and Georgian capital": ("a\u1c90", 1, 2),
}


def sentencepiece_pieces(word):
    # The longest pieces that training learns of a text that is this word only: it stops where it may not merge.
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter([word] * 9), model_writer=model, model_type="bpe", vocab_size=99, hard_vocab_limit=False,
        normalization_rule_name="identity", character_coverage=1.0, minloglevel=2, add_dummy_prefix=False,
    )
    return sentencepiece.SentencePieceProcessor(model_proto=model.getvalue()).encode(word, out_type=str)


for what, (word, want, want_sentencepiece) in WORDS.items():
    got = len(pre_tokenizers.UnicodeScripts().pre_tokenize_str(word)), len(sentencepiece_pieces(word))
    print(f"{what}: UnicodeScripts {got[0]} piece{'s' * (got[0] > 1)}, sentencepiece {got[1]}")
    if got != (want, want_sentencepiece):
        sys.exit(f"CHANGED: was {want}, {want_sentencepiece}")
PY
