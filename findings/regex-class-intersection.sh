#!/usr/bin/env bash
# "&&" in a character class is an intersection for tokenizers and tiktoken, and two ampersands for Python's
# regex: Kimi's pattern falls apart.
#
# Versions: tokenizers 0.23.3, tiktoken 0.14.0, regex 2026.11.19, splintr-rs 0.22.0 (which carries the pattern)
#
# Behaviour: The split pattern of Kimi K2 excludes Han from letters by [...&&[^\p{Han}]]. Oniguruma and Rust's
# engine intersect. Python's regex, unless its V1 flag is given, reads a class that ends at the first bracket,
# compiles it with no more than a FutureWarning, and cuts "Hello world" elsewhere.
#
# One would guess otherwise: regex is what one uses to read tiktoken patterns in Python, and it accepts this
# one; all other parts of these patterns (\p{L}, possessive quantifiers, scoped flags) mean the same in all
# three.
#
# Output seen, 28 November 2026:
#   tokenizers: ['Hello', ' world', ',', ' ', '你好', ' world']
#   tiktoken: ['Hello', ' world', ',', ' ', '你好', ' world']
#   regex, V1: ['Hello', ' world', ',', ' ', '你好', ' world']
#   regex, as it comes: [' ', ',', ' ', '你好', ' ']

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONUTF8=1 PIP_DISABLE_PIP_VERSION_CHECK=1
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --no-deps tokenizers==0.23.3 tiktoken==0.14.0 regex==2026.11.19 splintr-rs==0.22.0
"$work/venv/bin/python" -W ignore - <<'PY'
import sys

import regex
import splintr
import tiktoken
from tokenizers import Regex, pre_tokenizers

pattern = splintr.KIMI_PATTERN
assert "&&" in pattern
text = "Hello world, 你好 world"
ranks = {bytes([byte]): byte for byte in range(256)}
# tiktoken shows its pretokens when every pretoken is a token.
ranks |= {piece.encode(): 256 + i for i, piece in enumerate(["Hello", " world", "你好"])}
encoding = tiktoken.Encoding("kimi", pat_str=pattern, mergeable_ranks=ranks, special_tokens={})
got = {
    "tokenizers": [piece for piece, _ in pre_tokenizers.Split(Regex(pattern), "isolated").pre_tokenize_str(text)],
    "tiktoken": [encoding.decode([i]) for i in encoding.encode_ordinary(text)],
    "regex, V1": regex.findall(pattern, text, regex.V1),
    "regex, as it comes": regex.findall(pattern, text),
}
right = ["Hello", " world", ",", " ", "你好", " world"]
for name, pieces in got.items():
    print(f"{name}: {pieces}")
    if (pieces == right) != (name != "regex, as it comes"):
        sys.exit(f"CHANGED: {name}")
PY
