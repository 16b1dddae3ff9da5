#!/usr/bin/env bash
# AutoTokenizer replaces the pre-tokenizer and normalizer of a tokenizer.json by those of the class that
# tokenizer_config.json names.
#
# Versions: transformers 5.24.0, tokenizers 0.23.3
#
# Behaviour: One tokenizer.json (NFC, numbers in groups of three) is loaded four times, with four values of
# "tokenizer_class". GPT2TokenizerFast drops the NFC and the number groups, Qwen2TokenizerFast cuts numbers into
# digits, CohereTokenizerFast too; PreTrainedTokenizerFast keeps the file's own. tokenizers itself reads the
# file as it stands.
#
# One would guess otherwise: in 4.57.1 the same four directories give one and the same result, the file's own,
# and files in the wild name a class that merely was at hand when they were saved. The same directory thus has
# two segmentations, and which one trained the list is not to be seen from either.
#
# Output seen, 28 November 2026:
#   tokenizers: ['123', '456', 'Ġ', 'cafÃ©s']
#   PreTrainedTokenizerFast: normalizer NFC, ['123', '456', 'Ġ', 'cafÃ©s']
#   GPT2TokenizerFast: normalizer None, ['123', '456', 'Ġ', 'caf', 'e', 'Ì', 'ģ', 's']
#   Qwen2TokenizerFast: normalizer NFC, ['1', '2', '3', '4', '5', '6', 'Ġ', 'cafÃ©s']
#   CohereTokenizerFast: normalizer NFC, ['1', '2', '3', '4', '5', '6', 'Ġ', 'cafÃ©s']

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONUTF8=1 PIP_DISABLE_PIP_VERSION_CHECK=1 HF_HUB_OFFLINE=1 TRANSFORMERS_VERBOSITY=error
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet transformers==5.24.0 tokenizers==0.23.3
"$work/venv/bin/python" - "$work" 2>"$work/log" <<'PY' || { cat "$work/log" >&2; exit 1; }
import json
import pathlib
import sys

from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers
from transformers import AutoTokenizer

tokenizer = Tokenizer(models.BPE())
tokenizer.normalizer = normalizers.NFC()
tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
    [pre_tokenizers.Split(Regex(r"\p{N}{1,3}"), "isolated"), pre_tokenizers.ByteLevel(add_prefix_space=False)]
)
tokenizer.decoder = decoders.ByteLevel()
tokenizer.train_from_iterator(
    ["the cat 123456 sat 123456", "cafés"] * 9,
    trainers.BpeTrainer(
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), special_tokens=["<unk>"], show_progress=False
    ),
)
text = "123456 cafe\u0301s"
print("tokenizers:", tokenizer.encode(text).tokens)
want = {
    "PreTrainedTokenizerFast": tokenizer.encode(text).tokens,
    "GPT2TokenizerFast": ["123", "456", "Ġ", "caf", "e", "Ì", "ģ", "s"],
    "Qwen2TokenizerFast": ["1", "2", "3", "4", "5", "6", "Ġ", "cafÃ©s"],
    "CohereTokenizerFast": ["1", "2", "3", "4", "5", "6", "Ġ", "cafÃ©s"],
}
for name, tokens in want.items():
    folder = pathlib.Path(sys.argv[1], name)
    folder.mkdir()
    tokenizer.save(str(folder / "tokenizer.json"))
    (folder / "tokenizer_config.json").write_text(json.dumps({"tokenizer_class": name, "unk_token": "<unk>"}))
    loaded = AutoTokenizer.from_pretrained(str(folder))
    got = loaded.tokenize(text)
    state = json.loads(loaded.backend_tokenizer.to_str())
    print(f"{name}: normalizer {(state['normalizer'] or {}).get('type')}, {got}")
    if got != tokens:
        sys.exit(f"CHANGED: was {tokens}")
PY
