#!/usr/bin/env bash
# gonum's binomial distribution gives the chance of at most half a billion heads in a billion as -0.56, and its beta and
# F distributions give chances of 1.56; in the middle they are off from ten million on.
#
# Versions: gonum.org/v1/gonum v0.17.0 (Go), scipy 1.17.1, numpy 2.4.6
#
# Behaviour: these three are one function, mathext.RegIncBeta. Within a fraction of a standard deviation of the middle,
# it is off by 0.001 at 10 million, by 0.14 at 100 million, by more than 1 at a billion; one standard deviation away it
# is right to four places, and so is the Poisson distribution everywhere that was asked. Nothing is said.
#
# One would guess otherwise: a probability is from 0 to 1; scipy's is right at these sizes. Counts of tokens, and of
# pairs of tokens, are of these sizes, and a test whether a share is a half is asked in the middle.
#
# Output seen, 30 November 2026:
#   binomial, 1000000: gonum 0.5004, scipy 0.5004; a standard deviation below: 0.1589, 0.1589
#   binomial, 10000000: gonum 0.4988, scipy 0.5001; a standard deviation below: 0.1586, 0.1586
#   binomial, 100000000: gonum 0.3601, scipy 0.5000; a standard deviation below: 0.1587, 0.1587
#   binomial, 1000000000: gonum -0.5625, scipy 0.5000; a standard deviation below: 0.1587, 0.1587
#   beta, 1000000000: gonum 1.5625, scipy 0.5000
#   F, 1000000000: gonum 1.5625, scipy 0.5000
#   Poisson, 1000000000: gonum 0.5000, scipy 0.5000

set -euo pipefail
work=$(mktemp -d)
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
export PYTHONUTF8=1 PIP_DISABLE_PIP_VERSION_CHECK=1 GOPATH="$work/go" GOCACHE="$work/cache" GOFLAGS=-modcacherw
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --no-deps scipy==1.17.1 numpy==2.4.6
mkdir "$work/module"
cd "$work/module"
cat >main.go <<'GO'
package main

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

func main() {
	for _, n := range []float64{1e6, 1e7, 1e8, 1e9} {
		heads := distuv.Binomial{N: n, P: 0.5}
		fmt.Println("binomial", n, heads.CDF(n/2), heads.CDF(math.Floor(n/2-math.Sqrt(n)/2)))
	}
	fmt.Println("beta", 1e9, distuv.Beta{Alpha: 5e8, Beta: 5e8}.CDF(0.5))
	fmt.Println("F", 1e9, distuv.F{D1: 1e9, D2: 1e9}.CDF(1))
	fmt.Println("Poisson", 1e9, distuv.Poisson{Lambda: 1e9}.CDF(1e9))
}
GO
go mod init finding >/dev/null 2>&1
go get gonum.org/v1/gonum@v0.17.0 >/dev/null 2>&1
go mod tidy >/dev/null 2>&1
go run . >seen
"$work/venv/bin/python" - <<'PY'
import math
import sys

from scipy import stats

wrong = {"binomial 1e+07", "binomial 1e+08", "binomial 1e+09", "beta 1e+09", "F 1e+09"}
for line in open("seen"):
    name, size, *found = line.split()
    n, found = int(float(size)), [float(number) for number in found]
    right = {
        "binomial": lambda n: [stats.binom(n, 0.5).cdf(at) for at in (n // 2, math.floor(n / 2 - math.sqrt(n) / 2))],
        "beta": lambda n: [stats.beta(n / 2, n / 2).cdf(0.5)],
        "F": lambda n: [stats.f(n, n).cdf(1)],
        "Poisson": lambda n: [stats.poisson(n).cdf(n)],
    }[name](n)
    pairs = [f"gonum {found[0]:.4f}, scipy {right[0]:.4f}", *(f"{a:.4f}, {b:.4f}" for a, b in zip(found[1:], right[1:]))]
    print(f"{name}, {n}: {'; a standard deviation below: '.join(pairs)}")
    off = [abs(a - b) > 0.001 for a, b in zip(found, right)]
    if off != [f"{name} {size}" in wrong, False][: len(off)]:
        sys.exit("CHANGED")
    if n == 10**9 and name != "Poisson" and 0 <= found[0] <= 1:
        sys.exit("CHANGED: it was no probability")
PY
