#!/usr/bin/env bash
# A tekken.json lists 19,928 tokens more than its models have: whoever reads all of it encodes text otherwise.
#
# Versions: mistral-common 1.13.1, tiktoken 0.14.0
#
# Behaviour: The vocabulary in tekken_240911.json has 150,000 entries, as its config says (num_vocab_tokens). The tokenizer
# made from it has 131,072 tokens (default_vocab_size), of which 1,000 are special; it drops the last 19,928 entries.
# Two of three texts below become fewer tokens if the whole list is used.
#
# One would guess otherwise: every entry has bytes, a rank and a string like any other, and nothing in the list says where
# it ends. Tekkenizer passes the cut list to tiktoken; other readers must do it themselves.
#
# Output seen, 29 November 2026:
#   entries of the vocabulary: 150000
#   tokens of the tokenizer, special ones among them: (131072, 1000)
#   tokens of ' ("*': mistral-common, whole list: (2, 1)
#   tokens of '后汉书': mistral-common, whole list: (1, 1)
#   tokens of the last ten entries: mistral-common, whole list: (20, 10)

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONUTF8=1 PIP_DISABLE_PIP_VERSION_CHECK=1
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet mistral-common==1.13.1 tiktoken==0.14.0
"$work/venv/bin/python" - <<'PY'
import base64
import json
import sys
from importlib.resources import files

import tiktoken
from mistral_common.tokens.tokenizers.tekken import Tekkenizer


def check(what, got, want):
    print(f"{what}: {got}")
    if got != want:
        sys.exit(f"CHANGED: {what} was {want}")


path = files("mistral_common") / "data" / "tekken_240911.json"
stored = json.loads(path.read_text("utf-8"))
theirs = Tekkenizer.from_file(str(path))
ranks = {base64.b64decode(entry["token_bytes"]): entry["rank"] for entry in stored["vocab"]}
whole = tiktoken.Encoding("whole", pat_str=stored["config"]["pattern"], mergeable_ranks=ranks, special_tokens={})
check("entries of the vocabulary", len(stored["vocab"]), 150_000)
check("tokens of the tokenizer, special ones among them", (theirs.n_words, theirs.num_special_tokens), (131_072, 1_000))


def lengths(text):
    return len(theirs.encode(text, bos=False, eos=False)), len(whole.encode(text))


check("tokens of ' (\"*': mistral-common, whole list", lengths(' ("*'), (2, 1))
check("tokens of '后汉书': mistral-common, whole list", lengths("后汉书"), (1, 1))
last = [base64.b64decode(entry["token_bytes"]).decode("utf-8", "replace") for entry in stored["vocab"][-10:]]
both = [lengths(text) for text in last]
check("tokens of the last ten entries: mistral-common, whole list", tuple(map(sum, zip(*both))), (20, 10))
PY
