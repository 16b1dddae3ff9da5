#!/usr/bin/env bash
# numpy's draws of documents by weight without replacement have flatter shares than the weights: 0.42, 0.34, 0.24 for
# 0.5, 0.3, 0.2.
#
# Versions: numpy 2.4.6
#
# Behaviour: Of the pairs that choice(3, 2, replace=False, p=[0.5, 0.3, 0.2]) draws, 0.42 of the documents are the first,
# 0.337 the second and 0.243 the third, by a Generator and by RandomState, as calculated: the second draw takes the
# weights of what is left.
#
# One would guess otherwise: p is documented as "the probabilities associated with each entry", and the shares asked for
# are possible, the first document in every pair. Draws for survey samples keep them. A mixture of shards or
# documents drawn so is flatter than the one that was written down.
#
# Output seen, 30 November 2026:
#   calculated: [0.42, 0.337, 0.243]
#   Generator, within 0.005 of it: True
#   RandomState, within 0.005 of it: True
#   within 0.03 of the weights: False

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONUTF8=1 PIP_DISABLE_PIP_VERSION_CHECK=1
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet numpy==2.4.6
"$work/venv/bin/python" - <<'PY'
import itertools
import sys

import numpy as np


def check(what, got, want):
    print(f"{what}: {got}")
    if got != want:
        sys.exit(f"CHANGED: {what} was {want}")


weights = np.array([0.5, 0.3, 0.2])
calculated = np.zeros(3)
for first, second in itertools.permutations(range(3), 2):
    chance = weights[first] * weights[second] / (1 - weights[first])
    calculated[[first, second]] += chance / 2
check("calculated", calculated.round(3).tolist(), [0.42, 0.337, 0.243])
for name, random in (("Generator", np.random.default_rng(1)), ("RandomState", np.random.RandomState(1))):
    drawn = np.concatenate([random.choice(3, 2, replace=False, p=weights) for _ in range(50_000)])
    shares = np.bincount(drawn) / len(drawn)
    check(f"{name}, within 0.005 of it", bool(np.abs(shares - calculated).max() < 0.005), True)
check("within 0.03 of the weights", bool(np.abs(shares - weights).max() < 0.03), False)
PY
