#!/usr/bin/env bash
# Hugging Face's JavaScript tokenizers cut and lower text differently from their Rust ones on the same
# tokenizer.json.
#
# Versions: @huggingface/tokenizers 0.2.0 (npm), tokenizers 0.23.3
#
# Behaviour: Digits (StarCoder and others) splits ASCII digits only in JavaScript and all numbers, ४ and ² too,
# in Rust; Lowercase knows the Greek final sigma only in JavaScript; a character that is not in the vocabulary
# keeps its neighbours apart in JavaScript and lets them merge in Rust.
#
# One would guess otherwise: one maker, one format, and byte-level tokenizers agree on every text tried; the
# file's types have the same names. Token counts from a browser are not those of the training pipeline for Hindi
# numbers or capitalised Greek.
#
# Output seen, 28 November 2026:
#   Digits, 12: Rust 1 2, JavaScript 1 2
#   Digits, १२: Rust १ २, JavaScript १२
#   Lowercase, ΟΔΟΣ: Rust ο δ ο σ, JavaScript ο δ ο ς
#   a gap, axb: Rust ab, JavaScript a b
#   no gap, ab: Rust ab, JavaScript ab

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONUTF8=1 PIP_DISABLE_PIP_VERSION_CHECK=1
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --no-deps tokenizers==0.23.3
npm install --silent --no-audit --no-fund --prefix "$work" @huggingface/tokenizers@0.2.0
"$work/venv/bin/python" - "$work" <<'PY'
import json
import pathlib
import sys

from tokenizers import Tokenizer, models, normalizers, pre_tokenizers


def characters(text, merges=()):
    tokens = sorted(set(text)) + ["".join(pair) for pair in merges]
    return Tokenizer(models.BPE(vocab={token: i for i, token in enumerate(tokens)}, merges=list(merges)))


digits = characters("१२12", [("१", "२"), ("1", "2")])
digits.pre_tokenizer = pre_tokenizers.Digits(individual_digits=True)
lower = characters("οδσς")
lower.normalizer = normalizers.Lowercase()
lower.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
gap = characters("ab", [("a", "b")])
gap.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
cases = []
for name, tokenizer, text in [
    ("Digits", digits, "12"), ("Digits", digits, "१२"), ("Lowercase", lower, "ΟΔΟΣ"), ("a gap", gap, "axb"), ("no gap", gap, "ab"),
]:
    cases.append({"name": name, "text": text, "file": json.loads(tokenizer.to_str()), "rust": tokenizer.encode(text).tokens})
pathlib.Path(sys.argv[1], "cases.json").write_text(json.dumps(cases), encoding="utf-8")
PY
cd "$work"
cat >compare.mjs <<'JS'
import fs from "fs";
import { Tokenizer } from "@huggingface/tokenizers";
const want = ["1 2", "१२", "ο δ ο ς", "a b", "ab"];
for (const [i, { name, text, file, rust }] of JSON.parse(fs.readFileSync("cases.json", "utf8")).entries()) {
  const tokens = new Tokenizer(file, {}).encode(text, { add_special_tokens: false }).tokens;
  console.log(`${name}, ${text}: Rust ${rust.join(" ")}, JavaScript ${tokens.join(" ")}`);
  if (tokens.join(" ") !== want[i] || (rust.join(" ") === want[i]) !== (i === 0 || i === 4)) {
    console.error(`CHANGED: JavaScript gave ${want[i]}`);
    process.exit(1);
  }
}
JS
node compare.mjs
