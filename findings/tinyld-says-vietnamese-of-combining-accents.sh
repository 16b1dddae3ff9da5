#!/usr/bin/env bash
# tinyld takes French, Czech, Spanish and Portuguese for Vietnamese when their accents are combining marks, with
# accuracy 1.
#
# Versions: tinyld 1.3.4, franc 6.2.0 (npm)
#
# Behaviour: composed, the sentences are recognized; decomposed, as NFD has them, they are Vietnamese, the first answer
# of detectAll, whose accuracy is 1. The German sentence is recognized in either form. franc recognizes all of them in
# both.
#
# One would guess otherwise: under the marks the words are the same, and the answer is as sure as one can be. A
# document's label depends on its normalization, and a corpus that is sorted so has Vietnamese that is French.
#
# Output seen, 30 November 2026:
#   French: tinyld composed fr, decomposed vi 1; franc fra, fra
#   Czech: tinyld composed cs, decomposed vi 1; franc ces, ces
#   Spanish: tinyld composed es, decomposed vi 1; franc spa, spa
#   Portuguese: tinyld composed pt, decomposed vi 1; franc por, por
#   German: tinyld composed de, decomposed de 0.083; franc deu, deu

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --silent --ignore-scripts --no-audit --no-fund --prefix "$work" tinyld@1.3.4 franc@6.2.0
cd "$work"
cat >languages.mjs <<'JS'
import { franc } from "franc";
import { detect, detectAll } from "tinyld";
function check(language, text, want) {
  const [composed, decomposed] = ["NFC", "NFD"].map((form) => text.normalize(form));
  const { lang, accuracy } = detectAll(decomposed)[0];
  const tinyld = `tinyld composed ${detect(composed)}, decomposed ${lang} ${Number(accuracy.toFixed(3))}`;
  const got = `${tinyld}; franc ${franc(composed)}, ${franc(decomposed)}`;
  console.log(`${language}: ${got}`);
  if (got !== want) {
    console.error(`CHANGED: was ${want}`);
    process.exit(1);
  }
}
const vietnamese = (own, franc) => `tinyld composed ${own}, decomposed vi 1; franc ${franc}, ${franc}`;
check(
  "French",
  "Le comité s'est réuni à Genève pour étudier le projet présenté l'été dernier.",
  vietnamese("fr", "fra"),
);
check("Czech", "Výbor se sešel v úterý, aby projednal zprávu o životním prostředí.", vietnamese("cs", "ces"));
check("Spanish", "La comisión se reunió el miércoles para discutir la cuestión del año.", vietnamese("es", "spa"));
check(
  "Portuguese",
  "A comissão reuniu-se para discutir o relatório e não chegou a uma conclusão.",
  vietnamese("pt", "por"),
);
check(
  "German",
  "Die Kommission möchte über die Änderungen später verhandeln.",
  "tinyld composed de, decomposed de 0.083; franc deu, deu",
);
JS
node languages.mjs
