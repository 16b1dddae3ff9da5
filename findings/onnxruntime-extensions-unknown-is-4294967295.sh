#!/usr/bin/env bash
# onnxruntime-extensions gives the id 4294967295 for a letter without a token, and leaves out NFC, Digits and others.
#
# Versions: onnxruntime-extensions 0.15.2, tokenizers 0.23.3
#
# Behaviour: its Tokenizer, made for ONNX models exported from Hugging Face, reads tokenizer.json and
# tokenizer_config.json. A byte-level file that names an unk_token has it given by tokenizers; here each such byte is
# 2^32 - 1, which is no row of any model. The normalizers NFC, Lowercase and Replace and the splitter Digits are not
# obeyed, without an error: with NFC (Qwen) a decomposed é stays decomposed, with Digits (StarCoder) 12 is one token.
#
# One would guess otherwise: the unknown token is in the file, in both of the files; the result is what is fed to a
# model's table of embeddings; and a byte-level file with neither is read right.
#
# Output seen, 29 November 2026:
#   no step, 'ab c': tokenizers [8, 6, 3], onnxruntime-extensions [8, 6, 3]
#   no step, 'x': tokenizers [0], onnxruntime-extensions [4294967295]
#   NFC, 'e\u0301': tokenizers [9], onnxruntime-extensions [10, 4294967295, 4294967295]
#   Lowercase, 'B': tokenizers [2], onnxruntime-extensions [4294967295]
#   Replace, 'aa': tokenizers [2, 2], onnxruntime-extensions [1, 1]
#   Digits, '12': tokenizers [4, 5], onnxruntime-extensions [7]

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONUTF8=1 PIP_DISABLE_PIP_VERSION_CHECK=1
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet onnxruntime-extensions==0.15.2 tokenizers==0.23.3
"$work/venv/bin/python" - "$work" <<'PY'
import json
import sys

from onnxruntime_extensions import pp_api
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

FOLDER = sys.argv[1]
VOCAB = {token: number for number, token in enumerate(["<unk>", *"abc12Ġ", "12", "ab", "Ã©", *"eÃ©"])}
MERGES = [("1", "2"), ("a", "b"), ("Ã", "©")]
BYTES = pre_tokenizers.ByteLevel(add_prefix_space=False)


def check(what, text, want, want_onnx, normalizer=None, splitters=()):
    made = Tokenizer(models.BPE(VOCAB, MERGES, unk_token="<unk>"))
    if normalizer:
        made.normalizer = normalizer
    made.pre_tokenizer = pre_tokenizers.Sequence([*splitters, BYTES]) if splitters else BYTES
    made.save(f"{FOLDER}/tokenizer.json")
    with open(f"{FOLDER}/tokenizer_config.json", "w") as file:
        special = dict.fromkeys(("unk_token", "bos_token", "eos_token"), "<unk>")
        json.dump({"tokenizer_class": "PreTrainedTokenizerFast", "add_bos_token": False, **special}, file)
    got = made.encode(text).ids, [int(number) for number in pp_api.Tokenizer(FOLDER).tokenize(text)]
    print(f"{what}, {text!a}: tokenizers {got[0]}, onnxruntime-extensions {got[1]}")
    if got != (want, want_onnx):
        sys.exit(f"CHANGED: was {want}, {want_onnx}")


NONE = 2**32 - 1
check("no step", "ab c", [8, 6, 3], [8, 6, 3])
check("no step", "x", [0], [NONE])
check("NFC", "e\u0301", [9], [10, NONE, NONE], normalizers.NFC())
check("Lowercase", "B", [2], [NONE], normalizers.Lowercase())
check("Replace", "aa", [2, 2], [1, 1], normalizers.Replace("a", "b"))
check("Digits", "12", [4, 5], [7], splitters=[pre_tokenizers.Digits(individual_digits=True)])
PY
