#!/usr/bin/env bash
# kitoken, on a sentencepiece .model, makes a tab an unknown token and cuts words at the zero-width joiner;
# sentencepiece does neither.
#
# Versions: kitoken 0.11.1, sentencepiece 0.2.3
#
# Behaviour: The model's own table (nmt_nfkc) maps the tab to a space and keeps U+200D. kitoken agrees with it
# on the no-break space, U+200B, U+200C, newlines, ligatures and control characters, gives <unk> for
# "hello<tab>world" and two words for क्‍ष.
#
# One would guess otherwise: the table is in the file, compiled, and a reader of the file would apply it whole;
# with byte fallback and the identity rule, as in Llama's models, the two gave the same ids for every one of
# 3,600 texts.
#
# Output seen, 28 November 2026:
#   'hello\tworld': sentencepiece ['\u2581hello', '\u2581world'], kitoken ['\u2581hello', '<unk>', 'w', 'orld']
#   '\u0915\u094d\u200d\u0937': sentencepiece ['\u2581\u0915\u094d\u200d\u0937'], kitoken ['\u2581\u0915\u094d', '\u2581', '\u0937']
#   'hello\xa0world': sentencepiece ['\u2581hello', '\u2581world'], kitoken ['\u2581hello', '\u2581world']
#   'hello\u200bworld': sentencepiece ['\u2581hello', '\u2581world'], kitoken ['\u2581hello', '\u2581world']
#   'hello\u200cworld': sentencepiece ['\u2581hello', '\u2581world'], kitoken ['\u2581hello', '\u2581world']
#   'hello\nworld': sentencepiece ['\u2581hello', '\u2581world'], kitoken ['\u2581hello', '\u2581world']
#   'a\x07b': sentencepiece ['\u2581ab'], kitoken ['\u2581ab']

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONUTF8=1 PIP_DISABLE_PIP_VERSION_CHECK=1
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --no-deps kitoken==0.11.1 sentencepiece==0.2.3
"$work/venv/bin/python" - <<'PY'
import io
import sys

import kitoken
import sentencepiece as spm

model = io.BytesIO()
spm.SentencePieceTrainer.train(
    sentence_iterator=iter(["hello world ab क्\u200dष"] * 9), model_writer=model, model_type="bpe", vocab_size=60,
    hard_vocab_limit=False, minloglevel=2,
)
theirs = spm.SentencePieceProcessor(model_proto=model.getvalue())
port = kitoken.Kitoken.from_sentencepiece(model.getvalue())
for text, same in {
    "hello\tworld": False,
    "क्\u200dष": False,
    "hello\u00a0world": True,
    "hello\u200bworld": True,
    "hello\u200cworld": True,
    "hello\nworld": True,
    "a\x07b": True,
}.items():
    ids = theirs.encode(text), port.encode(text, False)
    pieces = [[theirs.id_to_piece(i) for i in row] for row in ids]
    print(f"{text!a}: sentencepiece {ascii(pieces[0])}, kitoken {ascii(pieces[1])}")
    if (ids[0] == ids[1]) != same:
        sys.exit(f"CHANGED: they {'agreed' if same else 'differed'}")
PY
