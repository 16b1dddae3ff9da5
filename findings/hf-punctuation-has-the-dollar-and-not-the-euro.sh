#!/usr/bin/env bash
# For the pre-tokenizer Punctuation $ + < = > ^ ` | ~ are punctuation, and € £ × ÷ ± © ° are not.
#
# Versions: tokenizers 0.23.3, regex 2026.11.19
#
# Behaviour: Punctuation, and BertPreTokenizer with it, cut at all of ASCII's signs, symbols included, and beyond ASCII
# at Unicode's punctuation alone. So "10$" is two pieces and "10€" one, a=b three and a×b one; a list trained so has
# merges such as 0+€ and no merge with a dollar. A Split at \p{P} cuts at neither, one at \p{S} at both.
#
# One would guess otherwise: Unicode classes both as currency signs (Sc) and both as mathematical ones (Sm), and the
# documentation says only that punctuation is cut off.
#
# Output seen, 29 November 2026:
#   Sc: cut off $, kept €£¥₹
#   Sm: cut off +<=>|~, kept ×÷±¬→
#   Sk: cut off ^`, kept ´¨
#   So: cut off nothing, kept ©°®
#   Po: cut off !#§¶、।, kept nothing

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONUTF8=1 PIP_DISABLE_PIP_VERSION_CHECK=1
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet tokenizers==0.23.3 regex==2026.11.19
"$work/venv/bin/python" - <<'PY'
import sys

import regex
from tokenizers import Regex, pre_tokenizers

WANT = {
    "Sc": ("$", "€£¥₹"),
    "Sm": ("+<=>|~", "×÷±¬→"),
    "Sk": ("^`", "´¨"),
    "So": ("", "©°®"),
    "Po": ("!#§¶、।", ""),
}


def cut_off(sign, splitter):
    return len(splitter.pre_tokenize_str(f"1{sign}")) == 2


for unicode_class, want in WANT.items():
    signs = "".join(want)
    if not regex.fullmatch(rf"\p{{{unicode_class}}}+", signs):
        sys.exit(f"CHANGED: some of {signs} is not of the class {unicode_class}")
    for splitter in (pre_tokenizers.Punctuation(), pre_tokenizers.BertPreTokenizer()):
        cut = "".join(sign for sign in signs if cut_off(sign, splitter))
        if cut != want[0]:
            sys.exit(f"CHANGED: {splitter} cuts off {cut}, was {want[0]}")
    print(f"{unicode_class}: cut off {want[0] or 'nothing'}, kept {want[1] or 'nothing'}")

for pattern, same in ((r"\p{P}", [False, False]), (r"\p{S}", [True, True])):
    if [cut_off(sign, pre_tokenizers.Split(Regex(pattern), "isolated")) for sign in "$€"] != same:
        sys.exit(f"CHANGED: Split at {pattern}")
PY
