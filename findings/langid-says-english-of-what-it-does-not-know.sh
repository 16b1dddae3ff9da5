#!/usr/bin/env bash
# langid calls every token that it knows nothing of English, with the same score: der, de, function, {, a row of
# spaces.
#
# Versions: langid 1.1.6
#
# Behaviour: classify() answers ('en', 9.061840057373047) for text that has none of its byte n-grams, the empty
# string among it, and "der", "ing", "{" and "    " are such text. The score is the prior of English; " the",
# which it does know, gets less.
#
# One would guess otherwise: a classifier of 97 languages without evidence should be unsure; scores of other
# languages' words are negative. A mixture estimated by classifying a vocabulary's tokens, as baselines do, has
# its English from there.
#
# Output seen, 28 November 2026:
#   empty text: ('en', 9.061840057373047)
#   'der': True
#   'de': True
#   'ing': True
#   'function': True
#   '{': True
#   '    ': True
#   '0': True
#   ' the': True
#   ' und': de

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONUTF8=1 PIP_DISABLE_PIP_VERSION_CHECK=1
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet langid==1.1.6 numpy==2.4.6
"$work/venv/bin/python" -W ignore - <<'PY'
import sys

import langid


def check(what, got, want):
    print(f"{what}: {got}")
    if got != want:
        sys.exit(f"CHANGED: {what} was {want}")


unknown = langid.classify("")
check("empty text", unknown, ("en", 9.061840057373047))
for token in ("der", "de", "ing", "function", "{", "    ", "0"):
    check(repr(token), langid.classify(token) == unknown, True)
check("' the'", langid.classify(" the")[1] < unknown[1], True)
check("' und'", langid.classify(" und")[0], "de")
PY
