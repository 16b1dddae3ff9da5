#!/usr/bin/env bash
# The Indic NLP Library's normalizer turns every colon after a Devanagari letter or digit into the vowel sign
# visarga, and every vertical bar into a full stop.
#
# Versions: indic-nlp-library 0.92
#
# Behaviour: "समय: 10" (time: 10) becomes समयः, which reads as another word form, the ratio १:२ becomes १ः२, and "a | b"
# becomes "a । b". Latin words keep their colons.
#
# One would guess otherwise: a normalizer takes one of several encodings of the same character, and neither is one. The
# docstring has it as a correction of typing errors, without a switch. Corpora are normalized with this before a
# tokenizer is trained: times, ratios and "key: value" lines then teach it visargas that nobody wrote.
#
# Output seen, 29 November 2026:
#   'समय: 10' 'समयः 10'
#   'अनुपात १:२' 'अनुपात १ः२'
#   'time: 10' 'time: 10'
#   'a | b' 'a । b'

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONUTF8=1 PIP_DISABLE_PIP_VERSION_CHECK=1
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --no-deps indic-nlp-library==0.92
"$work/venv/bin/python" -W ignore - <<'PY'
import sys

from indicnlp.normalize.indic_normalize import IndicNormalizerFactory

normalizer = IndicNormalizerFactory().get_normalizer("hi")
wanted = {
    "समय: 10": "समय\u0903 10",
    "अनुपात १:२": "अनुपात १\u0903२",
    "time: 10": "time: 10",
    "a | b": "a \u0964 b",
}
for text, want in wanted.items():
    got = normalizer.normalize(text)
    print(repr(text), repr(got))
    if got != want:
        sys.exit(f"CHANGED: was {want!r}")
PY
