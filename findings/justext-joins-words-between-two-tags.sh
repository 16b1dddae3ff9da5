#!/usr/bin/env bash
# jusText drops the space between two tags: "<b>north</b> <i>wind</i>" is northwind.
#
# Versions: justext 3.0.2, trafilatura 2.3.1
#
# Behaviour: a stretch of text that is all white space is left out, also between the end of one tag and the beginning of
# the next: a space, a line end and a no-break space. Words that are linked one by one, set bold beside italic, or each
# in its own span, come out as one. A space that is inside a tag, or has a letter on its side, stays, and <br> is one.
# trafilatura keeps the spaces.
#
# One would guess otherwise: it is a tool for corpora of words, white space is a word's border in HTML as elsewhere, and
# lists of linked names are the usual case. The joined words are counted as rare words, in every language.
#
# Output seen, 30 November 2026:
#   '<b>north</b> <i>wind</i>': 'northwind', trafilatura 'north wind'
#   '<a href="/n">north</a> <a href="/w">wind</a>': 'northwind', trafilatura 'north wind'
#   '<b>north</b>&nbsp;<i>wind</i>': 'northwind', trafilatura 'north wind'
#   '<b>north</b>\n<i>wind</i>': 'northwind', trafilatura 'north wind'
#   '<b>north </b><i>wind</i>': 'north wind', trafilatura 'north wind'
#   '<b>north</b> and <i>wind</i>': 'north and wind', trafilatura 'north and wind'
#   'north<br>wind': 'north wind', trafilatura 'north\nwind'

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONUTF8=1 PIP_DISABLE_PIP_VERSION_CHECK=1
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --no-compile justext==3.0.2 trafilatura==2.3.1 lxml-html-clean==0.4.6
"$work/venv/bin/python" - <<'PY'
import sys

import justext
import trafilatura

BEFORE = "The committee met in the town hall to discuss the plan that was put forward last year, and put it off until"


def check(html, want, other):
    page = f"<html><body><p>{BEFORE} {html}</p></body></html>"
    paragraph = justext.justext(page.encode(), justext.get_stoplist("English"))[0]
    texts = paragraph.text, trafilatura.extract(page)
    got = tuple(text.replace(BEFORE, "").strip() for text in texts)
    print(f"{html!r}: {got[0]!r}, trafilatura {got[1]!r}")
    if got != (want, other):
        sys.exit(f"CHANGED: was {want!r}, trafilatura {other!r}")


check("<b>north</b> <i>wind</i>", "northwind", "north wind")
check('<a href="/n">north</a> <a href="/w">wind</a>', "northwind", "north wind")
check("<b>north</b>&nbsp;<i>wind</i>", "northwind", "north wind")
check("<b>north</b>\n<i>wind</i>", "northwind", "north wind")
check("<b>north </b><i>wind</i>", "north wind", "north wind")
check("<b>north</b> and <i>wind</i>", "north and wind", "north and wind")
check("north<br>wind", "north wind", "north\nwind")
PY
