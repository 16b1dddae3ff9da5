#!/usr/bin/env bash
# 1,567 Thai tokens of Qwen's list can never come out of its tokenizer: its own split pattern cuts Thai words at
# their vowel signs.
#
# Versions: dashscope 2.0.2 (its qwen.tiktoken and pattern), tiktoken 0.14.0, regex 2026.11.19
#
# Behaviour: The pattern (cl100k's, one digit at a time) lets no pretoken have a mark after a letter. 1,656
# tokens do, เป็น ("to be") and ที่ ("that") among them, all above rank 119,000: merges that Qwen added to
# cl100k's. เป็น is encoded as เป and ็น.
#
# One would guess otherwise: the merges were learned on pretokens of the pattern that ships with them. These
# were not, so counting Thai with that pattern finds no trace of what Qwen's Thai text looked like, and the
# vocabulary makes Thai look better served than it is.
#
# Output seen, 28 November 2026:
#   tokens with a mark after a letter: 1656
#   of them Thai: 1567
#   lowest rank: 119349
#   of them that their own text gives: 0
#   pretokens with a mark after a letter, of all these words: 0
#   เป็น: ['เป', '็น']

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONUTF8=1 PIP_DISABLE_PIP_VERSION_CHECK=1
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --no-deps dashscope==2.0.2 tiktoken==0.14.0 regex==2026.11.19
"$work/venv/bin/python" - "$work" <<'PY'
import ast
import base64
import pathlib
import sys

import regex
import tiktoken


def check(what, got, want):
    print(f"{what}: {got}")
    if got != want:
        sys.exit(f"CHANGED: {what} was {want}")


(package,) = pathlib.Path(sys.argv[1], "venv").glob("lib/python*/site-packages/dashscope")
source = ast.parse((package / "tokenizers" / "qwen_tokenizer.py").read_text(encoding="utf-8"))
pattern = next(
    node.value.value for node in source.body if isinstance(node, ast.Assign) and node.targets[0].id == "PAT_STR"
)
ranks = {}
for line in (package / "resources" / "qwen.tiktoken").read_bytes().splitlines():
    token, rank = line.split()
    ranks[base64.b64decode(token)] = int(rank)
encoding = tiktoken.Encoding("qwen", pat_str=pattern, mergeable_ranks=ranks, special_tokens={})
texts = {rank: text for token, rank in ranks.items() if "\ufffd" not in (text := token.decode(errors="replace"))}
dead = {rank: text for rank, text in texts.items() if regex.search(r"\p{L}\p{M}", text)}
check("tokens with a mark after a letter", len(dead), 1656)
check("of them Thai", sum(bool(regex.search(r"\p{Thai}", text)) for text in dead.values()), 1567)
check("lowest rank", min(dead), 119349)
check("of them that their own text gives", sum(encoding.encode_ordinary(t) == [r] for r, t in dead.items()), 0)
pretokens = [piece for piece in regex.findall(pattern, " ".join(dead.values())) if regex.search(r"\p{L}\p{M}", piece)]
check("pretokens with a mark after a letter, of all these words", len(pretokens), 0)
check("เป็น", [encoding.decode([i]) for i in encoding.encode_ordinary("เป็น")], ["เป", "็น"])
PY
