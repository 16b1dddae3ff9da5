#!/usr/bin/env bash
# hazm's normalizer turns ۳٫۱۴ into ۳ ٫ ۱۴, 1,234 into ۱ , ۲۳۴, and x.org into x. org.
#
# Versions: hazm 0.10.0
#
# Behaviour: Normalizer().normalize puts spaces around the Persian decimal and thousands separators, the comma, the
# slash of dates and the per cent sign, also where it has made the separator itself of a dot. A dot between letters gets
# a space, a colon after letters, too: addresses fall apart. The colon of 12:30 stays. Digits in English text become
# Persian ones.
#
# One would guess otherwise: the option is to correct the spacing of punctuation, and the step before it knows that a
# dot between digits is a decimal separator. Every number with a fraction is three words of the normalized corpus.
#
# Output seen, 30 November 2026:
#   ۳٫۱۴ -> ۳ ٫ ۱۴
#   3.14 -> ۳ ٫ ۱۴
#   ۱٬۲۳۴ -> ۱ ٬ ۲۳۴
#   1,234 -> ۱ , ۲۳۴
#   ۱۴۰۲/۰۵/۱۲ -> ۱۴۰۲ / ۰۵ / ۱۲
#   ۵٪ -> ۵ ٪
#   ۱۲:۳۰ -> ۱۲:۳۰
#   x.org -> x. org
#   https://x.org/a -> https: / / x. org / a
#   in 2024 -> in ۲۰۲۴

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONUTF8=1 PIP_DISABLE_PIP_VERSION_CHECK=1
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --no-compile hazm==0.10.0
"$work/venv/bin/python" -W ignore - <<'PY'
import sys

from hazm import Normalizer


def check(text, want):
    got = Normalizer().normalize(text)
    print(f"{text} -> {got}")
    if got != want:
        sys.exit(f"CHANGED: was {want}")


check("۳٫۱۴", "۳ ٫ ۱۴")
check("3.14", "۳ ٫ ۱۴")
check("۱٬۲۳۴", "۱ ٬ ۲۳۴")
check("1,234", "۱ , ۲۳۴")
check("۱۴۰۲/۰۵/۱۲", "۱۴۰۲ / ۰۵ / ۱۲")
check("۵٪", "۵ ٪")
check("۱۲:۳۰", "۱۲:۳۰")
check("x.org", "x. org")
check("https://x.org/a", "https: / / x. org / a")
check("in 2024", "in ۲۰۲۴")
PY
