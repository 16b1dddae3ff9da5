#!/usr/bin/env bash
# For integer and boolean scipy.sparse matrices the product with ones is not the row sum: it wraps, or says only
# "some".
#
# Versions: scipy 1.17.1, numpy 2.4.6
#
# Behaviour: sum(axis=1) widens int32 to int64 and bool to integers; A @ ones keeps the type, so three counts of
# 2^30 give a negative number and three Trues give True. Building a matrix from repeated (row, column, value)
# entries keeps the type as well: 300 entries of 1 in uint8 make 44.
#
# One would guess otherwise: a row sum is a product with ones, and repeated entries are documented as added up,
# which is how counts are collected; co-occurrence is commonly counted by A.T @ A of an incidence matrix.
#
# Output seen, 28 November 2026:
#   int32: sum, product: (3221225472, -1073741824)
#   bool: sum, product: (3, True)
#   bool: co-occurrences by A @ A.T: [[True]]
#   300 entries of 1 in uint8: 44

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


counts = sparse.csr_array(np.full((1, 3), 2**30, dtype=np.int32))
check("int32: sum, product", (int(counts.sum(axis=1)[0]), int((counts @ np.ones(3, np.int32))[0])), (3 * 2**30, -(2**30)))
seen = sparse.csr_array(np.ones((1, 3), dtype=bool))
check("bool: sum, product", (int(seen.sum(axis=1)[0]), (seen @ np.ones(3, bool))[0].item()), (3, True))
check("bool: co-occurrences by A @ A.T", (seen @ seen.T).toarray().tolist(), [[True]])
zeros = np.zeros(300, dtype=np.int64)
repeated = sparse.coo_array((np.ones(300, dtype=np.uint8), (zeros, zeros)), shape=(1, 1))
check("300 entries of 1 in uint8", int(repeated.tocsr()[0, 0]), 300 % 256)
PY
