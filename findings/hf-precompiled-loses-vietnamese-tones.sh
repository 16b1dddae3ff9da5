#!/usr/bin/env bash
# The Precompiled normalizer deletes tone marks that the sentencepiece table it holds would have composed.
#
# Versions: tokenizers 0.23.3, sentencepiece 0.2.3, protobuf 7.36.2
#
# Behaviour: Given the very table of a sentencepiece model (nmt_nfkc), Precompiled turns decomposed Vietnamese
# "Tiếng Việt" into "Tiêng Viẹt", and leaves decomposed Korean and half-width katakana with voicing marks
# uncomposed. sentencepiece composes all three.
#
# One would guess otherwise: the class exists to do what sentencepiece does, and does it for composed text. The
# result looks as if one table entry were taken for a whole cluster of letter and marks, and the rest of the
# cluster dropped.
#
# Output seen, 28 November 2026:
#   Tiếng Việt (14 characters): sentencepiece, tokenizers: ('Tiếng Việt', 'Tiêng Viẹt')
#   한국어 (8 characters): sentencepiece, tokenizers: ('한국어', '한국어')
#   ｶﾞｷﾞ (4 characters): sentencepiece, tokenizers: ('ガギ', 'ガギ')
#   Tiếng Việt (10 characters): sentencepiece, tokenizers: ('Tiếng Việt', 'Tiếng Việt')

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONUTF8=1 PIP_DISABLE_PIP_VERSION_CHECK=1
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --no-deps tokenizers==0.23.3 sentencepiece==0.2.3 protobuf==7.36.2
"$work/venv/bin/python" - <<'PY'
import io
import sys
import unicodedata

import sentencepiece as spm
from sentencepiece import sentencepiece_model_pb2
from tokenizers import normalizers


def check(what, got, want):
    print(f"{what}: {got}")
    if got != want:
        sys.exit(f"CHANGED: {what} was {want}")


model = io.BytesIO()
spm.SentencePieceTrainer.train(
    sentence_iterator=iter(["abc def ghi"] * 5), model_writer=model, model_type="bpe", vocab_size=40,
    hard_vocab_limit=False, add_dummy_prefix=False, minloglevel=2,
)
proto = sentencepiece_model_pb2.ModelProto()
proto.ParseFromString(model.getvalue())
assert proto.normalizer_spec.name == "nmt_nfkc"
theirs = spm.SentencePieceProcessor(model_proto=model.getvalue())
precompiled = normalizers.Precompiled(proto.normalizer_spec.precompiled_charsmap)
jamo = unicodedata.normalize("NFD", "한국어")
for text, want in [
    (unicodedata.normalize("NFD", "Tiếng Việt"), ("Tiếng Việt", "Tiêng Viẹt")),
    (jamo, ("한국어", jamo)),
    ("ｶﾞｷﾞ", ("ガギ", "カ\u3099キ\u3099")),
    ("Tiếng Việt", ("Tiếng Việt", "Tiếng Việt")),
]:
    got = theirs.normalize(text).replace("▁", " "), precompiled.normalize_str(text)
    check(f"{text} ({len(text)} characters): sentencepiece, tokenizers", got, want)
PY
