#!/usr/bin/env bash
# The tokenizers trainer draws lots for the last places of a limited alphabet: two runs on one text keep other letters.
#
# Versions: tokenizers 0.23.3
#
# Behaviour: BpeTrainer(limit_alphabet=N) keeps the N most frequent characters. Where characters are equally frequent at
# the edge, which of them stay changes from process to process, and with them the merges and the vocabulary.
#
# One would guess otherwise: training has no random part, takes no seed, and breaks ties between merges by their ids.
# Rare characters (Chinese ones in particular) tie in their hundreds at the edge of a usual limit (1,000 to 6,000), so a
# list trained with a limit cannot be trained again from the same text, merge by merge.
#
# Output seen, 28 November 2026:
#   letters kept in 8 processes: 20 each time
#   the same letters each time: False
#   the same merges each time: False
#   without a limit the same merges each time: True

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONUTF8=1 PIP_DISABLE_PIP_VERSION_CHECK=1
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet tokenizers==0.23.3
cat > "$work/train.py" <<'PY'
import json
import sys

from tokenizers import Tokenizer, models, pre_tokenizers, trainers

letters = [chr(0x4E00 + number) for number in range(60)]
text = " ".join("".join(letters[first : first + 3]) for first in range(0, 60, 3))
limit = {"limit_alphabet": int(sys.argv[1])} if sys.argv[1] != "0" else {}
tokenizer = Tokenizer(models.BPE())
tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
tokenizer.train_from_iterator([text] * 5, trainers.BpeTrainer(vocab_size=500, show_progress=False, **limit))
model = json.loads(tokenizer.to_str())["model"]
print(json.dumps([sorted(token for token in model["vocab"] if len(token) == 1), model["merges"]]))
PY
for run in 1 2 3 4 5 6 7 8; do
  "$work/venv/bin/python" "$work/train.py" 20 >> "$work/limited"
  "$work/venv/bin/python" "$work/train.py" 0 >> "$work/whole"
done
"$work/venv/bin/python" - "$work" <<'PY'
import json
import pathlib
import sys


def check(what, got, want):
    print(f"{what}: {got}")
    if got != want:
        sys.exit(f"CHANGED: {what} was {want}")


limited, whole = (
    [json.loads(line) for line in pathlib.Path(sys.argv[1], name).read_text().splitlines()] for name in ("limited", "whole")
)
check("letters kept in 8 processes", " or ".join(sorted({str(len(kept)) for kept, _ in limited})) + " each time", "20 each time")
check("the same letters each time", all(kept == limited[0][0] for kept, _ in limited), False)
check("the same merges each time", all(merges == limited[0][1] for _, merges in limited), False)
check("without a limit the same merges each time", all(merges == whole[0][1] for _, merges in whole), True)
PY
