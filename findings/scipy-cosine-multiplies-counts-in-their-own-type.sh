#!/usr/bin/env bash
# scipy's cosine distance of 64-bit counts is wrong once they pass 55,000: 0.453 for 0.72, and 0 for 0.761.
#
# Versions: scipy 1.17.1, numpy 2.4.6
#
# Behaviour: distance.cosine multiplies the two squared lengths in the type of the counts. In int64 the product
# overflows from a length of about 55,000: the distance is another one or 0, or the root of a negative number is an
# error; all the notice is a RuntimeWarning. uint8 counts overflow before that, without one. cityblock, euclidean and
# chebyshev of unsigned counts wrap around where the first count is the smaller one. cdist has the right number for all
# of them.
#
# One would guess otherwise: the inputs of the documentation's examples are integers, the result is a float, and cdist
# takes the distance by the same name. Words of a few megabytes of text are counted in tens of thousands.
#
# Output seen, 30 November 2026:
#   int64 (7, 1), (1, 7): cosine 0.72, cdist 0.72
#   int64 (70000, 10000), (10000, 70000): cosine 0.453, cdist 0.72
#   int64 (66000, 8000), (8000, 66000): cosine 0.0, cdist 0.761
#   int64 (60000, 20000), (20000, 60000): cosine math domain error, cdist 0.4
#   uint8 (200, 100, 3), (100, 200, 5): cosine 0.0, cdist 0.2
#   uint8 (200, 100, 3), (100, 200, 5): cityblock 510.0, cdist 202.0
#   uint8 (200, 100, 3), (100, 200, 5): euclidean 314.407, cdist 141.435
#   uint8 (200, 100, 3), (100, 200, 5): chebyshev 254.0, cdist 100.0

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONUTF8=1 PIP_DISABLE_PIP_VERSION_CHECK=1
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet scipy==1.17.1 numpy==2.4.6
"$work/venv/bin/python" -W ignore - <<'PY'
import sys

import numpy as np
from scipy.spatial import distance


def check(kind, one, other, name, want, right):
    u, v = np.array(one, kind), np.array(other, kind)
    try:
        got = round(float(getattr(distance, name)(u, v)), 3)
    except ValueError as error:
        got = str(error)
    matrix = round(float(distance.cdist([u], [v], name)[0, 0]), 3)
    print(f"{kind} {one}, {other}: {name} {got}, cdist {matrix}")
    if (got, matrix) != (want, right):
        sys.exit(f"CHANGED: was {want}, cdist {right}")


check("int64", (7, 1), (1, 7), "cosine", 0.72, 0.72)
check("int64", (70000, 10000), (10000, 70000), "cosine", 0.453, 0.72)
check("int64", (66000, 8000), (8000, 66000), "cosine", 0.0, 0.761)
check("int64", (60000, 20000), (20000, 60000), "cosine", "math domain error", 0.4)
small = (200, 100, 3), (100, 200, 5)
check("uint8", *small, "cosine", 0.0, 0.2)
check("uint8", *small, "cityblock", 510.0, 202.0)
check("uint8", *small, "euclidean", 314.407, 141.435)
check("uint8", *small, "chebyshev", 254.0, 100.0)
PY
