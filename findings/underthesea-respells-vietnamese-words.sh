#!/usr/bin/env bash
# underthesea cuts Vietnamese into words that are not in the text: hoà becomes hòa, thuỷ thủy, and mistakes are
# corrected.
#
# Versions: underthesea 9.5.0, pyvi 0.1.1
#
# Behaviour: word_tokenize moves the tone mark in syllables of oa, oe and uy to the first vowel, the other of the two
# ways in which Vietnamese is written, and mends slips of the keyboard. text_normalize, which is there for this, need
# not be called. Where the mark is there already, and in quý and hoàng, nothing changes. pyvi gives the words as they
# are. VnCoreNLP moves the mark in the other direction (its issue 39).
#
# One would guess otherwise: a function that cuts words should give back its text in pieces. Counts of words have one
# spelling where the text has two, a list of words made so does not match the text, and offsets cannot be found.
#
# Output seen, 30 November 2026:
#   hoà bình: underthesea hòa bình, pyvi hoà bình
#   thuỷ điện: underthesea thủy điện, pyvi thuỷ điện
#   khoẻ mạnh: underthesea khỏe mạnh, pyvi khoẻ mạnh
#   uỷ ban: underthesea ủy ban, pyvi uỷ ban
#   hòa bình: underthesea hòa bình, pyvi hòa bình
#   quý hoàng: underthesea quý hoàng, pyvi quý hoàng
#   đưọc ngườì: underthesea được người, pyvi đưọc ngườì

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONUTF8=1 PIP_DISABLE_PIP_VERSION_CHECK=1
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet underthesea==9.5.0 pyvi==0.1.1
"$work/venv/bin/python" -W ignore - <<'PY'
import sys

from pyvi import ViTokenizer
from underthesea import word_tokenize


def check(text, theirs, others):
    got = " ".join(word_tokenize(text)), ViTokenizer.tokenize(text).replace("_", " ")
    print(f"{text}: underthesea {got[0]}, pyvi {got[1]}")
    if got != (theirs, others):
        sys.exit(f"CHANGED: was {theirs}, {others}")


check("hoà bình", "hòa bình", "hoà bình")
check("thuỷ điện", "thủy điện", "thuỷ điện")
check("khoẻ mạnh", "khỏe mạnh", "khoẻ mạnh")
check("uỷ ban", "ủy ban", "uỷ ban")
check("hòa bình", "hòa bình", "hòa bình")
check("quý hoàng", "quý hoàng", "quý hoàng")
check("đưọc ngườì", "được người", "đưọc ngườì")
PY
