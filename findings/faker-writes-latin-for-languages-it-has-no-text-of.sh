#!/usr/bin/env bash
# Faker's text() is pseudo-Latin for most locales, with no sign that the language has no text.
#
# Versions: Faker 40.63.0
#
# Behaviour: Faker("hi_IN").text() and those of Turkish, Swedish, Tamil and Bulgarian give "Necessitatibus rem aperiam
# blanditiis.", the same for all. Locales that do not exist are refused ("xx_XX"), these are not: their names and
# addresses are in the language. German, Chinese and Bengali have text of their own.
#
# One would guess otherwise: the locale is known and its other fields are in its script, so made-up text for a
# language's test corpus comes out as one and the same pseudo-Latin for 17 of 28 locales tried.
#
# Output seen, 29 November 2026:
#   hi_IN, tr_TR, sv_SE, ta_IN, bg_BG: one text: Necessitatibus rem aperiam blanditiis.
#   scripts of names, hi_IN, ta_IN, bg_BG: ['DEVANAGARI', 'TAMIL', 'CYRILLIC']
#   scripts of text, de_DE, zh_CN, bn_BD: ['LATIN', 'CJK', 'BENGALI']

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONUTF8=1 PIP_DISABLE_PIP_VERSION_CHECK=1
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet Faker==40.63.0
"$work/venv/bin/python" - <<'PY'
import sys
import unicodedata
from collections import Counter

from faker import Faker


def check(what, got, want):
    print(f"{what}: {got}")
    if got != want:
        sys.exit(f"CHANGED: {what} was {want}")


def made(locale, field):
    faker = Faker(locale)
    Faker.seed(1)
    return field(faker)


def script(text):
    return Counter(unicodedata.name(letter).split()[0] for letter in text if letter.isalpha()).most_common(1)[0][0]


latin = {made(locale, lambda faker: faker.text(80)) for locale in ("hi_IN", "tr_TR", "sv_SE", "ta_IN", "bg_BG")}
check("hi_IN, tr_TR, sv_SE, ta_IN, bg_BG: one text", latin.pop() if len(latin) == 1 else latin, "Necessitatibus rem aperiam blanditiis.")
names = [script(made(locale, lambda faker: faker.last_name())) for locale in ("hi_IN", "ta_IN", "bg_BG")]
check("scripts of names, hi_IN, ta_IN, bg_BG", names, ["DEVANAGARI", "TAMIL", "CYRILLIC"])
texts = [script(made(locale, lambda faker: faker.text(80))) for locale in ("de_DE", "zh_CN", "bn_BD")]
check("scripts of text, de_DE, zh_CN, bn_BD", texts, ["LATIN", "CJK", "BENGALI"])
PY
