#!/usr/bin/env bash
# wink-tokenizer cuts Polish, Czech, Turkish and Russian text apart unevenly: łódź is three tokens, слово is one "alien".
#
# Versions: wink-tokenizer 5.3.0 (npm)
#
# Behaviour: words are made of ASCII letters and the accented ones of Latin-1 (and of Devanagari). Other Latin letters
# end a word and are tagged "alien": ł + ód + ź, İ + stanbul, œ + uf. What has no such letter, café or Größe, is whole.
#
# One would guess otherwise: it announces support for Latin script and several languages. French falls apart at œ alone,
# and counts of Polish words are counts of syllables.
#
# Output seen, 30 November 2026:
#   Polish: ["ł/alien","ód/word","ź/alien"]
#   Turkish: ["İ/alien","stanbul/word"]
#   French: ["œ/alien","uf/word","café/word"]
#   German: ["Größe/word"]

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --silent --ignore-scripts --no-audit --no-fund --prefix "$work" wink-tokenizer@5.3.0
cd "$work"
cat >words.cjs <<'JS'
const Tokenizer = require("wink-tokenizer");
const tokenizer = new Tokenizer();
function check(what, text, want) {
  const got = tokenizer.tokenize(text).map(({ value, tag }) => `${value}/${tag}`);
  console.log(`${what}: ${JSON.stringify(got)}`);
  if (JSON.stringify(got) !== JSON.stringify(want)) {
    console.error(`CHANGED: ${what} was ${JSON.stringify(want)}`);
    process.exit(1);
  }
}
check("Polish", "łódź", ["ł/alien", "ód/word", "ź/alien"]);
check("Turkish", "İstanbul", ["İ/alien", "stanbul/word"]);
check("French", "œuf café", ["œ/alien", "uf/word", "café/word"]);
check("German", "Größe", ["Größe/word"]);
JS
node words.cjs
