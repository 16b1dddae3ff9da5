#!/usr/bin/env bash
# NLTK's Hungarian stemmer knows õ and û, which Hungarian does not have, and not ő and ű: nők (women) has no stem.
#
# Versions: nltk 3.10.4, snowballstemmer 3.1.1
#
# Behaviour: SnowballStemmer("hungarian") takes the ending off "nõk" and leaves that of "nők"; õ and û are what ő and ű
# of ISO 8859-2 are in ISO 8859-1. The Romanian one knows ţ and ş with a cedilla and not ț and ș with a comma, so
# informaţii and informații have two stems. The Snowball project's own package has the right letters of both.
#
# One would guess otherwise: both are called Snowball, their stems of Spanish are the same, and NLTK takes Unicode
# strings. Counts of stems split the words, and stop words and stems of two packages do not fit together.
#
# Output seen, 30 November 2026:
#   hungarian nők: nltk nők, snowballstemmer nő
#   hungarian nõk: nltk nõ, snowballstemmer nõk
#   hungarian műszaki: nltk műszak, snowballstemmer műsz
#   hungarian mûszaki: nltk mûsz, snowballstemmer mûszak
#   romanian informații: nltk informaț, snowballstemmer inform
#   romanian informaţii: nltk inform, snowballstemmer inform
#   romanian sunteți: nltk sunteț, snowballstemmer sunt
#   spanish canciones: nltk cancion, snowballstemmer cancion

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONUTF8=1 PIP_DISABLE_PIP_VERSION_CHECK=1
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet nltk==3.10.4 snowballstemmer==3.1.1
"$work/venv/bin/python" - <<'PY'
import sys

import snowballstemmer
from nltk.stem.snowball import SnowballStemmer


def check(language, word, nltk, snowball):
    got = SnowballStemmer(language).stem(word), snowballstemmer.stemmer(language).stemWord(word)
    print(f"{language} {word}: nltk {got[0]}, snowballstemmer {got[1]}")
    if got != (nltk, snowball):
        sys.exit(f"CHANGED: was {nltk}, {snowball}")


check("hungarian", "nők", "nők", "nő")
check("hungarian", "nõk", "nõ", "nõk")
check("hungarian", "műszaki", "műszak", "műsz")
check("hungarian", "mûszaki", "mûsz", "mûszak")
check("romanian", "informații", "informaț", "inform")
check("romanian", "informaţii", "inform", "inform")
check("romanian", "sunteți", "sunteț", "sunt")
check("spanish", "canciones", "cancion", "cancion")
PY
