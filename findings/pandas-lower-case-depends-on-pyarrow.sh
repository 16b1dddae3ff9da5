#!/usr/bin/env bash
# pandas' str.lower and str.upper give other words once pyarrow is installed beside it: ΟΔΟΣ becomes οδοσ, not οδος, and
# straße STRAẞE, not STRASSE.
#
# Versions: pandas 3.1.1, numpy 2.4.6, pyarrow 26.0.1
#
# Behaviour: a column of words has the type str. Its changes of case are Python's where pyarrow is not installed, and
# Arrow's where it is: letter by letter, without final sigma, with ẞ for ß, ŉ and ﬁ left as they are, and a plain i for
# İ. casefold is Python's in either case.
#
# One would guess otherwise: nothing else is imported, and the type is called str in both. (The difference in ß was
# reported in 2023, pandas issue 52037.) A program that counts words in small letters counts other ones on another
# machine: with pyarrow, ΟΔΟΣ and οδος are two.
#
# Output seen, 30 November 2026:
#   without pyarrow
#   str, lower: οδος οδος i̇zmi̇r straße ŉ ﬁn; upper: ΟΔΟΣ ΟΔΟΣ İZMİR STRASSE ʼN FIN; casefold: οδοσ οδοσ i̇zmi̇r strasse ʼn fin
#   ΟΔΟΣ and οδος in small letters: {'οδος': 2}
#   with pyarrow
#   str, lower: οδοσ οδος izmir straße ŉ ﬁn; upper: ΟΔΟΣ ΟΔΟΣ İZMİR STRAẞE ŉ ﬁN; casefold: οδοσ οδοσ i̇zmi̇r strasse ʼn fin
#   ΟΔΟΣ and οδος in small letters: {'οδοσ': 1, 'οδος': 1}

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONUTF8=1 PIP_DISABLE_PIP_VERSION_CHECK=1
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet pandas==3.1.1 numpy==2.4.6
cat >"$work/words.py" <<'PY'
import sys

import pandas

want = tuple(sys.argv[1:])
words = pandas.Series(["ΟΔΟΣ", "οδος", "İZMİR", "straße", "ŉ", "ﬁn"])
got = " ".join(words.str.lower()), " ".join(words.str.upper())
print(f"{words.dtype}, lower: {got[0]}; upper: {got[1]}; casefold: {' '.join(words.str.casefold())}")
print(f"ΟΔΟΣ and οδος in small letters: {words[:2].str.lower().value_counts().to_dict()}")
if got != want:
    sys.exit(f"CHANGED: was {want}")
PY
echo "without pyarrow"
"$work/venv/bin/python" "$work/words.py" "οδος οδος i̇zmi̇r straße ŉ ﬁn" "ΟΔΟΣ ΟΔΟΣ İZMİR STRASSE ʼN FIN"
"$work/venv/bin/pip" install --quiet pyarrow==26.0.1
echo "with pyarrow"
"$work/venv/bin/python" "$work/words.py" "οδοσ οδος izmir straße ŉ ﬁn" "ΟΔΟΣ ΟΔΟΣ İZMİR STRAẞE ŉ ﬁN"
