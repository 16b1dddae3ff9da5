#!/usr/bin/env bash
# To every GPT-style pattern the Chinese zero 〇 is a number and the other numerals are letters: 二〇二四年 falls into
# three pieces.
#
# Versions: tiktoken 0.14.0, tokenizers 0.23.3, regex 2026.11.19
#
# Behaviour: 〇 (U+3007) has the category Nl, 一 to 九 have Lo. So \p{N} and HF's Digits cut years written in
# Chinese at their zeros, while \d, and sentencepiece's split_digits, do not. No BPE token can hold 二〇, in
# whatever amount of Chinese.
#
# One would guess otherwise: 〇 is one of the ten, in everyday use for years, and engines agree on \p{L} and
# \p{N} for Chinese otherwise. ² and ½ are numbers by the same rule, ① is as well.
#
# Output seen, 28 November 2026:
#   regex: ['二', '〇', '二四年']
#   tokenizers, ByteLevel: ['二', '〇', '二四年']
#   tokenizers, Digits: ['二', '〇', '二四年']
#   tiktoken: the year, its end: (False, True)
#   \d+: []

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
from tokenizers import pre_tokenizers


def check(what, got, want):
    print(f"{what}: {got}")
    if got != want:
        sys.exit(f"CHANGED: {what} was {want}")


pattern = r" ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+"
year = "二〇二四年"
want = ["二", "〇", "二四年"]
check("regex", regex.findall(pattern, year), want)
byte_level = pre_tokenizers.ByteLevel(add_prefix_space=False)
check("tokenizers, ByteLevel", [year[a:b] for _, (a, b) in byte_level.pre_tokenize_str(year)], want)
check("tokenizers, Digits", [piece for piece, _ in pre_tokenizers.Digits().pre_tokenize_str(year)], want)
# The year as a token: tiktoken gives it only if the whole year is one pretoken.
ranks = {bytes([byte]): byte for byte in range(256)} | {year.encode(): 256, "二四年".encode(): 257}
encoding = tiktoken.Encoding("x", pat_str=pattern, mergeable_ranks=ranks, special_tokens={})
tokens = encoding.encode_ordinary(year)
check("tiktoken: the year, its end", (256 in tokens, 257 in tokens), (False, True))
check(r"\d+", regex.findall(r"\d+", year), [])
PY
