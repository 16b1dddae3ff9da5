#!/usr/bin/env bash
# llama.cpp encodes decomposed text, and Bengali and Hebrew as Unicode composes it, otherwise than the model's own
# tokenizer.json, which has an NFC normalizer: a GGUF file has no place for one.
#
# Versions: llama.cpp in xllamacpp 2026.10.11549, gguf 0.19.0, tokenizers 0.23.3
#
# Behaviour: the pre-tokenizer is told by name ("qwen2") and llama.cpp has the pattern of each name, but not the
# normalizer that stands beside it in the same tokenizer.json of Qwen2, GPT-NeoX, MPT and Command-R. "e" with U+0301 and
# Bengali U+09DF, which NFC takes apart, come out in other tokens. With NFC applied by hand, they agree.
#
# One would guess otherwise: on 1 MB of text in 150 languages and code, given NFC, llama.cpp's tokens are those of
# tokenizer.json for each of these names, patterns and all: the names stand for the tokenizer.
#
# Output seen, 29 November 2026:
#   'cafe\u0301': tokenizer.json ['c', 'a', 'f', 'Ã', '©'], llama.cpp ['c', 'a', 'f', 'e', 'Ì', 'ģ']
#   '\u09df': tokenizer.json ['à', '¦', '¯', 'à', '¦', '¼'], llama.cpp ['à', '§', 'Ł']
#   'caf\xe9': tokenizer.json ['c', 'a', 'f', 'Ã', '©'], llama.cpp ['c', 'a', 'f', 'Ã', '©']
#   'x = 12': tokenizer.json ['x', 'Ġ', '=', 'Ġ', '1', '2'], llama.cpp ['x', 'Ġ', '=', 'Ġ', '1', '2']

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONUTF8=1 PIP_DISABLE_PIP_VERSION_CHECK=1
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --no-deps xllamacpp==2026.10.11549 llama-cpp-py-sync==0.11739 cffi pycparser \
    gguf==0.19.0 numpy pyyaml tqdm
"$work/venv/bin/pip" install --quiet tokenizers==0.23.3
"$work/venv/bin/python" - "$work" 2>/dev/null <<'PY'
import pathlib
import sys
import unicodedata

import gguf
import xllamacpp
from llama_cpp_py_sync._cffi_bindings import get_ffi
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers

letters = sorted(pre_tokenizers.ByteLevel.alphabet())
vocab = {letter: number for number, letter in enumerate(letters)}
pattern = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
own = Tokenizer(models.BPE(vocab=vocab, merges=[]))
own.normalizer = normalizers.NFC()  # as in Qwen2's tokenizer.json
own.pre_tokenizer = pre_tokenizers.Sequence(
    [
        pre_tokenizers.Split(Regex(pattern), "isolated"),
        pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
    ]
)

file = f"{sys.argv[1]}/vocab.gguf"
writer = gguf.GGUFWriter(file, "qwen2")
writer.add_context_length(64)
writer.add_embedding_length(8)
writer.add_block_count(1)
writer.add_feed_forward_length(8)
writer.add_head_count(1)
writer.add_layer_norm_rms_eps(1e-5)
writer.add_tokenizer_model("gpt2")
writer.add_tokenizer_pre("qwen2")
writer.add_token_list([*letters, letters[0] + letters[1]])
writer.add_token_types([1] * (len(letters) + 1))
writer.add_token_merges([f"{letters[0]} {letters[1]}"])
writer.write_header_to_file()
writer.write_kv_data_to_file()
writer.write_tensors_to_file()
writer.close()

ffi = get_ffi()
library = ffi.dlopen(str(pathlib.Path(xllamacpp.__file__).parent / "xllamacpp.abi3.so"))
options = library.llama_model_default_params()
options.vocab_only = True
vocabulary = library.llama_model_get_vocab(library.llama_model_load_from_file(file.encode(), options))


def by_llama_cpp(text):
    data = text.encode()
    numbers = ffi.new("llama_token[64]")
    count = library.llama_tokenize(vocabulary, data, len(data), numbers, 64, False, False)
    return [letters[number] for number in numbers[0:count]]


for text, same in {"cafe\u0301": False, "\u09df": False, "café": True, "x = 12": True}.items():
    tokens = own.encode(text).tokens
    print(f"{text!a}: tokenizer.json {tokens}, llama.cpp {by_llama_cpp(text)}")
    if (tokens == by_llama_cpp(text)) != same or by_llama_cpp(unicodedata.normalize("NFC", text)) != tokens:
        sys.exit("CHANGED: whether llama.cpp normalises")
PY
