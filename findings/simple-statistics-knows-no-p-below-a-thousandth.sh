#!/usr/bin/env bash
# simple-statistics' normal distribution stops at 0.001 and 0.999, and its inverse is wrong in the third digit.
#
# Versions: simple-statistics 7.12.1 (npm), jstat 1.9.6 (npm)
#
# Behaviour: cumulativeStdNormalProbability reads a table of four digits that ends at 3.09: z = -4 and z = -10 have the
# probability 0.001. probit(0.975) is 1.9572 for 1.9600, and probit(0.999) 3.0801 for 3.0902: intervals of 95 per cent
# hold 94.97 per cent, and no p-value of a z test is below a thousandth, however many comparisons it has to stand.
#
# One would guess otherwise: that it is a table is told, not that it ends, and the doc comment names the exact formula
# beside it. A threshold corrected for the comparison of 1,000 words is never met.
#
# Output seen, 30 November 2026:
#   z -2: 0.0228, jstat 0.022750
#   z -3: 0.0013, jstat 0.001350
#   z -4: 0.001, jstat 0.000032
#   z -10: 0.001, jstat 0.000000
#   probit 0.975: 1.9572, jstat 1.9600
#   probit 0.999: 3.0801, jstat 3.0902

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --silent --ignore-scripts --no-audit --no-fund --prefix "$work" simple-statistics@7.12.1 jstat@1.9.6
cd "$work"
cat >normal.cjs <<'JS'
const simple = require("simple-statistics");
const { jStat } = require("jstat");
function check(what, own, other, want) {
  const got = `${own}, jstat ${other}`;
  console.log(`${what}: ${got}`);
  if (got !== want) {
    console.error(`CHANGED: was ${want}`);
    process.exit(1);
  }
}
for (const [z, want] of [
  [-2, "0.0228, jstat 0.022750"],
  [-3, "0.0013, jstat 0.001350"],
  [-4, "0.001, jstat 0.000032"],
  [-10, "0.001, jstat 0.000000"],
]) {
  const own = Number(simple.cumulativeStdNormalProbability(z).toFixed(6));
  check(`z ${z}`, own, jStat.normal.cdf(z, 0, 1).toFixed(6), want);
}
for (const [p, want] of [
  [0.975, "1.9572, jstat 1.9600"],
  [0.999, "3.0801, jstat 3.0902"],
]) {
  check(`probit ${p}`, simple.probit(p).toFixed(4), jStat.normal.inv(p, 0, 1).toFixed(4), want);
}
JS
node normal.cjs
