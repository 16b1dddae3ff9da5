#!/usr/bin/env bash
# mwparserfromhell's strip_code takes words out of sentences and puts "thumb|200px" into them.
#
# Versions: mwparserfromhell 0.7.2
#
# Behaviour: A picture leaves its options ("thumb|200px|A bridge"), a category its name with the wiki's own prefix, a
# footnote its text, glued to the sentence. A template goes with the word that it shows: of "the word
# {{lang|de|Brücke}} means" the word itself is missing.
#
# One would guess otherwise: the documentation says "templates and tags are removed completely, links are stripped to
# just their display part". This is how samples are made of Wikipedia's dumps; "thumb" and "px" become frequent
# words of every language, and quotations of other languages vanish.
#
# Output seen, 29 November 2026:
#   [[File:a.jpg|thumb|200px|A bridge]] -> thumb|200px|A bridge
#   [[Kategorie:Stadt]] -> Kategorie:Stadt
#   It is old.<ref>Smith 1999</ref> -> It is old.Smith 1999
#   the word {{lang|de|Brücke}} means -> the word  means
#   a [[bridge|long bridge]] -> a long bridge

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONUTF8=1 PIP_DISABLE_PIP_VERSION_CHECK=1
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet mwparserfromhell==0.7.2
"$work/venv/bin/python" - <<'PY'
import sys

import mwparserfromhell

wanted = {
    "[[File:a.jpg|thumb|200px|A bridge]]": "thumb|200px|A bridge",
    "[[Kategorie:Stadt]]": "Kategorie:Stadt",
    "It is old.<ref>Smith 1999</ref>": "It is old.Smith 1999",
    "the word {{lang|de|Brücke}} means": "the word  means",
    "a [[bridge|long bridge]]": "a long bridge",
}
for source, want in wanted.items():
    got = mwparserfromhell.parse(source).strip_code(collapse=False)
    print(source, "->", got)
    if got != want:
        sys.exit(f"CHANGED: was {want}")
PY
