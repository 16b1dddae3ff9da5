#!/usr/bin/env bash
# Debian's French word list has no œ: heart is "coeur", and the word for eye is missing in 346,205 words.
#
# Versions: wfrench 1.2.7-2 (Debian), dictionary-fr 3.0.0 (npm)
#
# Behaviour: The list is UTF-8, with all accents and even ö, and was made of one in Latin-1, which has no œ. It has
# coeur, oeuvre and soeur, none of cœur, œuvre and sœur. Hunspell's list has the letter 217 times in its stems.
#
# One would guess otherwise: /usr/share/dict/french is the list at hand, it is in UTF-8, and its accents are right. A
# sample of it has the pairs o e and e u for the letters that French texts have.
#
# Output seen, 29 November 2026:
#   words: 346205
#   with œ: 0
#   cœur, coeur: [False, True]
#   with é: 123867
#   œ in dictionary-fr: 217

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONUTF8=1 PIP_DISABLE_PIP_VERSION_CHECK=1
cd "$work"
apt-get update >/dev/null 2>&1 || true
apt-get download wfrench=1.2.7-2 >/dev/null 2>&1
dpkg -x wfrench_*.deb list
npm install --silent --no-audit --no-fund --prefix "$work" dictionary-fr@3.0.0
python3 - <<'PY'
import pathlib
import sys


def check(what, got, want):
    print(f"{what}: {got}")
    if got != want:
        sys.exit(f"CHANGED: {what} was {want}")


text = pathlib.Path("list/usr/share/dict/french").read_text(encoding="utf-8")
words = text.split()
check("words", len(words), 346205)
check("with œ", text.count("œ") + text.count("Œ"), 0)
check("cœur, coeur", [word in words for word in ("cœur", "coeur")], [False, True])
check("with é", text.count("é"), 123867)
other = pathlib.Path("node_modules/dictionary-fr/index.dic").read_text(encoding="utf-8")
check("œ in dictionary-fr", other.count("œ"), 217)
PY
