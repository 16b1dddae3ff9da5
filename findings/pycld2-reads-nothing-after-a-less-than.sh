#!/usr/bin/env bash
# pycld2 sees nothing of a text after a "less than" sign: English, then "a < b", then German is reliably English, 98 per
# cent.
#
# Versions: pycld2 0.42
#
# Behaviour: the text is taken for HTML unless isPlainText=True is given, and a < for the beginning of a tag, also
# before a space or a digit, that lasts to the next > or to the end. What is between is not read. The answer says so
# only by its count of bytes.
#
# One would guess otherwise: the documentation of the default speaks of skipping HTML tags, in HTML itself no tag begins
# with "< " or "<3", and text without a single tag is what one has after extraction. Pages with code, statistics or
# arrows get the language of their first words, or none.
#
# Output seen, 30 November 2026:
#   I <3 it. (French)
#     default: reliable False, 3 of 99 bytes, un 0
#     isPlainText: reliable True, 94 of 99 bytes, fr 98
#   (English) So a < b. (German, German, German)
#     default: reliable True, 83 of 364 bytes, en 98
#     isPlainText: reliable True, 355 of 364 bytes, de 73 en 26
#   If a < b: (German) If a > b: (French)
#     default: reliable True, 96 of 202 bytes, fr 98
#     isPlainText: reliable True, 193 of 202 bytes, fr 62 de 37

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONUTF8=1 PIP_DISABLE_PIP_VERSION_CHECK=1
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet pycld2==0.42
"$work/venv/bin/python" - <<'PY'
import sys

import pycld2

english = "The committee will meet on Tuesday to discuss the report and its conclusions. "
french = "Le comité se réunira mardi pour examiner le rapport et ses conclusions, puis il votera. "
german = "Der Ausschuss wird am Dienstag zusammentreten, um den Bericht zu erörtern und abzustimmen. "


def check(name, text, want, plain):
    print(name)
    for kind, options, right in (("default", {}, want), ("isPlainText", {"isPlainText": True}, plain)):
        reliable, seen, languages = pycld2.detect(text, **options)
        found = " ".join(f"{code} {share}" for _, code, share, _ in languages if share) or "un 0"
        got = f"reliable {reliable}, {seen} of {len(text.encode())} bytes, {found}"
        print(f"  {kind}: {got}")
        if got != right:
            sys.exit(f"CHANGED: was {right}")


check(
    "I <3 it. (French)",
    f"I <3 it. {french}",
    "reliable False, 3 of 99 bytes, un 0",
    "reliable True, 94 of 99 bytes, fr 98",
)
check(
    "(English) So a < b. (German, German, German)",
    f"{english}So a < b. {german * 3}",
    "reliable True, 83 of 364 bytes, en 98",
    "reliable True, 355 of 364 bytes, de 73 en 26",
)
check(
    "If a < b: (German) If a > b: (French)",
    f"If a < b: {german}If a > b: {french}",
    "reliable True, 96 of 202 bytes, fr 98",
    "reliable True, 193 of 202 bytes, fr 62 de 37",
)
PY
