#!/usr/bin/env bash
# transliterate writes the Russian soft sign as a capital: mysh' becomes мышЬ, and no word with that sign comes back.
# Yerevan, from Armenian, is Er&an.
#
# Versions: transliterate 1.10.2
#
# Behaviour: both soft signs, small and capital, and both hard signs are an apostrophe in Latin letters; an apostrophe
# becomes the capital soft sign, in Ukrainian, too. Greek loses its accents, and every word in -ς comes back with the
# sigma of a word's middle. The Armenian letter և (ev) is an ampersand.
#
# One would guess otherwise: reversed=True is the same function the other way, and signs that one Latin letter stands for
# could only come back as the wrong one of two, both small. A capital inside a word makes a word of its own for whoever
# counts, and splits it where a pattern begins a new piece at capitals.
#
# Output seen, 30 November 2026:
#   ru: Москва -> Moskva -> Москва
#   ru: мышь -> mysh' -> мышЬ
#   ru: письмо -> pis'mo -> писЬмо
#   ru: съезд -> s'ezd -> сЬезд
#   uk: єдність -> yednist' -> єдністЬ
#   el: κόσμος -> kosmos -> κοσμοσ
#   hy: Երևան -> Er&an -> Երևան

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONUTF8=1 PIP_DISABLE_PIP_VERSION_CHECK=1
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet transliterate==1.10.2
"$work/venv/bin/python" -W ignore - <<'PY'
import sys

from transliterate import translit


def check(language, text, want, again):
    latin = translit(text, language, reversed=True)
    back = translit(latin, language)
    print(f"{language}: {text} -> {latin} -> {back}")
    if (latin, back) != (want, again):
        sys.exit(f"CHANGED: was {want}, {again}")


check("ru", "Москва", "Moskva", "Москва")
check("ru", "мышь", "mysh'", "мышЬ")
check("ru", "письмо", "pis'mo", "писЬмо")
check("ru", "съезд", "s'ezd", "сЬезд")
check("uk", "єдність", "yednist'", "єдністЬ")
check("el", "κόσμος", "kosmos", "κοσμοσ")
check("hy", "Երևան", "Er&an", "Երևան")
PY
