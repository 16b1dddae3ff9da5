#!/usr/bin/env bash
# pyonmttok turns the fullwidth colon, percent and number signs of Chinese text into ASCII before it counts or
# encodes.
#
# Versions: pyonmttok 1.38.1
#
# Behaviour: ：％＃ become :%#, in every mode, and the way back does not restore them; the comma ， and full stop 。
# stay. Its own marks ￭ and ￨ become ■ and │.
#
# One would guess otherwise: a tokenizer with joiner annotation promises to be reversible, and normalization is
# asked for where it is wanted. A count of "：" in Chinese text has no counterpart in such a list.
#
# Output seen, 28 November 2026:
#   conservative: 温度：５％，编号＃1。 comes back as 温度:５%，编号#1。
#   aggressive: 温度：５％，编号＃1。 comes back as 温度:５%，编号#1。
#   char: 温度：５％，编号＃1。 comes back as 温度:５%，编号#1。
#   none: 温度：５％，编号＃1。 comes back as 温度:５%，编号#1。
#   a￭b comes back as a■b

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONUTF8=1 PIP_DISABLE_PIP_VERSION_CHECK=1
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet pyonmttok==1.38.1
"$work/venv/bin/python" - <<'PY'
import sys

import pyonmttok

text = "温度：５％，编号＃1。"
for mode in ("conservative", "aggressive", "char", "none"):
    tokenizer = pyonmttok.Tokenizer(mode, joiner_annotate=True)
    back = tokenizer.detokenize(tokenizer(text))
    print(f"{mode}: {text} comes back as {back}")
    if back != "温度:５%，编号#1。":
        sys.exit("CHANGED")
back = tokenizer.detokenize(tokenizer("a￭b"))
print(f"a￭b comes back as {back}")
if back != "a■b":
    sys.exit("CHANGED")
PY
