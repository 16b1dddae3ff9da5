#!/usr/bin/env bash
# A sparse matrix of scipy changes when the sum of another one is asked for: its counts move to other columns.
#
# Versions: scipy 1.17.1, numpy 2.4.6
#
# Behaviour: two CSR matrices are made of one array of column numbers, not in order, with counts of their own.
# english.sum() sorts the shared column numbers in place, and english's counts with them; french keeps its counts as
# they stood, so that its 10 of column 2 are now in column 0. max(), abs(), power(2), sqrt(), count_nonzero() and > 1
# do the same; sum(axis=0), min(axis=0), argmax(), products and toarray() do not. With a repeated column number the
# caller's own array of counts has another total afterwards.
#
# One would guess otherwise: a question leaves a matrix as it is, whose indices need not be sorted; sum(axis=0) of the
# same matrix does. Counts of several categories of text over the same pairs are naturally kept on one set of indices.
#
# Output seen, 30 November 2026:
#   french before: [[1, 5, 10]]
#   french after english.sum(): [[10, 1, 5]]
#   change it: ['sum', 'max', 'abs', 'power', 'sqrt', 'count_nonzero', '> 1']
#   do not: ['sum(axis=0)', 'min(axis=0)', 'argmax', 'product', 'toarray']
#   total of the caller's counts before and after: (41, 71)

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONUTF8=1 PIP_DISABLE_PIP_VERSION_CHECK=1
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet scipy==1.17.1 numpy==2.4.6
"$work/venv/bin/python" - <<'PY'
import sys

import numpy as np
from scipy.sparse import csr_array


def check(what, got, want):
    print(f"{what}: {got}")
    if got != want:
        sys.exit(f"CHANGED: {what} was {want}")


def two():
    columns, ends = np.array([2, 0, 1]), np.array([0, 3])
    english = csr_array((np.array([20, 2, 7]), columns, ends), shape=(1, 3))
    french = csr_array((np.array([10, 1, 5]), columns, ends), shape=(1, 3))
    return english, french


english, french = two()
check("french before", french.toarray().tolist(), [[1, 5, 10]])
english.sum()
check("french after english.sum()", french.toarray().tolist(), [[10, 1, 5]])
questions = {
    "sum": lambda matrix: matrix.sum(),
    "max": lambda matrix: matrix.max(),
    "abs": abs,
    "power": lambda matrix: matrix.power(2),
    "sqrt": lambda matrix: matrix.sqrt(),
    "count_nonzero": lambda matrix: matrix.count_nonzero(),
    "> 1": lambda matrix: matrix > 1,
    "sum(axis=0)": lambda matrix: matrix.sum(axis=0),
    "min(axis=0)": lambda matrix: matrix.min(axis=0),
    "argmax": lambda matrix: matrix.argmax(),
    "product": lambda matrix: matrix @ np.ones(3),
    "toarray": lambda matrix: matrix.toarray(),
}
changed = []
for name, question in questions.items():
    english, french = two()
    question(english)
    if french.toarray().tolist() != [[1, 5, 10]]:
        changed.append(name)
check("change it", changed, ["sum", "max", "abs", "power", "sqrt", "count_nonzero", "> 1"])
left = [name for name in questions if name not in changed]
check("do not", left, ["sum(axis=0)", "min(axis=0)", "argmax", "product", "toarray"])

counts = np.array([10, 1, 30])
matrix = csr_array((counts, np.array([1, 0, 1]), np.array([0, 3])), shape=(1, 2))
before = int(counts.sum())
matrix.sum()
check("total of the caller's counts before and after", (before, int(counts.sum())), (41, 71))
PY
