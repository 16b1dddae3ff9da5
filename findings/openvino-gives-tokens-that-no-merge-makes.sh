#!/usr/bin/env bash
# openvino-tokenizers gives entries of a BPE vocabulary that no merge makes, inside longer words, too.
#
# Versions: openvino-tokenizers 2026.4.1.0, openvino 2026.4.1, transformers 5.24.0, tokenizers 0.23.3
#
# Behaviour: the vocabulary has abc, the only merge is of b and c. tokenizers never gives abc; with ignore_merges, the
# option for such vocabularies (Llama 3), it gives it for the whole word only. The converted tokenizer cuts abc out of
# every text before any merge.
#
# One would guess otherwise: BPE's result is that of its merges, an entry without a merge is a dead one, and on lists
# where each entry is a merge's product the two agree.
#
# Output seen, 29 November 2026:
#   ignore_merges False, 'abc': tokenizers a bc, OpenVINO abc
#   ignore_merges False, 'abcd': tokenizers a bc d, OpenVINO abc d
#   ignore_merges True, 'abc': tokenizers abc, OpenVINO abc
#   ignore_merges True, 'abcd': tokenizers a bc d, OpenVINO abc d
#   ignore_merges True, 'dbc': tokenizers d bc, OpenVINO d bc

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONUTF8=1 PIP_DISABLE_PIP_VERSION_CHECK=1 OPENVINO_TELEMETRY_OPT_OUT=1
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --no-compile openvino-tokenizers==2026.4.1.0 openvino==2026.4.1 transformers==5.24.0 tokenizers==0.23.3
"$work/venv/bin/python" - 2>/dev/null <<'PY'
import sys

import openvino
from openvino_tokenizers import convert_tokenizer
from tokenizers import Tokenizer, models
from transformers import PreTrainedTokenizerFast

VOCAB = {token: number for number, token in enumerate(["<unk>", *"abcd", "bc", "abc"])}
WANT = {
    (False, "abc"): ("a bc", "abc"),
    (False, "abcd"): ("a bc d", "abc d"),
    (True, "abc"): ("abc", "abc"),
    (True, "abcd"): ("a bc d", "abc d"),
    (True, "dbc"): ("d bc", "d bc"),
}
for (ignore, text), want in WANT.items():
    made = Tokenizer(models.BPE(VOCAB, [("b", "c")], unk_token="<unk>", ignore_merges=ignore))
    wrapped = PreTrainedTokenizerFast(tokenizer_object=made, unk_token="<unk>")
    converted = openvino.Core().compile_model(convert_tokenizer(wrapped, add_special_tokens=False), "CPU")
    theirs = " ".join(made.encode(text).tokens)
    ours = " ".join(list(VOCAB)[int(number)] for number in converted([text])["input_ids"][0])
    print(f"ignore_merges {ignore}, {text!r}: tokenizers {theirs}, OpenVINO {ours}")
    if (theirs, ours) != want:
        sys.exit(f"CHANGED: was {want}")
PY
