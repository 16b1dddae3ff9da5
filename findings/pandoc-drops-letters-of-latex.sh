#!/usr/bin/env bash
# pandoc drops the letters đ, ð, þ, ŋ and ĳ that LaTeX has commands for: {\DJ}or{\dj}e is "ore", and not Đorđe.
#
# Versions: pypandoc_binary 1.17 (pandoc 3.9), pylatexenc 2.11
#
# Behaviour: \dj, \DJ, \dh, \DH, \th, \TH, \ng, \NG, \ij and \IJ leave nothing, as unknown commands do; \o, \l, \ae,
# \oe, \aa and \ss are read. The one notice is on standard error, and only with --verbose. \linebreak is dropped and
# joins two words, where \newline and \\ are a line break. pylatexenc knows all of these letters.
#
# One would guess otherwise: they are letters of LaTeX's own font encoding T1, as \k and \guillemotleft are, which
# pandoc knows. Croatian and Icelandic papers with such commands lose a letter in many words, and the words look whole.
#
# Output seen, 30 November 2026:
#   {\DJ}or{\dj}e: pandoc 'ore', pylatexenc 'Đorđe'
#   {\TH}{\'o}r: pandoc 'ór', pylatexenc 'Þór'
#   ma{\dh}ur: pandoc 'maur', pylatexenc 'maður'
#   {\ij}s: pandoc 's', pylatexenc 'ĳs'
#   ba{\ng}a: pandoc 'baa', pylatexenc 'baŋa'
#   {\o}re, {\l}ad: pandoc 'øre, ład', pylatexenc 'øre, ład'
#   one\linebreak two: pandoc 'onetwo', pylatexenc 'onetwo'
#   one\newline two: pandoc 'one\ntwo', pylatexenc 'onetwo'

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONUTF8=1 PIP_DISABLE_PIP_VERSION_CHECK=1
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet pypandoc_binary==1.17 pylatexenc==2.11
"$work/venv/bin/python" - <<'PY'
import sys

import pypandoc
from pylatexenc.latex2text import LatexNodes2Text


def check(latex, pandoc, other):
    got = pypandoc.convert_text(latex, "plain", format="latex").rstrip(), LatexNodes2Text().latex_to_text(latex)
    print(f"{latex}: pandoc {got[0]!r}, pylatexenc {got[1]!r}")
    if got != (pandoc, other):
        sys.exit(f"CHANGED: was {pandoc!r}, pylatexenc {other!r}")


check(r"{\DJ}or{\dj}e", "ore", "Đorđe")
check(r"{\TH}{\'o}r", "ór", "Þór")
check(r"ma{\dh}ur", "maur", "maður")
check(r"{\ij}s", "s", "ĳs")
check(r"ba{\ng}a", "baa", "baŋa")
check(r"{\o}re, {\l}ad", "øre, ład", "øre, ład")
check(r"one\linebreak two", "onetwo", "onetwo")
check(r"one\newline two", "one\ntwo", "onetwo")
PY
