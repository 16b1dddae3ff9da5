#!/usr/bin/env bash
# compromise's normal form of Привет is npnbet: Cyrillic and Greek letters become the Latin ones that they look like.
#
# Versions: compromise 14.17.0, remove-accents 0.5.0 (npm)
#
# Behaviour: text("normal"), the terms' normal and root, and with them the search by words, replace в by b, р by p,
# и by n, λ by a, ß by b; ы and д stay as they are, so a word is of two scripts. рот (mouth) is found as pot. text()
# gives the text as it was. A comment in the source says that its table goes by the looks of the letters.
#
# One would guess otherwise: the step takes accents off Latin letters, as remove-accents does, which leaves the other
# scripts alone. Words of mixed text are counted by their normal form, and some come out as words of another language.
#
# Output seen, 30 November 2026:
#   Привет, мир: npnbet mnp, remove-accents Привет, мир
#   Мы видели кота: mы bnдenn kota, remove-accents Мы видели кота
#   Россия и Москва: poccnr n mockba, remove-accents Россия и Москва
#   Κύπρος: kunpoς, remove-accents Κύπρος
#   Straße: strabe, remove-accents Straße
#   naïve: naive, remove-accents naive
#   рот has "pot": true

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --silent --ignore-scripts --no-audit --no-fund --prefix "$work" compromise@14.17.0 remove-accents@0.5.0
cd "$work"
cat >normal.cjs <<'JS'
const nlp = require("compromise");
const removeAccents = require("remove-accents");
function check(what, got, want) {
  console.log(`${what}: ${got}`);
  if (got !== want) {
    console.error(`CHANGED: was ${want}`);
    process.exit(1);
  }
}
const cases = [
  ["Привет, мир", "npnbet mnp", "Привет, мир"],
  ["Мы видели кота", "mы bnдenn kota", "Мы видели кота"],
  ["Россия и Москва", "poccnr n mockba", "Россия и Москва"],
  ["Κύπρος", "kunpoς", "Κύπρος"],
  ["Straße", "strabe", "Straße"],
  ["naïve", "naive", "naive"],
];
for (const [text, normal, plain] of cases) {
  const got = `${nlp(text).text("normal")}, remove-accents ${removeAccents(text)}`;
  check(text, got, `${normal}, remove-accents ${plain}`);
}
check('рот has "pot"', String(nlp("рот").has("pot")), "true");
JS
node normal.cjs
