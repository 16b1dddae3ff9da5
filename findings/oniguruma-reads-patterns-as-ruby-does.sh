#!/usr/bin/env bash
# A split pattern in tokenizer.json is Ruby's dialect: five spellings mean something else than in Python or
# Rust.
#
# Versions: tokenizers 0.23.3, tiktoken 0.14.0, regex 2026.11.19
#
# Behaviour: In tokenizers \p{N}{1,3}+ repeats the group instead of being possessive (one pretoken of 1234567,
# not three); ^ and $ match at every line; (?m) lets the dot match newlines; (?i) in the middle takes the
# alternatives after it into its group.
#
# One would guess otherwise: the same text is a valid pattern everywhere, and in tiktoken's sources {1,3}+ is
# possessive. OpenAI's own patterns are written with possessive quantifiers now, so copying one into a
# tokenizer.json merges all digits of a number.
#
# Output seen, 28 November 2026:
#   \p{N}{1,3}+ on '1234567': tokenizers ['1234567'], regex ['123', '456', '7'], tiktoken keeps '1234567'
#   ^a on 'a\na': tokenizers ['a', 'a'], regex ['a'], tiktoken keeps 'a'
#   a$ on 'a\na': tokenizers ['a', 'a'], regex ['a'], tiktoken keeps 'a'
#   (?m:a.b) on 'a\nb': tokenizers ['a\nb'], regex [], tiktoken keeps ''
#   a(?i)b|c on 'ab AC c': tokenizers ['ab'], regex ['ab', 'C', 'c'], tiktoken keeps 'abCc'

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONUTF8=1 PIP_DISABLE_PIP_VERSION_CHECK=1
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --no-deps tiktoken==0.14.0 regex==2026.11.19 tokenizers==0.23.3
"$work/venv/bin/python" - <<'PY'
import sys

import regex
import tiktoken
from tokenizers import Regex, pre_tokenizers

ranks = {bytes([byte]): byte for byte in range(256)}
for pattern, text, pieces, others in [
    (r"\p{N}{1,3}+", "1234567", ["1234567"], ["123", "456", "7"]),
    (r"^a", "a\na", ["a", "a"], ["a"]),
    (r"a$", "a\na", ["a", "a"], ["a"]),
    (r"(?m:a.b)", "a\nb", ["a\nb"], []),
    (r"a(?i)b|c", "ab AC c", ["ab"], ["ab", "C", "c"]),
]:
    ruby = [p for p, _ in pre_tokenizers.Split(Regex(pattern), "removed", invert=True).pre_tokenize_str(text)]
    python = [found.group() for found in regex.finditer(pattern, text)]
    encoding = tiktoken.Encoding("x", pat_str=pattern, mergeable_ranks=ranks, special_tokens={})
    rust = encoding.decode(encoding.encode_ordinary(text))
    print(f"{pattern} on {text!r}: tokenizers {ruby}, regex {python}, tiktoken keeps {rust!r}")
    if ruby != pieces or python != others or rust != "".join(others):
        sys.exit(f"CHANGED: was {pieces}, {others}")
PY
