#!/usr/bin/env bash
# pandas lowers ΟΔΟΣ to οδος or to οδοσ, and calls ½ a digit or not, by whether pyarrow is installed beside it.
#
# Versions: pandas 3.1.1, pyarrow 26.0.1
#
# Behaviour: pandas 3 keeps strings in pyarrow if that is installed, and in Python's objects if not; both are the type
# str. The methods of .str are those of the one or the other. pyarrow maps letter by letter, so that there is no final
# sigma, straße has U+1E9E in capitals and İ is one small letter; and it takes fractions for digits.
#
# One would guess otherwise: the type has one name and the program does not import pyarrow. pandas' developers list such
# differences in an open issue (pandas-dev/pandas 63105), which is about documenting them. Words that were counted after
# lower() are other words on another machine.
#
# Output seen, 30 November 2026:
#   pandas, python: lower ['οδος', 'i̇stanbul'], upper ['STRASSE', 'FINE'], isdigit ['½ False', '² True']
#   pandas and pyarrow, pyarrow: lower ['οδοσ', 'istanbul'], upper ['STRAẞE', 'ﬁNE'], isdigit ['½ True', '² True']

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONUTF8=1 PIP_DISABLE_PIP_VERSION_CHECK=1
cat >"$work/letters.py" <<'PY'
import sys

import pandas as pd


def letters():
    lower = pd.Series(["ΟΔΟΣ", "İstanbul"]).str.lower().tolist()
    upper = pd.Series(["straße", "ﬁne"]).str.upper().tolist()
    digit = [f"{sign} {answer}" for sign, answer in zip("½²", pd.Series(["½", "²"]).str.isdigit().tolist())]
    storage = pd.Series(["a"]).dtype.storage
    return f"{storage}: lower {lower}, upper {upper}, isdigit {digit}"


got = letters()
print(f"{sys.argv[1]}, {got}")
want = {
    "pandas": "python: lower ['οδος', 'i̇stanbul'], upper ['STRASSE', 'FINE'], isdigit ['½ False', '² True']",
    "pandas and pyarrow": "pyarrow: lower ['οδοσ', 'istanbul'], upper ['STRAẞE', 'ﬁNE'], isdigit ['½ True', '² True']",
}[sys.argv[1]]
if got != want:
    sys.exit(f"CHANGED: was {want}")
PY
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet pandas==3.1.1
"$work/venv/bin/python" "$work/letters.py" "pandas"
"$work/venv/bin/pip" install --quiet pyarrow==26.0.1
"$work/venv/bin/python" "$work/letters.py" "pandas and pyarrow"
