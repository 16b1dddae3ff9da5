#!/usr/bin/env bash
# pytorch-tokenizers (ExecuTorch's), asked by a tokenizer.json for NFC, takes the accents off composed letters and
# leaves of a Korean syllable its first consonant; decomposed letters it composes rightly.
#
# Versions: pytorch-tokenizers 1.5.0, tokenizers 0.23.3
#
# Behaviour: é becomes e, ñ n, Ü U, й и, 각 and 간 both ᄀ. NFC leaves all of them as they are. "e" followed by
# U+0301 comes out as é, as it should. Without a normalizer in the file both libraries agree.
#
# One would guess otherwise: NFC does nothing to nearly all text, so one would expect it to be right or left
# out. Qwen's, OLMo's and GPT-NeoX's tokenizer.json ask for it: on a phone "naïve" is "naive" and й is и, no error.
#
# Output seen, 29 November 2026:
#   'é' tokenizers ['Ã', '©'] pytorch-tokenizers ['e']
#   'ñ' tokenizers ['Ã', '±'] pytorch-tokenizers ['n']
#   'й' tokenizers ['Ð', '¹'] pytorch-tokenizers ['Ð', '¸']
#   '각' tokenizers ['ê', '°', 'ģ'] pytorch-tokenizers ['á', 'Ħ', 'Ģ']
#   '간' tokenizers ['ê', '°', 'Ħ'] pytorch-tokenizers ['á', 'Ħ', 'Ģ']
#   'é' tokenizers ['Ã', '©'] pytorch-tokenizers ['Ã', '©']

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONUTF8=1 PIP_DISABLE_PIP_VERSION_CHECK=1
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet pytorch-tokenizers==1.5.0 tokenizers==0.23.3
"$work/venv/bin/python" - "$work" 2>/dev/null <<'PY'
import sys

from pytorch_tokenizers import CppHFTokenizer
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers

letters = sorted(pre_tokenizers.ByteLevel.alphabet())
vocab = {letter: number for number, letter in enumerate(letters)}


def both(normalizer, name):
    made = Tokenizer(models.BPE(vocab=vocab, merges=[]))
    if normalizer:
        made.normalizer = normalizer
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.decoder = decoders.ByteLevel()
    made.save(f"{sys.argv[1]}/{name}.json")
    other = CppHFTokenizer()
    other.load(f"{sys.argv[1]}/{name}.json")
    return lambda text: (made.encode(text).tokens, [made.id_to_token(i) for i in other.encode(text, 0, 0)])


plain, composing = both(None, "plain"), both(normalizers.NFC(), "nfc")
for text, same in {"é": False, "ñ": False, "й": False, "각": False, "간": False, "e\u0301": True}.items():
    theirs, ported = composing(text)
    print(f"{text!r} tokenizers {theirs} pytorch-tokenizers {ported}")
    if (theirs == ported) != same:
        sys.exit("CHANGED: what NFC does in pytorch-tokenizers")
    theirs, ported = plain(text)
    if theirs != ported:
        sys.exit("CHANGED: they differ without a normalizer")
PY
