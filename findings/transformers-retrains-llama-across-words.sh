#!/usr/bin/env bash
# A Llama-like tokenizer retrained by transformers' train_new_from_iterator merges across words.
#
# Versions: transformers 5.24.0, tokenizers 0.23.3
#
# Behaviour: In such a tokenizer.json the normalizer makes spaces ▁ and there is no pre-tokenizer. Training anew keeps
# that, and the trainer takes each text for one word: from 1,296 lines of four words out of six come tokens that
# are phrases ("cat▁a▁cat"), most with ▁ behind a word. sentencepiece, which made the original, cut at every ▁.
#
# One would guess otherwise: the method promises a tokenizer "with the same defaults (in terms of special tokens or
# tokenization pipeline)", and for GPT-2-like ones the new list is made as the old one was. Here the pipeline of
# encoding is the same and that of training is not, so lists "of Llama's kind" on the hub come in two kinds.
#
# Output seen, 29 November 2026:
#   learned tokens with ▁ behind a letter, of 68: 60
#   longest: cat▁a▁cat

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONUTF8=1 PIP_DISABLE_PIP_VERSION_CHECK=1 TRANSFORMERS_VERBOSITY=error RAYON_NUM_THREADS=1
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet transformers==5.24.0 tokenizers==0.23.3
"$work/venv/bin/python" - <<'PY'
import itertools
import re
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


words = ["the", "cat", "on", "mat", "a", "dog"]
texts = [" ".join(four) for four in itertools.product(words, repeat=4)]
old = llama_like()
new = old.train_new_from_iterator(texts, vocab_size=80, show_progress=False)
learned = [token for token in new.get_vocab() if len(token) > 1 and token != "<unk>"]
across = [token for token in learned if re.search("[a-z]▁", token)]
check(f"learned tokens with ▁ behind a letter, of {len(learned)}", len(across), 60)
check("longest", max(sorted(learned), key=len), "cat▁a▁cat")
PY
