#!/usr/bin/env bash
# PyThaiNLP's default engine leaves brackets and colons on the foreign words of a Thai text, and its engine "longest"
# puts them in small letters: (WHO) and who.
#
# Versions: pythainlp 5.4.0
#
# Behaviour: newmm, the default, has brackets, quotation marks and colons in one token with a foreign word or number
# that they touch. longest gives ASCII letters back in lower case, so that the tokens are not the text. mm does neither.
# Thai words in brackets are set apart by all three.
#
# One would guess otherwise: the engines are searches for Thai words in a dictionary, and WHO is not one. What a foreign
# word is counted as depends on the engine, and on the signs around it.
#
# Output seen, 30 November 2026:
#   โรค (WHO): newmm โรค| |(WHO); mm โรค| |(|WHO|); longest โรค| (|who|)
#   ชื่อ:ABC: newmm ชื่อ|:ABC; mm ชื่อ|:|ABC; longest ชื่อ|:|abc
#   (100 บาท): newmm (100| |บาท|); mm (|100| |บาท|); longest (|100| |บาท|)
#   iPhone ไทย: newmm iPhone| |ไทย; mm iPhone| |ไทย; longest iphone| |ไทย
#   “hello”: newmm “hello”; mm “|hello|”; longest “|hello|”
#   (ไทย): newmm (|ไทย|); mm (|ไทย|); longest (|ไทย|)

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONUTF8=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PYTHAINLP_DATA="$work/data"
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet pythainlp==5.4.0
"$work/venv/bin/python" -W ignore - <<'PY'
import sys

from pythainlp import word_tokenize


def check(text, want):
    got = "; ".join(f"{engine} " + "|".join(word_tokenize(text, engine=engine)) for engine in ("newmm", "mm", "longest"))
    print(f"{text}: {got}")
    if got != want:
        sys.exit(f"CHANGED: was {want}")


check("โรค (WHO)", "newmm โรค| |(WHO); mm โรค| |(|WHO|); longest โรค| (|who|)")
check("ชื่อ:ABC", "newmm ชื่อ|:ABC; mm ชื่อ|:|ABC; longest ชื่อ|:|abc")
check("(100 บาท)", "newmm (100| |บาท|); mm (|100| |บาท|); longest (|100| |บาท|)")
check("iPhone ไทย", "newmm iPhone| |ไทย; mm iPhone| |ไทย; longest iphone| |ไทย")
check("“hello”", "newmm “hello”; mm “|hello|”; longest “|hello|”")
check("(ไทย)", "newmm (|ไทย|); mm (|ไทย|); longest (|ไทย|)")
PY
