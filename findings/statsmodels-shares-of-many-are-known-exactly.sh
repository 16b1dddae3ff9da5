#!/usr/bin/env bash
# statsmodels' Sison-Glaz intervals of three shares shrink to nothing between 30,000 and 100,000 observations.
#
# Versions: statsmodels 0.15.0, scipy 1.17.1
#
# Behaviour: of counts in the ratio 5 : 3 : 2, multinomial_proportions_confint(method="sison-glaz") gives intervals that
# are 0.89 times as wide as Goodman's for 10,000, 30,000 and 150,000, and less than a hundredth as wide for 100,000,
# 200,000 and a million. Of ten samples of 100,000 drawn at these shares some have such intervals, and these hold the
# shares in none of these. Nothing is raised, nor is there a warning. With ten equal shares they stay right.
#
# One would guess otherwise: seven categories are the documented rule of thumb, but for an approximation that is good
# here at 30,000, and the documentation says that its estimator converges as observations become many. Shares of
# languages are taken of counts much larger than this.
#
# Output seen, 30 November 2026:
#   10000: 0.89 of Goodman's width
#   30000: 0.89 of Goodman's width
#   100000: under 0.01 of Goodman's width, no warning
#   150000: 0.89 of Goodman's width
#   200000: under 0.01 of Goodman's width, no warning
#   1000000: under 0.01 of Goodman's width, no warning
#   ten equal shares of 100000: 0.99 of Goodman's width
#   of 10 samples of 100,000 with so narrow intervals, that hold the shares: (2, 0)

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONUTF8=1 PIP_DISABLE_PIP_VERSION_CHECK=1
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --no-compile statsmodels==0.15.0 scipy==1.17.1
"$work/venv/bin/python" - <<'PY'
import sys
import warnings

import numpy as np
from statsmodels.stats.proportion import multinomial_proportions_confint


def check(what, got, want):
    print(f"{what}: {got}")
    if got != want:
        sys.exit(f"CHANGED: {what} was {want}")


def width(counts, method):
    low, high = multinomial_proportions_confint(counts, method=method)[0]
    return high - low


def ratio(counts):
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        part = width(counts, "sison-glaz") / width(counts, "goodman")
    if part < 0.01:
        return "under 0.01 of Goodman's width, " + ("a warning" if seen else "no warning")
    return f"{round(part, 2)} of Goodman's width"


for number, small in ((10_000, 0), (30_000, 0), (100_000, 1), (150_000, 0), (200_000, 1), (1_000_000, 1)):
    want = "under 0.01 of Goodman's width, no warning" if small else "0.89 of Goodman's width"
    check(number, ratio([number // 2, number * 3 // 10, number // 5]), want)
check("ten equal shares of 100000", ratio([10_000] * 10), "0.99 of Goodman's width")

shares = np.array([0.5, 0.3, 0.2])
narrow = held = 0
warnings.simplefilter("ignore")
for counts in np.random.default_rng(1).multinomial(100_000, shares, size=10):
    if width(counts, "sison-glaz") < 0.01 * width(counts, "goodman"):
        low, high = multinomial_proportions_confint(counts, method="sison-glaz").T
        narrow += 1
        held += bool(np.all((low <= shares) & (shares <= high)))
check("of 10 samples of 100,000 with so narrow intervals, that hold the shares", (narrow, held), (2, 0))
PY
