#!/usr/bin/env bash
# num2words says "zero point five" for -0.5, and so in most of its languages; in some of them 11,000 is ten thousand,
# or 0.01 a tenth.
#
# Versions: num2words 0.5.14
#
# Behaviour: the minus of a number between -1 and 0 is lost; -1.5 keeps it. Azerbaijani leaves a one out before the word
# for thousand, behind tens, too: 21,000 is iyirmi min, 20,000. Welsh has one word for a million and a milliard. Bengali
# drops a zero behind the point, Persian says "and a half" of 0.05, Arabic and Vietnamese stop at two digits. Of a
# Decimal, Italian gives the whole part alone; of a float, all.
#
# One would guess otherwise: these are the package's own languages, the input is plain, and two numbers with one name
# raise nothing. (The minus has been reported since 2021, issue 402 of the project.) Text in which numbers are written
# out by it has fewer different numbers than its source, and wrong ones.
#
# Output seen, 30 November 2026:
#   en: -0.5 is zero point five, -1.5 is minus one point five
#   fr: -0.05 is zéro virgule zéro cinq, -1.05 is moins un virgule zéro cinq
#   of 56 codes of languages, -0.5 is as 0.5 in 47
#   az: 10000 is on min, 11000 is on min
#   az: 20000 is iyirmi min, 21000 is iyirmi min
#   cy: 2000000 is dau filiwn, 2000000000 is dau filiwn
#   bn: 0.1 is শূন্য দশমিক এক, 0.01 is শূন্য দশমিক এক
#   fa: 2.5 is دو و نیم, 2.05 is دو و نیم
#   ar: 3.14 is ثلاثة  , أربع عشرة, 3.141 is ثلاثة  , أربع عشرة
#   vi: 3.14 is ba phẩy mười bốn, 3.141 is ba phẩy mười bốn
#   it: Decimal('1.1') is uno, Decimal('1.01') is uno
#   it: 1.1 is uno virgola uno, 1.01 is uno virgola zero uno

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONUTF8=1 PIP_DISABLE_PIP_VERSION_CHECK=1
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet num2words==0.5.14
"$work/venv/bin/python" - <<'PY'
import sys
from decimal import Decimal

from num2words import CONVERTER_CLASSES, num2words


def same(language, one, other, want):
    first, second = num2words(one, lang=language), num2words(other, lang=language)
    print(f"{language}: {one!r} is {first}, {other!r} is {second}")
    if (first, second) != want:
        sys.exit(f"CHANGED: was {want}")


def lost(language):
    try:
        return num2words(-0.5, lang=language) == num2words(0.5, lang=language)
    except Exception:
        return False


same("en", -0.5, -1.5, ("zero point five", "minus one point five"))
same("fr", -0.05, -1.05, ("zéro virgule zéro cinq", "moins un virgule zéro cinq"))
count = sum(lost(language) for language in CONVERTER_CLASSES)
print(f"of {len(CONVERTER_CLASSES)} codes of languages, -0.5 is as 0.5 in {count}")
if count != 47:
    sys.exit("CHANGED: was 47")
same("az", 10000, 11000, ("on min", "on min"))
same("az", 20000, 21000, ("iyirmi min", "iyirmi min"))
same("cy", 2 * 10**6, 2 * 10**9, ("dau filiwn", "dau filiwn"))
same("bn", 0.1, 0.01, ("শূন্য দশমিক এক", "শূন্য দশমিক এক"))
same("fa", 2.5, 2.05, ("دو و نیم", "دو و نیم"))
same("ar", 3.14, 3.141, ("ثلاثة  , أربع عشرة", "ثلاثة  , أربع عشرة"))
same("vi", 3.14, 3.141, ("ba phẩy mười bốn", "ba phẩy mười bốn"))
same("it", Decimal("1.1"), Decimal("1.01"), ("uno", "uno"))
same("it", 1.1, 1.01, ("uno virgola uno", "uno virgola zero uno"))
PY
