#!/usr/bin/env bash
# PuLP's .pi has one sign from CBC and the other from HiGHS when the problem is a maximisation.
#
# Versions: pulp 3.3.2, highspy 1.16.0
#
# Behaviour: For max 2x, x <= 3, constraint.pi is 2 with the bundled CBC and -2 with HiGHS. For min 2x, x >= 3
# both say 2.
#
# One would guess otherwise: PuLP is one interface to many solvers, the primal values agree, and so do duals of
# minimisations, on which one would try them.
#
# Output seen, 28 November 2026:
#   minimise: dual by CBC, by HiGHS: (2.0, 2.0)
#   maximise: dual by CBC, by HiGHS: (2.0, -2.0)

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


def dual(sense, solver):
    problem = pulp.LpProblem("dual", sense)
    x = pulp.LpVariable("x", 0)
    problem += 2 * x
    problem += (x <= 3 if sense == pulp.LpMaximize else x >= 3), "row"
    assert pulp.LpStatus[problem.solve(solver)] == "Optimal" and x.value() == 3
    return problem.constraints["row"].pi


for name, sense, want in [("minimise", pulp.LpMinimize, (2, 2)), ("maximise", pulp.LpMaximize, (2, -2))]:
    got = dual(sense, pulp.PULP_CBC_CMD(msg=False)), dual(sense, pulp.HiGHS(msg=False))
    check(f"{name}: dual by CBC, by HiGHS", got, want)
PY
