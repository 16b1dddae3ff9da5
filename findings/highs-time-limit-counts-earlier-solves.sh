#!/usr/bin/env bash
# HiGHS's time limit is for a model's whole life: what earlier solves took is taken off it.
#
# Versions: highspy 1.16.0
#
# Behaviour: A model was solved forty times. With "time_limit" set to the time that all forty took together, the
# forty-first run returns at once with "Time limit reached", though one takes a fortieth of that; a new model with
# the same limit is optimal. clearSolver, called before each run, does not set the clock back.
#
# One would guess otherwise: run() is called anew for each resample or each row that is added, and a limit of ten
# seconds reads as ten for each. Loops work until their solves together reach the limit, and every later one then
# comes back unsolved.
#
# Output seen, 29 November 2026:
#   model solved forty times, limit of their sum: Time limit reached
#   new model, the same limit: Optimal

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONUTF8=1 PIP_DISABLE_PIP_VERSION_CHECK=1
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet highspy==1.16.0 numpy==2.4.6
"$work/venv/bin/python" - <<'PY' | grep -v -e '^Running HiGHS' -e '^Includes third'
import sys

import highspy
import numpy as np


def check(what, got, want):
    print(f"{what}: {got}")
    if got != want:
        sys.exit(f"CHANGED: {what} was {want}")


def model():
    rows, columns = 120, 150
    draw = np.random.default_rng(1)
    highs = highspy.Highs()
    highs.setOptionValue("output_flag", False)
    highs.addVars(columns, np.zeros(columns), np.full(columns, highspy.kHighsInf))
    highs.changeColsCost(columns, np.arange(columns, dtype=np.int32), draw.random(columns))
    for bound in draw.random(rows):
        highs.addRow(bound, highspy.kHighsInf, columns, np.arange(columns, dtype=np.int32), draw.random(columns))
    return highs


def solved(highs, limit=None):
    highs.clearSolver()
    if limit is not None:
        highs.setOptionValue("time_limit", limit)
    highs.run()
    return highs.modelStatusToString(highs.getModelStatus())


first = model()
assert {solved(first) for _ in range(40)} == {"Optimal"}
together = first.getRunTime()
check("model solved forty times, limit of their sum", solved(first, together), "Time limit reached")
check("new model, the same limit", solved(model(), together), "Optimal")
PY
