#!/usr/bin/env bash
# The Lowercase normalizer makes a Greek word that no Greek text holds: no final sigma.
#
# Versions: tokenizers 0.23.3
#
# Behaviour: Lowercase() maps ΟΔΟΣ to οδοσ; Python's str.lower() and JavaScript's toLowerCase() give οδος. Each
# character is lowered by itself, so the rule for the end of a word never applies.
#
# One would guess otherwise: Rust's own str::to_lowercase knows the final sigma. A Python tokenizer and its fast
# twin disagree on every capitalised Greek word that ends in sigma, and so would counts of a text lowered
# beforehand.
#
# Output seen, 28 November 2026:
#   tokenizers: οδοσ
#   Python: οδος
#   already lower case: οδος

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONUTF8=1 PIP_DISABLE_PIP_VERSION_CHECK=1
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --no-deps tokenizers==0.23.3
"$work/venv/bin/python" - <<'PY'
import sys

from tokenizers import normalizers


def check(what, got, want):
    print(f"{what}: {got}")
    if got != want:
        sys.exit(f"CHANGED: {what} was {want}")


check("tokenizers", normalizers.Lowercase().normalize_str("ΟΔΟΣ"), "οδοσ")
check("Python", "ΟΔΟΣ".lower(), "οδος")
check("already lower case", normalizers.Lowercase().normalize_str("οδος"), "οδος")
PY
