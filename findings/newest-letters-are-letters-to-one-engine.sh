#!/usr/bin/env bash
# What is a letter depends on the engine's year: Python's regex has Unicode 17, tokenizers and tiktoken do not.
#
# Versions: regex 2026.11.19, tokenizers 0.23.3, tiktoken 0.14.0
#
# Behaviour: \p{L} matches U+A7CE (a Latin capital of 2025) and the Han extension J in regex only; Garay letters
# of 2024 in all three. In the others the new letters are "neither letter, number nor space", and join
# punctuation: "(漢" of extension J is one pretoken.
#
# One would guess otherwise: the three read the same pattern text and are used as stand-ins for one another;
# their data differ by year, as does Python's own unicodedata by interpreter.
#
# Output seen, 28 November 2026:
#   U+A7CE, Unicode 17: a letter to regex True, tokenizers False, tiktoken False
#   U+323B0, Han extension J, Unicode 17: a letter to regex True, tokenizers False, tiktoken False
#   U+10D4A, Garay, Unicode 16: a letter to regex True, tokenizers True, tiktoken True
#   U+2EBF0, Han extension I, Unicode 15.1: a letter to regex True, tokenizers True, tiktoken True
#   pretokens of '(' and a character of extension I, of extension J: 2, 1

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONUTF8=1 PIP_DISABLE_PIP_VERSION_CHECK=1
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --no-deps tiktoken==0.14.0 regex==2026.11.19 tokenizers==0.23.3
"$work/venv/bin/python" - <<'PY'
import sys

import regex
import tiktoken
from tokenizers import Regex, pre_tokenizers

ranks = {bytes([byte]): byte for byte in range(256)}
encoding = tiktoken.Encoding("x", pat_str=r"\p{L}", mergeable_ranks=ranks, special_tokens={})
split = pre_tokenizers.Split(Regex(r"\p{L}"), "removed", invert=True)
for name, letter, want in [
    ("U+A7CE, Unicode 17", "\ua7ce", (True, False, False)),
    ("U+323B0, Han extension J, Unicode 17", "\U000323b0", (True, False, False)),
    ("U+10D4A, Garay, Unicode 16", "\U00010d4a", (True, True, True)),
    ("U+2EBF0, Han extension I, Unicode 15.1", "\U0002ebf0", (True, True, True)),
]:
    got = (
        bool(regex.fullmatch(r"\p{L}", letter)),
        bool(split.pre_tokenize_str(letter)),
        bool(encoding.encode_ordinary(letter)),
    )
    print(f"{name}: a letter to regex {got[0]}, tokenizers {got[1]}, tiktoken {got[2]}")
    if got != want:
        sys.exit(f"CHANGED: was {want}")
gpt2 = pre_tokenizers.ByteLevel(add_prefix_space=False)
got = [len(gpt2.pre_tokenize_str(text)) for text in ("(\U0002ebf0", "(\U000323b0")]
print(f"pretokens of '(' and a character of extension I, of extension J: {got[0]}, {got[1]}")
if got != [2, 1]:
    sys.exit("CHANGED: was 2, 1")
PY
