#!/usr/bin/env bash
# [[:alpha:]] is ASCII in tiktoken, rustbpe and bpeasy, and all of Unicode in tokenizers: one pattern, other pretokens.
#
# Versions: tiktoken 0.14.0, rustbpe 0.1.0, tokenizers 0.23.3, regex 2026.11.19
#
# Behaviour: Rust's regex reads POSIX classes as ASCII even in its Unicode mode, and what they leave out is dropped
# from the text; Oniguruma, inside tokenizers, and Python's regex read them as Unicode.
#
# One would guess otherwise: \p{L}, \w, \d and \s mean Unicode in all of them, and a pattern that was tried on
# English text agrees everywhere.
#
# Output seen, 28 November 2026:
#   tokenizers: ['Größe', 'и', 'size']
#   regex: ['Größe', 'и', 'size']
#   tiktoken: ['Gr', 'e', 'size']
#   rustbpe learns a merge of Cyrillic: False

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONUTF8=1 PIP_DISABLE_PIP_VERSION_CHECK=1
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --no-deps tiktoken==0.14.0 rustbpe==0.1.0 regex==2026.11.19 tokenizers==0.23.3
"$work/venv/bin/python" - <<'PY'
import sys

import regex
import rustbpe
import tiktoken
from tokenizers import Regex, pre_tokenizers


def check(what, got, want):
    print(f"{what}: {got}")
    if got != want:
        sys.exit(f"CHANGED: {what} was {want}")


pattern, text = "[[:alpha:]]+", "Größe и size"
split = pre_tokenizers.Split(Regex(pattern), "removed", invert=True)
check("tokenizers", [piece for piece, _ in split.pre_tokenize_str(text)], ["Größe", "и", "size"])
check("regex", regex.findall(pattern, text), ["Größe", "и", "size"])
# every stretch of the text is a token, so that each pretoken becomes just one
data = text.encode()
stretches = {data[i:j] for i in range(len(data)) for j in range(i + 2, len(data) + 1)}
tokens = [*(bytes([byte]) for byte in range(256)), *sorted(stretches)]
ranks = {token: rank for rank, token in enumerate(tokens)}
encoding = tiktoken.Encoding("probe", pat_str=pattern, mergeable_ranks=ranks, special_tokens={})
pieces = [piece.decode() for piece in encoding.decode_tokens_bytes(encoding.encode_ordinary(text))]
check("tiktoken", pieces, ["Gr", "e", "size"])
trainer = rustbpe.Tokenizer()
trainer.train_from_iterator(["привет hello"] * 50, 264, pattern=pattern)
learned = [bytes(token) for token, _ in trainer.get_mergeable_ranks()]
check("rustbpe learns a merge of Cyrillic", any(len(token) > 1 and token[0] > 127 for token in learned), False)
PY
