#!/usr/bin/env bash
# To PCRE2 《, 。 and ー are characters of \p{Han} and \p{Katakana}, and the danda of Hindi is one of \p{Devanagari}: a
# split pattern that names a script cuts other pieces than in tokenizers and regex.
#
# Versions: pcre2 0.7.1 (PCRE2 10.47), tokenizers 0.23.3, regex 2026.11.19
#
# Behaviour: from 10.40 on PCRE2 takes the bare name of a script for its Script_Extensions, as its manual says and Perl
# does since 5.26: also the common characters that are used with the script. Oniguruma and Python's regex take it for
# the property Script. \p{sc:Han} has one meaning in PCRE2: that of the others.
#
# One would guess otherwise: \p{L} and \p{N} are the same in all three, the pattern compiles everywhere, and what is cut
# otherwise is punctuation alone. Kimi's pattern begins with a run of \p{Han}: in PCRE2 a Chinese title and the comma
# behind it are one pretoken, and pairs across them are counted that no training made.
#
# Output seen, 30 November 2026:
#   《红楼梦》、《西游记》。: tokenizers 《红楼梦|》、《|西游记|》。; regex the same; PCRE2 《红楼梦》、《西游记》。
#   她笑了。他也笑了。: tokenizers 她笑了|。他也笑了|。; regex the same; PCRE2 她笑了。他也笑了。
#   サーバーのデータ: tokenizers サ|ー|バ|ー|の|デ|ー|タ; regex the same; PCRE2 サーバー|の|データ
#   हाँ। ठीक।: tokenizers हाँ|।| |ठीक|।; regex the same; PCRE2 हाँ।| |ठीक।
#   with \p{sc:...} PCRE2 cuts all four as the others do

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONUTF8=1 PIP_DISABLE_PIP_VERSION_CHECK=1
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet pcre2==0.7.1 tokenizers==0.23.3 regex==2026.11.19
"$work/venv/bin/python" - <<'PY'
import sys

import pcre2
import regex
from tokenizers import Regex
from tokenizers.pre_tokenizers import Split

HAN = r"\p{Han}+|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+|\s+"


def check(pattern, text, want, pcre):
    spans = [span for _, span in Split(Regex(pattern), "isolated").pre_tokenize_str(text)]
    got = "|".join(text[start:end] for start, end in spans)
    same = "|".join(regex.findall(pattern, text))
    other = "|".join(match.group() for match in pcre2.compile(pattern).finditer(text))
    named = pattern.replace(r"\p{Han}", r"\p{sc:Han}").replace(r"\p{Katakana}", r"\p{sc:Katakana}")
    named = named.replace(r"\p{Devanagari}", r"\p{sc:Devanagari}")
    script = "|".join(match.group() for match in pcre2.compile(named).finditer(text))
    print(f"{text}: tokenizers {got}; regex {'the same' if same == got else same}; PCRE2 {other}")
    if (got, same, other, script) != (want, want, pcre, want):
        sys.exit(f"CHANGED: was {want}, {want}, {pcre}, with sc: {want}; is {got}, {same}, {other}, with sc: {script}")


check(HAN, "《红楼梦》、《西游记》。", "《红楼梦|》、《|西游记|》。", "《红楼梦》、《西游记》。")
check(HAN, "她笑了。他也笑了。", "她笑了|。他也笑了|。", "她笑了。他也笑了。")
check(r"\p{Katakana}+|[\s\S]", "サーバーのデータ", "サ|ー|バ|ー|の|デ|ー|タ", "サーバー|の|データ")
check(r"\p{Devanagari}+|[\s\S]", "हाँ। ठीक।", "हाँ|।| |ठीक|।", "हाँ।| |ठीक।")
print("with \\p{sc:...} PCRE2 cuts all four as the others do")
PY
