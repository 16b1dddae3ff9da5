#!/usr/bin/env bash
# jellyfish and rapidfuzz give two Hindi words the Jaro-Winkler similarities 0.667 and 0.933: clusters and code points.
#
# Versions: jellyfish 1.3.0, rapidfuzz 3.14.6
#
# Behaviour: to jellyfish a consonant with its vowel sign is one character, to rapidfuzz two. So words that differ in a
# vowel sign or tone mark are much less alike to the one, and the edit distances differ in either direction. Decomposed
# accents count as part of their letters in jellyfish. On Latin text that is composed the two agree.
#
# One would guess otherwise: the measures have one name and one definition, and résumé and resume are equally alike to
# both. A threshold of 0.9 for near duplicates finds pairs of Hindi, Thai and Tamil words by rapidfuzz, none by
# jellyfish.
#
# Output seen, 30 November 2026:
#   हिन्दी हिन्दू: jellyfish 0.667, 1; rapidfuzz 0.933, 1
#   मेरा मेरी: jellyfish 0.667, 1; rapidfuzz 0.883, 1
#   ที่นี่ ทีนี่: jellyfish 0.667, 1; rapidfuzz 0.902, 1
#   நண்பர் நண்பன்: jellyfish 0.883, 1; rapidfuzz 0.933, 1
#   ภาษา ภาษี: jellyfish 0.778, 2; rapidfuzz 0.883, 1
#   किताब किताबें: jellyfish 0.822, 1; rapidfuzz 0.943, 2
#   résumé resume: jellyfish 0.8, 2; rapidfuzz 0.8, 2
#   résumé resume, decomposed: jellyfish 0.8, 2; rapidfuzz 0.933, 2

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONUTF8=1 PIP_DISABLE_PIP_VERSION_CHECK=1
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet jellyfish==1.3.0 rapidfuzz==3.14.6
"$work/venv/bin/python" - <<'PY'
import sys
import unicodedata

import jellyfish
from rapidfuzz.distance import JaroWinkler, Levenshtein


def check(one, other, theirs, others, form="NFC"):
    a, b = unicodedata.normalize(form, one), unicodedata.normalize(form, other)
    first = round(jellyfish.jaro_winkler_similarity(a, b), 3), jellyfish.levenshtein_distance(a, b)
    second = round(JaroWinkler.similarity(a, b), 3), Levenshtein.distance(a, b)
    name = f"{one} {other}" + (", decomposed" if form == "NFD" else "")
    print(f"{name}: jellyfish {first[0]}, {first[1]}; rapidfuzz {second[0]}, {second[1]}")
    if (first, second) != (theirs, others):
        sys.exit(f"CHANGED: was {theirs}, {others}")


check("हिन्दी", "हिन्दू", (0.667, 1), (0.933, 1))
check("मेरा", "मेरी", (0.667, 1), (0.883, 1))
check("ที่นี่", "ทีนี่", (0.667, 1), (0.902, 1))
check("நண்பர்", "நண்பன்", (0.883, 1), (0.933, 1))
check("ภาษา", "ภาษี", (0.778, 2), (0.883, 1))
check("किताब", "किताबें", (0.822, 1), (0.943, 2))
check("résumé", "resume", (0.8, 2), (0.8, 2))
check("résumé", "resume", (0.8, 2), (0.933, 2), form="NFD")
PY
