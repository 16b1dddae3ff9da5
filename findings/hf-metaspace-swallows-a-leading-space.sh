#!/usr/bin/env bash
# For HF's Metaspace "hello" and " hello" are the same text; for the sentencepiece model that it stands for they
# are not.
#
# Versions: tokenizers 0.23.3, sentencepiece 0.2.3
#
# Behaviour: With Llama's settings (identity, no removal of spaces, dummy prefix), sentencepiece turns " hello"
# into ▁▁hello. Metaspace, with prepend_scheme "always" or "first", prefixes only what does not begin with its
# sign, so " hello" stays ▁hello, and two spaces give ▁▁hello.
#
# One would guess otherwise: prepend_scheme reads as the dummy prefix under another name. The same holds for a
# text that begins with U+2581. The older form of converted files, a Prepend normalizer, does as sentencepiece
# does.
#
# Output seen, 28 November 2026:
#   signs before 'hello': sentencepiece, Prepend, Metaspace: (1, 1, 1)
#   signs before ' hello': sentencepiece, Prepend, Metaspace: (2, 2, 1)
#   signs before '  hello': sentencepiece, Prepend, Metaspace: (3, 3, 2)

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONUTF8=1 PIP_DISABLE_PIP_VERSION_CHECK=1
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --no-deps tokenizers==0.23.3 sentencepiece==0.2.3
"$work/venv/bin/python" - <<'PY'
import io
import sys

import sentencepiece as spm
from tokenizers import normalizers, pre_tokenizers


def check(what, got, want):
    print(f"{what}: {got}")
    if got != want:
        sys.exit(f"CHANGED: {what} was {want}")


model = io.BytesIO()
spm.SentencePieceTrainer.train(
    sentence_iterator=iter(["hello hello  hello"] * 5), model_writer=model, model_type="bpe", vocab_size=300,
    normalization_rule_name="identity", remove_extra_whitespaces=False, byte_fallback=True,
    hard_vocab_limit=False, minloglevel=2,
)
theirs = spm.SentencePieceProcessor(model_proto=model.getvalue())
prepend = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
metaspace = pre_tokenizers.Metaspace(prepend_scheme="always", split=False)
for text, signs in {"hello": (1, 1, 1), " hello": (2, 2, 1), "  hello": (3, 3, 2)}.items():
    forms = theirs.normalize(text), prepend.normalize_str(text), "".join(p for p, _ in metaspace.pre_tokenize_str(text))
    check(f"signs before {text!r}: sentencepiece, Prepend, Metaspace", tuple(f.count("▁") for f in forms), signs)
PY
