#!/usr/bin/env bash
# bpe-continue, run on a tokenizer with byte fallback, learns tokens of which the decoder writes "<0xC3><0xA9>".
#
# Versions: bpe-continue 0.1.0, tokenizers 0.23.3
#
# Behaviour: it continues a BPE list on new text, with the base's tokens as the letters. Where the base spells a letter
# that it lacks as byte tokens, as lists like Llama 2's do, it merges these, and their neighbours, by their names: here é
# is <0xC3> <0xA9>, and the new token is called a<0xC3><0xA9>. ByteFallback turns a token back into a byte only if it is
# one such name. So the letters that the base lacked, for which one would continue it, decode to names of bytes.
# A base with end_of_word_suffix loses the option: "ab bb" is read without </w> and decodes to abbb.
#
# One would guess otherwise: the result keeps byte_fallback and the base's decoder, encodes the text to fewer tokens, as
# promised, and a base whose decoder it could not serve would be refused, as WordPiece is.
#
# Output seen, 29 November 2026:
#   byte fallback, base: a <0xC3> <0xA9> decodes to 'aé'
#   byte fallback, continued: a<0xC3><0xA9> decodes to 'a<0xC3><0xA9>'
#   byte fallback, continued, text without bytes: a a decodes to 'aa'
#   suffix, base: a b</w> b b</w> decodes to 'ab bb'
#   suffix, continued: a b b b decodes to 'abbb'

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONUTF8=1 PIP_DISABLE_PIP_VERSION_CHECK=1
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet bpe-continue==0.1.0 tokenizers==0.23.3
"$work/venv/bin/python" - <<'PY'
import sys

from bpe_continue import continue_training
from tokenizers import Tokenizer, decoders, models, pre_tokenizers


def base(tokens, pre_tokenizer, decoder, **options):
    made = Tokenizer(models.BPE({token: number for number, token in enumerate(tokens)}, [], **options))
    made.pre_tokenizer, made.decoder = pre_tokenizer, decoder
    return made


def check(what, tokenizer, text, tokens, decoded):
    found = tokenizer.encode(text)
    got = " ".join(found.tokens), tokenizer.decode(found.ids)
    print(f"{what}: {got[0]} decodes to {got[1]!r}")
    if got != (tokens, decoded):
        sys.exit(f"CHANGED: was {tokens}, {decoded}")


space = pre_tokenizers.Metaspace(prepend_scheme="never")
back = decoders.Sequence([decoders.ByteFallback(), decoders.Metaspace(prepend_scheme="never"), decoders.Fuse()])
names = ["<unk>", "▁", "a", *(f"<0x{byte:02X}>" for byte in range(256))]
llama = base(names, space, back, byte_fallback=True, unk_token="<unk>")
longer = continue_training(llama, texts=["aé aé"], vocab_size=len(names) + 2, show_progress=False)
check("byte fallback, base", llama, "aé", "a <0xC3> <0xA9>", "aé")
check("byte fallback, continued", longer, "aé", "a<0xC3><0xA9>", "a<0xC3><0xA9>")
check("byte fallback, continued, text without bytes", longer, "aa", "a a", "aa")

marked = base(["a", "b", "b</w>"], pre_tokenizers.WhitespaceSplit(), decoders.BPEDecoder(), end_of_word_suffix="</w>")
longer = continue_training(marked, texts=["ab ab"], vocab_size=4, show_progress=False)
check("suffix, base", marked, "ab bb", "a b</w> b b</w>", "ab bb")
check("suffix, continued", longer, "ab bb", "a b b b", "abbb")
PY
