#!/usr/bin/env bash
# tiktokenizer converts a Hugging Face tokenizer to tiktoken with ids for ranks, and without its normalizer and pattern.
#
# Versions: tiktokenizer 0.1.1, tokenizers 0.23.3, tiktoken 0.14.0, transformers 5.24.0
#
# Behaviour: tiktoken merges in the order of ranks, a tokenizer.json in the order of its merges. The converter hands
# over the ids of the vocabulary, whatever the merges say. NFC and Lowercase are left out. Where the file has ByteLevel
# with its own pattern (GPT-2's), the result has another, which cuts off each digit.
#
# One would guess otherwise: the package checks whether a tokenizer is compatible and refuses others (these pass), all
# tokens have the ids of the file, and where ids and merges are in one order plain words come out right.
#
# Output seen, 30 November 2026:
#   ids in the order of merges, 'ab': tokenizers ab, converted ab
#   ids in another order, 'abc': tokenizers a bc, converted ab c
#   ByteLevel's own pattern, '1234': tokenizers 1234, converted 1 2 3 4
#   NFC, 'e\u0301': tokenizers Ã©, converted e Ì ģ
#   Lowercase, 'AB': tokenizers ab, converted A B

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONUTF8=1 PIP_DISABLE_PIP_VERSION_CHECK=1 HF_HUB_OFFLINE=1
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --no-compile tiktokenizer==0.1.1 tokenizers==0.23.3 tiktoken==0.14.0 transformers==5.24.0
cd "$work"
"$work/venv/bin/python" - 2>/dev/null <<'PY'
import sys

from tiktokenizer import TikTokenizer
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers
from transformers import PreTrainedTokenizerFast

ALPHABET = sorted(pre_tokenizers.ByteLevel.alphabet())
COUNT = iter(range(9))


def check(what, text, want, want_converted, tokens, merges, normalizer=None):
    names = [*ALPHABET, *tokens]
    made = Tokenizer(models.BPE({name: number for number, name in enumerate(names)}, merges))
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    if normalizer:
        made.normalizer = normalizer
    folder = f"saved-{next(COUNT)}"
    PreTrainedTokenizerFast(tokenizer_object=made).save_pretrained(folder)
    converted = TikTokenizer.create(folder, cache_dir="cache")
    got = " ".join(made.encode(text).tokens), " ".join(names[number] for number in converted.encode(text))
    print(f"{what}, {text!a}: tokenizers {got[0]}, converted {got[1]}")
    if got != (want, want_converted):
        sys.exit(f"CHANGED: was {want}, {want_converted}")


check("ids in the order of merges", "ab", "ab", "ab", ["ab"], [("a", "b")])
check("ids in another order", "abc", "a bc", "ab c", ["ab", "bc"], [("b", "c"), ("a", "b")])
steps = [("1", "2"), ("12", "3"), ("123", "4")]
check("ByteLevel's own pattern", "1234", "1234", "1 2 3 4", ["12", "123", "1234"], steps)
check("NFC", "e\u0301", "Ã©", "e Ì ģ", ["Ã©"], [("Ã", "©")], normalizers.NFC())
check("Lowercase", "AB", "ab", "A B", ["ab"], [("a", "b")], normalizers.Lowercase())
PY
