#!/usr/bin/env bash
# qpsolvers fits another mixture when the counts are 32-bit integers: 0.57, 0, 0.43 for 0.5, 0.3, 0.2.
#
# Versions: qpsolvers 4.13.0, clarabel 0.11.1, numpy 2.4.6
#
# Behaviour: solve_ls makes the quadratic form R'R and the vector R's in the type of the matrix that it is given. Counts
# up to 100,000 have products of 10^10; in int32 and uint16 they wrap, the wrapped problem is solved, and the
# answer is on the simplex with nothing said. With float64 and int64 it is the mixture.
#
# One would guess otherwise: a least-squares function works in floating point, as numpy.linalg.lstsq, scipy's nnls and
# lsq_linear do with the same matrix; the result here is of floats too.
#
# Output seen, 29 November 2026:
#   float64: [0.5, 0.3, 0.2]
#   int64: [0.5, 0.3, 0.2]
#   int32: [0.57, 0.0, 0.43]
#   scipy's nnls of the int32: [0.5, 0.3, 0.2]

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONUTF8=1 PIP_DISABLE_PIP_VERSION_CHECK=1
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet qpsolvers==4.13.0 clarabel==0.11.1 numpy==2.4.6 scipy==1.17.1
"$work/venv/bin/python" -W ignore - <<'PY'
import sys

import numpy as np
import qpsolvers
import scipy.optimize

def check(what, got, want):
    print(f"{what}: {got}")
    if got != want:
        sys.exit(f"CHANGED: {what} was {want}")


counts = np.random.default_rng(3).integers(1000, 100_000, (6, 3))
sums = (counts @ np.array([0.5, 0.3, 0.2])).round().astype(np.int64)
simplex = {"A": np.ones((1, 3)), "b": np.ones(1), "lb": np.zeros(3), "ub": np.ones(3)}
for kind, want in (("float64", [0.5, 0.3, 0.2]), ("int64", [0.5, 0.3, 0.2]), ("int32", [0.57, 0.0, 0.43])):
    found = qpsolvers.solve_ls(counts.astype(kind), sums.astype(kind), solver="clarabel", **simplex)
    check(kind, (np.abs(found).round(2)).tolist(), want)
found, _ = scipy.optimize.nnls(counts.astype("int32"), sums.astype("int32"))
check("scipy's nnls of the int32", found.round(2).tolist(), [0.5, 0.3, 0.2])
PY
