#!/usr/bin/env bash
# gensim's Phrases counts the word new_york as the phrase "new york", and gives it an NPMI of 9.15, where 1 is the most.
#
# Versions: gensim 4.4.0
#
# Behaviour: words and pairs are counted in one table, pairs under their words joined by "_". A word that is written so
# adds to the count of the pair: with 200 of them beside five "new york" the NPMI is 9.149, and the default score fifty
# times what it was. With another delimiter, which no word has, the NPMI is 1.
#
# One would guess otherwise: the documentation gives the NPMI a range from -1 to 1. Texts have such words wherever an
# earlier pass, or another tool, has joined phrases, and in code.
#
# Output seen, 30 November 2026:
#   npmi, five new york: 1.0, counted 5
#   npmi, and 200 new_york: 9.149, counted 205
#   npmi, and 200 new_york, delimiter +: 1.0, counted 5
#   default, five new york: 2.24, counted 5
#   default, and 200 new_york: 114.24, counted 205

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONUTF8=1 PIP_DISABLE_PIP_VERSION_CHECK=1
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --no-compile gensim==4.4.0
"$work/venv/bin/python" - <<'PY'
import sys

from gensim.models.phrases import Phrases

FEW = [["new", "york"]] * 5 + [["a", "b", "c", "d", "e", "f"]] * 50
MANY = FEW + [["new_york"]] * 200


def check(what, texts, scoring, want, delimiter="_"):
    threshold = -1 if scoring == "npmi" else 0.01
    model = Phrases(texts, min_count=1, threshold=threshold, scoring=scoring, delimiter=delimiter)
    pair = f"new{delimiter}york"
    got = f"{round(model.export_phrases()[pair], 3)}, counted {model.vocab[pair]}"
    print(f"{what}: {got}")
    if got != want:
        sys.exit(f"CHANGED: was {want}")


check("npmi, five new york", FEW, "npmi", "1.0, counted 5")
check("npmi, and 200 new_york", MANY, "npmi", "9.149, counted 205")
check("npmi, and 200 new_york, delimiter +", MANY, "npmi", "1.0, counted 5", delimiter="+")
check("default, five new york", FEW, "default", "2.24, counted 5")
check("default, and 200 new_york", MANY, "default", "114.24, counted 205")
PY
