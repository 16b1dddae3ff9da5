#!/usr/bin/env bash
# Two of OR-Tools' five solvers of linear programs call a mixture of nothing optimal where the rows are small.
#
# Versions: ortools 9.15.6755
#
# Behaviour: The shares of a mixture sum to one, in a row times 1e-7. GLOP, CBC and HiGHS give the one share that is
# cheapest; SCIP and PDLP give 0, 0, 0. All five return OPTIMAL, and verifying within 1e-6 finds no fault. PDLP does so at
# 1e-6 already. The limits on what a row may miss are absolute, and 1e-7 is below them.
#
# One would guess otherwise: a row is the same condition when it is multiplied, and the solvers are options of one
# call. Rows of shares of pairs have coefficients of 1e-7, and zeros are an answer that looks like one.
#
# Output seen, 29 November 2026:
#   times 1: {'GLOP': [0, 1, 0], 'CBC': [0, 1, 0], 'HIGHS': [0, 1, 0], 'SCIP': [0, 1, 0], 'PDLP': [0, 1, 0]}
#   times 1e-06: {'GLOP': [0, 1, 0], 'CBC': [0, 1, 0], 'HIGHS': [0, 1, 0], 'SCIP': [0, 1, 0], 'PDLP': [0, 0, 0]}
#   times 1e-07: {'GLOP': [0, 1, 0], 'CBC': [0, 1, 0], 'HIGHS': [0, 1, 0], 'SCIP': [0, 0, 0], 'PDLP': [0, 0, 0]}

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONUTF8=1 PIP_DISABLE_PIP_VERSION_CHECK=1
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet ortools==9.15.6755
"$work/venv/bin/python" - <<'PY' | grep -v -e '^Running HiGHS' -e '^Copyright'
import sys

from ortools.linear_solver import pywraplp

SOLVERS = ["GLOP", "CBC", "HIGHS", "SCIP", "PDLP"]
for scale, zeros in [(1, []), (1e-6, ["PDLP"]), (1e-7, ["SCIP", "PDLP"])]:
    found = {}
    for name in SOLVERS:
        model = pywraplp.Solver.CreateSolver(name)
        shares = [model.NumVar(0, 1, letter) for letter in "xyz"]
        model.Add(sum(scale * share for share in shares) == scale)
        model.Minimize(3 * shares[0] + shares[1] + 2 * shares[2])
        if model.Solve() != pywraplp.Solver.OPTIMAL or not model.VerifySolution(1e-6, False):
            sys.exit(f"CHANGED: {name} was optimal and verified")
        found[name] = [round(share.solution_value()) for share in shares]
    print(f"times {scale:g}: {found}")
    if found != {name: [0, 0, 0] if name in zeros else [0, 1, 0] for name in SOLVERS}:
        sys.exit(f"CHANGED: zeros were of {zeros}")
PY
