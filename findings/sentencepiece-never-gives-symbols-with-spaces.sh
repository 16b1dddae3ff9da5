#!/usr/bin/env bash
# sentencepiece accepts user-defined symbols with a space in them ("  ", " the", "a b"), gives them ids, and never
# gives them in encoding: only the spelling with the space mark (▁▁) is found.
#
# Versions: sentencepiece 0.2.3
#
# Behaviour: with the symbol "  " the text "a  b" becomes ▁a ▁ ▁b, as without it, and id 3 is never given, though
# decode([3]) is two spaces. With ▁▁ it becomes ▁a ▁▁ b. A tab as a symbol is found.
#
# One would guess otherwise: the README calls them symbols that are always one token; a symbol is sought in
# the text as it is given, and ▁ is the model's inner sign, so the text's own spelling is what one writes.
#
# Output seen, 29 November 2026:
#   symbol '  ': 'a  b' is ['▁a', '▁', '▁b'], id 3 is '  '
#   symbol ' the': 'x the' is ['▁x', '▁the'], id 3 is ' the'
#   symbol 'a b': 'a b' is ['▁a', '▁b'], id 3 is 'a b'
#   symbol '▁▁': 'a  b' is ['▁a', '▁▁', 'b'], id 3 is '▁▁'
#   symbol '\t': 'a\tb' is ['▁a', '\t', 'b'], id 3 is '\t'

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONUTF8=1 PIP_DISABLE_PIP_VERSION_CHECK=1
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --no-deps sentencepiece==0.2.3
"$work/venv/bin/python" - <<'PY'
import io
import sys

import sentencepiece as spm

for symbol, text, given in [
    ("  ", "a  b", False),
    (" the", "x the", False),
    ("a b", "a b", False),
    ("▁▁", "a  b", True),
    ("\t", "a\tb", True),
]:
    made = io.BytesIO()
    spm.SentencePieceTrainer.train(
        sentence_iterator=iter(["a  b the the", "x  y  z the"] * 6), model_writer=made, model_type="bpe", vocab_size=80,
        hard_vocab_limit=False, minloglevel=3, user_defined_symbols=[symbol], remove_extra_whitespaces=False,
    )
    model = spm.SentencePieceProcessor(model_proto=made.getvalue())
    pieces = model.encode(text, out_type=str)
    number = model.piece_to_id(symbol)
    print(f"symbol {symbol!r}: {text!r} is {pieces}, id {number} is {model.id_to_piece(number)!r}")
    if number != 3 or (3 in model.encode(text)) != given:
        sys.exit("CHANGED: whether the symbol is found")
PY
