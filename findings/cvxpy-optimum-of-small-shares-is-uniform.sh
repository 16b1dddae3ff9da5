#!/usr/bin/env bash
# cvxpy calls the uniform mixture optimal for least squares on small shares, with its default solver and three others.
#
# Versions: cvxpy 1.9.3, osqp 1.1.3, clarabel 0.11.1, scs 3.3.1, ecos 2.0.14, daqp 0.11.0
#
# Behaviour: a mixture of 0.5, 0.3, 0.15 and 0.05 of four columns fits exactly. With columns of the size of 1 all the
# solvers find it. With the same columns times 1e-5 the default, OSQP, and Clarabel, SCS and ECOS return 0.25 each
# within 0.02, with the status "optimal"; DAQP finds the mixture. The norm in place of its square helps Clarabel and
# ECOS, not SCS.
#
# One would guess otherwise: the optimum does not depend on the unit, and "optimal" is not said of any other point.
# Shares of single words or pairs in a corpus are of this size, and a uniform mixture is a plausible answer.
#
# Output seen, 30 November 2026:
#   default, sum_squares, 1: optimal, truth
#   default, sum_squares, 1e-05: optimal, uniform
#   OSQP, sum_squares, 1: optimal, truth
#   OSQP, sum_squares, 1e-05: optimal, uniform
#   CLARABEL, sum_squares, 1: optimal, truth
#   CLARABEL, sum_squares, 1e-05: optimal, uniform
#   SCS, sum_squares, 1: optimal, truth
#   SCS, sum_squares, 1e-05: optimal, uniform
#   ECOS, sum_squares, 1: optimal, truth
#   ECOS, sum_squares, 1e-05: optimal, uniform
#   DAQP, sum_squares, 1: optimal, truth
#   DAQP, sum_squares, 1e-05: optimal, truth
#   CLARABEL, norm, 1e-05: optimal, truth
#   ECOS, norm, 1e-05: optimal, truth
#   SCS, norm, 1e-05: optimal, uniform

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONUTF8=1 PIP_DISABLE_PIP_VERSION_CHECK=1
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --no-compile cvxpy==1.9.3 osqp==1.1.3 clarabel==0.11.1 scs==3.3.1 ecos==2.0.14 \
  daqp==0.11.0
"$work/venv/bin/python" - <<'PY'
import sys
import warnings

import cvxpy
import numpy as np

warnings.simplefilter("ignore")
truth = np.array([0.5, 0.3, 0.15, 0.05])
columns = np.random.default_rng(0).random((30, 4))


def fitted(size, solver, measure):
    shares = cvxpy.Variable(4)
    misfit = size * columns @ shares - size * columns @ truth
    problem = cvxpy.Problem(cvxpy.Minimize(measure(misfit)), [shares >= 0, cvxpy.sum(shares) == 1])
    problem.solve(solver=solver)
    near = "truth" if np.abs(shares.value - truth).max() < 0.01 else "neither"
    near = "uniform" if np.abs(shares.value - 0.25).max() < 0.02 else near
    return f"{problem.status}, {near}"


def check(solver, size, measure, want):
    got = fitted(size, solver, measure)
    print(f"{solver or 'default'}, {measure.__name__}, {size:g}: {got}")
    if got != f"optimal, {want}":
        sys.exit(f"CHANGED: {solver} was optimal, {want}")


for solver in (None, "OSQP", "CLARABEL", "SCS", "ECOS", "DAQP"):
    check(solver, 1.0, cvxpy.sum_squares, "truth")
    check(solver, 1e-5, cvxpy.sum_squares, "truth" if solver == "DAQP" else "uniform")
for solver in ("CLARABEL", "ECOS", "SCS"):
    check(solver, 1e-5, cvxpy.norm, "uniform" if solver == "SCS" else "truth")
PY
