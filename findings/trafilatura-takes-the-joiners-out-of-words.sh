#!/usr/bin/env bash
# trafilatura takes the zero-width non-joiner out of Persian words and the joiner out of Sinhala ones: other spellings.
#
# Versions: trafilatura 2.3.1, lxml 6.1.3
#
# Behaviour: extract() leaves out every character that Python's str.isprintable refuses and that is no white space. To
# Python all format characters are unprintable: U+200C and U+200D, which Persian and Sinhala spelling has, the
# zero-width space between words of Khmer, the marks of direction. lxml, which parses the page for it, gives all of
# them.
#
# One would guess otherwise: they are not printed, but they are spelling, and XML allows them all, which the step's own
# description is about. In text that was extracted so no Persian word is written with the non-joiner, as the page has
# it.
#
# Output seen, 30 November 2026:
#   Persian: U+0645 U+06CC U+200C U+062E U+0648 U+0627 U+0647 U+0645, without U+200C
#   Sinhala: U+0DC1 U+0DCA U+200D U+0DBB U+0DD3, without U+200D
#   Khmer: U+1797 U+17B6 U+179F U+17B6 U+200B U+1781 U+17D2 U+1798 U+17C2 U+179A, without U+200B
#   Hebrew: U+05D0 U+200F U+0021, without U+200F
#   French: U+00E9 U+0074 U+00E9, whole

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONUTF8=1 PIP_DISABLE_PIP_VERSION_CHECK=1
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet trafilatura==2.3.1 lxml==6.1.3 lxml_html_clean==0.4.6
"$work/venv/bin/python" - <<'PY'
import sys

import trafilatura
from lxml import html

filler = "<p>This is a paragraph of ordinary text, so that the page has a main content, and it goes on a bit.</p>"


def check(language, text, lost):
    page = f"<html><body><article>{filler}<p>{text}</p>{filler}</article></body></html>"
    if html.fromstring(page).xpath("string(//p[2])") != text:
        sys.exit("CHANGED: lxml gives another text")
    got = trafilatura.extract(page).splitlines()[1]
    gone = [character for character in text if character not in got]
    shown = " ".join(f"U+{ord(character):04X}" for character in text)
    print(f"{language}: {shown}, {'without U+%04X' % ord(gone[0]) if gone else 'whole'}")
    if got != text.replace(lost, ""):
        sys.exit(f"CHANGED: is {got!a}")


check("Persian", "می\u200cخواهم", "\u200c")
check("Sinhala", "ශ්\u200dරී", "\u200d")
check("Khmer", "ភាសា\u200bខ្មែរ", "\u200b")
check("Hebrew", "א\u200f!", "\u200f")
check("French", "été", "\u200b")
PY
