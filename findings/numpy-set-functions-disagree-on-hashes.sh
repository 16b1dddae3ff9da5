#!/usr/bin/env bash
# numpy finds a 64-bit hash in another array by intersect1d and not by isin, when one array is unsigned.
#
# Versions: numpy 2.4.6
#
# Behaviour: uint64 2^53 + 1 and int64 2^53 are different, and isin says so. intersect1d joins the two arrays
# into one of float64, finds them equal and returns 9007199254740992.0; searchsorted puts the one where the
# other is.
#
# One would guess otherwise: both functions answer "which are in both", for integers, with integers. The
# comparison == of the two types is exact, which makes one trust the rest. Hashes of words are uint64 in one
# library and int64 in the next.
#
# Output seen, 28 November 2026:
#   ==: False
#   isin: False
#   intersect1d: [9007199254740992.0]
#   union1d: 1
#   searchsorted, left and right: [0, 1]

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONUTF8=1 PIP_DISABLE_PIP_VERSION_CHECK=1
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet numpy==2.4.6
"$work/venv/bin/python" - <<'PY'
import sys

import numpy as np


def check(what, got, want):
    print(f"{what}: {got}")
    if got != want:
        sys.exit(f"CHANGED: {what} was {want}")


unsigned, signed = np.array([2**53 + 1], dtype=np.uint64), np.array([2**53], dtype=np.int64)
check("==", bool((unsigned == signed)[0]), False)
check("isin", bool(np.isin(unsigned, signed)[0]), False)
check("intersect1d", np.intersect1d(unsigned, signed).tolist(), [9007199254740992.0])
check("union1d", len(np.union1d(unsigned, signed)), 1)
check("searchsorted, left and right", [int(np.searchsorted(signed, unsigned, side)[0]) for side in ("left", "right")], [0, 1])
PY
