#!/usr/bin/env bash
# tokie loads a tokenizer.json and leaves out its NFKC, NFC, Replace, Prepend, Whitespace and Split without a word.
#
# Versions: tokie 0.1.4, tokenizers 0.23.3
#
# Behaviour: on files of one BPE model without merges and one step, tokie obeys Lowercase, and gives for each of seven
# other steps what it gives without the step. It neither refuses the file nor warns.
#
# One would guess otherwise: fast readers of this format refuse steps that they lack (fastokens 0.3.5 does), since a
# file without its normalizer is another tokenizer; and the ids look right on plain English.
#
# Output seen, 28 November 2026:
#   Lowercase 'AB': tokenizers a b, tokie a b
#   NFKC 'ﬁ①': tokenizers f i 1, tokie ﬁ ①
#   Replace 'aab': tokenizers b b b, tokie a a b
#   Prepend 'b': tokenizers a b, tokie b
#   Strip ' a': tokenizers a, tokie ␣ a
#   Whitespace 'a b': tokenizers a b, tokie a ␣ b
#   Split 'a-b': tokenizers a b, tokie a - b
#   Punctuation 'a.b': tokenizers a b, tokie a . b

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONUTF8=1 PIP_DISABLE_PIP_VERSION_CHECK=1
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet tokie==0.1.4 tokenizers==0.23.3
"$work/venv/bin/python" - "$work/tokenizer.json" <<'PY'
import json
import sys

import tokenizers
import tokie

VOCAB = {letter: number for number, letter in enumerate("abfi1AB ﬁ①-.")}
TOKENS = {number: letter.replace(" ", "␣") for letter, number in VOCAB.items()}


def both(key, step, text):
    absent = dict.fromkeys(("truncation", "padding", "normalizer", "pre_tokenizer", "post_processor", "decoder"))
    document = {"version": "1.0", "added_tokens": [], **absent, key: step}
    document["model"] = {"type": "BPE", "vocab": VOCAB, "merges": []}
    with open(sys.argv[1], "w") as file:
        json.dump(document, file)
    ids = tokenizers.Tokenizer.from_file(sys.argv[1]).encode(text).ids
    other = tokie.Tokenizer.from_json(sys.argv[1]).encode(text, add_special_tokens=False).ids
    return " ".join(TOKENS[i] for i in ids), " ".join(TOKENS[i] for i in other)


def check(key, step, text, want, want_tokie):
    got = both(key, step, text)
    print(f"{step['type']} {text!r}: tokenizers {got[0]}, tokie {got[1]}")
    if got != (want, want_tokie):
        sys.exit(f"CHANGED: was {want}, {want_tokie}")


NORMALIZER, SPLITTER = "normalizer", "pre_tokenizer"
check(NORMALIZER, {"type": "Lowercase"}, "AB", "a b", "a b")
check(NORMALIZER, {"type": "NFKC"}, "ﬁ①", "f i 1", "ﬁ ①")
check(NORMALIZER, {"type": "Replace", "pattern": {"String": "a"}, "content": "b"}, "aab", "b b b", "a a b")
check(NORMALIZER, {"type": "Prepend", "prepend": "a"}, "b", "a b", "b")
check(NORMALIZER, {"type": "Strip", "strip_left": True, "strip_right": True}, " a", "a", "␣ a")
check(SPLITTER, {"type": "Whitespace"}, "a b", "a b", "a ␣ b")
cut = {"type": "Split", "pattern": {"String": "-"}, "behavior": "Removed", "invert": False}
check(SPLITTER, cut, "a-b", "a b", "a - b")
check(SPLITTER, {"type": "Punctuation", "behavior": "Removed"}, "a.b", "a b", "a . b")
PY
