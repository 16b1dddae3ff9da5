#!/usr/bin/env bash
# gonum's Kendall correlation of a constant with 1, 2, 3, 4 is 1, and with 4, 3, 2, 1 it is -1; equal values count for
# or against by the order in which the pairs are handed over.
#
# Versions: gonum.org/v1/gonum v0.17.0 (Go)
#
# Behaviour: stat.Kendall compares the signs of the differences, and to it a difference of 0 has the sign of a rise: of
# two pairs with one x, the one with the greater y counts as concordant if it comes later and as discordant if it comes
# first. Without equal values it is right.
#
# One would guess otherwise: its documentation says tau-a, where such pairs count neither way, so that a constant has 0,
# and a correlation does not depend on the order of the observations. Counts of words, of which most are equal, get a
# correlation of any size.
#
# Output seen, 30 November 2026:
#   x [1 1 1 1], y [1 2 3 4]: gonum 1.000, tau-a 0.000
#   x [1 1 1 1], y [4 3 2 1]: gonum -1.000, tau-a 0.000
#   x [1 1 2 2], y [1 2 2 1]: gonum 0.333, tau-a 0.000
#   x [2 2 1 1], y [2 1 1 2]: gonum -0.333, tau-a 0.000
#   x [1 2 3 4], y [1 3 2 4]: gonum 0.667, tau-a 0.667

set -euo pipefail
work=$(mktemp -d)
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
export GOPATH="$work/go" GOCACHE="$work/cache" GOFLAGS=-modcacherw
mkdir "$work/module"
cd "$work/module"
cat >main.go <<'GO'
package main

import (
	"cmp"
	"fmt"
	"os"

	"gonum.org/v1/gonum/stat"
)

func check(x, y []float64, want string) {
	sum, pairs := 0, 0
	for i := range x {
		for j := range i {
			sum, pairs = sum+cmp.Compare(x[i], x[j])*cmp.Compare(y[i], y[j]), pairs+1
		}
	}
	got := fmt.Sprintf("gonum %.3f, tau-a %.3f", stat.Kendall(x, y, nil), float64(sum)/float64(pairs))
	fmt.Printf("x %v, y %v: %s\n", x, y, got)
	if got != want {
		fmt.Println("CHANGED: was", want)
		os.Exit(1)
	}
}

func main() {
	check([]float64{1, 1, 1, 1}, []float64{1, 2, 3, 4}, "gonum 1.000, tau-a 0.000")
	check([]float64{1, 1, 1, 1}, []float64{4, 3, 2, 1}, "gonum -1.000, tau-a 0.000")
	check([]float64{1, 1, 2, 2}, []float64{1, 2, 2, 1}, "gonum 0.333, tau-a 0.000")
	check([]float64{2, 2, 1, 1}, []float64{2, 1, 1, 2}, "gonum -0.333, tau-a 0.000")
	check([]float64{1, 2, 3, 4}, []float64{1, 3, 2, 4}, "gonum 0.667, tau-a 0.667")
}
GO
go mod init finding >/dev/null 2>&1
go get gonum.org/v1/gonum@v0.17.0 >/dev/null 2>&1
go mod tidy >/dev/null 2>&1
go run .
