#!/usr/bin/env bash
# openvino-tokenizers takes the string of a Replace or Split step for a regular expression: ".." eats any two characters.
#
# Versions: openvino-tokenizers 2026.4.1.0, openvino 2026.4.1, transformers 5.24.0, tokenizers 0.23.3
#
# Behaviour: a tokenizer.json says {"String": "..."} for a string taken as it stands and {"Regex": "..."} for a pattern.
# The converter hands both to its pattern engine. A file that turns three dots into an ellipsis turns every three
# characters into one; a Split at full stops cuts between all characters. In a replacement, $0 is what was found.
#
# One would guess otherwise: the two keys exist to tell the two apart, tokenizers escapes the string, steps that the
# converter lacks are refused with an error, and a step whose string has no signs of patterns (" " to "▁") is right.
#
# Output seen, 29 November 2026:
#   Replace '...' by '…' in 'ab...': tokenizers a b …, OpenVINO … . .
#   Replace '-' by '…' in 'a-b': tokenizers a … b, OpenVINO a … b
#   Replace 'b' by '$0' in 'ab': tokenizers a $ 0, OpenVINO a b
#   Split at '.' of 'ab.a': tokenizers ab . a, OpenVINO a b . a

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
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers
from transformers import PreTrainedTokenizerFast

VOCAB = {token: number for number, token in enumerate(["<unk>", *"ab.-…$0"])}


def check(what, text, want, want_openvino, normalizer=None, pre_tokenizer=None):
    vocab, merges = (VOCAB | {"ab": len(VOCAB)}, [("a", "b")]) if pre_tokenizer else (VOCAB, [])
    made = Tokenizer(models.BPE(vocab, merges, unk_token="<unk>"))
    if normalizer:
        made.normalizer = normalizer
    if pre_tokenizer:
        made.pre_tokenizer = pre_tokenizer
    wrapped = PreTrainedTokenizerFast(tokenizer_object=made, unk_token="<unk>")
    converted = openvino.Core().compile_model(convert_tokenizer(wrapped, add_special_tokens=False), "CPU")
    theirs = " ".join(made.encode(text).tokens)
    ours = " ".join(list(vocab)[int(number)] for number in converted([text])["input_ids"][0])
    print(f"{what} {text!r}: tokenizers {theirs}, OpenVINO {ours}")
    if (theirs, ours) != (want, want_openvino):
        sys.exit(f"CHANGED: was {want}, {want_openvino}")


replace = normalizers.Replace
check("Replace '...' by '…' in", "ab...", "a b …", "… . .", replace("...", "…"))
check("Replace '-' by '…' in", "a-b", "a … b", "a … b", replace("-", "…"))
check("Replace 'b' by '$0' in", "ab", "a $ 0", "a b", replace("b", "$0"))
check("Split at '.' of", "ab.a", "ab . a", "a b . a", pre_tokenizer=pre_tokenizers.Split(".", "isolated"))
PY
