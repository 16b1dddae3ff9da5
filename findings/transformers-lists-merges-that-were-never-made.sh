#!/usr/bin/env bash
# transformers turns a sentencepiece model into a merge list with merges that no training made, some before
# their own parts.
#
# Versions: transformers 5.24.0, tokenizers 0.23.3, sentencepiece 0.2.3, protobuf 7.36.2
#
# Behaviour: Every way to cut a piece into two pieces becomes a merge, in the order of the whole's id: 12
# trained pieces of more than a letter give 19 merges, and "bc d" comes twelve ranks before "b c", which makes
# its left part. Ranks of such a list are not steps.
#
# One would guess otherwise: "merges" of a tokenizer.json are the steps of training, in order, and for
# byte-level tokenizers they are.
#
# Output seen, 28 November 2026:
#   pieces: cd bcd ▁a ▁abcd ▁bcd ▁ab ▁cd ab bc ▁b ▁c abcd
#   merges: c+d b+cd bc+d ▁+a ▁+abcd ▁a+bcd ▁ab+cd ▁+bcd ▁b+cd ▁+ab ▁a+b ▁+cd ▁c+d a+b b+c ▁+b ▁+c a+bcd ab+cd
#   pieces, merges: (12, 19)
#   merges listed before a part of theirs: ['bc+d', '▁+abcd', '▁ab+cd', '▁b+cd', '▁+ab', '▁c+d']

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONUTF8=1 PIP_DISABLE_PIP_VERSION_CHECK=1 HF_HUB_OFFLINE=1 TRANSFORMERS_VERBOSITY=error
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet transformers==5.24.0 tokenizers==0.23.3 sentencepiece==0.2.3 protobuf==7.36.2
"$work/venv/bin/python" - "$work" 2>"$work/log" <<'PY' || { cat "$work/log" >&2; exit 1; }
import json
import sys

import sentencepiece as spm
from transformers import LlamaTokenizer


def check(what, got, want):
    print(f"{what}: {got}")
    if got != want:
        sys.exit(f"CHANGED: {what} was {want}")


spm.SentencePieceTrainer.train(
    sentence_iterator=iter(["abcd abcd abcd bcd bcd cd ab"] * 3), model_prefix=f"{sys.argv[1]}/tokenizer",
    model_type="bpe", vocab_size=24, hard_vocab_limit=False, minloglevel=2,
)
theirs = spm.SentencePieceProcessor(model_file=f"{sys.argv[1]}/tokenizer.model")
pieces = [theirs.id_to_piece(i) for i in range(3, theirs.get_piece_size())]
trained = [piece for piece in pieces if len(piece) > 1]
loaded = LlamaTokenizer.from_pretrained(sys.argv[1])
merges = ["+".join(pair) for pair in json.loads(loaded.backend_tokenizer.to_str())["model"]["merges"]]
print("pieces:", *trained)
print("merges:", *merges)
check("pieces, merges", (len(trained), len(merges)), (12, 19))
made = {piece for piece in pieces if len(piece) == 1}
early = []
for merge in merges:
    if not set(merge.split("+")) <= made:
        early.append(merge)
    made.add(merge.replace("+", ""))
check("merges listed before a part of theirs", early, ["bc+d", "▁+abcd", "▁ab+cd", "▁b+cd", "▁+ab", "▁c+d"])
PY
