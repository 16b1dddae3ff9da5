#!/usr/bin/env bash
# wikitextparser and mwparserfromhell join the words on either side of <br>, and footnotes to the word before.
#
# Versions: wikitextparser 3.0.0, mwparserfromhell 0.7.2
#
# Behaviour: plain_text and strip_code leave nothing for <br>, <hr> and between two <div>: one<br>two is onetwo. A
# footnote stands where its mark is, without a space. wikitextparser has a tab between the cells of a table, and joins
# the lines of a cell; mwparserfromhell joins the cells, too.
#
# One would guess otherwise: <br> ends a line in every reader of HTML, and both keep the line ends of the text. Cells of
# tables, addresses and verse have <br> throughout, and two words joined are counted as a rare one.
#
# Output seen, 30 November 2026:
#   'one<br>two': wikitextparser 'onetwo', mwparserfromhell 'onetwo'
#   'one<hr />two': wikitextparser 'onetwo', mwparserfromhell 'onetwo'
#   '<div>one</div><div>two</div>': wikitextparser 'onetwo', mwparserfromhell 'onetwo'
#   'water.<ref>See there.</ref> It': wikitextparser 'water.See there. It', mwparserfromhell 'water.See there. It'
#   '{|\n|one<br>two\n|three\n|}': wikitextparser 'onetwo\tthree', mwparserfromhell 'onetwothree'

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONUTF8=1 PIP_DISABLE_PIP_VERSION_CHECK=1
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet wikitextparser==3.0.0 mwparserfromhell==0.7.2
"$work/venv/bin/python" - <<'PY'
import sys

import mwparserfromhell
import wikitextparser


def check(wikitext, want, other):
    got = wikitextparser.parse(wikitext).plain_text().strip(), mwparserfromhell.parse(wikitext).strip_code().strip()
    print(f"{wikitext!r}: wikitextparser {got[0]!r}, mwparserfromhell {got[1]!r}")
    if got != (want, other):
        sys.exit(f"CHANGED: was {want!r}, mwparserfromhell {other!r}")


check("one<br>two", "onetwo", "onetwo")
check("one<hr />two", "onetwo", "onetwo")
check("<div>one</div><div>two</div>", "onetwo", "onetwo")
check("water.<ref>See there.</ref> It", "water.See there. It", "water.See there. It")
check("{|\n|one<br>two\n|three\n|}", "onetwo\tthree", "onetwothree")
PY
