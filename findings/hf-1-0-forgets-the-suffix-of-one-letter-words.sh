#!/usr/bin/env bash
# The pre-release of tokenizers 1.0 encodes a word of one letter without its end-of-word suffix: "a", not "a</w>".
#
# Versions: tokenizers 1.0.0rc3 and 0.23.3
#
# Behaviour: in a BPE model with end_of_word_suffix "</w>" (the form of CLIP's and GPT-1's files) whose vocabulary has
# a and a</w>, release 0.23.3 encodes "a ab" as a</w> ab</w>, the pre-release as a ab</w>. Neither says anything.
#
# One would guess otherwise: longer words end in the suffix in both, the file is read without complaint, and "a" is
# then the id of a letter inside words. Replays and counts that follow one version part from the other on every
# word of one letter.
#
# Output seen, 28 November 2026:
#   0.23.3: a</w> ab</w> b</w> b a</w>
#   1.0.0-rc.3: a ab</w> b b a</w>

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONUTF8=1 PIP_DISABLE_PIP_VERSION_CHECK=1
cat > "$work/encode.py" <<'PY'
import json
import sys

import tokenizers

vocab = {token: number for number, token in enumerate(["a", "b", "a</w>", "b</w>", "ab</w>"])}
model = {"type": "BPE", "end_of_word_suffix": "</w>", "vocab": vocab, "merges": [["a", "b</w>"]]}
absent = dict.fromkeys(("truncation", "padding", "normalizer", "post_processor", "decoder"))
document = {"version": "1.0", "added_tokens": [], "pre_tokenizer": {"type": "WhitespaceSplit"}, "model": model, **absent}
with open(sys.argv[1], "w") as file:
    json.dump(document, file)
tokenizer = tokenizers.Tokenizer.from_file(sys.argv[1])
tokens = {number: token for token, number in vocab.items()}
got = " ".join(tokens[number] for number in tokenizer.encode("a ab b ba").ids)
print(f"{tokenizers.__version__}: {got}")
if got != sys.argv[2]:
    sys.exit(f"CHANGED: was {sys.argv[2]}")
PY
for version in 0.23.3 1.0.0rc3; do
  python3 -m venv "$work/$version"
  "$work/$version/bin/pip" install --quiet tokenizers==$version
done
"$work/0.23.3/bin/python" "$work/encode.py" "$work/tokenizer.json" "a</w> ab</w> b</w> b a</w>"
"$work/1.0.0rc3/bin/python" "$work/encode.py" "$work/tokenizer.json" "a ab</w> b b a</w>"
