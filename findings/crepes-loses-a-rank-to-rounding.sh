#!/usr/bin/env bash
# crepes' conformal intervals lose a rank to rounding: with nine calibration examples the one at 90 per cent is infinite.
#
# Versions: crepes 0.9.1, mapie 1.6.0
#
# Behaviour: With residuals 1 to n the interval at confidence c ends at residual c(n + 1), rounded up. crepes takes the
# next one where (1 - c)(n + 1) is a whole number that floating point puts just below: 91 for 90 at n = 99, and at
# n = 9 there is no next one, with a warning of too few examples. At 95 and 70 per cent it is the right one. mapie
# ends where it should.
#
# One would guess otherwise: n = 9, 19 and 99 are the sizes that one chooses for 90 and 95 per cent, as the rank is then
# exact; the same sizes are right at one level and not at the other.
#
# Output seen, 29 November 2026:
#   9 examples, 0.9: crepes inf, rank 9
#   9 examples, 0.8: crepes 9.0, rank 8
#   9 examples, 0.7: crepes 7.0, rank 7
#   19 examples, 0.95: crepes 19.0, rank 19
#   99 examples, 0.9: crepes 91.0, rank 90
#   99 examples, 0.9: mapie 90.0
#   9 examples, 0.8: mapie 8.0

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONUTF8=1 PIP_DISABLE_PIP_VERSION_CHECK=1
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet crepes==0.9.1 mapie==1.6.0
"$work/venv/bin/python" -W ignore - 2>/dev/null <<'PY'
import sys
from fractions import Fraction

import numpy as np
from crepes import ConformalRegressor
from mapie.regression import SplitConformalRegressor
from sklearn.dummy import DummyRegressor


def check(what, got, want):
    print(f"{what}: {got}")
    if got != want:
        sys.exit(f"CHANGED: {what} was {want}")


for examples, level, want in [(9, 0.9, np.inf), (9, 0.8, 9.0), (9, 0.7, 7.0), (19, 0.95, 19.0), (99, 0.9, 91.0)]:
    fitted = ConformalRegressor().fit(residuals=np.arange(1.0, examples + 1))
    end = float(fitted.predict_int(np.zeros(1), confidence=level)[0, 1])
    rank = Fraction(str(level)) * (examples + 1)
    check(f"{examples} examples, {level}", f"crepes {end}, rank {rank}", f"crepes {want}, rank {rank}")
for examples, level, want in [(99, 0.9, 90.0), (9, 0.8, 8.0)]:
    zero = DummyRegressor(strategy="constant", constant=0.0).fit([[0]], [0])
    split = SplitConformalRegressor(zero, confidence_level=level, prefit=True)
    split.conformalize(np.zeros((examples, 1)), np.arange(1.0, examples + 1))
    end = round(float(split.predict_interval(np.zeros((1, 1)))[1].ravel()[1]), 6)
    check(f"{examples} examples, {level}", f"mapie {end}", f"mapie {want}")
PY
