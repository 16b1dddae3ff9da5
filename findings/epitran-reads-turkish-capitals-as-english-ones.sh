#!/usr/bin/env bash
# epitran's Turkish reads IŞIK as iʃik, which is no word, and leaves a dot from above the İ in İzmir.
#
# Versions: epitran 1.35.3
#
# Behaviour: transliterate lowers the word with str.lower, whatever the language: I becomes i, and is read so, where the
# small letter of Turkish, Azerbaijani and Kazakh is ı; İ becomes i with a combining dot, which no rule knows and which
# stays in the phonemes. Isparta and ısparta are read as two words, and İzmir and izmir.
#
# One would guess otherwise: the code tur-Latn is for this one language, and its table tells i from ı. Each sentence
# that begins with I or İ, and every headline in capitals, has a phoneme that is wrong, and nothing says so.
#
# Output seen, 30 November 2026:
#   tur-Latn: ışık ɯʃɯk, IŞIK iʃik
#   tur-Latn: ısparta ɯspaɾta, Isparta ispaɾta
#   tur-Latn: kadın kadɯn, KADIN kadin
#   tur-Latn: izmir izmiɾ, İzmir i̇zmiɾ
#   aze-Latn: qız ɡɯz, QIZ ɡɪz
#   aze-Latn: il ɪl, İl ɪ̇l
#   deu-Latn: äpfel ɛp͡fɛːl, ÄPFEL ɛp͡fɛːl

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONUTF8=1 PIP_DISABLE_PIP_VERSION_CHECK=1
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --no-compile epitran==1.35.3
"$work/venv/bin/python" -W ignore - <<'PY'
import sys

import epitran


def check(code, small, capital, want):
    language = epitran.Epitran(code)
    got = f"{small} {language.transliterate(small)}, {capital} {language.transliterate(capital)}"
    print(f"{code}: {got}")
    if got != want:
        sys.exit(f"CHANGED: was {want}")


check("tur-Latn", "ışık", "IŞIK", "ışık ɯʃɯk, IŞIK iʃik")
check("tur-Latn", "ısparta", "Isparta", "ısparta ɯspaɾta, Isparta ispaɾta")
check("tur-Latn", "kadın", "KADIN", "kadın kadɯn, KADIN kadin")
check("tur-Latn", "izmir", "İzmir", "izmir izmiɾ, İzmir i̇zmiɾ")
check("aze-Latn", "qız", "QIZ", "qız ɡɯz, QIZ ɡɪz")
check("aze-Latn", "il", "İl", "il ɪl, İl ɪ̇l")
check("deu-Latn", "äpfel", "ÄPFEL", "äpfel ɛp͡fɛːl, ÄPFEL ɛp͡fɛːl")
PY
