#!/usr/bin/env bash
# ai-tokenizer's token of the word "hasOwnProperty" is a JavaScript function, not a number.
#
# Versions: ai-tokenizer 1.0.6, js-tiktoken 1.0.21 (npm)
#
# Behaviour: Its tables of whole words are plain objects, and a piece of text that is the name of a method which every
# object has is found there without being a token: with cl100k hasOwnProperty, isPrototypeOf, toLocaleString and
# propertyIsEnumerable, with p50k "constructor", "toString" and "valueOf", too. Each counts as one token. With a space
# before it, or with o200k, whose table is another, all is well.
#
# One would guess otherwise: a tokenizer's output is a list of numbers, its counts agree with tiktoken's on prose and on
# most code, and the words are ordinary ones of the commonest language of code.
#
# Output seen, 29 November 2026:
#   cl100k_base, words of which it makes a function: ['hasOwnProperty', 'isPrototypeOf', 'propertyIsEnumerable', 'toLocaleString']
#   p50k_base, words of which it makes a function: ['constructor', 'hasOwnProperty', 'isPrototypeOf', 'propertyIsEnumerable', 'toLocaleString', 'toString', 'valueOf']
#   o200k_base, words of which it makes a function: []
#   cl100k_base, tokens of hasOwnProperty by ai-tokenizer's count and by js-tiktoken: [1, 2]
#   cl100k_base, both agree on " hasOwnProperty": True

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --silent --no-audit --no-fund --prefix "$work" ai-tokenizer@1.0.6 js-tiktoken@1.0.21
cd "$work"
cat >words.mjs <<'JS'
import fs from "fs";
import Tokenizer from "ai-tokenizer";
import * as encodings from "ai-tokenizer/encoding";
import { getEncoding } from "js-tiktoken";

const words = Object.getOwnPropertyNames(Object.prototype).filter((name) => /^[a-zA-Z]+$/.test(name)).sort();
const results = {};
for (const name of ["cl100k_base", "p50k_base", "o200k_base"]) {
  const tokenizer = new Tokenizer(encodings[name]);
  results[name] = words.filter((word) => tokenizer.encode(word).some((token) => typeof token === "function"));
}
const cl100k = new Tokenizer(encodings.cl100k_base), other = getEncoding("cl100k_base");
results.counts = [cl100k.count("hasOwnProperty"), other.encode("hasOwnProperty").length];
results.same = String(cl100k.encode(" hasOwnProperty")) === String(other.encode(" hasOwnProperty"));
fs.writeFileSync("results.json", JSON.stringify(results));
JS
node words.mjs
python3 - <<'PY'
import json
import sys


def check(what, got, want):
    print(f"{what}: {got}")
    if got != want:
        sys.exit(f"CHANGED: {what} was {want}")


with open("results.json", encoding="utf-8") as file:
    results = json.load(file)
four = ["hasOwnProperty", "isPrototypeOf", "propertyIsEnumerable", "toLocaleString"]
check("cl100k_base, words of which it makes a function", results["cl100k_base"], four)
check("p50k_base, words of which it makes a function", results["p50k_base"], sorted([*four, "constructor", "toString", "valueOf"]))
check("o200k_base, words of which it makes a function", results["o200k_base"], [])
check("cl100k_base, tokens of hasOwnProperty by ai-tokenizer's count and by js-tiktoken", results["counts"], [1, 2])
check('cl100k_base, both agree on " hasOwnProperty"', results["same"], True)
PY
