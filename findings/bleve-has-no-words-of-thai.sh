#!/usr/bin/env bash
# bleve's standard analyzer gives no token at all for text in Thai, Lao, Khmer or Burmese; uniseg cuts it in syllables.
#
# Versions: github.com/blevesearch/bleve/v2 v2.6.3, github.com/blevesearch/segment v0.9.1, github.com/rivo/uniseg v0.4.7
#
# Behaviour: the analyzer, which an index has unless another is chosen, takes the words of blevesearch/segment and drops
# those of type None, as spaces and punctuation are. To segment the letters of these scripts are of that type, one by
# one, and it cuts between a letter and its vowel or tone mark. Digits in between stay. uniseg, which follows the
# same Annex 29 of Unicode, never cuts before a mark.
#
# One would guess otherwise: scripts whose words are not set apart are cut too finely or not at all, but are there;
# Chinese is, by characters. A document in these languages is indexed without an error and never found.
#
# Output seen, 30 November 2026:
#   ที่นี่ 25: bleve ["25"], segment ["ท" "ี่" "น" "ี่" " " "25"], uniseg ["ที่" "นี่" " " "25"]
#   មែ: bleve [], segment ["ម" "ែ"], uniseg ["មែ"]
#   မြန်: bleve [], segment ["မ" "ြ" "န" "်"], uniseg ["မြ" "န်"]
#   ລາວ: bleve [], segment ["ລ" "າ" "ວ"], uniseg ["ລ" "າ" "ວ"]
#   हिन्दी: bleve ["हिन्दी"], segment ["हिन्दी"], uniseg ["हिन्दी"]
#   中文: bleve ["中" "文"], segment ["中" "文"], uniseg ["中" "文"]

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
	"strings"

	_ "github.com/blevesearch/bleve/v2/analysis/analyzer/standard"
	"github.com/blevesearch/bleve/v2/registry"
	"github.com/blevesearch/segment"
	"github.com/rivo/uniseg"
)

func check(text, want string) {
	analyzer, err := registry.NewCache().AnalyzerNamed("standard")
	if err != nil {
		panic(err)
	}
	terms, segments, words := []string{}, []string{}, []string{}
	for _, token := range analyzer.Analyze([]byte(text)) {
		terms = append(terms, string(token.Term))
	}
	for segmenter := segment.NewWordSegmenter(strings.NewReader(text)); segmenter.Segment(); {
		segments = append(segments, segmenter.Text())
	}
	for word, rest, state := "", text, -1; rest != ""; words = append(words, word) {
		word, rest, state = uniseg.FirstWordInString(rest, state)
	}
	got := fmt.Sprintf("bleve %q, segment %q, uniseg %q", terms, segments, words)
	fmt.Printf("%s: %s\n", text, got)
	if got != want {
		fmt.Println("CHANGED: was", want)
		os.Exit(1)
	}
}

func main() {
	check("ที่นี่ 25", `bleve ["25"], segment ["ท" "ี่" "น" "ี่" " " "25"], uniseg ["ที่" "นี่" " " "25"]`)
	check("មែ", `bleve [], segment ["ម" "ែ"], uniseg ["មែ"]`)
	check("မြန်", `bleve [], segment ["မ" "ြ" "န" "်"], uniseg ["မြ" "န်"]`)
	check("ລາວ", `bleve [], segment ["ລ" "າ" "ວ"], uniseg ["ລ" "າ" "ວ"]`)
	check("हिन्दी", `bleve ["हिन्दी"], segment ["हिन्दी"], uniseg ["हिन्दी"]`)
	check("中文", `bleve ["中" "文"], segment ["中" "文"], uniseg ["中" "文"]`)
}
GO
go mod init finding >/dev/null 2>&1
go get github.com/blevesearch/bleve/v2@v2.6.3 github.com/blevesearch/segment@v0.9.1 github.com/rivo/uniseg@v0.4.7 \
    >/dev/null 2>&1
go mod tidy >/dev/null 2>&1
go run .
