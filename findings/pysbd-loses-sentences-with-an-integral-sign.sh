#!/usr/bin/env bash
# pysbd loses sentences that hold ∮, ♭, ♨ or one of nine more signs: "The key is B♭ minor." is gone.
#
# Versions: pysbd 0.3.4
#
# Behaviour: marks that end no sentence are replaced by these signs for a time. A sign that the text brings itself is
# turned into a mark at the end, the sentence is then not found in the text any more, and is left out, without a word:
# the whole sentence, or the part up to the sign. ∫, ♮ and ♯ are no such signs.
#
# One would guess otherwise: without clean=True the sentences, joined, are the text, as they are wherever these signs
# are not, and a comment in the source calls the result non-destructive. Texts on music have ♭, on physics ∮ and ☉.
#
# Output seen, 30 November 2026:
#   en: "It begins. The key is B♭ minor. It ends." -> ['It begins. ', 'It ends.']
#   en: "It begins. The key is B♮ minor. It ends." -> ['It begins. ', 'The key is B♮ minor. ', 'It ends.']
#   en: "Then ∮ F dr is zero. It is a theorem." -> ['It is a theorem.']
#   en: "The mass is 2 M☉ at least. It is a star." -> ['at least. ', 'It is a star.']
#   fr: "Des sources ♨ sont marquées. Elles sont loin." -> ['Elles sont loin.']
#   hi: "यह B♭ है। वह B है।" -> ['वह B है।']
#   hi: "यह B है। वह B है।" -> ['यह B है। ', 'वह B है।']
#   signs that text is lost with: ȸ ȹ ∮ ∯ ☄ ☇ ☈ ☉ ☝ ♨ ♬ ♭

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONUTF8=1 PIP_DISABLE_PIP_VERSION_CHECK=1
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet pysbd==0.3.4
"$work/venv/bin/python" -W ignore - <<'PY'
import sys

import pysbd


def check(language, text, want):
    got = pysbd.Segmenter(language=language).segment(text)
    print(f'{language}: "{text}" -> {got}')
    if got != want:
        sys.exit(f"CHANGED: was {want}")


check("en", "It begins. The key is B♭ minor. It ends.", ["It begins. ", "It ends."])
check("en", "It begins. The key is B♮ minor. It ends.", ["It begins. ", "The key is B♮ minor. ", "It ends."])
check("en", "Then ∮ F dr is zero. It is a theorem.", ["It is a theorem."])
check("en", "The mass is 2 M☉ at least. It is a star.", ["at least. ", "It is a star."])
check("fr", "Des sources ♨ sont marquées. Elles sont loin.", ["Elles sont loin."])
check("hi", "यह B♭ है। वह B है।", ["वह B है।"])
check("hi", "यह B है। वह B है।", ["यह B है। ", "वह B है।"])
segmenter = pysbd.Segmenter(language="en")
lost = [
    sign
    for sign in map(chr, [*range(0x180, 0x250), *range(0x2000, 0x2C00)])
    if "".join(segmenter.segment(f"One {sign} two. Three.")) != f"One {sign} two. Three."
]
print("signs that text is lost with:", *lost)
if lost != list("ȸȹ∮∯☄☇☈☉☝♨♬♭"):
    sys.exit("CHANGED: it was twelve others")
PY
