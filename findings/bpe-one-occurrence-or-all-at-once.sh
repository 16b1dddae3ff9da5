#!/usr/bin/env bash
# Two readings of "apply the lowest-ranked merge": every occurrence at once, or one and look again. Libraries
# are split.
#
# Versions: tokenizers 0.23.3, tiktoken 0.14.0, pyonmttok 1.38.1, subword-nmt 0.3.8
#
# Behaviour: When a merge that uses a token ranks before the merge that makes it, as in lists that were joined,
# reordered or extended, "abab" with the merges ab+a, a+b is aba b in tokenizers, tiktoken and pyonmttok (merge
# the first a+b, then look again) and ab ab in subword-nmt (merge all a+b).
#
# One would guess otherwise: both are given as the definition of BPE, and on a list in the order of training
# they are the same. OpenNMT's is subword-nmt's algorithm in C++.
#
# Output seen, 28 November 2026:
#   tokenizers: ['aba', 'b', 'z']
#   tiktoken: ['aba', 'b', 'z']
#   pyonmttok: ['aba', 'b', 'z']
#   subword-nmt: ['ab', 'ab', 'z']

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONUTF8=1 PIP_DISABLE_PIP_VERSION_CHECK=1
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --no-deps tokenizers==0.23.3 tiktoken==0.14.0 regex==2026.11.19 pyonmttok==1.38.1 subword-nmt==0.3.8 tqdm==4.67.1
"$work/venv/bin/python" - "$work" <<'PY'
import io
import pathlib
import sys

import pyonmttok
import tiktoken
from subword_nmt.apply_bpe import BPE
from tokenizers import Tokenizer, models


def check(what, got, want):
    print(f"{what}: {got}")
    if got != want:
        sys.exit(f"CHANGED: {what} was {want}")


# The z keeps subword-nmt's mark of the end of a word away from the letters.
vocab = {token: i for i, token in enumerate(["a", "b", "z", "aba", "ab"])}
hf = Tokenizer(models.BPE(vocab=vocab, merges=[("ab", "a"), ("a", "b")]))
check("tokenizers", hf.encode("ababz").tokens, ["aba", "b", "z"])
ranks = {bytes([byte]): byte for byte in range(256)} | {b"aba": 256, b"ab": 257}
encoding = tiktoken.Encoding("x", pat_str=r"\w+", mergeable_ranks=ranks, special_tokens={})
check("tiktoken", [encoding.decode([i]) for i in encoding.encode_ordinary("ababz")], ["aba", "b", "z"])
codes = "#version: 0.2\nab a\na b\n"
path = pathlib.Path(sys.argv[1], "codes")
path.write_text(codes)
check("pyonmttok", pyonmttok.Tokenizer("space", bpe_model_path=str(path))("ababz"), ["aba", "b", "z"])
check("subword-nmt", BPE(io.StringIO(codes)).segment("ababz").replace("@@", "").split(), ["ab", "ab", "z"])
PY
