#!/usr/bin/env bash
# A tokenizer with byte fallback loses its bytes when transformers trains it anew, and goes on calling it byte fallback.
#
# Versions: transformers 5.24.0, tokenizers 0.23.3
#
# Behaviour: train_new_from_iterator keeps "byte_fallback": true and drops <0x00> to <0xFF>, which are no special tokens,
# from the vocabulary. A letter that the new text lacks was two byte tokens and is <unk>; decoding loses it.
#
# One would guess otherwise: the setting is there, and for byte-level tokenizers the same method adds the 256 letters of
# the alphabet by itself, so that nothing is ever unknown. The size of the list suffers, too: a retrained list of
# 32,000 has 256 more merges than one of sentencepiece.
#
# Output seen, 29 November 2026:
#   before: ['▁', 'c', 'ab', '<0xC3>', '<0xA9>']
#   after: ['▁ca', 'b', '<unk>']
#   byte_fallback, byte tokens: (True, 0)

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONUTF8=1 PIP_DISABLE_PIP_VERSION_CHECK=1 TRANSFORMERS_VERBOSITY=error RAYON_NUM_THREADS=1
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet transformers==5.24.0 tokenizers==0.23.3
"$work/venv/bin/python" - <<'PY'
import json
import sys

from tokenizers import Tokenizer, models, normalizers
from transformers import PreTrainedTokenizerFast


def check(what, got, want):
    print(f"{what}: {got}")
    if got != want:
        sys.exit(f"CHANGED: {what} was {want}")


def llama_like():
    """A tokenizer of the shape that transformers gives Llama 2: no pre-tokenizer, spaces made ▁ by the normalizer."""
    vocab = {"<unk>": 0} | {f"<0x{byte:02X}>": 1 + byte for byte in range(256)}
    vocab |= {letter: len(vocab) + place for place, letter in enumerate("▁abcdefghijklmnopqrstuvwxyz")}
    vocab["ab"] = len(vocab)
    model = models.BPE(vocab=vocab, merges=[("a", "b")], unk_token="<unk>", byte_fallback=True, fuse_unk=True)
    made = Tokenizer(model)
    made.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    return PreTrainedTokenizerFast(tokenizer_object=made, unk_token="<unk>")


old = llama_like()
check("before", old.tokenize("cabé"), ["▁", "c", "ab", "<0xC3>", "<0xA9>"])
new = old.train_new_from_iterator(["cup cap", "cat bed"], vocab_size=16, show_progress=False)
check("after", new.tokenize("cabé"), ["▁ca", "b", "<unk>"])
model = json.loads(new.backend_tokenizer.to_str())["model"]
check("byte_fallback, byte tokens", (model["byte_fallback"], sum(token.startswith("<0x") for token in model["vocab"])), (True, 0))
PY
