#!/usr/bin/env bash
# A special token that is a word of the text leaves an id without a token: get_vocab_size is 7, and the last id 7.
#
# Versions: tokenizers 0.23.3
#
# Behaviour: WordLevelTrainer lists the special tokens first, and then all words, the special ones again; the later
# entry has the id. Of ["[UNK]", "the"] on a text with "the" the ids are 0 and 2 to 7, and nothing has the id 1.
# vocab_size=6 gives five tokens. UnigramTrainer does so with letters, but counts both entries. BpeTrainer and
# WordPieceTrainer give each token one id, from 0 without a gap.
#
# One would guess otherwise: a table of embeddings has as many rows as get_vocab_size says, and the last token's id is
# then beyond its end. Languages' names, "user" or "system" are special tokens that texts have as words.
#
# Output seen, 30 November 2026:
#   WordLevel: 7 tokens, last id 7, none has 1
#   WordLevel, vocab_size 6: 5 tokens, last id 5, none has 1
#   Unigram: last id is the number of tokens: False, none has 1
#   BPE: last id is the number of tokens: False
#   WordPiece: last id is the number of tokens: False

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONUTF8=1 PIP_DISABLE_PIP_VERSION_CHECK=1
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet tokenizers==0.23.3
"$work/venv/bin/python" - <<'PY'
import sys

from tokenizers import Tokenizer, models, pre_tokenizers, trainers


def check(what, got, want):
    print(f"{what}: {got}")
    if got != want:
        sys.exit(f"CHANGED: was {want}")


def trained(kind, special, size):
    tokenizer = Tokenizer(getattr(models, kind)())
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    maker = trainers.BpeTrainer if kind == "BPE" else getattr(trainers, f"{kind}Trainer")
    trainer = maker(vocab_size=size, special_tokens=["[UNK]", special], show_progress=False)
    tokenizer.train_from_iterator(["the cat saw the dog and the bird"], trainer)
    ids = tokenizer.get_vocab().values()
    return tokenizer.get_vocab_size(), max(ids), 1 in ids


def said(size, last, one):
    return f"{size} tokens, last id {last}" + ("" if one else ", none has 1")


check("WordLevel", said(*trained("WordLevel", "the", 100)), "7 tokens, last id 7, none has 1")
check("WordLevel, vocab_size 6", said(*trained("WordLevel", "the", 6)), "5 tokens, last id 5, none has 1")
size, last, one = trained("Unigram", "b", 100)
got = f"last id is the number of tokens: {last == size}" + ("" if one else ", none has 1")
check("Unigram", got, "last id is the number of tokens: False, none has 1")
for kind in ("BPE", "WordPiece"):
    size, last, one = trained(kind, "the", 100)
    check(kind, f"last id is the number of tokens: {last == size}", "last id is the number of tokens: False")
PY
