#!/usr/bin/env bash
# 248 tokens of Qwen's list cannot occur in text that Qwen's tokenizer has normalized: Vietnamese "của" and
# Hanja among them.
#
# Versions: dashscope 2.0.2 (its qwen.tiktoken and tokenizer), gpt-tokenizer 4.0.0 (npm, for cl100k's ranks)
#
# Behaviour: The tokenizer puts text into NFC first. 248 tokens are not in NFC: half-composed Vietnamese (ế as ê
# and an accent, as the code page Windows-1258 has it), 194 with compatibility characters of Korean fonts. All
# were added to cl100k's list, none of whose tokens NFC changes.
#
# One would guess otherwise: the normalizer of a tokenizer was on when its list was trained. Here the list tells
# of text that was not normalized, and samples that are normalized, as the tokenizer says, can never show these
# pairs.
#
# Output seen, 28 November 2026:
#   the tokenizer normalizes to NFC: True
#   tokens of Qwen that NFC changes: 248
#   lowest rank: 132515
#   three: ["'\\xea\\u0301'", "' va\\u0300'", "' cu\\u0309a'"]
#   with compatibility ideographs: 194
#   tokens of cl100k that NFC changes: 0

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONUTF8=1 PIP_DISABLE_PIP_VERSION_CHECK=1
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --no-deps dashscope==2.0.2
npm install --silent --no-audit --no-fund --prefix "$work" gpt-tokenizer@4.0.0
cd "$work"
"$work/venv/bin/python" - <<'PY'
import base64
import pathlib
import sys
import unicodedata


def check(what, got, want):
    print(f"{what}: {got}")
    if got != want:
        sys.exit(f"CHANGED: {what} was {want}")


def changed(path):
    texts = {}
    for line in path.read_bytes().splitlines():
        token, rank = line.split()
        text = base64.b64decode(token).decode(errors="replace")
        if "\ufffd" not in text and unicodedata.normalize("NFC", text) != text:
            texts[int(rank)] = text
    return texts


(package,) = pathlib.Path("venv").glob("lib/python*/site-packages/dashscope")
source = (package / "tokenizers" / "qwen_tokenizer.py").read_text(encoding="utf-8")
check("the tokenizer normalizes to NFC", 'unicodedata.normalize("NFC", text)' in source, True)
tokens = changed(package / "resources" / "qwen.tiktoken")
check("tokens of Qwen that NFC changes", len(tokens), 248)
check("lowest rank", min(tokens), 132515)
check("three", [ascii(tokens[rank]) for rank in (132515, 139607, 143457)], [r"'\xea\u0301'", r"' va\u0300'", r"' cu\u0309a'"])
hanja = [text for text in tokens.values() if any("CJK COMPATIBILITY" in unicodedata.name(c, "") for c in text)]
check("with compatibility ideographs", len(hanja), 194)
check("tokens of cl100k that NFC changes", len(changed(pathlib.Path("node_modules/gpt-tokenizer/data/cl100k_base.tiktoken"))), 0)
PY
