#!/usr/bin/env bash
# sentencepiece 0.2.3 takes the options of differential privacy and adds no noise: the list is the same as without.
#
# Versions: sentencepiece 0.2.0, 0.2.3
#
# Behaviour: enable_differential_privacy adds noise to the counts of a TSV file and leaves rows out that fall under a
# threshold. Release 0.2.0 does so, for BPE and unigram, and every run gives another list. Release 0.2.3 accepts the
# three options and learns of all rows as they are, the same list in every run. Only its log says "deprecated and
# ignored", which minloglevel=2, a usual setting, hides.
#
# One would guess otherwise: an option of privacy that is no longer there is refused, as other wrong options are, and a
# list that was asked for privately is not one from which rare rows and their proportions can be read.
#
# Output seen, 29 November 2026:
#   0.2.0 bpe: as without privacy False, two runs alike False
#   0.2.0 unigram: as without privacy False, two runs alike False
#   0.2.3 bpe: as without privacy True, two runs alike True
#   0.2.3 unigram: as without privacy True, two runs alike True
#   0.2.3 an option that does not exist: refused

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONUTF8=1 PIP_DISABLE_PIP_VERSION_CHECK=1
python3 -m venv "$work/venv"
for version in 0.2.0 0.2.3; do
	"$work/venv/bin/pip" install --quiet --target "$work/$version" "sentencepiece==$version"
done
cat >"$work/train.py" <<'PY'
import io
import random
import sys

import sentencepiece

PRIVACY = {
    "enable_differential_privacy": True,
    "differential_privacy_noise_level": 100.0,
    "differential_privacy_clipping_threshold": 500,
}
PATH, CHANGES = sys.argv[1], sentencepiece.__version__ == "0.2.0"
random.seed(1)
with open(PATH, "w") as file:
    words = [f"{a}{b}{c}{a}" for a in "abcdefg" for b in "hijkl" for c in "mnop"]
    file.writelines(f"{word}\t{random.randint(1, 900)}\n" for word in words)


def train(kind, **options):
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        input=PATH, input_format="tsv", model_writer=model, model_type=kind, vocab_size=80, hard_vocab_limit=False,
        minloglevel=2, **options,
    )
    made = sentencepiece.SentencePieceProcessor(model_proto=model.getvalue())
    return [(made.id_to_piece(number), made.get_score(number)) for number in range(made.get_piece_size())]


for kind in ("bpe", "unigram"):
    plain, first, second = train(kind), train(kind, **PRIVACY), train(kind, **PRIVACY)
    print(f"{sentencepiece.__version__} {kind}: as without privacy {first == plain}, two runs alike {first == second}")
    if (first == plain, first == second) != (not CHANGES, not CHANGES):
        sys.exit("CHANGED")
if not CHANGES:
    try:
        train("bpe", enable_privacy=True)
        sys.exit("CHANGED: an option that does not exist is accepted")
    except RuntimeError:
        print(f"{sentencepiece.__version__} an option that does not exist: refused")
PY
for version in 0.2.0 0.2.3; do
	PYTHONPATH="$work/$version" "$work/venv/bin/python" "$work/train.py" "$work/rows.tsv"
done
