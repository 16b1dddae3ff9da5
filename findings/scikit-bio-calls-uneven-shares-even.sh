#!/usr/bin/env bash
# scikit-bio's Gini index of the shares 0.5, 0.3, 0.2 is 0, as of three equal ones; evenness of large counts is 1.07.
#
# Versions: scikit-bio 0.7.4
#
# Behaviour: gini_index takes the area under the Lorenz curve as a row of rectangles, whose right ends are on the curve,
# unless told method="trapezoids". That is one n-th too little for n shares, and what falls below 0 is given as 0. The
# documentation calls it the correct method. mcintosh_e squares counts in 64-bit integers, and wraps around from counts
# of about a milliard: a number above 1, later NaN.
#
# One would guess otherwise: the index is known as twice the area between the curve and the diagonal, and of 100 shares
# the two methods differ by a hundredth only. Of a mixture of few languages or sources it says that they are even.
#
# Output seen, 30 November 2026:
#   1/3, 1/3, 1/3: 0.0, trapezoids 0.0, half the mean gap over the mean 0.0
#   0.5, 0.3, 0.2: 0.0, trapezoids 0.2, half the mean gap over the mean 0.2
#   0.4, 0.3, 0.2, 0.1: 0.0, trapezoids 0.25, half the mean gap over the mean 0.25
#   0.97, 0.01, 0.01, 0.01: 0.47, trapezoids 0.72, half the mean gap over the mean 0.72
#   1 to 100: 0.32, trapezoids 0.33, half the mean gap over the mean 0.33
#   mcintosh_e of [400000000, 300000000, 200000000, 100000000]: 0.548
#   mcintosh_e of [2000000000, 1500000000, 1000000000, 500000000]: 1.07
#   mcintosh_e of [4000000000, 3000000000, 2000000000, 1000000000]: nan

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONUTF8=1 PIP_DISABLE_PIP_VERSION_CHECK=1
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --no-deps --no-compile scikit-bio==0.7.4 numpy==2.4.6 scipy==1.17.1 pandas==3.1.1 \
    h5py==3.16.0 biom-format==2.1.18 decorator==5.3.1 array-api-compat==1.16.0 python-dateutil==4.0.0 \
    six==1.17.0 click==8.5.1
"$work/venv/bin/python" -W ignore - <<'PY'
import sys

from skbio.diversity.alpha import gini_index, mcintosh_e


def check(name, shares, want, right):
    gaps = sum(abs(one - other) for one in shares for other in shares)
    half = round(gaps / (2 * len(shares) * sum(shares)), 3)
    got = round(float(gini_index(shares)), 3), round(float(gini_index(shares, method="trapezoids")), 3)
    print(f"{name}: {got[0]}, trapezoids {got[1]}, half the mean gap over the mean {half}")
    if got != (want, right):
        sys.exit(f"CHANGED: was {want}, {right}")


def even(counts, want):
    got = round(float(mcintosh_e(counts)), 3)
    print(f"mcintosh_e of {counts}: {got}")
    if str(got) != want:
        sys.exit(f"CHANGED: was {want}")


check("1/3, 1/3, 1/3", [1 / 3, 1 / 3, 1 / 3], 0.0, 0.0)
check("0.5, 0.3, 0.2", [0.5, 0.3, 0.2], 0.0, 0.2)
check("0.4, 0.3, 0.2, 0.1", [0.4, 0.3, 0.2, 0.1], 0.0, 0.25)
check("0.97, 0.01, 0.01, 0.01", [0.97, 0.01, 0.01, 0.01], 0.47, 0.72)
check("1 to 100", list(range(1, 101)), 0.32, 0.33)
even([400000000, 300000000, 200000000, 100000000], "0.548")
even([2000000000, 1500000000, 1000000000, 500000000], "1.07")
even([4000000000, 3000000000, 2000000000, 1000000000], "nan")
PY
