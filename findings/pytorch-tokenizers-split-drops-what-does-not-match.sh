#!/usr/bin/env bash
# pytorch-tokenizers (ExecuTorch's) keeps of an isolating Split only the matches of its pattern: with a pattern of
# white space, all words are gone; with one of digits, all but digits.
#
# Versions: pytorch-tokenizers 1.5.0, tokenizers 0.23.3
#
# Behaviour: "isolated" means that each match is a piece, and so is the text between matches. pytorch-tokenizers
# returns the matches alone, whatever lies between, without an error. "merged_with_next" and "contiguous" it
# refuses by name when it loads the file, so the other behaviours look supported.
#
# One would guess otherwise: it is the meaning of the word, and with patterns that match everything, as GPT-2's and
# Llama 3's do, nothing shows.
#
# Output seen, 29 November 2026:
#   white space: tokenizers 'the cat 12', pytorch-tokenizers '  '
#   digits: tokenizers 'the cat 12', pytorch-tokenizers '12'
#   GPT-2's: tokenizers 'the cat 12', pytorch-tokenizers 'the cat 12'

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONUTF8=1 PIP_DISABLE_PIP_VERSION_CHECK=1
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet pytorch-tokenizers==1.5.0 tokenizers==0.23.3
"$work/venv/bin/python" - "$work" 2>/dev/null <<'PY'
import sys

from pytorch_tokenizers import CppHFTokenizer
from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers

letters = sorted(pre_tokenizers.ByteLevel.alphabet())
vocab = {letter: number for number, letter in enumerate(letters)}
text = "the cat 12"
gpt2 = r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"
for name, pattern, same in [("white space", r"\s+", False), ("digits", "[0-9]", False), ("GPT-2's", gpt2, True)]:
    made = Tokenizer(models.BPE(vocab=vocab, merges=[]))
    made.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(pattern), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    made.decoder = decoders.ByteLevel()
    made.save(f"{sys.argv[1]}/tokenizer.json")
    other = CppHFTokenizer()
    other.load(f"{sys.argv[1]}/tokenizer.json")
    theirs = "".join(made.encode(text).tokens).replace("Ġ", " ")
    ported = "".join(made.id_to_token(i) for i in other.encode(text, 0, 0)).replace("Ġ", " ")
    print(f"{name}: tokenizers {theirs!r}, pytorch-tokenizers {ported!r}")
    if theirs != text or (ported == text) != same:
        sys.exit("CHANGED: what is left of the text")
PY
