#!/usr/bin/env bash
# ojg (Go) reads the number 1234567890123456789 into an int64 as ...768, and 1.7 as 1; encoding/json does neither.
#
# Versions: github.com/ohler55/ojg v1.28.5, Go's encoding/json
#
# Behaviour: oj.Unmarshal reads all numbers as floats first, and turns them into the integers that the struct, slice or
# map wants, without a word; so integers of more than 53 bits are rounded, and fractions cut off. The greatest int64
# takes another path and is right, and oj.Parse of the same text gives the right int64 for all.
#
# One would guess otherwise: the field's type says that it is an integer, Parse keeps it, and the README times the
# package against encoding/json. Hashes and ids of documents in JSON lines are of 64 bits.
#
# Output seen, 30 November 2026:
#   1234567890123456789: encoding/json 1234567890123456789, oj.Unmarshal 1234567890123456768, oj.Parse 1234567890123456789
#   9007199254740993: encoding/json 9007199254740993, oj.Unmarshal 9007199254740992, oj.Parse 9007199254740993
#   9223372036854775807: encoding/json 9223372036854775807, oj.Unmarshal 9223372036854775807, oj.Parse 9223372036854775807
#   1.7: encoding/json error, oj.Unmarshal 1, oj.Parse 1.7

set -euo pipefail
work=$(mktemp -d)
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
export GOPATH="$work/go" GOCACHE="$work/cache" GOFLAGS=-modcacherw
mkdir "$work/module"
cd "$work/module"
cat >main.go <<'GO'
package main

import (
	"encoding/json"
	"fmt"
	"os"

	"github.com/ohler55/ojg/oj"
)

type document struct {
	ID int64 `json:"id"`
}

func check(number, standard, unmarshalled, parsed string) {
	text := []byte(fmt.Sprintf(`{"id": %s}`, number))
	read := func(unmarshal func(*document) error) string {
		var into document
		if unmarshal(&into) != nil {
			return "error"
		}
		return fmt.Sprint(into.ID)
	}
	value, err := oj.Parse(text)
	if err != nil {
		panic(err)
	}
	got := fmt.Sprintf("encoding/json %s, oj.Unmarshal %s, oj.Parse %v",
		read(func(into *document) error { return json.Unmarshal(text, into) }),
		read(func(into *document) error { return oj.Unmarshal(text, into) }),
		value.(map[string]any)["id"])
	fmt.Printf("%s: %s\n", number, got)
	if want := fmt.Sprintf("encoding/json %s, oj.Unmarshal %s, oj.Parse %s", standard, unmarshalled, parsed); got != want {
		fmt.Println("CHANGED: was", want)
		os.Exit(1)
	}
}

func main() {
	check("1234567890123456789", "1234567890123456789", "1234567890123456768", "1234567890123456789")
	check("9007199254740993", "9007199254740993", "9007199254740992", "9007199254740993")
	check("9223372036854775807", "9223372036854775807", "9223372036854775807", "9223372036854775807")
	check("1.7", "error", "1", "1.7")
}
GO
go mod init finding >/dev/null 2>&1
go get github.com/ohler55/ojg@v1.28.5 >/dev/null 2>&1
go mod tidy >/dev/null 2>&1
go run .
