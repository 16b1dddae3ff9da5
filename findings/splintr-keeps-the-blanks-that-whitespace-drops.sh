#!/usr/bin/env bash
# splintr's Whitespace keeps the blanks as pretokens of their own, its WhitespaceSplit drops them.
#
# Versions: splintr-rs 0.22.0, tokenizers 0.23.3
#
# Behaviour: on "a b<tab>c" a tokenizer.json with the pre-tokenizer Whitespace gives a b c in tokenizers, and
# a ␣ b ⇥ c in splintr where the vocabulary has the blanks. With WhitespaceSplit both give a b c.
#
# One would guess otherwise: Whitespace is documented as the pattern \w+|[^\w\s]+, whose matches are kept; splintr
# refuses files with steps that it does not know, so that one takes what it loads for exact.
#
# Output seen, 28 November 2026:
#   Whitespace: tokenizers a b c, splintr a ␣ b ⇥ c
#   WhitespaceSplit: tokenizers a b c, splintr a b c

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONUTF8=1 PIP_DISABLE_PIP_VERSION_CHECK=1
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet splintr-rs==0.22.0 tokenizers==0.23.3
"$work/venv/bin/python" - "$work/tokenizer.json" <<'PY'
import json
import sys

import splintr
import tokenizers

VOCAB = {letter: number for number, letter in enumerate("abc \t")}
TOKENS = {number: letter.replace(" ", "␣").replace("\t", "⇥") for letter, number in VOCAB.items()}


def check(kind, want, want_splintr):
    absent = dict.fromkeys(("truncation", "padding", "normalizer", "post_processor", "decoder"))
    document = {"version": "1.0", "added_tokens": [], "pre_tokenizer": {"type": kind}, **absent}
    document["model"] = {"type": "BPE", "vocab": VOCAB, "merges": []}
    with open(sys.argv[1], "w") as file:
        json.dump(document, file)
    text = "a b\tc"
    got = " ".join(TOKENS[i] for i in tokenizers.Tokenizer.from_file(sys.argv[1]).encode(text).ids)
    other = " ".join(TOKENS[i] for i in splintr.from_json(sys.argv[1]).encode(text))
    print(f"{kind}: tokenizers {got}, splintr {other}")
    if (got, other) != (want, want_splintr):
        sys.exit(f"CHANGED: was {want}, {want_splintr}")


check("Whitespace", "a b c", "a ␣ b ⇥ c")
check("WhitespaceSplit", "a b c", "a b c")
PY
