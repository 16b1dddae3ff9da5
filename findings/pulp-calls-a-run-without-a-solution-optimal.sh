#!/usr/bin/env bash
# PuLP says "Optimal" and "Solution Found" of a linear program that ran out of time before it had any solution.
#
# Versions: pulp 3.3.2, highspy 1.16.0
#
# Behaviour: With a time limit of nothing, solve() returns LpStatusOptimal, sol_status is "Solution Found", every
# variable is 0 and so is the objective, with HiGHS and with the bundled CBC alike. The zeros break the rows:
# valid() is False. Solved to the end the objective is 34.
#
# One would guess otherwise: a solver that stops early has a status of its own, and sol_status is there to tell
# a best point so far from an optimum. For a linear program there may be no point so far, and nothing says so.
#
# Output seen, 29 November 2026:
#   HiGHS, stopped: ('Optimal', 'Solution Found', 0.0, False)
#   HiGHS, to the end: ('Optimal', 34.0)
#   CBC, stopped: ('Optimal', 'Solution Found', 0.0, False)
#   CBC, to the end: ('Optimal', 34.0)

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


def problem():
    made = pulp.LpProblem("rows", pulp.LpMinimize)
    x = [pulp.LpVariable(f"x{i}", 0) for i in range(60)]
    made += pulp.lpSum((1 + i % 7) * v for i, v in enumerate(x))
    for row in range(40):
        made += pulp.lpSum(((i * row) % 11 + 1) * v for i, v in enumerate(x)) >= row + 1
    return made


for name, solver in (("HiGHS", pulp.HiGHS), ("CBC", pulp.PULP_CBC_CMD)):
    stopped, whole = problem(), problem()
    status = pulp.LpStatus[stopped.solve(solver(msg=False, timeLimit=0))]
    got = status, pulp.LpSolution[stopped.sol_status], float(pulp.value(stopped.objective)), stopped.valid()
    check(f"{name}, stopped", got, ("Optimal", "Solution Found", 0.0, False))
    status = pulp.LpStatus[whole.solve(solver(msg=False))]
    check(f"{name}, to the end", (status, round(pulp.value(whole.objective), 6)), ("Optimal", 34.0))
PY
