#!/usr/bin/env bash
# A scipy.sparse matrix of float32 sums its rows right and its columns wrong: above 16,777,216 ones the column
# sum stands still.
#
# Versions: scipy 1.17.1, numpy 2.4.6
#
# Behaviour: Of 20 million ones, sum(axis=1) of a row gives 20,000,000 and sum(axis=0) of the same numbers as a
# column 16,777,216. So does a product with a vector of ones. numpy's own sum gives 20,000,000 along either axis
# of the dense array.
#
# One would guess otherwise: both are sums of one array of numbers by one method, and numpy's pairwise summation
# hides the limit of float32 elsewhere. A count of pairs kept in float32 to save memory passes all small tests.
#
# Output seen, 28 November 2026:
#   numpy, row and column: (20000000.0, 20000000.0)
#   sparse row, sum(axis=1): 20000000.0
#   sparse column, sum(axis=0): 16777216.0
#   sparse row times ones: 16777216.0

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONUTF8=1 PIP_DISABLE_PIP_VERSION_CHECK=1
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet scipy==1.17.1 numpy==2.4.6
"$work/venv/bin/python" - <<'PY'
import sys

import numpy as np
from scipy import sparse


def check(what, got, want):
    print(f"{what}: {got}")
    if got != want:
        sys.exit(f"CHANGED: {what} was {want}")


count = 20_000_000
ones = np.ones(count, dtype=np.float32)
row = sparse.csr_array(ones[np.newaxis])
column = sparse.csr_array(ones[:, np.newaxis])
check("numpy, row and column", (float(ones[np.newaxis].sum(axis=1)[0]), float(ones[:, np.newaxis].sum(axis=0)[0])), (2e7, 2e7))
check("sparse row, sum(axis=1)", float(row.sum(axis=1)[0]), 2e7)
check("sparse column, sum(axis=0)", float(column.sum(axis=0)[0]), float(2**24))
check("sparse row times ones", float((row @ ones)[0]), float(2**24))
PY
