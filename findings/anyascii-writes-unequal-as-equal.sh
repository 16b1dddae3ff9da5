#!/usr/bin/env bash
# anyascii writes ≠ as =, ≰ as < and ∄ as E, as it writes ∃: a ≠ b becomes a = b, and 3½ becomes 31/2.
#
# Versions: anyascii 0.3.3, Unidecode 1.4.0
#
# Behaviour: most relations that are struck out are written as they are without the stroke. A fraction is joined to the
# number before it. Unidecode leaves these relations out, and sets a blank before the fraction.
#
# One would guess otherwise: that ø becomes o is what such a package is for, and a sign that ASCII lacks may be lost; that
# a statement becomes its opposite is another thing, the more as ≤ has two signs, <=. In text so converted a condition
# and its negation are one, and amounts are other amounts.
#
# Output seen, 30 November 2026:
#   a ≤ b: anyascii a <= b, Unidecode a <= b
#   a ≠ b: anyascii a = b, Unidecode a  b
#   p ≮ 0.05: anyascii p < 0.05, Unidecode p  0.05
#   0 ≰ 1: anyascii 0 < 1, Unidecode 0  1
#   ∄x, x ∉ B: anyascii Ex, x E B, Unidecode x, x  B
#   3½ cups: anyascii 31/2 cups, Unidecode 3 1/2 cups
#   2¾ m: anyascii 23/4 m, Unidecode 2 3/4 m
#   relations with one spelling for both: 15 of 18: =≠ <≮ >≯ ∈∉ ∋∌ ∃∄ ≡≢ ∣∤ ∥∦ ⊂⊄ ⊃⊅ ~≁ ≃≄ ≈≉ ⊆⊈

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONUTF8=1 PIP_DISABLE_PIP_VERSION_CHECK=1
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet anyascii==0.3.3 Unidecode==1.4.0
"$work/venv/bin/python" - <<'PY'
import sys

from anyascii import anyascii
from unidecode import unidecode


def check(text, want, other):
    got = anyascii(text), unidecode(text)
    print(f"{text}: anyascii {got[0]}, Unidecode {got[1]}")
    if got != (want, other):
        sys.exit(f"CHANGED: was {want}, {other}")


check("a ≤ b", "a <= b", "a <= b")
check("a ≠ b", "a = b", "a  b")
check("p ≮ 0.05", "p < 0.05", "p  0.05")
check("0 ≰ 1", "0 < 1", "0  1")
check("∄x, x ∉ B", "Ex, x E B", "x, x  B")
check("3½ cups", "31/2 cups", "3 1/2 cups")
check("2¾ m", "23/4 m", "2 3/4 m")
pairs = "=≠ <≮ >≯ ≤≰ ≥≱ ∈∉ ∋∌ ∃∄ ≡≢ ∣∤ ∥∦ ⊂⊄ ⊃⊅ ~≁ ≃≄ ≅≇ ≈≉ ⊆⊈".split()
equal = [pair for pair in pairs if anyascii(pair[0]) == anyascii(pair[1])]
print(f"relations with one spelling for both: {len(equal)} of {len(pairs)}: {' '.join(equal)}")
if len(equal) != 15:
    sys.exit("CHANGED: was 15")
PY
