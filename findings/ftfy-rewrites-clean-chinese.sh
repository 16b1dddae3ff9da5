#!/usr/bin/env bash
# ftfy.fix_text changes Chinese text that has nothing wrong with it: its punctuation becomes ASCII.
#
# Versions: ftfy 6.3.1
#
# Behaviour: 你好，世界！（是）： becomes 你好,世界!(是):, the ideographic space becomes a space, quotation marks “” become
# straight, and French l’été gets a typewriter apostrophe. Only the full stop 。 and the comma 、 survive.
#
# One would guess otherwise: ftfy is for mojibake, and there is none here; corpora are passed through it as a
# matter of course. After it "，" is missing from Chinese, so all of a tokenizer's merges with it look as if they
# came from elsewhere.
#
# Output seen, 28 November 2026:
#   Chinese: "你好,世界!"(是):?;。、 
#   French: l'été «chaud»
#   with two options off: “你好，世界！”

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONUTF8=1 PIP_DISABLE_PIP_VERSION_CHECK=1
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet ftfy==6.3.1 wcwidth==0.2.13
"$work/venv/bin/python" - <<'PY'
import sys

import ftfy


def check(what, got, want):
    print(f"{what}: {got}")
    if got != want:
        sys.exit(f"CHANGED: {what} was {want}")


check("Chinese", ftfy.fix_text("“你好，世界！”（是）：？；。、\u3000"), '"你好,世界!"(是):?;。、 ')
check("French", ftfy.fix_text("l’été «chaud»"), "l'été «chaud»")
gentle = ftfy.TextFixerConfig(fix_character_width=False, uncurl_quotes=False)
check("with two options off", ftfy.fix_text("“你好，世界！”", gentle), "“你好，世界！”")
PY
