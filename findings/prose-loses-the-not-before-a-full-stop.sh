#!/usr/bin/env bash
# prose (Go) leaves out the n't of "I don't." and the sign after it, and so with 's, 'll and 'm; "I don't know." is
# whole.
#
# Versions: github.com/jdkato/prose/v2 v2.0.0
#
# Behaviour: a contraction in front of a comma, a full stop, a question mark, a bracket or a quotation mark is cut off
# its word and then dropped, with all that follows up to the next space; the typographic apostrophe changes nothing.
# Nothing is said, and the document's sentences still have the text.
#
# One would guess otherwise: the tokenizer follows the Penn Treebank's rules, by which a sign is a token of its own, and
# a tokenizer of words loses no words. Counts of "not" and what is told from it, as the tone of a text, come out the
# reverse.
#
# Output seen, 30 November 2026:
#   "I don't know.": [I do n't know .]
#   "I don't.": [I do]
#   "You can't, he can.": [You ca he can .]
#   "It's Bob's, not ours.": [It 's Bob not ours .]
#   "(They’ll.)": [( They]
#   "“Isn’t,” she said.": [" Is she said .]

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

	"github.com/jdkato/prose/v2"
)

func check(text, want string) {
	document, err := prose.NewDocument(text, prose.WithTagging(false), prose.WithExtraction(false))
	if err != nil {
		panic(err)
	}
	words := []string{}
	for _, token := range document.Tokens() {
		words = append(words, token.Text)
	}
	got := fmt.Sprint(words)
	fmt.Printf("%q: %s\n", text, got)
	if got != want {
		fmt.Println("CHANGED: was", want)
		os.Exit(1)
	}
}

func main() {
	check("I don't know.", "[I do n't know .]")
	check("I don't.", "[I do]")
	check("You can't, he can.", "[You ca he can .]")
	check("It's Bob's, not ours.", "[It 's Bob not ours .]")
	check("(They’ll.)", "[( They]")
	check("“Isn’t,” she said.", `[" Is she said .]`)
}
GO
go mod init finding >/dev/null 2>&1
go get github.com/jdkato/prose/v2@v2.0.0 >/dev/null 2>&1
go mod tidy >/dev/null 2>&1
go run .
