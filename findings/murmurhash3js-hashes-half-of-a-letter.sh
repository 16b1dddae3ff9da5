#!/usr/bin/env bash
# To murmurhash3js and murmurhash-js 年 (year) and the letter t have one hash, and год has that of "3>4": 20,992 Chinese
# characters have 256 hashes.
#
# Versions: murmurhash3js 3.0.1, murmurhash-js 1.0.0, imurmurhash 0.1.4, murmurhash 2.0.1, murmurhash3js-revisited 3.0.0
# (npm)
#
# Behaviour: all five are MurmurHash3 of 32 bits, and give one number for ASCII. Beyond it, the first two hash the lower
# byte of each UTF-16 unit, imurmurhash something else, murmurhash the UTF-8, as murmurhash3js-revisited does if it is
# handed that: two numbers for né, three for дом.
#
# One would guess otherwise: the README of murmurhash3js takes strings, and says nothing of ASCII. (A comment in the
# source of murmurhash-js does.) Counters, samples and sketches built on such a hash are right for English, take
# strangers for one word in other scripts, and do not match those that another package made of the same words.
#
# Output seen, 30 November 2026:
#   in this order: murmurhash3js, murmurhash-js, imurmurhash, murmurhash, of UTF-8
#   the: 3162218338 3162218338 3162218338 3162218338 3162218338
#   né: 1937383771 1937383771 1937383771 2358553356 2358553356
#   дом: 4008298826 4008298826 3847689922 3334023397 3334023397
#   中: 4182070047 4182070047 275595401 3739180114 3739180114
#   murmurhash3js, hashes of 20,992 Chinese characters: 256; pairs: 中 = -, год = 3>4, 年 = t, где = 345
#   murmurhash-js, hashes of 20,992 Chinese characters: 256; pairs: 中 = -, год = 3>4, 年 = t, где = 345
#   imurmurhash, hashes of 20,992 Chinese characters: 20992; pairs: none
#   murmurhash, hashes of 20,992 Chinese characters: 20992; pairs: none
#   of UTF-8, hashes of 20,992 Chinese characters: 20992; pairs: none

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --silent --ignore-scripts --no-audit --no-fund --prefix "$work" murmurhash3js@3.0.1 murmurhash-js@1.0.0 \
    murmurhash@2.0.1 imurmurhash@0.1.4 murmurhash3js-revisited@3.0.0
cd "$work"
cat >hash.cjs <<'JS'
const first = require("murmurhash3js");
const second = require("murmurhash-js");
const third = require("imurmurhash");
const fourth = require("murmurhash");
const fifth = require("murmurhash3js-revisited");
const hashes = {
  murmurhash3js: (text) => first.x86.hash32(text),
  "murmurhash-js": (text) => second.murmur3(text, 0),
  imurmurhash: (text) => third(text, 0).result(),
  murmurhash: (text) => fourth.v3(text, 0),
  "of UTF-8": (text) => fifth.x86.hash32(new TextEncoder().encode(text)),
};
function check(what, got, want) {
  console.log(`${what}: ${got}`);
  if (got !== want) {
    console.error(`CHANGED: was ${want}`);
    process.exit(1);
  }
}
const numbers = (text) => Object.values(hashes).map((hash) => hash(text)).join(" ");
console.log(`in this order: ${Object.keys(hashes).join(", ")}`);
check("the", numbers("the"), "3162218338 3162218338 3162218338 3162218338 3162218338");
check("né", numbers("né"), "1937383771 1937383771 1937383771 2358553356 2358553356");
check("дом", numbers("дом"), "4008298826 4008298826 3847689922 3334023397 3334023397");
check("中", numbers("中"), "4182070047 4182070047 275595401 3739180114 3739180114");
const pairs = [["中", "-"], ["год", "3>4"], ["年", "t"], ["где", "345"]];
for (const [name, hash] of Object.entries(hashes)) {
  const one = pairs.filter(([left, right]) => hash(left) === hash(right)).map((pair) => pair.join(" = "));
  const seen = new Set();
  for (let code = 0x4e00; code <= 0x9fff; code++) seen.add(hash(String.fromCodePoint(code)));
  const half = name === "murmurhash3js" || name === "murmurhash-js";
  const want = half ? "256; pairs: 中 = -, год = 3>4, 年 = t, где = 345" : "20992; pairs: none";
  check(`${name}, hashes of 20,992 Chinese characters`, `${seen.size}; pairs: ${one.join(", ") || "none"}`, want);
}
JS
node hash.cjs
