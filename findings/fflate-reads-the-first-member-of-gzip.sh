#!/usr/bin/env bash
# fflate's gunzipSync gives the first record of a Common Crawl file and drops the rest; its own streaming class does not.
#
# Versions: fflate 0.8.3, pako 3.0.3 (npm)
#
# Behaviour: A file of three gzip members comes out as the first; decompressSync does the same. pako, Node's zlib and
# fflate's Gunzip give all three.
#
# One would guess otherwise: RFC 1952 says that a gzip file is a series of members. WARC and WET files have one per
# record, and shards are joined by cat; one record of a gigabyte is a valid text, and no error tells.
#
# Output seen, 29 November 2026:
#   gunzipSync: eins
#   decompressSync: eins
#   Gunzip, streaming: eins zwei drei
#   pako: eins zwei drei
#   zlib: eins zwei drei

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONUTF8=1 PIP_DISABLE_PIP_VERSION_CHECK=1
npm install --silent --no-audit --no-fund --prefix "$work" fflate@0.8.3 pako@3.0.3
cat >"$work/main.js" <<'JS'
const zlib = require("zlib");
const fflate = require("fflate");
const pako = require("pako");

const members = Buffer.concat(["eins ", "zwei ", "drei "].map((text) => zlib.gzipSync(text)));
const text = (bytes) => Buffer.from(bytes).toString().trim();
let streamed = "";
const stream = new fflate.Gunzip((chunk) => (streamed += Buffer.from(chunk).toString()));
stream.push(members, true);
const rows = [
  ["gunzipSync", text(fflate.gunzipSync(members)), "eins"],
  ["decompressSync", text(fflate.decompressSync(members)), "eins"],
  ["Gunzip, streaming", streamed.trim(), "eins zwei drei"],
  ["pako", text(pako.ungzip(members)), "eins zwei drei"],
  ["zlib", text(zlib.gunzipSync(members)), "eins zwei drei"],
];
for (const [what, got, want] of rows) {
  console.log(`${what}: ${got}`);
  if (got !== want) {
    console.error(`CHANGED: ${what} was ${want}`);
    process.exit(1);
  }
}
JS
node "$work/main.js"
