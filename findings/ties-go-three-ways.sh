#!/usr/bin/env bash
# Equal counts are ordered three ways: OpenNMT, which is subword-nmt's algorithm in C++, takes the other end of
# subword-nmt's order.
#
# Versions: tokenizers 0.23.3, sentencepiece 0.2.3, subword-nmt 0.3.8, pyonmttok 1.38.1, rustbpe 0.1.0, bpeasy
# 0.1.6, gigatoken 0.10.0, tiktoken 0.14.0
#
# Behaviour: Four pairs that occur twice each come out as ab cd xy zz (six trainers: smallest ids or strings),
# as zz xy cd ab (subword-nmt), or as they stand in the text (tiktoken's _educational). So the order of a list's
# equal counts tells its trainer, and near the end of a list many neighbours are equal.
#
# One would guess otherwise: BPE leaves ties open and ports keep their model's habits; the file formats of
# subword-nmt and OpenNMT are the same to the byte otherwise.
#
# Output seen, 28 November 2026:
#   tokenizers: ab cd xy zz
#   rustbpe: ab cd xy zz
#   bpeasy: ab cd xy zz
#   gigatoken: ab cd xy zz
#   sentencepiece: ab cd xy zz
#   pyonmttok: ab cd xy zz
#   subword-nmt: zz xy cd ab
#   tiktoken: cd zz ab xy

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONUTF8=1 PIP_DISABLE_PIP_VERSION_CHECK=1
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --no-deps tokenizers==0.23.3 sentencepiece==0.2.3 subword-nmt==0.3.8 tqdm==4.67.1 pyonmttok==1.38.1 rustbpe==0.1.0 bpeasy==0.1.6 gigatoken==0.10.0 numpy==2.4.6 tiktoken==0.14.0 regex==2026.11.19
"$work/venv/bin/python" - "$work" 2>/dev/null <<'PY' | grep -v -e 'unique words' -e 'Starting merges'
import io
import json
import pathlib
import sys

import bpeasy
import gigatoken
import pyonmttok
import rustbpe
import sentencepiece as spm
from subword_nmt.learn_bpe import learn_bpe
from tiktoken._educational import bpe_train
from tokenizers import Tokenizer, models, pre_tokenizers, trainers

text = "cd cd zz zz ab ab xy xy"
order = {}

hf = Tokenizer(models.BPE())
hf.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
hf.train_from_iterator([text], trainers.BpeTrainer(show_progress=False))
order["tokenizers"] = ["".join(pair) for pair in json.loads(hf.to_str())["model"]["merges"]]

rust = rustbpe.Tokenizer()
rust.train_from_iterator(iter([text]), 260, pattern=r"\S+")
order["rustbpe"] = [bytes(token).decode() for token, rank in rust.get_mergeable_ranks() if rank > 255]
easy = bpeasy.train_bpe(iter([text]), r"\S+", 99, 260)
order["bpeasy"] = [token.decode() for token, rank in sorted(easy.items(), key=lambda item: item[1]) if rank > 255]
order["gigatoken"] = [b"".join(pair).decode() for pair in gigatoken.train_bpe(text.encode(), 299, [])[1]]

model = io.BytesIO()
spm.SentencePieceTrainer.train(
    sentence_iterator=iter([text]), model_writer=model, model_type="bpe", vocab_size=30, hard_vocab_limit=False,
    minloglevel=2,
)
processor = spm.SentencePieceProcessor(model_proto=model.getvalue())
order["sentencepiece"] = [processor.id_to_piece(i) for i in range(3, processor.get_piece_size())]

learner = pyonmttok.BPELearner(tokenizer=pyonmttok.Tokenizer("space"), symbols=4)
learner.ingest(text)
path = pathlib.Path(sys.argv[1], "codes")
learner.learn(str(path))
codes = io.StringIO()
learn_bpe(io.StringIO(text), codes, 4)
for name, lines in {"pyonmttok": path.read_text(), "subword-nmt": codes.getvalue()}.items():
    order[name] = [line.replace(" ", "").removesuffix("</w>") for line in lines.splitlines()[1:]]

learned = bpe_train(text, 260, r"\S+", visualise=None)
order["tiktoken"] = [token.decode() for token, rank in sorted(learned.items(), key=lambda item: item[1]) if rank > 255]

want = dict.fromkeys(order, ["ab", "cd", "xy", "zz"])
want |= {"subword-nmt": ["zz", "xy", "cd", "ab"], "tiktoken": ["cd", "zz", "ab", "xy"]}
for name, tokens in order.items():
    got = [token for token in tokens if token in ("ab", "cd", "xy", "zz")]
    print(f"{name}: {' '.join(got)}")
    if got != want[name]:
        sys.exit(f"CHANGED: was {want[name]}")
PY
