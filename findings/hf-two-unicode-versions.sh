#!/usr/bin/env bash
# One tokenizer, two Unicode versions: tokenizers' NFKC stops before 2019, its split patterns know 2024.
#
# Versions: tokenizers 0.23.3
#
# Behaviour: NFKC() leaves ㋿ (U+32FF, the era name Reiwa, Unicode 12.1 of May 2019) as it is; every current NFKC
# gives 令和. The same library's \p{L} matches Garay letters, which came with Unicode 16 of 2024.
#
# One would guess otherwise: normalizer and pattern of a tokenizer.json come from one release. Text normalized
# by unicodedata before counting differs from what the tokenizer sees.
#
# Output seen, 28 November 2026:
#   tokenizers' NFKC of U+32FF: '\u32ff'
#   Python's: '\u4ee4\u548c'
#   both of U+337E: 明治
#   letters of Unicode 16 are letters: ["'1'", "'\\U00010d4a\\U00010d4b'", "'1'"]

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


check("tokenizers' NFKC of U+32FF", ascii(normalizers.NFKC().normalize_str("\u32ff")), r"'\u32ff'")
check("Python's", ascii(unicodedata.normalize("NFKC", "\u32ff")), r"'\u4ee4\u548c'")
check("both of U+337E", normalizers.NFKC().normalize_str("\u337e"), unicodedata.normalize("NFKC", "\u337e"))
letters = pre_tokenizers.Split(Regex(r"\p{L}+"), "isolated").pre_tokenize_str("1\U00010d4a\U00010d4b1")
check("letters of Unicode 16 are letters", [ascii(piece) for piece, _ in letters], ["'1'", r"'\U00010d4a\U00010d4b'", "'1'"])
PY
