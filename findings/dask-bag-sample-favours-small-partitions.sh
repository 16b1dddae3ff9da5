#!/usr/bin/env bash
# dask.bag.random.sample draws an element of a small partition nearly three times as often as one of a large one.
#
# Versions: dask 2026.8.0
#
# Behaviour: A bag has a partition of 10 texts and one of 990. Of what sample(bag, k=20) draws, about 2.7 per cent are
# from the first, where uniform draws would give 1; choices(bag, k=20), with replacement, gives 1. Each partition hands
# over up to 20 with weights, and the weighted draw among these is one without replacement, which evens weights out.
#
# One would guess otherwise: "Chooses k unique random elements", says the documentation, and the code of its
# reduction "a sequence of uniformly distributed samples". Partitions are files, and files are languages: a small
# language is sampled at a multiple of its share.
#
# Output seen, 29 November 2026 (shares in per cent, of 16,000 draws; rounded, the draws have no seed):
#   partition of 10 in 1000: sample 3, choices 1
#   above twice its share: (True, False)

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONUTF8=1 PIP_DISABLE_PIP_VERSION_CHECK=1
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet "dask[bag]==2026.8.0"
"$work/venv/bin/python" - <<'PY'
import sys

import dask
import dask.bag
from dask.bag import random

def check(what, got, want):
    print(f"{what}: {got}")
    if got != want:
        sys.exit(f"CHANGED: {what} was {want}")


dask.config.set(scheduler="sync")
parts = [range(10), range(10, 1000)]
bag = dask.bag.concat([dask.bag.from_sequence(part, npartitions=1) for part in parts])
shares = []
for draw in (random.sample, random.choices):
    drawn = [number for _ in range(800) for number in draw(bag, k=20).compute()]
    shares.append(sum(number < 10 for number in drawn) / len(drawn))
print("partition of 10 in 1000: sample {:.0%}, choices {:.0%}".format(*shares).replace("%", ""))
check("above twice its share", (shares[0] > 0.02, shares[1] > 0.02), (True, False))
PY
