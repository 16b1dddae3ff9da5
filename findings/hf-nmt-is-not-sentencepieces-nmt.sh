#!/usr/bin/env bash
# tokenizers' Nmt normalizer replaces the zero-width joiner by a space; sentencepiece's nmt rule, which it is
# named for, keeps it.
#
# Versions: tokenizers 0.23.3, sentencepiece 0.2.3
#
# Behaviour: Nmt() followed by NFKC(), as in the package's own SentencePieceUnigramTokenizer, breaks क्‍ष (with
# a joiner, usual in Marathi and Sinhala) into two words. nmt_nfkc keeps the joiner, and replaces the Arabic
# letter mark, which Nmt keeps.
#
# One would guess otherwise: both also drop control characters and make the zero-width non-joiner a space, so
# they agree on all one is likely to try.
#
# Output seen, 28 November 2026:
#   zero-width joiner: sentencepiece kept, tokenizers space
#   zero-width non-joiner: sentencepiece space, tokenizers space
#   Arabic letter mark: sentencepiece space, tokenizers kept
#   zero-width space: sentencepiece space, tokenizers space
#   bell: sentencepiece dropped, tokenizers dropped
#   fullwidth tilde: sentencepiece kept, tokenizers made ~

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
from tokenizers import normalizers

model = io.BytesIO()
spm.SentencePieceTrainer.train(
    sentence_iterator=iter(["abc def ghi"] * 5), model_writer=model, model_type="bpe", vocab_size=40,
    hard_vocab_limit=False, add_dummy_prefix=False, remove_extra_whitespaces=False, minloglevel=2,
)
theirs = spm.SentencePieceProcessor(model_proto=model.getvalue())
ours = normalizers.Sequence([normalizers.Nmt(), normalizers.NFKC()])
want = {
    "zero-width joiner": ("\u200d", "kept", "space"),
    "zero-width non-joiner": ("\u200c", "space", "space"),
    "Arabic letter mark": ("\u061c", "space", "kept"),
    "zero-width space": ("\u200b", "space", "space"),
    "bell": ("\x07", "dropped", "dropped"),
    "fullwidth tilde": ("\uff5e", "kept", "made ~"),
}
for name, (character, *results) in want.items():
    def fate(text):
        return {f"a{character}b": "kept", "a b": "space", "ab": "dropped"}.get(text, f"made {text[1:-1]}")

    text = f"a{character}b"
    got = [fate(theirs.normalize(text).replace("▁", " ")), fate(ours.normalize_str(text))]
    print(f"{name}: sentencepiece {got[0]}, tokenizers {got[1]}")
    if got != results:
        sys.exit(f"CHANGED: was {results}")
PY
