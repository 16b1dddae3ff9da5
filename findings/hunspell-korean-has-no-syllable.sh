#!/usr/bin/env bash
# The Korean word list of Hunspell is written in letters that Korean text does not have: no Hangul syllable in
# 100,000 lines.
#
# Versions: dictionary-ko 2.0.0, dictionary-vi 3.0.0 (npm)
#
# Behaviour: The words are conjoining letters (U+1100 and on, NFD), 837,337 of them, which a spelling checker takes
# apart and puts together by the tables ICONV and OCONV of the .aff file. Texts have syllables (U+AC00 and on, NFC). On
# the screen the two are the same.
#
# One would guess otherwise: a .dic file is the list of a language's words, one a line, in the letters of its texts, as
# the Vietnamese one of the same collection is, tones and all. As a category's sample this list has no pair of
# Korean text.
#
# Output seen, 29 November 2026:
#   ko: lines 101599, syllables 0, conjoining letters 837337
#   ko, composed: syllables 334814, conjoining letters 0
#   vi: composed already: True

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONUTF8=1 PIP_DISABLE_PIP_VERSION_CHECK=1
npm install --silent --no-audit --no-fund --prefix "$work" dictionary-ko@2.0.0 dictionary-vi@3.0.0
python3 - "$work/node_modules" <<'PY'
import pathlib
import sys
import unicodedata


def check(what, got, want):
    print(f"{what} {got}")
    if got != want:
        sys.exit(f"CHANGED: {what} was {want}")


def letters(text):
    syllables = sum("\uac00" <= letter <= "\ud7a3" for letter in text)
    conjoining = sum("\u1100" <= letter <= "\u11ff" for letter in text)
    return f"syllables {syllables}, conjoining letters {conjoining}"


def words(language):
    return pathlib.Path(sys.argv[1], f"dictionary-{language}", "index.dic").read_text(encoding="utf-8")


korean, vietnamese = words("ko"), words("vi")
check("ko: lines", f"{len(korean.splitlines())}, {letters(korean)}", "101599, syllables 0, conjoining letters 837337")
check("ko, composed:", letters(unicodedata.normalize("NFC", korean)), "syllables 334814, conjoining letters 0")
check("vi: composed already:", unicodedata.normalize("NFC", vietnamese) == vietnamese, True)
PY
