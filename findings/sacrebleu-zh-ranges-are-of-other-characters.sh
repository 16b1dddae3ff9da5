#!/usr/bin/env bash
# sacrebleu's Chinese tokenizer takes “, —, € and ≤ for Chinese characters, and leaves most rare ones joined.
#
# Versions: sacrebleu 2.6.0
#
# Behaviour: with tokenize="zh" Chinese characters are set apart, and the rest is tokenized as by 13a. Among its ranges
# for the rare characters of the second plane the bounds have five hexadecimal digits behind a lower-case u escape,
# which reads four: so the range begins at U+2000 and ends at U+2A6D. Curly quotes, dashes, the apostrophe ’ and signs
# of currency and mathematics are set apart, where 13a leaves them on their words; 𠀀𠀁 remains one token.
#
# One would guess otherwise: English in a Chinese text is said to be treated as by 13a, and the comments in the source
# name the extension. One "don’t" counts as three tokens in zh and as one in 13a.
#
# Output seen, 30 November 2026:
#   zh: it ’ s “ 5 € ” — x ≤ y
#   13a: it’s “5€”—x≤y
#   zh, rare characters: 𠀀𠀁
#   zh, common characters: 南 京

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONUTF8=1 PIP_DISABLE_PIP_VERSION_CHECK=1
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet sacrebleu==2.6.0
"$work/venv/bin/python" - <<'PY'
import sys

from sacrebleu.tokenizers.tokenizer_13a import Tokenizer13a
from sacrebleu.tokenizers.tokenizer_zh import TokenizerZh


def check(what, got, want):
    print(f"{what}: {got}")
    if got != want:
        sys.exit(f"CHANGED: {what} was {want}")


text = "it’s “5€”—x≤y"
check("zh", TokenizerZh()(text), "it ’ s “ 5 € ” — x ≤ y")
check("13a", Tokenizer13a()(text), text)
check("zh, rare characters", TokenizerZh()("𠀀𠀁"), "𠀀𠀁")
check("zh, common characters", TokenizerZh()("南京"), "南 京")
PY
