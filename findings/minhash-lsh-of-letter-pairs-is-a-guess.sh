#!/usr/bin/env bash
# minhash-lsh (Go) estimates how alike two sets of letter pairs are with an error of 0.385 instead of 0.029.
#
# Versions: github.com/ekzhu/minhash-lsh v0.0.0-20171225071031-5c06ee8586a1
#
# Behaviour: its hash functions are h1 + i h2 of two FNV hashes, with a seed in front of the element. FNV's last byte or
# two hardly reach the upper bits of the sum, so elements of two bytes have nearly one h2, and all 256 functions find
# the same element least, or few do. Here none of 200 estimates comes within 0.1. Token ids with the greatest byte first
# differ in their last bytes, too, and have three times the error to be expected; three letters and words have the
# expected one.
#
# One would guess otherwise: the error of a MinHash depends on the number of hash functions, not on how long the
# elements are, and runs of two or more letters are what texts are commonly compared by. The module is by the author of
# Python's datasketch.
#
# Output seen, 30 November 2026:
#   pairs of letters: error 0.385, expected 0.029; off by more than 0.1: 200 of 200
#   three letters: error 0.035, expected 0.029; off by more than 0.1: 1 of 200
#   token ids in four bytes: error 0.084, expected 0.029; off by more than 0.1: 46 of 200
#   words: error 0.028, expected 0.029; off by more than 0.1: 0 of 200

set -euo pipefail
work=$(mktemp -d)
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
export GOPATH="$work/go" GOCACHE="$work/cache" GOFLAGS=-modcacherw
mkdir "$work/module"
cd "$work/module"
cat >main.go <<'GO'
package main

import (
	"encoding/binary"
	"fmt"
	"math"
	"math/rand"
	"os"

	minhashlsh "github.com/ekzhu/minhash-lsh"
)

const functions, trials, size, shared = 256, 200, 100, 50

var random = rand.New(rand.NewSource(1))

func letters(least, most int) func() string {
	return func() string {
		word := make([]byte, least+random.Intn(most-least+1))
		for i := range word {
			word[i] = byte('a' + random.Intn(26))
		}
		return string(word)
	}
}

func check(what string, draw func() string, wrong bool) {
	right := float64(shared) / (2*size - shared)
	squares, far := 0.0, 0
	for seed := range int64(trials) {
		one, two := minhashlsh.NewMinhash(seed, functions), minhashlsh.NewMinhash(seed, functions)
		for drawn := map[string]bool{}; len(drawn) < 2*size-shared; {
			element := draw()
			if drawn[element] {
				continue
			}
			if len(drawn) < size {
				one.Push([]byte(element))
			}
			if len(drawn) < shared || len(drawn) >= size {
				two.Push([]byte(element))
			}
			drawn[element] = true
		}
		equal, other := 0, two.Signature()
		for i, value := range one.Signature() {
			if value == other[i] {
				equal++
			}
		}
		estimate := float64(equal) / functions
		squares += (estimate - right) * (estimate - right)
		if math.Abs(estimate-right) > 0.1 {
			far++
		}
	}
	got, expected := math.Sqrt(squares/trials), math.Sqrt(right*(1-right)/functions)
	fmt.Printf("%s: error %.3f, expected %.3f; off by more than 0.1: %d of %d\n", what, got, expected, far, trials)
	if (got > 2*expected) != wrong {
		fmt.Println("CHANGED")
		os.Exit(1)
	}
}

func main() {
	check("pairs of letters", letters(2, 2), true)
	check("three letters", letters(3, 3), false)
	check("token ids in four bytes", func() string {
		return string(binary.BigEndian.AppendUint32(nil, uint32(random.Intn(50_000))))
	}, true)
	check("words", letters(3, 10), false)
}
GO
go mod init finding >/dev/null 2>&1
go get github.com/ekzhu/minhash-lsh@v0.0.0-20171225071031-5c06ee8586a1 >/dev/null 2>&1
go mod tidy >/dev/null 2>&1
go run .
