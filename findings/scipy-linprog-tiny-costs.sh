#!/usr/bin/env bash
# scipy's linprog calls any corner optimal when the costs are small: min 3x + y + 2z, times 1e-8, gives x = 1.
#
# Versions: scipy 1.17.1 (its own HiGHS)
#
# Behaviour: On x + y + z = 1 the costs (3, 1, 2) give y = 1. The costs (3e-8, 1e-8, 2e-8) give x = 1, three
# times the minimum, with status 0 and "Optimization terminated successfully", by simplex and interior point:
# reduced costs below 1e-7, an absolute limit, count as zero.
#
# One would guess otherwise: a linear program's solution does not change with the unit of its objective, and
# shares of pairs, which are the costs here, are naturally of the order of 1e-8.
#
# Output seen, 28 November 2026:
#   highs-ds, costs times 1: [0.0, 1.0, 0.0], status 0
#   highs-ds, costs times 1e-06: [0.0, 1.0, 0.0], status 0
#   highs-ds, costs times 1e-08: [1.0, 0.0, 0.0], status 0
#   highs-ipm, costs times 1: [0.0, 1.0, 0.0], status 0
#   highs-ipm, costs times 1e-06: [0.0, 1.0, 0.0], status 0
#   highs-ipm, costs times 1e-08: [1.0, 0.0, 0.0], status 0

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONUTF8=1 PIP_DISABLE_PIP_VERSION_CHECK=1
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet scipy==1.17.1 numpy==2.4.6
"$work/venv/bin/python" - <<'PY'
import sys

import numpy as np
from scipy.optimize import linprog

for method in ("highs-ds", "highs-ipm"):
    for scale, want in [(1, [0, 1, 0]), (1e-6, [0, 1, 0]), (1e-8, [1, 0, 0])]:
        result = linprog(scale * np.array([3.0, 1, 2]), A_eq=[[1, 1, 1]], b_eq=[1], method=method)
        got = result.x.tolist()
        print(f"{method}, costs times {scale:g}: {got}, status {result.status}")
        if got != want or result.status != 0:
            sys.exit(f"CHANGED: was {want}, status 0")
PY
