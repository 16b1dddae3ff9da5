#!/usr/bin/env bash
# The Romanian stop words of two packages are all in the old letters: "și" (and), as it is written today, is not one.
#
# Versions: stopwords-iso 1.1.0, stopword 3.1.5, dictionary-ro 3.0.0 (npm)
#
# Behaviour: Both lists write ş and ţ with a cedilla (U+015F, U+0163), in 32 words, and no word with the letters of the
# Romanian alphabet, which have a comma (U+0219, U+021B). Hunspell's list has ș 15,276 times and ş twice. No Unicode
# normalization makes the one of the other.
#
# One would guess otherwise: the printed letters look alike, texts have either spelling, and a list of stop words is one
# of the words that every text has. Removal leaves și, one of the most frequent words, and a filter that asks for
# a number of stop words drops pages by their spelling.
#
# Output seen, 29 November 2026:
#   stopwords-iso: with cedilla 32, with comma 0
#   stopword: with cedilla 32, with comma 0
#   either has și: false, under NFKC: false
#   either has şi: true
#   dictionary-ro: ş 2, ș 15276

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONUTF8=1 PIP_DISABLE_PIP_VERSION_CHECK=1
npm install --silent --no-audit --no-fund --prefix "$work" stopwords-iso@1.1.0 stopword@3.1.5 dictionary-ro@3.0.0
cat >"$work/main.js" <<'JS'
const fs = require("fs");

const check = (what, got, want) => {
  console.log(`${what}: ${got}`);
  if (got !== want) {
    console.error(`CHANGED: ${what} was ${want}`);
    process.exit(1);
  }
};
const lists = { "stopwords-iso": require("stopwords-iso").ro, stopword: require("stopword").ron };
for (const [name, words] of Object.entries(lists)) {
  const having = (letters) => words.filter((word) => letters.test(word)).length;
  const got = `with cedilla ${having(/[\u015f\u0163]/)}, with comma ${having(/[\u0219\u021b]/)}`;
  check(name, got, "with cedilla 32, with comma 0");
}
const all = Object.values(lists).flat();
const normalized = all.map((word) => word.normalize("NFKC"));
const got = `${all.includes("\u0219i")}, under NFKC: ${normalized.includes("\u0219i".normalize("NFKC"))}`;
check("either has și", got, "false, under NFKC: false");
check("either has şi", String(all.includes("\u015fi")), "true");
const texts = fs.readFileSync(`${__dirname}/node_modules/dictionary-ro/index.dic`, "utf8");
const count = (letter) => texts.split(letter).length - 1;
check("dictionary-ro", `ş ${count("\u015f")}, ș ${count("\u0219")}`, "ş 2, ș 15276");
JS
node "$work/main.js"
