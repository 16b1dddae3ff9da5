#!/usr/bin/env bash
# sugarme/tokenizer (Go) loads a tokenizer.json with byte_fallback and gives <unk> for every character without a
# token, the newline included; it also leaves the file's normalizer NFC out.
#
# Versions: github.com/sugarme/tokenizer v0.3.0, tokenizers 0.23.3
#
# Behaviour: Mistral's and Llama 2's newline is <0x0A>, by byte fallback; with this port each newline, tab and emoji is
# unknown. Decomposed é stays decomposed. Both are said in the file and read without an error.
#
# One would guess otherwise: the README says that it reads tokenizer.json of Hugging Face; on plain English words the
# ids are equal, and the vocabulary has all of the 256 byte tokens.
#
# Output seen, 29 November 2026:
#   "abc" tokenizers [a b c], sugarme [a b c]
#   "a\nb" tokenizers [a <0x0A> b], sugarme [a <unk> b]
#   "aжb" tokenizers [a <0xD0> <0xB6> b], sugarme [a <unk> b]
#   "e\u0301" tokenizers [é], sugarme [e \u0301]

set -euo pipefail
work=$(mktemp -d)
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
export PYTHONUTF8=1 PIP_DISABLE_PIP_VERSION_CHECK=1 GOPATH="$work/go" GOFLAGS=-modcacherw
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet tokenizers==0.23.3
mkdir "$work/module"
cd "$work/module"
"$work/venv/bin/python" - <<'PY'
import json

from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

letters = ["<unk>", *(f"<0x{byte:02X}>" for byte in range(256)), *"abceé", "\u0301"]
vocab = {letter: number for number, letter in enumerate(letters)}
made = Tokenizer(models.BPE(vocab=vocab, merges=[], unk_token="<unk>", byte_fallback=True))
made.normalizer = normalizers.NFC()
made.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="never")
made.save("tokenizer.json")
texts = ["abc", "a\nb", "aжb", "e\u0301"]
json.dump([[text, made.encode(text).tokens] for text in texts], open("texts.json", "w"))
PY
cat >main.go <<'GO'
package main

import (
	"encoding/json"
	"fmt"
	"os"

	"github.com/sugarme/tokenizer/pretrained"
)

func main() {
	made, err := pretrained.FromFile("tokenizer.json")
	if err != nil {
		panic(err)
	}
	var rows [][]any
	data, _ := os.ReadFile("texts.json")
	if err := json.Unmarshal(data, &rows); err != nil {
		panic(err)
	}
	for number, row := range rows {
		found, err := made.EncodeSingle(row[0].(string))
		if err != nil {
			panic(err)
		}
		theirs, ours := fmt.Sprint(row[1]), fmt.Sprint(found.Tokens)
		fmt.Printf("%q tokenizers %s, sugarme %s\n", row[0], theirs, ours)
		if (theirs == ours) != (number == 0) {
			fmt.Println("CHANGED")
			os.Exit(1)
		}
	}
}
GO
go mod init finding >/dev/null 2>&1
go get github.com/sugarme/tokenizer@v0.3.0 >/dev/null 2>&1
go mod tidy >/dev/null 2>&1
go run .
