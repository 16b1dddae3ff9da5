#!/usr/bin/env bash
# The npm package gpt4-tokenizer encodes with GPT-2's list, with type "gpt4", too.
#
# Versions: gpt4-tokenizer 1.3.1, js-tiktoken 1.0.21 (npm)
#
# Behaviour: "for OpenAI's GPT-4 model", says its page, and its types are gpt3, gpt4 and codex. All have GPT-2's 50,000
# merges; gpt4 gives GPT-2's tokens on every text tried. Eight spaces of indentation and Japanese come out twice as
# long as with GPT-4's cl100k.
#
# One would guess otherwise: the name, and a type of its own beside gpt3. English hides it: there the two lists
# give nearly the same number of tokens.
#
# Output seen, 29 November 2026:
#   texts of four on which type gpt4 is GPT-2's, and cl100k's: [4, 0]
#   tokens of "        x = 1" and 日本語の文章, gpt4-tokenizer: [10, 11]
#   tokens of the same, cl100k: [5, 6]

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --silent --no-audit --no-fund --prefix "$work" gpt4-tokenizer@1.3.1 js-tiktoken@1.0.21
cd "$work"
cat >lists.mjs <<'JS'
import fs from "fs";
import module from "gpt4-tokenizer";
import { getEncoding } from "js-tiktoken";

const texts = ["Hello world", " antidisestablishmentarianism", "        x = 1", "日本語の文章"];
const given = new (module.default ?? module)({ type: "gpt4" });
const same = (name) => texts.filter((text) => String(given.encode(text)) === String(getEncoding(name).encode(text))).length;
const results = {
  same: [same("gpt2"), same("cl100k_base")],
  given: texts.slice(2).map((text) => given.encode(text).length),
  cl100k: texts.slice(2).map((text) => getEncoding("cl100k_base").encode(text).length),
};
fs.writeFileSync("results.json", JSON.stringify(results));
JS
node lists.mjs
python3 - <<'PY'
import json
import sys


def check(what, got, want):
    print(f"{what}: {got}")
    if got != want:
        sys.exit(f"CHANGED: {what} was {want}")


with open("results.json", encoding="utf-8") as file:
    results = json.load(file)
check("texts of four on which type gpt4 is GPT-2's, and cl100k's", results["same"], [4, 0])
check('tokens of "        x = 1" and 日本語の文章, gpt4-tokenizer', results["given"], [10, 11])
check("tokens of the same, cl100k", results["cl100k"], [5, 6])
PY
