#!/usr/bin/env bash
# OpenNMT's BPE starts from letters with their combining marks, subword-nmt's from code points; their files look
# alike.
#
# Versions: pyonmttok 1.38.1, subword-nmt 0.3.8
#
# Behaviour: On Hindi (and on decomposed Latin) the first symbols of pyonmttok's merges are whole syllables such
# as हि, which no merge makes. Codes learned by subword-nmt begin with the vowel signs, and pyonmttok, given
# that file, applies almost none of them.
#
# One would guess otherwise: both write "#version: 0.2" and pairs with </w>, and pyonmttok says that it reads
# subword-nmt's models. On composed Latin, Greek and Cyrillic the two do agree.
#
# Output seen, 28 November 2026:
#   first symbols longer than a code point, pyonmttok: ['कि', 'ता', 'दी', 'न्', 'हि', 'हीं']
#   subword-nmt: []
#   subword-nmt's codes in subword-nmt: हिन्दी
#   subword-nmt's codes in pyonmttok: हि￭ न्￭ दी

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONUTF8=1 PIP_DISABLE_PIP_VERSION_CHECK=1
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --no-deps pyonmttok==1.38.1 subword-nmt==0.3.8 tqdm==4.67.1
"$work/venv/bin/python" - "$work" 2>/dev/null <<'PY'
import io
import pathlib
import sys
import unicodedata

import pyonmttok
from subword_nmt.apply_bpe import BPE
from subword_nmt.learn_bpe import learn_bpe


def check(what, got, want):
    print(f"{what}: {got}")
    if got != want:
        sys.exit(f"CHANGED: {what} was {want}")


def symbols(codes):
    made, first = set(), set()
    for line in codes.splitlines()[1:]:
        for symbol in line.split(" "):
            if symbol not in made:
                first.add(symbol.removesuffix("</w>"))
        made.add(line.replace(" ", ""))
    return {unicodedata.normalize("NFC", symbol) for symbol in first if len(symbol) > 1}


text = "हिन्दी हिन्दी हिन्दी किताब किताब नहीं नहीं हिन्दी किताब नहीं\n" * 3
work = pathlib.Path(sys.argv[1])
(work / "text").write_text(text)
learner = pyonmttok.BPELearner(tokenizer=pyonmttok.Tokenizer("space"), symbols=8, min_frequency=1)
learner.ingest_file(str(work / "text"))
learner.learn(str(work / "onmt.codes"))
codes = io.StringIO()
learn_bpe(io.StringIO(text), codes, 8)
(work / "nmt.codes").write_text(codes.getvalue())
check(
    "first symbols longer than a code point, pyonmttok",
    sorted(symbols((work / "onmt.codes").read_text())), ["कि", "ता", "दी", "न्", "हि", "हीं"],
)
check("subword-nmt", sorted(symbols(codes.getvalue())), [])
reader = pyonmttok.Tokenizer("space", bpe_model_path=str(work / "nmt.codes"), joiner_annotate=True)
check("subword-nmt's codes in subword-nmt", BPE(io.StringIO(codes.getvalue())).segment("हिन्दी"), "हिन्दी")
check("subword-nmt's codes in pyonmttok", " ".join(reader("हिन्दी")), "हि￭ न्￭ दी")
PY
