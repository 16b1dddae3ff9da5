#!/usr/bin/env bash
# A WordPiece vocabulary trained by tokenizers is a BPE merge list without the merges: the same tokens in the
# same order.
#
# Versions: tokenizers 0.23.3
#
# Behaviour: WordPieceTrainer and BpeTrainer with the prefix ## give the same 73 tokens after the alphabet, one
# for one, on words whose counts leave no ties. Ids of the vocabulary are the steps of training.
#
# One would guess otherwise: WordPiece is told apart from BPE by its score (the pair's count over the product of
# its parts' counts), and its file is taken to be silent on counts. So such a list can be read as a record of
# counts as any BPE list can.
#
# Output seen, 28 November 2026:
#   WordPiece: 73 learned, ##hd ##hc ##dh ##ea ##af ##ee ##eg ##cc ...
#   BPE:       73 learned, ##hd ##hc ##dh ##ea ##af ##ee ##eg ##cc ...
#   the same tokens in the same order: True

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONUTF8=1 PIP_DISABLE_PIP_VERSION_CHECK=1
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --no-deps tokenizers==0.23.3
"$work/venv/bin/python" - <<'PY'
import random
import sys

from tokenizers import Tokenizer, models, pre_tokenizers, trainers

R = random.Random(3)
words = {"".join(R.choices("abcdefgh", k=R.randrange(3, 8))): 3 ** (i % 7) * 7 + i * 13 + R.randrange(1000) for i in range(60)}
text = " ".join(word for word, count in words.items() for _ in range(count))


def vocabulary(model, trainer):
    tokenizer = Tokenizer(model)
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    tokenizer.train_from_iterator([text], trainer)
    ids = tokenizer.get_vocab()
    return sorted(ids, key=ids.get)


options = {"vocab_size": 90, "special_tokens": ["[UNK]"], "show_progress": False}
piece = vocabulary(models.WordPiece(unk_token="[UNK]"), trainers.WordPieceTrainer(**options))
pair = vocabulary(models.BPE(unk_token="[UNK]"), trainers.BpeTrainer(continuing_subword_prefix="##", **options))
# The alphabet comes first, in an order that is not the same in two runs when there is a prefix.
learned = [token for token in piece if len(token.removeprefix("##")) > 1][1:]
other = [token for token in pair if len(token.removeprefix("##")) > 1][1:]
print(f"WordPiece: {len(learned)} learned, {' '.join(learned[:8])} ...")
print(f"BPE:       {len(other)} learned, {' '.join(other[:8])} ...")
print("the same tokens in the same order:", learned == other)
if learned != other or len(learned) < 60:
    sys.exit("CHANGED: was the same")
PY
