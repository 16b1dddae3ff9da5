#!/usr/bin/env bash
# sacremoses' punctuation normalizer turns 12345, as Czech, Polish or Russian writes it, into 12.345: a thousandth.
#
# Versions: sacremoses 0.2.0, Babel 2.19.0
#
# Behaviour: with norm_numbers, the default, MosesPunctNormalizer makes a no-break space between two digits a full stop;
# for German, Spanish, Czech and French a comma. Babel, which writes and reads numbers by CLDR, puts that space between
# the thousands in these languages; given the normalized number, it reads one a thousand times smaller. A number with
# decimals gets two separators. French has U+202F today, which stays.
#
# One would guess otherwise: the option is described as normalizing numbers, and an ordinary space between digits stays.
# Samples of text that went through the step have other numbers, in other notation, than the text that was written.
#
# Output seen, 30 November 2026:
#   cs: '12\xa0345' -> '12,345', read as 12.345
#   pl: '12\xa0345' -> '12.345', read as 12.345
#   ru: '12\xa0345' -> '12.345', read as 12.345
#   fi: '12\xa0345' -> '12.345', read as 12.345
#   pt_PT: '12\xa0345' -> '12.345', read as 12.345
#   en_ZA: '12\xa0345' -> '12.345', read as 12.345
#   fr: '12\u202f345' -> '12\u202f345', read as 12345
#   cs, with decimals: '12\xa0345,6' -> '12,345,6'

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONUTF8=1 PIP_DISABLE_PIP_VERSION_CHECK=1
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet sacremoses==0.2.0 Babel==2.19.0
"$work/venv/bin/python" - <<'PY'
import sys

from babel.numbers import format_decimal, parse_decimal
from sacremoses import MosesPunctNormalizer


def normalized(locale, number, want):
    text = format_decimal(number, locale=locale)
    got = MosesPunctNormalizer(lang=locale[:2]).normalize(text)
    if got != want:
        sys.exit(f"CHANGED: {locale} was {want!a}, is {got!a}")
    return text, got


for locale, want, value in [
    ("cs", "12,345", "12.345"),
    ("pl", "12.345", "12.345"),
    ("ru", "12.345", "12.345"),
    ("fi", "12.345", "12.345"),
    ("pt_PT", "12.345", "12.345"),
    ("en_ZA", "12.345", "12.345"),
    ("fr", "12\u202f345", "12345"),
]:
    text, got = normalized(locale, 12345, want)
    read = str(parse_decimal(got, locale=locale))
    print(f"{locale}: {text!a} -> {got!a}, read as {read}")
    if read != value:
        sys.exit(f"CHANGED: was {value}")
print("cs, with decimals: {!a} -> {!a}".format(*normalized("cs", 12345.6, "12,345,6")))
PY
