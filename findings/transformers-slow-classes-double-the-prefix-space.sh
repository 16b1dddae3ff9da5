#!/usr/bin/env bash
# With add_prefix_space, slow and fast tokenizers of one model disagree on text that begins with white space.
#
# Versions: transformers 4.57.6, tokenizers 0.23.3
#
# Behaviour: GPT2Tokenizer puts a space before every text, GPT2TokenizerFast only before one that does not begin with
# white space. RobertaTokenizer, also slow, looks at the first character, too, but for it a tab is white space, while
# the fast twin adds a space before a tab.
#
# One would guess otherwise: both classes take the same option from the same tokenizer_config.json, and the fast one is
# made from the slow one's files. Indented code and text after a line break get other first tokens; a tokenizer that
# was trained by ByteLevelBPETokenizer saw the fast one's.
#
# Output seen, 29 November 2026:
#   GPT2Tokenizer, two spaces: ['Ġ', 'Ġ', 'Ġ', 'i', 'f']
#   GPT2TokenizerFast, two spaces: ['Ġ', 'Ġ', 'i', 'f']
#   RobertaTokenizer, two spaces: ['Ġ', 'Ġ', 'i', 'f']
#   GPT2TokenizerFast, tab: ['Ġ', 'ĉ', 'i', 'f']
#   RobertaTokenizer, tab: ['ĉ', 'i', 'f']

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONUTF8=1 PIP_DISABLE_PIP_VERSION_CHECK=1 TRANSFORMERS_VERBOSITY=error HF_HUB_OFFLINE=1
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet transformers==4.57.6
"$work/venv/bin/python" - "$work" <<'PY'
import json
import sys
from pathlib import Path

from tokenizers.pre_tokenizers import ByteLevel
from transformers import GPT2Tokenizer, GPT2TokenizerFast, RobertaTokenizer

folder = Path(sys.argv[1])
special = ["<|endoftext|>", "<s>", "</s>", "<unk>", "<pad>", "<mask>"]
tokens = sorted(ByteLevel.alphabet()) + special
(folder / "vocab.json").write_text(json.dumps({token: number for number, token in enumerate(tokens)}))
(folder / "merges.txt").write_text("#version: 0.2\n")


def check(kind, text, called, want):
    files = {"vocab_file": str(folder / "vocab.json"), "merges_file": str(folder / "merges.txt")}
    got = kind(**files, add_prefix_space=True).tokenize(text)
    print(f"{kind.__name__}, {called}: {got}")
    if got != want:
        sys.exit(f"CHANGED: {kind.__name__}, {called} was {want}")


check(GPT2Tokenizer, "  if", "two spaces", ["Ġ", "Ġ", "Ġ", "i", "f"])
check(GPT2TokenizerFast, "  if", "two spaces", ["Ġ", "Ġ", "i", "f"])
check(RobertaTokenizer, "  if", "two spaces", ["Ġ", "Ġ", "i", "f"])
check(GPT2TokenizerFast, "\tif", "tab", ["Ġ", "ĉ", "i", "f"])
check(RobertaTokenizer, "\tif", "tab", ["ĉ", "i", "f"])
PY
