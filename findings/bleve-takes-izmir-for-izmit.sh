#!/usr/bin/env bash
# bleve's lower case takes the last letter off İzmir and İzmit, two cities, which become one word, and not izmir.
#
# Versions: github.com/blevesearch/bleve/v2 v2.6.3 (Go)
#
# Behaviour: where a capital is longer in UTF-8 than its small letter, as İ, ẞ and the signs for ohm and kelvin are, the
# small letters after it stay where they were, with what is left of the capital in front of them, and the word is cut to
# its new length: it ends too early and is no valid UTF-8. Words in capitals throughout are right. The standard analyzer
# does so, which an index has unless another is chosen, and the Turkish one.
#
# One would guess otherwise: a text in small letters has all of its letters; the filter's comment says that it works
# "exactly like bytes.ToLower()", which gives izmir.
#
# Output seen, 30 November 2026:
#   standard: İzmir "i\xb0zmi", İzmit "i\xb0zmi", İZMİR "izmir", İstanbul "i\xb0stanbu", ẞa "ß\x9e", Ωhm "ω\xa6h", Éa "éa"
#   tr: İzmir "i\xb0zmi", İzmit "i\xb0zmi", İZMİR "izmir", İstanbul "i\xb0stanbu", ẞa "ß\x9e", Ωhm "ω\xa6h", Éa "éa"
#   a search for İzmit finds 1 of one text, "İzmir"; for izmir 0

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

	"github.com/blevesearch/bleve/v2"
	_ "github.com/blevesearch/bleve/v2/analysis/lang/tr"
	"github.com/blevesearch/bleve/v2/registry"
)

func check(got, want string) {
	fmt.Println(got)
	if got != want {
		fmt.Println("CHANGED: was", want)
		os.Exit(1)
	}
}

func hits(index bleve.Index, word string) uint64 {
	found, err := index.Search(bleve.NewSearchRequest(bleve.NewMatchQuery(word)))
	if err != nil {
		panic(err)
	}
	return found.Total
}

func main() {
	for _, name := range []string{"standard", "tr"} {
		analyzer, err := registry.NewCache().AnalyzerNamed(name)
		if err != nil {
			panic(err)
		}
		terms := []string{}
		for _, word := range []string{"İzmir", "İzmit", "İZMİR", "İstanbul", "ẞa", "\u2126hm", "Éa"} {
			terms = append(terms, fmt.Sprintf("%s %q", word, analyzer.Analyze([]byte(word))[0].Term))
		}
		check(name+": "+strings.Join(terms, ", "), name+`: İzmir "i\xb0zmi", İzmit "i\xb0zmi", İZMİR "izmir", `+
			`İstanbul "i\xb0stanbu", ẞa "ß\x9e", `+"\u2126"+`hm "ω\xa6h", Éa "éa"`)
	}
	index, err := bleve.NewMemOnly(bleve.NewIndexMapping())
	if err != nil {
		panic(err)
	}
	if err := index.Index("one", map[string]string{"text": "İzmir"}); err != nil {
		panic(err)
	}
	check(fmt.Sprintf(`a search for İzmit finds %d of one text, "İzmir"; for izmir %d`, hits(index, "İzmit"), hits(index, "izmir")),
		`a search for İzmit finds 1 of one text, "İzmir"; for izmir 0`)
}
GO
go mod init finding >/dev/null 2>&1
go get github.com/blevesearch/bleve/v2@v2.6.3 >/dev/null 2>&1
go mod tidy >/dev/null 2>&1
go run .
