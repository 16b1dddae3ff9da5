#!/usr/bin/env bash
# sacremoses cuts Korean into syllables unless told that it is Korean, and words of Thai, Burmese, Khmer, Yoruba and
# Persian at their marks whatever it is told.
#
# Versions: sacremoses 0.2.0
#
# Behaviour: what is not a letter to MosesTokenizer is set apart, as punctuation is. Hangul is letters with lang="ko"
# only, Chinese characters with "zh" and "ja" only, kana always. Virama and nukta of Indic scripts count as letters;
# Thai tone marks, the Burmese and Khmer signs like the virama, an accent that has no composed letter and the zero-width
# non-joiner do not, with these languages' own codes, too.
#
# One would guess otherwise: Hindi is tokenized rightly under every code, Korean and Persian have spaces between their
# words, and a language's code should give its rules. With "zh" a Chinese sentence is one token, with "en" one for each
# character: counts of tokens follow the label, not the text.
#
# Output seen, 30 November 2026:
#   ko: ['한국어', '문장']
#   en: ['한', '국', '어', '문', '장']
#   zh: ['中文句子']
#   en: ['中', '文', '句', '子']
#   en: ['हिन्दी']
#   th: ['ที', '่', 'นี', '่']
#   my: ['မြန', '်', 'မာ']
#   km: ['ខ', '្', 'មែរ']
#   yo: ['ọ', '̀', 'rọ', '̀']
#   fa: ['می', '\u200c', 'خواهم']

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONUTF8=1 PIP_DISABLE_PIP_VERSION_CHECK=1
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet sacremoses==0.2.0
"$work/venv/bin/python" - <<'PY'
import sys
import unicodedata

from sacremoses import MosesTokenizer


def check(language, text, want):
    if not unicodedata.is_normalized("NFC", text):
        sys.exit(f"not composed: {text}")
    got = MosesTokenizer(lang=language).tokenize(text, escape=False)
    print(f"{language}: {got}")
    if got != want:
        sys.exit(f"CHANGED: was {want}")


check("ko", "한국어 문장", ["한국어", "문장"])
check("en", "한국어 문장", ["한", "국", "어", "문", "장"])
check("zh", "中文句子", ["中文句子"])
check("en", "中文句子", ["中", "文", "句", "子"])
check("en", "हिन्दी", ["हिन्दी"])
check("th", "ที่นี่", ["ที", "่", "นี", "่"])
check("my", "မြန်မာ", ["မြန", "်", "မာ"])
check("km", "ខ្មែរ", ["ខ", "្", "មែរ"])
check("yo", "ọ\u0300rọ\u0300", ["ọ", "\u0300", "rọ", "\u0300"])
check("fa", "می\u200cخواهم", ["می", "\u200c", "خواهم"])
PY
