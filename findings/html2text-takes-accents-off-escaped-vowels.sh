#!/usr/bin/env bash
# html2text takes the accents off small vowels if the page writes them as references: caf&eacute; is cafe, café is café.
#
# Versions: html2text 2025.4.15
#
# Behaviour: unless unicode_snob is set, references are replaced by ASCII: &eacute;, &#233; and &#xe9; by e, &aelig; by
# ae. Of letters only 24 small vowels of Latin-1 and œ change: of se&ntilde;or, &Eacute;t&eacute; and Gr&ouml;&szlig;e
# the ñ, É and ß stay. What the page writes as it is stays, too.
#
# One would guess otherwise: a reference and its character are the same text in HTML, and one page often has both. Words
# then count as two, and French, German and Portuguese text of older pages has lost its vowels but not its consonants.
#
# Output seen, 30 November 2026:
#   café caf&eacute; caf&#233; caf&#xe9; -> café cafe cafe cafe
#   Müller M&uuml;ller -> Müller Muller
#   se&ntilde;or fa&ccedil;ade -> señor façade
#   &Eacute;t&eacute; Gr&ouml;&szlig;e -> Éte Große
#   c&oelig;ur kr&aelig;ve &oslash;l -> coeur kraeve øl
#   letters that change: à á â ã ä å æ è é ê ë ì í î ï ò ó ô õ ö ù ú û ü œ

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONUTF8=1 PIP_DISABLE_PIP_VERSION_CHECK=1
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet html2text==2025.4.15
"$work/venv/bin/python" - <<'PY'
import sys
from html.entities import name2codepoint

import html2text


def check(page, want):
    got = html2text.html2text(f"<p>{page}</p>").strip()
    print(f"{page} -> {got}")
    if got != want:
        sys.exit(f"CHANGED: was {want}")


check("café caf&eacute; caf&#233; caf&#xe9;", "café cafe cafe cafe")
check("Müller M&uuml;ller", "Müller Muller")
check("se&ntilde;or fa&ccedil;ade", "señor façade")
check("&Eacute;t&eacute; Gr&ouml;&szlig;e", "Éte Große")
check("c&oelig;ur kr&aelig;ve &oslash;l", "coeur kraeve øl")
letters = sorted((chr(number), name) for name, number in name2codepoint.items() if chr(number).isalpha())
changed = [letter for letter, name in letters if html2text.html2text(f"<p>x&{name};</p>").strip() != f"x{letter}"]
print("letters that change:", *changed)
if changed != list("àáâãäåæèéêëìíîïòóôõöùúûüœ"):
    sys.exit("CHANGED: it was others")
PY
