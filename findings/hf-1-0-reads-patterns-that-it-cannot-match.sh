#!/usr/bin/env bash
# The pre-release of tokenizers 1.0 has no regex engine in its wheel: it loads a file with a Split pattern of one's own,
# and fails at the first text. It knows a fixed list of published patterns, and has neither trainers nor pre-tokenizers.
#
# Versions: tokenizers 1.0.0rc3
#
# Behaviour: a tokenizer.json that splits by GPT-4's published pattern encodes. With one digit changed in it (\p{N}{1,4})
# it loads as before; encode() raises an error that asks for the feature fancy-regex. The package's whole interface is
# Tokenizer, Encoding, Padding and Truncation: normalizers, pre_tokenizers, models and trainers are gone.
#
# One would guess otherwise: a file is checked when it is read, a wheel of a tokenizer library matches patterns, and
# the next release of a library can do what the last one did.
#
# Output seen, 28 November 2026:
#   names: Encoding, Padding, Tokenizer, Truncation
#   {1,3} loads, and encodes 1234 in 2 pretokens
#   {1,4} loads, and then: this `Split` pattern needs a system-regex backend; enable the `fancy-regex` feature

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONUTF8=1 PIP_DISABLE_PIP_VERSION_CHECK=1
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet tokenizers==1.0.0rc3
"$work/venv/bin/python" - "$work/tokenizer.json" <<'PY'
import json
import sys

import tokenizers

GPT4 = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)


def check(what, got, want):
    print(f"{what}{got}")
    if got != want:
        sys.exit(f"CHANGED: was {want}")


def encoded(pattern):
    split = {"type": "Split", "pattern": {"Regex": pattern}, "behavior": "Isolated", "invert": False}
    model = {"type": "BPE", "vocab": {**{d: int(d) for d in "1234"}, "12": 5, "123": 6, "1234": 7}}
    model["merges"] = [["1", "2"], ["12", "3"], ["123", "4"]]
    absent = dict.fromkeys(("truncation", "padding", "normalizer", "post_processor", "decoder"))
    document = {"version": "1.0", "added_tokens": [], "pre_tokenizer": split, "model": model, **absent}
    with open(sys.argv[1], "w") as file:
        json.dump(document, file)
    tokenizer = tokenizers.Tokenizer.from_file(sys.argv[1])
    try:
        return f"encodes 1234 in {len(tokenizer.encode('1234').ids)} pretokens"
    except Exception as error:
        return f"then: {error}"


names = [name for name in dir(tokenizers) if name[0].isupper()]
check("names: ", ", ".join(names), "Encoding, Padding, Tokenizer, Truncation")
for name in ("normalizers", "pre_tokenizers", "models", "trainers"):
    if hasattr(tokenizers, name):
        sys.exit(f"CHANGED: there is {name}")
check("{1,3} loads, and ", encoded(GPT4), "encodes 1234 in 2 pretokens")
wanted = "then: this `Split` pattern needs a system-regex backend; enable the `fancy-regex` feature"
check("{1,4} loads, and ", encoded(GPT4.replace("{1,3}", "{1,4}")), wanted)
PY
