#!/usr/bin/env bash
# numpy's upper and lower cut the end off a word that grows: straße is STRASS, and İstanbul in small letters i̇stanbu.
#
# Versions: numpy 2.4.6
#
# Behaviour: np.strings.upper, lower and title, and np.char's of the same names, give an array whose strings are as long
# as those given at most. A result that is longer is cut, without a warning, if no longer word in the array makes room:
# whether a word is whole depends on its neighbours. With numpy's StringDType nothing is cut.
#
# One would guess otherwise: the documentation says that str.upper is called for each element, and np.strings.replace
# makes room for its result.
#
# Output seen, 30 November 2026:
#   upper ['straße']: ['STRASS']
#   upper ['straße', 'strasse']: ['STRASSE', 'STRASSE']
#   upper ['ŉ', 'ﬁ', 'ΐ']: ['ʼ', 'F', 'Ι']
#   lower ['İstanbul']: ['i̇stanbu']
#   title ['ﬂut']: ['Flu']
#   replace ['straße']: ['strasse']
#   upper StringDType ['straße']: ['STRASSE']

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONUTF8=1 PIP_DISABLE_PIP_VERSION_CHECK=1
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet numpy==2.4.6
"$work/venv/bin/python" - <<'PY'
import sys

import numpy as np


def check(what, words, got, want):
    print(f"{what} {words}: {got.tolist()}")
    if got.tolist() != want:
        sys.exit(f"CHANGED: was {want}")


for name, words, want in [
    ("upper", ["straße"], ["STRASS"]),
    ("upper", ["straße", "strasse"], ["STRASSE", "STRASSE"]),
    ("upper", ["ŉ", "ﬁ", "ΐ"], ["ʼ", "F", "Ι"]),
    ("lower", ["İstanbul"], ["i̇stanbu"]),
    ("title", ["ﬂut"], ["Flu"]),
]:
    check(name, words, getattr(np.strings, name)(np.array(words)), want)
    if getattr(np.char, name)(np.array(words)).tolist() != want:
        sys.exit("CHANGED: np.char differs")
check("replace", ["straße"], np.strings.replace(np.array(["straße"]), "ß", "ss"), ["strasse"])
variable = np.array(["straße"], dtype=np.dtypes.StringDType())
check("upper StringDType", ["straße"], np.strings.upper(variable), ["STRASSE"])
PY
