#!/usr/bin/env bash
# bloom-filters' HyperLogLog counts half of the different words while they are few, and its MinHash finds every two texts
# less alike than they are.
#
# Versions: bloom-filters 3.0.4 (npm)
#
# Behaviour: 100 different words are counted as 47 and 1,000 as 488 by 1,024 registers, whose own accuracy() says 3 per
# cent; 10,000 are counted as 9,618. The similarity of two sets of numbers that share half of their union is 0.42,
# averaged over twenty pairs with 128 hashes, and 0.72 for 0.8; chance accounts for a hundredth.
#
# One would guess otherwise: both sketches are known as unbiased. For few words a register Flajolet and others count the
# empty registers instead, which is nearly exact there, and the package's page cites their paper.
#
# Output seen, 29 November 2026:
#   HyperLogLog of 100: about 47, accuracy 0.0325
#   HyperLogLog of 1000: about 488, accuracy 0.0325
#   MinHash of 0.5: below 0.46
#   MinHash of 0.8: below 0.76

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONUTF8=1 PIP_DISABLE_PIP_VERSION_CHECK=1
npm install --silent --no-audit --no-fund --prefix "$work" bloom-filters@3.0.4
cat >"$work/main.js" <<'JS'
const { HyperLogLog, MinHashFactory } = require("bloom-filters");

const check = (what, got, want) => {
  console.log(`${what}: ${got}`);
  if (got !== want) {
    console.error(`CHANGED: ${what} was ${want}`);
    process.exit(1);
  }
};
for (const [words, want] of [
  [100, "about 47, accuracy 0.0325"],
  [1000, "about 488, accuracy 0.0325"],
]) {
  const sketch = new HyperLogLog(1024);
  for (let word = 0; word < words; word++) sketch.update("w" + word);
  check(`HyperLogLog of ${words}`, `about ${Math.round(sketch.count())}, accuracy ${sketch.accuracy()}`, want);
}
for (const [alike, limit] of [
  [0.5, 0.46],
  [0.8, 0.76],
]) {
  const size = 150;
  const shared = Math.round((2 * size * alike) / (1 + alike));
  const numbers = (from) => Array.from({ length: size }, (_, place) => from + place);
  let mean = 0;
  for (let pair = 0; pair < 20; pair++) {
    const factory = new MinHashFactory(128, 100000);
    const [one, other] = [factory.create(), factory.create()];
    one.bulkLoad(numbers(1000 * pair));
    other.bulkLoad(numbers(1000 * pair + size - shared));
    mean += one.compareWith(other) / 20;
  }
  check(`MinHash of ${alike}`, mean < limit ? `below ${limit}` : String(mean), `below ${limit}`);
}
JS
node "$work/main.js"
