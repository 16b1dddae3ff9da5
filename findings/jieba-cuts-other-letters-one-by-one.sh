#!/usr/bin/env bash
# jieba gives Привет as six words and Müller as three, even where the word has been added to its dictionary.
#
# Versions: jieba 0.42.1
#
# Behaviour: between runs of Chinese characters, ASCII letters, digits and + # & . _ % - the text is cut at every
# character: Cyrillic, Greek, Korean, Devanagari, é and ü, full-width digits, and the comma of 1,000. add_word of such a
# word changes nothing in cut(), in its search mode neither. With cut_all=True, which is to give all words that are
# possible, Привет is one word, and Müller three.
#
# One would guess otherwise: English words and numbers in Chinese text come out whole, and a word that one has added is
# documented to. Names in Chinese text, and the lines of other languages in a corpus, are counted by the letter.
#
# Output seen, 30 November 2026:
#   Привет мир: П/р/и/в/е/т/ /м/и/р
#   Müller在柏林: M/ü/ller/在/柏林
#   한국어: 한/국/어
#   2024年: 2024/年
#   ２０２４年: ２/０/２/４/年
#   1,000元: 1/,/000/元
#   Müller在柏林, added: M/ü/ller/在/柏林
#   Привет, added: П/р/и/в/е/т
#   云计算员, added: 云计算员
#   Привет, cut_all: Привет
#   Müller在柏林, cut_all: M/ü/ller/在/柏林

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONUTF8=1 PIP_DISABLE_PIP_VERSION_CHECK=1
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet jieba==0.42.1 setuptools==80.9.0
"$work/venv/bin/python" -W ignore - <<'PY'
import logging
import sys

import jieba

jieba.setLogLevel(logging.WARNING)
jieba.dt.tmp_dir = sys.prefix  # its cache goes with the folder


def check(text, want, said="", **options):
    got = "/".join(jieba.cut(text, **options))
    print(f"{text}{said}: {got}")
    if got != want:
        sys.exit(f"CHANGED: was {want}")


check("Привет мир", "П/р/и/в/е/т/ /м/и/р")
check("Müller在柏林", "M/ü/ller/在/柏林")
check("한국어", "한/국/어")
check("2024年", "2024/年")
check("２０２４年", "２/０/２/４/年")
check("1,000元", "1/,/000/元")
for word in ("Müller", "Привет", "云计算员"):
    jieba.add_word(word)
check("Müller在柏林", "M/ü/ller/在/柏林", ", added")
check("Привет", "П/р/и/в/е/т", ", added")
check("云计算员", "云计算员", ", added")
check("Привет", "Привет", ", cut_all", cut_all=True)
check("Müller在柏林", "M/ü/ller/在/柏林", ", cut_all", cut_all=True)
PY
