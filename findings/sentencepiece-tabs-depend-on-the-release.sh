#!/usr/bin/env bash
# sentencepiece up to 0.2.0 never learned a piece with a tab, whatever the options; 0.2.3 learns "\t\t" from the
# same code.
#
# Versions: sentencepiece 0.2.0 and 0.2.3
#
# Behaviour: With Llama's options (identity, spaces kept, byte fallback) on code that is indented by tabs, 0.2.3
# has the pieces \t, ▁\t\t, )\t{ and the like; 0.2.0 (0.1.99 too) has none, and encodes each tab as the byte
# <0x09>.
#
# One would guess otherwise: no option and no change of the format goes with it, and the trainer keeps every
# other character that is frequent. That a model has no tab tells its trainer's release, not that its text had
# no code of that kind.
#
# Output seen, 28 November 2026:
#   0.2.3: 9 pieces with a tab; ['▁\t\t', 'return']
#   0.2.0: 0 pieces with a tab; ['▁', '<0x09>', '<0x09>', 'return']

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONUTF8=1 PIP_DISABLE_PIP_VERSION_CHECK=1
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet sentencepiece==0.2.3
"$work/venv/bin/pip" install --quiet --target "$work/old" sentencepiece==0.2.0
cat >"$work/train.py" <<'PY'
import io

import sentencepiece as spm

model = io.BytesIO()
spm.SentencePieceTrainer.train(
    sentence_iterator=iter(["\t\t\tif (x)\t{", "\t\treturn\ty;"] * 20), model_writer=model, model_type="bpe",
    vocab_size=360, normalization_rule_name="identity", remove_extra_whitespaces=False, byte_fallback=True,
    allow_whitespace_only_pieces=True, hard_vocab_limit=False, minloglevel=2,
)
processor = spm.SentencePieceProcessor(model_proto=model.getvalue())
pieces = [processor.id_to_piece(i) for i in range(processor.get_piece_size())]
tabs = sum("\t" in piece for piece in pieces)
print(f"{spm.__version__}: {tabs} pieces with a tab;", processor.encode("\t\treturn", out_type=str))
PY
new=$("$work/venv/bin/python" "$work/train.py")
old=$(PYTHONPATH="$work/old" "$work/venv/bin/python" "$work/train.py")
printf '%s\n' "$new" "$old"
[ "$new" = "0.2.3: 9 pieces with a tab; ['▁\\t\\t', 'return']" ] || { echo "CHANGED: 0.2.3" >&2; exit 1; }
[ "$old" = "0.2.0: 0 pieces with a tab; ['▁', '<0x09>', '<0x09>', 'return']" ] || { echo "CHANGED: 0.2.0" >&2; exit 1; }
