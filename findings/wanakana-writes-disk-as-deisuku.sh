#!/usr/bin/env bash
# wanakana (npm) writes ディスク as deisuku, ファイル as fuairu and パーティー as paateii, and does not read them back.
#
# Versions: wanakana 5.3.1 (npm)
#
# Behaviour: a small vowel after a syllable is written as a syllable of its own: デ and ィ are de i, フ and ァ are fu a.
# Small e after chi, shi and ji is joined, as are the small ya, yu and yo. Read back, the result is another word. The
# other way, fairu is ファイル, and disuku ヂスク. The Rust crate wana_kana 5.0.0, a port, does the same, and has voaiorin for
# ヴァイオリン where this has vuaiorin.
#
# One would guess otherwise: the only spelling that its option "romanization" has is called "hepburn", by which these
# are disuku, fairu and paatii or pātī. Loanwords are where Japanese text of today has these syllables; a romanised
# sample has words that nobody writes.
#
# Output seen, 30 November 2026:
#   ディスク: deisuku, and back デイスク
#   ファイル: fuairu, and back フアイル
#   パーティー: paateii, and back パアテイイ
#   ウィキ: uiki, and back ウイキ
#   チェス: chesu, and back チェス
#   disuku, fairu: ヂスク, ファイル

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --silent --no-audit --no-fund --prefix "$work" wanakana@5.3.1
cd "$work"
cat >finding.js <<'JS'
const { toKatakana, toRomaji } = require("wanakana");

function check(name, got, want) {
  console.log(`${name}: ${got}`);
  if (got !== want) {
    console.log(`CHANGED: was ${want}`);
    process.exit(1);
  }
}

const back = (word) => `${toRomaji(word)}, and back ${toKatakana(toRomaji(word))}`;
check("ディスク", back("ディスク"), "deisuku, and back デイスク");
check("ファイル", back("ファイル"), "fuairu, and back フアイル");
check("パーティー", back("パーティー"), "paateii, and back パアテイイ");
check("ウィキ", back("ウィキ"), "uiki, and back ウイキ");
check("チェス", back("チェス"), "chesu, and back チェス");
const words = ["disuku", "fairu"];
check(words.join(", "), words.map((word) => toKatakana(word)).join(", "), "ヂスク, ファイル");
JS
node finding.js
