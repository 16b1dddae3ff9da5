#!/usr/bin/env bash
# BpeTrainer with an end-of-word suffix or a continuing prefix gives another merge list in every run, one thread
# and one file.
#
# Versions: tokenizers 0.23.3
#
# Behaviour: Twelve trainers in a row on the same words give one list without these options and several with
# either. The alphabet gets its ids in the order of a hash map then, and ties go to the smallest ids.
#
# One would guess otherwise: the trainer sorts its alphabet for the sake of determinism, and does give one list
# for any number of threads when neither option is set.
#
# Output seen, 28 November 2026:
#   no option: one list in 12 runs
#   {'end_of_word_suffix': '</w>'}: more than one list in 12 runs
#   {'continuing_subword_prefix': '##'}: more than one list in 12 runs

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONUTF8=1 PIP_DISABLE_PIP_VERSION_CHECK=1
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --no-deps tokenizers==0.23.3
RAYON_NUM_THREADS=1 "$work/venv/bin/python" - <<'PY'
import json
import random
import sys

from tokenizers import Tokenizer, models, pre_tokenizers, trainers

R = random.Random(1)
words = " ".join("".join(R.choices("abcdefghijklmnop", k=R.randrange(2, 8))) for _ in range(2000))


def lists(**options):
    seen = set()
    for _ in range(12):
        tokenizer = Tokenizer(models.BPE())
        tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
        tokenizer.train_from_iterator([words], trainers.BpeTrainer(vocab_size=200, show_progress=False, **options))
        seen.add(json.dumps(json.loads(tokenizer.to_str())["model"]["merges"]))
    return len(seen)


for options, several in [({}, False), ({"end_of_word_suffix": "</w>"}, True), ({"continuing_subword_prefix": "##"}, True)]:
    number = lists(**options)
    print(f"{options or 'no option'}: {'more than one list' if number > 1 else 'one list'} in 12 runs")
    if (number > 1) != several:
        sys.exit("CHANGED: was " + ("more than one" if several else "one"))
PY
