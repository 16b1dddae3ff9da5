#!/usr/bin/env bash
# openvino-tokenizers drops spaces: of a run of three, Metaspace leaves one.
#
# Versions: openvino-tokenizers 2026.4.1.0, openvino 2026.4.1, transformers 5.24.0, tokenizers 0.23.3
#
# Behaviour: Metaspace, which splits before every space unless the file says otherwise, makes one piece of each space of
# a run. The converted tokenizer keeps only the last of them; the others give no token, not even <unk>. With "split"
# false all spaces are there.
#
# One would guess otherwise: Metaspace exists to make text reversible, the vocabulary has the token of the space, single
# spaces are right, and tokens of indented code are counted with it.
#
# Output seen, 29 November 2026:
#   split, "a b": tokenizers a ▁ b, OpenVINO a ▁ b
#   split, "a  b": tokenizers a ▁ ▁ b, OpenVINO a ▁ b
#   split, "a   b": tokenizers a ▁ ▁ ▁ b, OpenVINO a ▁ b
#   no split, "a   b": tokenizers a ▁ ▁ ▁ b, OpenVINO a ▁ ▁ ▁ b

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
from tokenizers import Tokenizer, models, pre_tokenizers
from transformers import PreTrainedTokenizerFast

VOCAB = {token: number for number, token in enumerate(["<unk>", *"ab▁"])}

for split in (True, False):
    made = Tokenizer(models.BPE(VOCAB, [], unk_token="<unk>"))
    made.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="never", split=split)
    wrapped = PreTrainedTokenizerFast(tokenizer_object=made, unk_token="<unk>")
    converted = openvino.Core().compile_model(convert_tokenizer(wrapped, add_special_tokens=False), "CPU")
    for spaces in range(1, 4) if split else (3,):
        text = f"a{' ' * spaces}b"
        theirs = made.encode(text).tokens
        ours = [list(VOCAB)[int(number)] for number in converted([text])["input_ids"][0]]
        print(f'{"split" if split else "no split"}, "{text}": tokenizers {" ".join(theirs)}, OpenVINO {" ".join(ours)}')
        if theirs != ["a", *"▁" * spaces, "b"] or ours != (["a", "▁", "b"] if split else theirs):
            sys.exit("CHANGED")
PY
