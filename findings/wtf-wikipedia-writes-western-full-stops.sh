#!/usr/bin/env bash
# wtf_wikipedia's text of Chinese and Japanese articles has Western full stops for 。, and of print() the word print.
#
# Versions: wtf_wikipedia 10.4.2 (npm)
#
# Behaviour: text() gives each 。 as ". " between sentences and as "." at their end, and leaves ！, ？ and the Hindi । as
# they are. Empty brackets go, too, also where they belong to the name of a function; f(x) stays. What stands in <code>
# and <math> is left out of its sentence.
#
# One would guess otherwise: taking the markup off is to leave the words and signs, and 。 is no markup. The most
# frequent sign of the language is not in its sample, and in its place are a full stop and a space that nobody wrote.
#
# Output seen, 30 November 2026:
#   "第一段。第二段。第三段！": "第一段. 第二段. 第三段！"
#   "東京は日本の首都。人口は多い。": "東京は日本の首都. 人口は多い."
#   "第一段？第二段！": "第一段？第二段！"
#   "पहला वाक्य। दूसरा वाक्य।": "पहला वाक्य। दूसरा वाक्य।"
#   "The function main() returns f(x).": "The function main returns f(x)."
#   "Call <code>main</code> first.": "Call  first."

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --silent --ignore-scripts --no-audit --no-fund --prefix "$work" wtf_wikipedia@10.4.2
cd "$work"
cat >text.cjs <<'JS'
const wtf = require("wtf_wikipedia");
function check(wikitext, want) {
  const got = wtf(wikitext).text();
  console.log(`${JSON.stringify(wikitext)}: ${JSON.stringify(got)}`);
  if (got !== want) {
    console.error(`CHANGED: was ${JSON.stringify(want)}`);
    process.exit(1);
  }
}
check("第一段。第二段。第三段！", "第一段. 第二段. 第三段！");
check("東京は日本の首都。人口は多い。", "東京は日本の首都. 人口は多い.");
check("第一段？第二段！", "第一段？第二段！");
check("पहला वाक्य। दूसरा वाक्य।", "पहला वाक्य। दूसरा वाक्य।");
check("The function main() returns f(x).", "The function main returns f(x).");
check("Call <code>main</code> first.", "Call  first.");
JS
node text.cjs
