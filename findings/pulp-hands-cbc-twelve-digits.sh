#!/usr/bin/env bash
# PuLP hands CBC twelve significant digits of a coefficient, and HiGHS all of them: two optima of one problem,
# both "Optimal".
#
# Versions: pulp 3.3.2, highspy 1.16.0
#
# Behaviour: max 123456789012344 x + 123456789012345 y, x + y <= 1, has its optimum at y = 1. CBC gets a text
# file in which both coefficients are 1.23456789012e+14 and answers x = 1.
#
# One would guess otherwise: whole numbers below 2^53 are exact in floating point and in every solver; counts of
# pairs in a large text have that many digits.
#
# Output seen, 28 November 2026:
#   max 123456789012344 x + 123456789012345 y, CBC: (1.0, 0.0)
#   max 123456789012344 x + 123456789012345 y, HiGHS: (0.0, 1.0)
#   max 123456789000000 x + 123456789012345 y, CBC: (0.0, 1.0)
#   max 123456789000000 x + 123456789012345 y, HiGHS: (0.0, 1.0)

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONUTF8=1 PIP_DISABLE_PIP_VERSION_CHECK=1
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet pulp==3.3.2 highspy==1.16.0
"$work/venv/bin/python" - <<'PY' | grep -v -e '^Running HiGHS' -e '^Includes third'
import sys

import pulp


def check(what, got, want):
    print(f"{what}: {got}")
    if got != want:
        sys.exit(f"CHANGED: {what} was {want}")


def solve(low, high, solver):
    problem = pulp.LpProblem("digits", pulp.LpMaximize)
    x, y = pulp.LpVariable("x", 0, 1), pulp.LpVariable("y", 0, 1)
    problem += low * x + high * y
    problem += x + y <= 1
    assert pulp.LpStatus[problem.solve(solver)] == "Optimal"
    return round(abs(x.value()), 6), round(abs(y.value()), 6)


for low, want in [(123456789012344, {"CBC": (1, 0), "HiGHS": (0, 1)}), (123456789000000, {"CBC": (0, 1), "HiGHS": (0, 1)})]:
    for name, solver in {"CBC": pulp.PULP_CBC_CMD(msg=False), "HiGHS": pulp.HiGHS(msg=False)}.items():
        check(f"max {low} x + 123456789012345 y, {name}", solve(low, 123456789012345, solver), want[name])
PY
