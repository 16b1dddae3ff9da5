#!/usr/bin/env bash
# LlamaTokenizer reads a sentencepiece .model's pieces but not its normalizer: another segmentation, and letters
# lost.
#
# Versions: transformers 5.24.0, tokenizers 0.23.3, sentencepiece 0.2.3, protobuf 7.36.2
#
# Behaviour: The .model says nmt_nfkc, collapse spaces, and (second model) no dummy prefix. transformers sets no
# normalizer and always prefixes: "ﬁne" loses its ligature, two spaces stay two, and a model without a dummy
# prefix gets one.
#
# One would guess otherwise: normalizer_spec is part of the .model for just this purpose, and for models with
# Llama's own settings the two agree on every line of text tried.
#
# Output seen, 28 November 2026:
#   defaults, 'ﬁne': sentencepiece ['▁fine'], transformers ['▁', 'ne']
#   defaults, 'a  line': sentencepiece ['▁a', '▁line'], transformers ['▁a', '▁', '▁line']
#   no prefix, 'line': sentencepiece ['line'], transformers ['▁line']

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONUTF8=1 PIP_DISABLE_PIP_VERSION_CHECK=1 HF_HUB_OFFLINE=1 TRANSFORMERS_VERBOSITY=error
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet transformers==5.24.0 tokenizers==0.23.3 sentencepiece==0.2.3 protobuf==7.36.2
"$work/venv/bin/python" - "$work" 2>"$work/log" <<'PY' || { cat "$work/log" >&2; exit 1; }
import pathlib
import sys

import sentencepiece as spm
from transformers import LlamaTokenizer

text = ["the fine line is a fine hello world of wine and pine"] * 20
want = {
    "defaults": {"ﬁne": (["▁fine"], ["▁", "ne"]), "a  line": (["▁a", "▁line"], ["▁a", "▁", "▁line"])},
    "no prefix": {"line": (["line"], ["▁line"])},
}
for name, options in {"defaults": {}, "no prefix": {"add_dummy_prefix": False}}.items():
    folder = pathlib.Path(sys.argv[1], name)
    folder.mkdir()
    spm.SentencePieceTrainer.train(
        sentence_iterator=iter(text), model_prefix=str(folder / "tokenizer"), model_type="bpe", vocab_size=80,
        hard_vocab_limit=False, minloglevel=2, **options,
    )
    theirs = spm.SentencePieceProcessor(model_file=str(folder / "tokenizer.model"))
    loaded = LlamaTokenizer.from_pretrained(str(folder))
    for sample, tokens in want[name].items():
        got = theirs.encode(sample, out_type=str), loaded.tokenize(sample)
        print(f"{name}, {sample!r}: sentencepiece {got[0]}, transformers {got[1]}")
        if got != tokens:
            sys.exit(f"CHANGED: was {tokens}")
PY
