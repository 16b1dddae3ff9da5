#!/usr/bin/env bash
# statsmodels' z test gives one in a hundred against 5 per cent p = 0.00006, where the exact test has 0.065.
#
# Versions: statsmodels 0.15.0, scipy 1.17.1
#
# Behaviour: proportions_ztest(count, nobs, value) takes the variance of the share that was seen, not that of the share
# to be tested, unless prop_var repeats the value. None in twenty against 10 per cent is p = 0, with a RuntimeWarning of
# a division; so is none in three against a half. With the value's variance the numbers are near those of the exact test
# in the same module. For counts above the value it is the other way: 5 in 20 against 10 per cent has p = 0.12 for 0.04.
#
# One would guess otherwise: the z test of textbooks has the variance under the hypothesis, and a test of shares is made
# for counts such as one in a hundred. The documentation says which variance it is, and not that p can be a thousandth
# of the right one.
#
# Output seen, 30 November 2026:
#   1 of 100 against 0.05: 5.8e-05, with prop_var 0.066, exact 0.065
#   0 of 20 against 0.1: 0, with prop_var 0.14, exact 0.25
#   0 of 3 against 0.5: 0, with prop_var 0.083, exact 0.25
#   5 of 20 against 0.1: 0.12, with prop_var 0.025, exact 0.043

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONUTF8=1 PIP_DISABLE_PIP_VERSION_CHECK=1
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --no-compile statsmodels==0.15.0 scipy==1.17.1
"$work/venv/bin/python" -W ignore - <<'PY'
import sys

from statsmodels.stats.proportion import binom_test, proportions_ztest


def check(count, number, share, want):
    own, under = (proportions_ztest(count, number, share, prop_var=var)[1] for var in (False, share))
    got = f"{own:.2g}, with prop_var {under:.2g}, exact {binom_test(count, number, share):.2g}"
    print(f"{count} of {number} against {share}: {got}")
    if got != want:
        sys.exit(f"CHANGED: was {want}")


check(1, 100, 0.05, "5.8e-05, with prop_var 0.066, exact 0.065")
check(0, 20, 0.1, "0, with prop_var 0.14, exact 0.25")
check(0, 3, 0.5, "0, with prop_var 0.083, exact 0.25")
check(5, 20, 0.1, "0.12, with prop_var 0.025, exact 0.043")
PY
