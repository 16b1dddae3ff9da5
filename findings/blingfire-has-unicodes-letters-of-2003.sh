#!/usr/bin/env bash
# blingfire's text_to_words leaves out what it does not know: the consonant signs of Burmese, the final letters of
# Malayalam, ẞ, the small palochka of Chechen, ₹ and ₽, the backtick and the caret.
#
# Versions: blingfire 0.1.8, numpy 2.4.6
#
# Behaviour: letters that came into Unicode after 2003 (version 4.0) are taken for spaces: they are gone, and words are
# cut there. Of whole words in Tifinagh, Javanese and Ol Chiki script nothing is left. Letters of Unicode 3.2 are all
# there.
#
# One would guess otherwise: signs that are not known should be words of their own, as punctuation is, and only white
# space should go. Every Burmese text is without the signs that keep its words apart, in code a^b and a b are the same.
#
# Output seen, 30 November 2026:
#   မြန်မာ (Burmese): မ န မာ
#   ကျွန်တော် (Burmese): က န တော
#   അവൻ അവൾ (Malayalam): അവ അവ
#   STRAẞE (German): STRA E
#   гӏала (Chechen): г ала
#   ⵜⴰⵎⴰⵣⵉⵖⵜ ꦧꦱ ᱥᱟᱱ (Tamazight, Javanese, Santali): nothing
#   ₹5 and 5₽ (money): 5 and 5
#   `x` = a^b (code): x = a b
#   letters of Unicode 3.2 from U+0080 to U+2FFF: 4,091, of which lost: 0

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONUTF8=1 PIP_DISABLE_PIP_VERSION_CHECK=1
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet blingfire==0.1.8 numpy==2.4.6
"$work/venv/bin/python" - <<'PY'
import sys
from unicodedata import ucd_3_2_0

import blingfire


def check(name, text, want):
    got = blingfire.text_to_words(text)
    print(f"{text} ({name}): {got or 'nothing'}")
    if got != want:
        sys.exit(f"CHANGED: was {want}")


check("Burmese", "မြန်မာ", "မ န မာ")
check("Burmese", "ကျွန်တော်", "က န တော")
check("Malayalam", "അവൻ അവൾ", "അവ അവ")
check("German", "STRAẞE", "STRA E")
check("Chechen", "гӏала", "г ала")
check("Tamazight, Javanese, Santali", "ⵜⴰⵎⴰⵣⵉⵖⵜ ꦧꦱ ᱥᱟᱱ", "")
check("money", "₹5 and 5₽", "5 and 5")
check("code", "`x` = a^b", "x = a b")
letters = [chr(number) for number in range(0x80, 0x3000) if ucd_3_2_0.category(chr(number)).startswith("L")]
lost = [letter for letter in letters if letter not in blingfire.text_to_words(f"one {letter} two")]
print(f"letters of Unicode 3.2 from U+0080 to U+2FFF: {len(letters):,}, of which lost: {len(lost)}")
if lost:
    sys.exit(f"CHANGED: none was, now {lost}")
PY
