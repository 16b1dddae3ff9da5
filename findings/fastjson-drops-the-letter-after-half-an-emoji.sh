#!/usr/bin/env bash
# fastjson (Go) reads "\ud83d\u4e2d\u6587" as �文: the letter after half a surrogate pair is lost; encoding/json has �中文.
#
# Versions: github.com/valyala/fastjson v1.6.10, Go's encoding/json
#
# Behaviour: where an upper surrogate is not followed by a lower one, the next escaped character is taken for the other
# half and left out with it. Where the next one is not escaped, the six characters \ud83d stay in the text.
#
# One would guess otherwise: for half a pair readers write U+FFFD or the half itself, or give an error, and take the
# next character for what it is. Text cut in the middle of an emoji, and written in ASCII as Python's json.dumps does,
# has such halves, with every Chinese or Cyrillic letter escaped.
#
# Output seen, 30 November 2026:
#   "\ud83d\u4e2d\u6587": fastjson �文, encoding/json �中文
#   "\ud83d\u0436\ud83d\u0436": fastjson ��, encoding/json �ж�ж
#   "\ud83d中文": fastjson \ud83d中文, encoding/json �中文
#   "\ud83d\ude00\u4e2d": fastjson 😀中, encoding/json 😀中

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

	"github.com/valyala/fastjson"
)

func check(text, want, right string) {
	value, err := fastjson.Parse(text)
	if err != nil {
		panic(err)
	}
	var standard string
	if err := json.Unmarshal([]byte(text), &standard); err != nil {
		panic(err)
	}
	got := string(value.GetStringBytes())
	fmt.Printf("%s: fastjson %s, encoding/json %s\n", text, got, standard)
	if got != want || standard != right {
		fmt.Println("CHANGED: was", want, right)
		os.Exit(1)
	}
}

func main() {
	check(`"\ud83d\u4e2d\u6587"`, "\ufffd文", "\ufffd中文")
	check(`"\ud83d\u0436\ud83d\u0436"`, "\ufffd\ufffd", "\ufffdж\ufffdж")
	check(`"\ud83d中文"`, `\ud83d中文`, "\ufffd中文")
	check(`"\ud83d\ude00\u4e2d"`, "😀中", "😀中")
}
GO
go mod init finding >/dev/null 2>&1
go get github.com/valyala/fastjson@v1.6.10 >/dev/null 2>&1
go mod tidy >/dev/null 2>&1
go run .
