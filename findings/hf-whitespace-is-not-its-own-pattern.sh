#!/usr/bin/env bash
# The Whitespace pre-tokenizer and a Split with the pattern that documents it cut differently, in the same
# library.
#
# Versions: tokenizers 0.23.3
#
# Behaviour: pre_tokenizers.Whitespace() is documented as \w+|[^\w\s]+. It runs on one regular expression engine
# (Rust's), Split(Regex(...)) on another (Oniguruma): the zero-width non-joiner is a word character to the first
# only, superscript digits to the second only. Persian words with a non-joiner are one pretoken or three.
#
# One would guess otherwise: one library, one pattern, both on Unicode text. Python's re is a third reading: it
# cuts Hindi words at every vowel sign.
#
# Output seen, 28 November 2026:
#   pieces of '\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645': Whitespace() 1, Split(Regex) 3, Python's re 3
#   pieces of 'm\xb2': Whitespace() 2, Split(Regex) 1, Python's re 1
#   pieces of '\u0939\u093f\u0928\u094d\u0926\u0940': Whitespace() 1, Split(Regex) 1, Python's re 6

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONUTF8=1 PIP_DISABLE_PIP_VERSION_CHECK=1
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet tokenizers==0.23.3
"$work/venv/bin/python" - <<'PY'
import re
import sys

from tokenizers import Regex, pre_tokenizers

pattern = r"\w+|[^\w\s]+"
engines = {
    "Whitespace()": lambda text: [piece for piece, _ in pre_tokenizers.Whitespace().pre_tokenize_str(text)],
    "Split(Regex)": lambda text: [
        piece for piece, _ in pre_tokenizers.Split(Regex(pattern), "removed", invert=True).pre_tokenize_str(text)
    ],
    "Python's re": lambda text: re.findall(pattern, text),
}
want = {
    "می\u200cخواهم": [1, 3, 3],
    "m²": [2, 1, 1],
    "हिन्दी": [1, 1, 6],
}
for text, numbers in want.items():
    got = [len(cut(text)) for cut in engines.values()]
    print(f"pieces of {text!a}:", ", ".join(f"{name} {n}" for name, n in zip(engines, got)))
    if got != numbers:
        sys.exit(f"CHANGED: was {numbers}")
PY
