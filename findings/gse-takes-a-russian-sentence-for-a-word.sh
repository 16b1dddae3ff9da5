#!/usr/bin/env bash
# gse (Go) gives a whole Russian, Greek or Korean sentence, commas and spaces included, as one word if asked for its
# hidden Markov model, and Straße as three.
#
# Versions: github.com/go-ego/gse v0.80.3
#
# Behaviour: Cut(text, true), for words that the dictionary lacks, sets runs of Chinese characters and runs of a-z and
# 0-9 apart, and hands on whatever stands in between as it is: sentences of other alphabets whole, and ß and é as words
# of their own, with the spaces beside them. CutAll gives English by letters. Both write in lower case; Cut(text), which
# cuts words of any alphabet but Korean at their ends, does so with A-Z alone: ÉTÉ is ÉtÉ.
#
# One would guess otherwise: the README says "implements jieba by golang" and "multilingual: English, Chinese, Japanese
# and others". jieba has Straße in three, too, but Russian and Korean letter after letter, and its full mode leaves
# English words whole. Counted by gse, every Russian sentence is a word that occurs once.
#
# Output seen, 30 November 2026:
#   "Привет, мир, как дела": ["Привет" "," " " "мир" "," " " "как" " " "дела"], with the model ["привет, мир, как дела"]
#   "서울에서 만나요": ["서" "울" "에" "서" " " "만" "나" "요"], with the model ["서울에서 만나요"]
#   "我在 Straße 找到": ["我" "在" " " "straße" " " "找到"], with the model ["我" "在" " " "stra" "ß" "e" " " "找到"]
#   "Hello ÉTÉ": ["hello" " " "ÉtÉ"], with the model ["hello" " é" "t" "é"]
#   all words of "Hello": ["h" "e" "l" "l" "o"]

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
	"os"

	"github.com/go-ego/gse"
)

func check(what, got, want string) {
	fmt.Printf("%s: %s\n", what, got)
	if got != want {
		fmt.Println("CHANGED: was", want)
		os.Exit(1)
	}
}

func main() {
	segmenter := gse.Segmenter{SkipLog: true}
	if err := segmenter.LoadDictEmbed(); err != nil {
		panic(err)
	}
	for _, row := range [][2]string{
		{"Привет, мир, как дела", `["Привет" "," " " "мир" "," " " "как" " " "дела"], with the model ["привет, мир, как дела"]`},
		{"서울에서 만나요", `["서" "울" "에" "서" " " "만" "나" "요"], with the model ["서울에서 만나요"]`},
		{"我在 Straße 找到", `["我" "在" " " "straße" " " "找到"], with the model ["我" "在" " " "stra" "ß" "e" " " "找到"]`},
		{"Hello ÉTÉ", `["hello" " " "ÉtÉ"], with the model ["hello" " é" "t" "é"]`},
	} {
		check(fmt.Sprintf("%q", row[0]), fmt.Sprintf("%q, with the model %q", segmenter.Cut(row[0]), segmenter.Cut(row[0], true)), row[1])
	}
	check(`all words of "Hello"`, fmt.Sprintf("%q", segmenter.CutAll("Hello")), `["h" "e" "l" "l" "o"]`)
}
GO
go mod init finding >/dev/null 2>&1
go get github.com/go-ego/gse@v0.80.3 >/dev/null 2>&1
go mod tidy >/dev/null 2>&1
go run .
