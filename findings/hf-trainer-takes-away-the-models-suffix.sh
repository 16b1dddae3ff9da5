#!/usr/bin/env bash
# Training takes end_of_word_suffix and continuing_subword_prefix away from a model that was made with them.
#
# Versions: tokenizers 0.23.3
#
# Behaviour: both BPE and BpeTrainer have the two options. train() writes the trainer's into the model, also where the
# trainer was made without: BPE(end_of_word_suffix="</w>") learns a list without </w>, and its saved file has null. The
# model's unk_token, dropout, fuse_unk, byte_fallback and ignore_merges are kept.
#
# One would guess otherwise: the model says what its words end with, most of its options survive training, no error or
# warning comes, and the words without mark have other merges (ab in "ab" and in "abc" is one).
#
# Output seen, 29 November 2026:
#   options of the model: end_of_word_suffix None, continuing_subword_prefix None, merges a+b ab+c
#   options that are kept: {'unk_token': '<unk>', 'dropout': 0.5, 'fuse_unk': True, 'byte_fallback': True, 'ignore_merges': True}
#   option of the trainer: end_of_word_suffix '</w>', continuing_subword_prefix None, merges a+b</w> a+b ab+c</w>

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONUTF8=1 PIP_DISABLE_PIP_VERSION_CHECK=1
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet tokenizers==0.23.3
"$work/venv/bin/python" - <<'PY'
import json
import sys

from tokenizers import Tokenizer, models, pre_tokenizers, trainers

KEPT = {"unk_token": "<unk>", "dropout": 0.5, "fuse_unk": True, "byte_fallback": True, "ignore_merges": True}
MARKS = ("end_of_word_suffix", "continuing_subword_prefix")


def trained(trainer, **options):
    made = Tokenizer(models.BPE(**options))
    made.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    made.train_from_iterator(["ab ab ab abc abc"], trainer)
    return json.loads(made.to_str())["model"]


def check(what, model, want):
    merges = " ".join("+".join(pair) for pair in model["merges"])
    got = ", ".join(f"{mark} {model[mark]!r}" for mark in MARKS) + f", merges {merges}"
    print(f"{what}: {got}")
    if got != want:
        sys.exit(f"CHANGED: was {want}")


plain = trainers.BpeTrainer(show_progress=False, special_tokens=["<unk>"])
model = trained(plain, end_of_word_suffix="</w>", continuing_subword_prefix="##", **KEPT)
check("options of the model", model, "end_of_word_suffix None, continuing_subword_prefix None, merges a+b ab+c")
kept = {option: model[option] for option in KEPT}
print(f"options that are kept: {kept}")
if kept != KEPT:
    sys.exit(f"CHANGED: was {KEPT}")
marked = trainers.BpeTrainer(show_progress=False, end_of_word_suffix="</w>")
want = "end_of_word_suffix '</w>', continuing_subword_prefix None, merges a+b</w> a+b ab+c</w>"
check("option of the trainer", trained(marked), want)
PY
