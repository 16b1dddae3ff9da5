#!/usr/bin/env bash
# scipy draws mixtures of NaN from a sparse Dirichlet distribution if the seed is an integer, and none if it is a
# Generator.
#
# Versions: scipy 1.17.1, numpy 2.4.6
#
# Behaviour: Of 1,000 mixtures of five parts with the parameters 0.001, 40 hold NaN, from dirichlet.rvs with an integer
# or a RandomState; with numpy's default_rng none does. All five gamma draws are then below the smallest float, and the
# older code divides by their sum, without a warning.
#
# One would guess otherwise: parameters below one are how mixtures of few languages are drawn, and the documentation has
# an integer and a Generator as two ways to the same. Simulated errors are NaN then, or are averaged by nanmean over the
# mixtures that are left.
#
# Output seen, 29 November 2026:
#   NaN with random_state=1: 40
#   NaN with a RandomState: 40
#   NaN with a Generator: 0
#   warnings: 0

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONUTF8=1 PIP_DISABLE_PIP_VERSION_CHECK=1
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet scipy==1.17.1 numpy==2.4.6
"$work/venv/bin/python" - <<'PY'
import sys
import warnings

import numpy as np
from scipy.stats import dirichlet


def check(what, got, want):
    print(f"{what}: {got}")
    if got != want:
        sys.exit(f"CHANGED: {what} was {want}")


def lost(random_state):
    drawn = dirichlet.rvs([1e-3] * 5, size=1000, random_state=random_state)
    return int(np.isnan(drawn).any(axis=1).sum())


with warnings.catch_warnings(record=True) as seen:
    warnings.simplefilter("always")
    check("NaN with random_state=1", lost(1), 40)
    check("NaN with a RandomState", lost(np.random.RandomState(1)), 40)
    check("NaN with a Generator", lost(np.random.default_rng(1)), 0)
check("warnings", len(seen), 0)
PY
