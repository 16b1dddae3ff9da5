#!/usr/bin/env bash
# pykakasi makes TōTkyōTky of Tōkyō, 10㎏10 of 10㎏ and 野家 of 𠮷野家: at a character that it has no reading for, what
# stood before it comes twice, or the character is gone.
#
# Versions: pykakasi 2.3.0
#
# Behaviour: convert cuts text into items, each with its original and its readings. At ō, ř or ㎏ it gives the letters
# before the character once more behind it, and the character has no reading. Of two characters of Korean the second is
# missing, and so is one above U+FFFF, in the originals, too. á stays, and so do Cyrillic, ① and →.
#
# One would guess otherwise: it converts Japanese to Latin letters, and Tōkyō is how these spell it; the originals of all
# items are taken for the text. (The doubling was reported for × in 2021, issue 150, and is mended for that sign.) In
# Japanese with foreign names such text has words that nobody wrote.
#
# Output seen, 30 November 2026:
#   東京へ行く: originals 東京へ行く, hiragana とうきょうへいく
#   Привет ① →: originals Привет ① →, hiragana Привет ① →
#   東京はTōkyōと書く: originals 東京はTōTkyōTkyと書く, hiragana とうきょうはTTkyTkyとかく
#   Dvořákの曲: originals DvořDvoákの曲, hiragana DvoDvoákのきょく
#   10㎏の米: originals 10㎏10の米, hiragana 1010のこめ
#   3×5: originals 3×5, hiragana 3×5
#   𠮷野家: originals 野家, hiragana のえ
#   한국と日本: originals 한と日本, hiragana とにっぽん

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONUTF8=1 PIP_DISABLE_PIP_VERSION_CHECK=1
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet pykakasi==2.3.0
"$work/venv/bin/python" -W ignore - <<'PY'
import sys

import pykakasi

converter = pykakasi.kakasi()


def check(text, original, hiragana):
    items = converter.convert(text)
    got = "".join(item["orig"] for item in items), "".join(item["hira"] for item in items)
    print(f"{text}: originals {got[0]}, hiragana {got[1]}")
    if got != (original, hiragana):
        sys.exit(f"CHANGED: was {original}, {hiragana}")


check("東京へ行く", "東京へ行く", "とうきょうへいく")
check("Привет ① →", "Привет ① →", "Привет ① →")
check("東京はTōkyōと書く", "東京はTōTkyōTkyと書く", "とうきょうはTTkyTkyとかく")
check("Dvořákの曲", "DvořDvoákの曲", "DvoDvoákのきょく")
check("10㎏の米", "10㎏10の米", "1010のこめ")
check("3×5", "3×5", "3×5")
check("𠮷野家", "野家", "のえ")
check("한국と日本", "한と日本", "とにっぽん")
PY
