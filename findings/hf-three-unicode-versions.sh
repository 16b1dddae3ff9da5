#!/usr/bin/env bash
# One release of tokenizers, three Unicode versions: its NFKC stops before 2019, its split patterns know 2024,
# its Lowercase 2025.
#
# Versions: tokenizers 0.23.3
#
# Behaviour: NFKC() leaves ㋿ (U+32FF, the era name Reiwa, Unicode 12.1 of May 2019) as it is. \p{L} matches
# Garay letters (Unicode 16), not U+A7CE (Unicode 17); Lowercase() turns that very U+A7CE into U+A7CF, which the
# pattern then takes for a sign.
#
# One would guess otherwise: normalizer and pattern of a tokenizer.json come from one library. Text normalized
# by unicodedata before counting differs from what the tokenizer sees, whichever version of Python does it.
#
# Output seen, 28 November 2026:
#   NFKC of U+32FF: '\u32ff'
#   Python's: '\u4ee4\u548c'
#   both, of the era before (U+337B): 平成
#   Garay letters of Unicode 16 are letters: 1
#   U+A7CE is a letter: 0
#   lower case of U+A7CE: '\ua7cf'
#   U+A7CF is a letter: 0

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONUTF8=1 PIP_DISABLE_PIP_VERSION_CHECK=1
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --no-deps tokenizers==0.23.3
"$work/venv/bin/python" - <<'PY'
import sys
import unicodedata

from tokenizers import Regex, normalizers, pre_tokenizers


def check(what, got, want):
    print(f"{what}: {got}")
    if got != want:
        sys.exit(f"CHANGED: {what} was {want}")


check("NFKC of U+32FF", ascii(normalizers.NFKC().normalize_str("\u32ff")), r"'\u32ff'")
check("Python's", ascii(unicodedata.normalize("NFKC", "\u32ff")), r"'\u4ee4\u548c'")
check("both, of the era before (U+337B)", normalizers.NFKC().normalize_str("\u337b"), unicodedata.normalize("NFKC", "\u337b"))
letters = pre_tokenizers.Split(Regex(r"\p{L}+"), "removed", invert=True)
check("Garay letters of Unicode 16 are letters", len(letters.pre_tokenize_str("\U00010d4a\U00010d4b")), 1)
check("U+A7CE is a letter", len(letters.pre_tokenize_str("\ua7ce")), 0)
check("lower case of U+A7CE", ascii(normalizers.Lowercase().normalize_str("\ua7ce")), r"'\ua7cf'")
check("U+A7CF is a letter", len(letters.pre_tokenize_str("\ua7cf")), 0)
PY
