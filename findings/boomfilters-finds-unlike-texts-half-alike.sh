#!/usr/bin/env bash
# BoomFilters (Go): texts without a word in common have the similarity 0.5, and its HyperLogLog counts 100,000 numbered
# documents as 8,905.
#
# Versions: github.com/tylertreat/BoomFilters v0.0.0-20251001182300-5b3723cc64ae
#
# Behaviour: MinHash gives equal texts 1, but texts that share nothing a half, and texts that share a third of their
# words two thirds. The HyperLogLog hashes with FNV-1 and chooses the register by the upper bits, which the last letter
# does not reach: elements that differ in it alone, as doc10 to doc19, are one. Random strings are counted right.
#
# One would guess otherwise: a MinHash estimates the Jaccard coefficient, which is 0 for such texts, and a sketch made
# for an error of 1 per cent is not off by 90.
#
# Output seen, 30 November 2026:
#   MinHash, Jaccard coefficient 1: 1.0
#   MinHash, Jaccard coefficient 1/3: 0.7
#   MinHash, Jaccard coefficient 0: 0.5
#   HyperLogLog of 1%, 100000 elements doc0 to doc99999: 8905
#   HyperLogLog of 1%, 100000 random hexadecimal numbers: 100477

set -euo pipefail
work=$(mktemp -d)
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
export GOPATH="$work/go" GOCACHE="$work/cache" GOFLAGS=-modcacherw
mkdir "$work/module"
cd "$work/module"
cat >main.go <<'GO'
package main

import (
	"fmt"
	"math/rand"
	"os"

	boom "github.com/tylertreat/BoomFilters"
)

var random = rand.New(rand.NewSource(1))

func check(what string, right bool) {
	fmt.Println(what)
	if !right {
		fmt.Println("CHANGED")
		os.Exit(1)
	}
}

func words(first, last int) (bag []string) {
	for i := first; i < last; i++ {
		bag = append(bag, fmt.Sprint("word", i))
	}
	return bag
}

func alike(coefficient string, first int, want string) {
	sum := 0.0
	for range 20 {
		sum += float64(boom.MinHash(words(0, 200), words(first, first+200)))
	}
	got := fmt.Sprintf("%.1f", sum/20)
	check(fmt.Sprintf("MinHash, Jaccard coefficient %s: %s", coefficient, got), got == want)
}

func count(what string, element func(i int) string, wrong bool) {
	const number = 100_000
	sketch, err := boom.NewDefaultHyperLogLog(0.01)
	if err != nil {
		panic(err)
	}
	for i := range number {
		sketch.Add([]byte(element(i)))
	}
	ratio := float64(sketch.Count()) / number
	check(fmt.Sprintf("HyperLogLog of 1%%, %d %s: %d", number, what, sketch.Count()), ratio < 0.2 == wrong && ratio > 0.9 != wrong)
}

func main() {
	alike("1", 0, "1.0")
	alike("1/3", 100, "0.7")
	alike("0", 200, "0.5")
	count("elements doc0 to doc99999", func(i int) string { return fmt.Sprint("doc", i) }, true)
	count("random hexadecimal numbers", func(int) string { return fmt.Sprintf("%016x", random.Uint64()) }, false)
}
GO
go mod init finding >/dev/null 2>&1
go get github.com/tylertreat/BoomFilters@v0.0.0-20251001182300-5b3723cc64ae >/dev/null 2>&1
go mod tidy >/dev/null 2>&1
go run .
